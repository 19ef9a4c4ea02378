// SPDX-License-Identifier: Apache-2.0
#include <math.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/series/hedge.h"
#include "quant/series/regression.h"
#include "quant/statistic/statistic.h"

#define FACTORS .inputs = {"y", "x"}, .input_count = 2, .repeats = true
#define OUTPUTS(table) .outputs = (table), .output_count = sizeof(table) / sizeof *(table)
#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)

enum fit_output {
    COEFFICIENT,
    STD_ERROR,
    T,
    P,
    R2,
    ADJUSTED_R2,
    F,
    F_P,
    DURBIN_WATSON,
    DEVIATION,
    SSR,
    LOG_LIKELIHOOD,
    AIC,
    BIC,
    CONDITION,
    ROWS
};

static const struct statistic_output fit_outputs[] = {
    [COEFFICIENT] = {.name = "coefficient",
                     .shape = STATISTIC_VECTOR,
                     .help = "The constant first, where there is one; then of each x."},
    [STD_ERROR] = {.name = "std_error", .shape = STATISTIC_VECTOR, .help = "Of each coefficient."},
    [T] = {.name = "t", .shape = STATISTIC_VECTOR, .help = "Coefficient over standard error."},
    [P] = {.name = "p", .shape = STATISTIC_VECTOR, .help = "Two-sided p-value."},
    [R2] = {.name = "r2", .help = "Share of the variance of y that is explained."},
    [ADJUSTED_R2] = {.name = "adjusted_r2", .help = "The same, by degrees of freedom."},
    [F] = {.name = "f", .help = "Test that every coefficient but the constant is 0."},
    [F_P] = {.name = "f_p", .help = "Its p-value."},
    [DURBIN_WATSON] = {.name = "durbin_watson", .help = "2 where errors are not autocorrelated."},
    [DEVIATION] = {.name = "deviation", .help = "Of the errors, by degrees of freedom."},
    [SSR] = {.name = "ssr", .help = "Sum of squared residuals."},
    [LOG_LIKELIHOOD] = {.name = "log_likelihood", .help = "Of normal errors."},
    [AIC] = {.name = "aic", .help = "Akaike's criterion."},
    [BIC] = {.name = "bic", .help = "Schwarz' criterion."},
    [CONDITION] = {.name = "condition", .help = "Condition number of constant and factors."},
    [ROWS] = {.name = "rows", .help = "Complete rows."}};
static const struct statistic_output residual_outputs[] = {
    {.name = "fitted", .shape = STATISTIC_SERIES, .help = "Of y."},
    {.name = "residual", .shape = STATISTIC_SERIES, .help = "y less the fitted value."}};
static const struct statistic_output rolling_outputs[] = {
    {.name = "alpha", .shape = STATISTIC_SERIES, .help = "The constant."},
    {.name = "r2", .shape = STATISTIC_SERIES, .help = "Share that is explained."},
    {.name = "betas",
     .shape = STATISTIC_MATRIX,
     .help = "One row a row, one column a factor.",
     .column_inputs = true}};

static const struct statistic_output smooth_outputs[] = {
    {.name = "alpha", .shape = STATISTIC_SERIES, .help = "Of the line, in the light of all rows."},
    {.name = "beta", .shape = STATISTIC_SERIES, .help = "Its slope."},
    {.name = "spread", .shape = STATISTIC_SERIES, .help = "y less the line."}};

#define INTERCEPT                                                                                  \
    { .name = "intercept", .type = PARAM_BOOL, .unit = "", .def = 1, .help = "With a constant." }
static const struct param intercept_only[] = {INTERCEPT};
static const struct param fit_params[] = {
    INTERCEPT,
    {.name = "errors",
     .type = PARAM_ENUM,
     .unit = "",
     .max = 2,
     .choices = "classical|hc1|hac",
     .help = "Standard errors: plain, White's, or Newey and West's."},
    {.name = "lags",
     .type = PARAM_INT,
     .unit = "rows",
     .def = 6,
     .min = 0,
     .max = 100000,
     .help = "Of Newey and West's errors."},
    {.name = "small_sample",
     .type = PARAM_BOOL,
     .unit = "",
     .help = "Newey and West's covariance times n / (n - k)."},
    {.name = "p_values",
     .type = PARAM_ENUM,
     .unit = "",
     .max = 1,
     .choices = "t|normal",
     .help = "Distribution of t."}};
static const struct param window_only[] = {{.name = "window",
                                            .type = PARAM_INT,
                                            .unit = "rows",
                                            .def = 252,
                                            .min = 3,
                                            .max = 1000000,
                                            .help = "Rows that a fit looks at."}};

static const struct param smooth_params[] = {
    {.name = "drift",
     .type = PARAM_REAL,
     .unit = "",
     .def = 1e-4,
     .min = 1e-15,
     .max = 1e6,
     .help = "Variance that a row adds to each of alpha and beta: more follows faster."},
    {.name = "noise",
     .type = PARAM_REAL,
     .unit = "",
     .def = 1e-3,
     .min = 1e-15,
     .max = 1e12,
     .help = "Variance of y about the line."},
    {.name = "prior",
     .type = PARAM_REAL,
     .unit = "",
     .def = 1,
     .min = 1e-12,
     .max = 1e9,
     .help = "Variance of alpha and beta about 0 before the drift of the first row."}};

static int condition_of(const struct statistic_data *d, bool intercept, double *ret) {
    size_t n = d->count, k = d->column_count - 1 + intercept;
    double *x = ARENA_NEW(d->arena, double, n *k), *scratch = ARENA_NEW(d->arena, double, k);
    if (x == NULL || scratch == NULL) return ERR_NOMEM;
    for (size_t i = 0; intercept && i < n; i++) x[i] = 1;
    for (size_t j = intercept; j < k; j++)
        memcpy(x + j * n, d->columns[j + 1 - intercept], n * sizeof *x);
    return linalg_condition(x, n, k, scratch, ret);
}

static int ols(const struct statistic_data *d, const double *p, struct statistic_value *out) {
    struct regression_options options = {.intercept = p[0] != 0,
                                         .errors = (enum regression_errors)p[1],
                                         .lags = (size_t)p[2],
                                         .small_sample = p[3] != 0,
                                         .normal = p[4] != 0};
    struct regression fit;
    TRY(regression_fit(d->columns[0], d->columns + 1, d->column_count - 1, d->count, &options,
                       d->arena, &fit));
    TRY(condition_of(d, options.intercept, &out[CONDITION].number));
    double *const vectors[] = {fit.coefficients, fit.errors, fit.t, fit.p};
    for (size_t i = COEFFICIENT; i <= P; i++)
        out[i] = (struct statistic_value){.values = vectors[i], .rows = fit.count, .columns = 1};
    out[R2].number = fit.r2;
    out[ADJUSTED_R2].number = fit.adjusted_r2;
    out[F].number = fit.f;
    out[F_P].number = fit.f_p;
    out[DURBIN_WATSON].number = fit.durbin_watson;
    out[DEVIATION].number = fit.deviation;
    out[SSR].number = fit.ssr;
    out[LOG_LIKELIHOOD].number = fit.log_likelihood;
    out[AIC].number = fit.aic;
    out[BIC].number = fit.bic;
    out[ROWS].number = (double)fit.rows;
    return 0;
}

static int ols_residuals(const struct statistic_data *d, const double *p,
                         struct statistic_value *out) {
    struct regression_options options = {.intercept = p[0] != 0};
    struct regression fit;
    TRY(regression_fit(d->columns[0], d->columns + 1, d->column_count - 1, d->count, &options,
                       d->arena, &fit));
    double *fitted = statistic_series(d, out);
    if (fitted == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < d->count; i++) fitted[i] = d->columns[0][i] - fit.residuals[i];
    out[1] = (struct statistic_value){.values = fit.residuals, .rows = d->count, .columns = 1};
    return 0;
}

static int rolling_regression(const struct statistic_data *d, const double *p,
                              struct statistic_value *out) {
    size_t k = d->column_count - 1, window = (size_t)p[0];
    if (d->count < window)
        return ERR_SET(ERR_ARGUMENT,
                       "a window of %zu rows needs as many complete rows; there are "
                       "%zu",
                       window, d->count);
    double *alpha = statistic_series(d, out), *r2 = statistic_series(d, out + 1);
    double *betas = statistic_matrix(d, d->count, k, out + 2);
    if (alpha == NULL || r2 == NULL || betas == NULL) return ERR_NOMEM;
    return regression_rolling(d->columns[0], d->columns + 1, k, d->count, window, d->arena, alpha,
                              betas, r2);
}

static int kalman_smooth(const struct statistic_data *d, const double *p,
                         struct statistic_value *out) {
    const double *y = d->columns[0], *x = d->columns[1];
    double *alpha = statistic_series(d, out), *beta = statistic_series(d, out + 1);
    double *spread = statistic_series(d, out + 2);
    if (alpha == NULL || beta == NULL || spread == NULL) return ERR_NOMEM;
    TRY(hedge_smooth(y, x, d->count, hedge_make(p[0], p[1], p[2]), d->arena, alpha, beta));
    for (size_t i = 0; i < d->count; i++) spread[i] = y[i] - alpha[i] - beta[i] * x[i];
    return 0;
}

static const struct statistic statistics[] = {
    {.name = "kalman_smooth",
     .summary = "Line of y on x that moves, in the light of all rows: not to be traded on.",
     .source = "Kalman (1960); Rauch, Tung and Striebel (1965)",
     .inputs = {"y", "x"},
     .input_count = 2,
     OUTPUTS(smooth_outputs),
     PARAMS(smooth_params),
     .evaluate = kalman_smooth},
    {.name = "ols",
     .summary = "Regression of y on one or several x: coefficients, errors, tests.",
     .source = "Least squares by Householder's Q R; White (1980); Newey and West (1987)",
     FACTORS,
     OUTPUTS(fit_outputs),
     PARAMS(fit_params),
     .evaluate = ols},
    {.name = "ols_residuals",
     .summary = "Fitted values and residuals of a regression of y on one or several x.",
     .source = "Least squares by Householder's Q R",
     FACTORS,
     OUTPUTS(residual_outputs),
     PARAMS(intercept_only),
     .evaluate = ols_residuals},
    {.name = "rolling_regression",
     .summary = "Regression of y on one or several x in rolling windows: alpha, betas, R squared.",
     .source = "Least squares by the normal equations of correlations",
     FACTORS,
     OUTPUTS(rolling_outputs),
     PARAMS(window_only),
     .evaluate = rolling_regression},
};

const struct statistic_table statistic_regression = {
    .title = "Regression",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
