// SPDX-License-Identifier: Apache-2.0
#include "quant/series/unitroot.h"

#include <math.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/math/sum.h"
#include "quant/series/regression.h"

enum { TERMS_MAX = 3 };

// The columns of a Dickey-Fuller regression: the trend's terms, the level, lagged differences.
struct design {
    const double *y;
    const double **columns;
    size_t count; // without lags: the terms and the level
    size_t terms;
    size_t rows;
};

static int check(const double *x, size_t rows, size_t least);
static size_t schwert(size_t rows);
static int design_make(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                       struct arena *arena, struct design *ret);
static int terms_make(enum mackinnon_trend trend, size_t rows, size_t first, struct arena *arena,
                      const double **ret_columns);
static double long_run(const double *e, size_t rows, size_t lags);
static size_t hobijn(const double *e, size_t rows);

static size_t term_count(enum mackinnon_trend trend) {
    return (size_t)trend; // none, 1, 1 t, 1 t t^2
}

// The information criterion of every number of lags over the same rows, from one Q R: the residuals of
// fewer columns are what more of them project.
static int choose(const double *x, size_t rows, enum mackinnon_trend trend, size_t most,
                  enum unitroot_choice choice, struct arena *arena, size_t *ret_lags,
                  double *ret_criterion) {
    struct design design;
    TRY(design_make(x, rows, trend, most, arena, &design));
    size_t n = design.rows, k = design.count + most;
    double *qr = ARENA_NEW(arena, double, n *k), *y = ARENA_NEW(arena, double, n);
    double *diagonal = ARENA_NEW(arena, double, k);
    if (qr == NULL || y == NULL || diagonal == NULL) return ERR_NOMEM;
    for (size_t j = 0; j < k; j++) memcpy(qr + j * n, design.columns[j], n * sizeof *qr);
    memcpy(y, design.y, n * sizeof *y);
    if (linalg_qr(qr, n, k, diagonal) < k)
        return ERR_SET(ERR_ARGUMENT, "differences of the series are linear combinations of their "
                                     "lags: fewer lags may do");
    linalg_qr_project(qr, n, k, y);
    double squares = 0, best = INFINITY, rounds = (double)n;
    for (size_t i = k; i < n; i++) squares += y[i] * y[i];
    size_t lags = most;
    for (size_t used = most + 1; used-- > 0;) {
        size_t count = design.count + used;
        double penalty = choice == UNITROOT_AIC ? 2 : mathfn_log(rounds);
        double value = rounds * (1.83787706640934548356 + mathfn_log(squares / rounds) + 1) +
                       penalty * (double)count;
        if (value <= best) {
            best = value;
            lags = used;
        }
        squares += y[count - 1] * y[count - 1];
    }
    *ret_lags = lags;
    *ret_criterion = best;
    return 0;
}

int unitroot_adf(const double *x, size_t rows, const struct unitroot_options *options,
                 struct arena *arena, struct unitroot *ret) {
    size_t terms = term_count(options->trend);
    TRY(check(x, rows, 2 * (terms + 2)));
    size_t most = rows / 2 - terms - 1, lags = options->lags;
    if (lags == UNITROOT_LAGS_AUTO) lags = schwert(rows) < most ? schwert(rows) : most;
    if (lags > most)
        return ERR_SET(ERR_ARGUMENT, "%zu complete rows allow %zu lags at most, not %zu", rows,
                       most, lags);
    struct unitroot result = {.criterion = NAN};
    if (options->choice != UNITROOT_FIXED)
        TRY(choose(x, rows, options->trend, lags, options->choice, arena, &lags,
                   &result.criterion));
    struct design design;
    TRY(design_make(x, rows, options->trend, lags, arena, &design));
    struct regression fit;
    TRY(regression_fit(design.y, design.columns, design.count + lags, design.rows,
                       &(struct regression_options){0}, arena, &fit));
    result.statistic = fit.t[terms];
    result.coefficient = fit.coefficients[terms];
    result.p = mackinnon_p(result.statistic, options->trend, 1);
    mackinnon_critical(options->trend, 1, design.rows, result.critical);
    result.lags = lags;
    result.rows = design.rows;
    *ret = result;
    return 0;
}

int unitroot_pp(const double *x, size_t rows, const struct unitroot_options *options,
                struct arena *arena, struct unitroot *ret) {
    size_t terms = term_count(options->trend);
    TRY(check(x, rows, terms + 4));
    size_t n = rows - 1, lags = options->lags == UNITROOT_LAGS_AUTO ? schwert(n) : options->lags;
    if (lags >= n)
        return ERR_SET(ERR_ARGUMENT, "%zu lags need more than %zu complete rows; there are %zu",
                       lags, lags + 1, rows);
    struct design design;
    TRY(design_make(x, rows, options->trend, 0, arena, &design));
    struct regression fit;
    TRY(regression_fit(design.y, design.columns, design.count, n, &(struct regression_options){0},
                       arena, &fit));
    double wide = long_run(fit.residuals, n, lags), narrow = fit.ssr / (double)n;
    struct unitroot result = {.criterion = NAN, .lags = lags, .rows = n};
    result.coefficient = fit.coefficients[terms];
    result.statistic =
        sqrt(narrow / wide) * fit.t[terms] -
        0.5 * (wide - narrow) / sqrt(wide) * ((double)n * fit.errors[terms] / fit.deviation);
    result.p = mackinnon_p(result.statistic, options->trend, 1);
    mackinnon_critical(options->trend, 1, n, result.critical);
    *ret = result;
    return 0;
}

int unitroot_kpss(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                  struct arena *arena, struct unitroot *ret) {
    static const double points[2][4] = {{0.347, 0.463, 0.574, 0.739}, {0.119, 0.146, 0.176, 0.216}};
    static const double shares[] = {0.1, 0.05, 0.025, 0.01};
    if (trend != MACKINNON_CONSTANT && trend != MACKINNON_LINEAR)
        return ERR_SET(ERR_ARGUMENT, "this test is about a level or a line");
    TRY(check(x, rows, 4));
    const double *columns[TERMS_MAX];
    TRY(terms_make(trend, rows, 1, arena, columns));
    struct regression fit;
    TRY(regression_fit(x, columns, term_count(trend), rows, &(struct regression_options){0}, arena,
                       &fit));
    if (lags == UNITROOT_LAGS_AUTO) lags = hobijn(fit.residuals, rows);
    if (lags >= rows)
        return ERR_SET(ERR_ARGUMENT, "%zu lags need more than %zu complete rows; there are %zu",
                       lags, lags, rows);
    struct sum level = {0}, squares = {0};
    for (size_t i = 0; i < rows; i++) {
        sum_add(&level, fit.residuals[i]);
        sum_add(&squares, sum_value(&level) * sum_value(&level));
    }
    double n = (double)rows;
    struct unitroot result = {.criterion = NAN, .coefficient = NAN, .lags = lags, .rows = rows};
    result.statistic = sum_value(&squares) / (n * n) / long_run(fit.residuals, rows, lags);
    const double *table = points[trend - MACKINNON_CONSTANT];
    result.p = result.statistic <= table[0] ? shares[0] : shares[3];
    for (size_t i = 0; i < 3; i++)
        if (result.statistic > table[i] && result.statistic <= table[i + 1])
            result.p = shares[i] + (shares[i + 1] - shares[i]) * (result.statistic - table[i]) /
                                       (table[i + 1] - table[i]);
    result.critical[0] = table[3];
    result.critical[1] = table[1];
    result.critical[2] = table[0];
    *ret = result;
    return 0;
}

static int check(const double *x, size_t rows, size_t least) {
    if (rows < least)
        return ERR_SET(ERR_ARGUMENT, "needs %zu complete rows or more; there are %zu", least, rows);
    for (size_t i = 1; i < rows; i++)
        if (x[i] != x[0]) return 0;
    return ERR_SET(ERR_ARGUMENT, "all %zu values are equal", rows);
}

static size_t schwert(size_t rows) {
    return (size_t)ceil(12 * sqrt(sqrt((double)rows / 100)));
}

static int terms_make(enum mackinnon_trend trend, size_t rows, size_t first, struct arena *arena,
                      const double **ret_columns) {
    for (size_t k = 0; k < term_count(trend); k++) {
        double *column = ARENA_NEW(arena, double, rows);
        if (column == NULL) return ERR_NOMEM;
        for (size_t i = 0; i < rows; i++) {
            double t = (double)(i + first);
            column[i] = k == 0 ? 1 : k == 1 ? t : t * t;
        }
        ret_columns[k] = column;
    }
    return 0;
}

static int design_make(const double *x, size_t rows, enum mackinnon_trend trend, size_t lags,
                       struct arena *arena, struct design *ret) {
    struct design design = {.terms = term_count(trend), .rows = rows - 1 - lags};
    design.count = design.terms + 1;
    double *steps = ARENA_NEW(arena, double, rows - 1);
    design.columns = ARENA_NEW(arena, const double *, design.count + lags);
    if (steps == NULL || design.columns == NULL) return ERR_NOMEM;
    for (size_t i = 0; i + 1 < rows; i++) steps[i] = x[i + 1] - x[i];
    TRY(terms_make(trend, design.rows, 1, arena, design.columns));
    design.columns[design.terms] = x + lags;
    for (size_t k = 1; k <= lags; k++) design.columns[design.terms + k] = steps + lags - k;
    design.y = steps + lags;
    *ret = design;
    return 0;
}

// Newey and West's variance of a sum, Bartlett weights, divisor rows.
static double long_run(const double *e, size_t rows, size_t lags) {
    double sum = linalg_dot(e, e, rows);
    for (size_t k = 1; k <= lags; k++)
        sum += 2 * (1 - (double)k / ((double)lags + 1)) * linalg_dot(e + k, e, rows - k);
    return sum / (double)rows;
}

static size_t hobijn(const double *e, size_t rows) {
    double n = (double)rows, zeroth = linalg_dot(e, e, rows) / n, first = 0;
    size_t most = (size_t)mathfn_pow(n, 2.0 / 9);
    for (size_t k = 1; k <= most; k++) {
        double product = linalg_dot(e + k, e, rows - k) / (n / 2);
        zeroth += product;
        first += (double)k * product;
    }
    double ratio = first / zeroth;
    double lags = 1.1447 * mathfn_pow(ratio * ratio, 1.0 / 3) * mathfn_pow(n, 1.0 / 3);
    return lags < n - 1 ? (size_t)lags : rows - 1;
}
