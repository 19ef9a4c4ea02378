// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "quant/series/covariance.h"
#include "quant/series/rank.h"
#include "quant/statistic/statistic.h"

#define COLUMNS .inputs = {"column"}, .input_count = 1, .repeats = true
#define PAIR .inputs = {"x", "y"}, .input_count = 2
#define OUTPUTS(table) .outputs = (table), .output_count = sizeof(table) / sizeof *(table)
#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)

static const struct statistic_output matrix_only[] = {{.name = "matrix",
                                                       .shape = STATISTIC_MATRIX,
                                                       .help = "Row and column j: input j.",
                                                       .row_inputs = true,
                                                       .column_inputs = true}};
static const struct statistic_output matrix_and_p[] = {
    {.name = "matrix",
     .shape = STATISTIC_MATRIX,
     .help = "Row and column j: input j.",
     .row_inputs = true,
     .column_inputs = true},
    {.name = "p",
     .shape = STATISTIC_MATRIX,
     .help = "Two-sided p-values of no association; 0 on the diagonal.",
     .row_inputs = true,
     .column_inputs = true}};
static const struct statistic_output shrunk[] = {
    {.name = "shrinkage", .help = "Weight of the target, 0 to 1."},
    {.name = "matrix",
     .shape = STATISTIC_MATRIX,
     .help = "Row and column j: input j.",
     .row_inputs = true,
     .column_inputs = true}};
static const struct statistic_output clipped[] = {
    {.name = "edge", .help = "Largest eigenvalue that noise alone would give."},
    {.name = "kept", .help = "How many eigenvalues are above it."},
    {.name = "matrix",
     .shape = STATISTIC_MATRIX,
     .help = "Row and column j: input j.",
     .row_inputs = true,
     .column_inputs = true}};
static const struct statistic_output pair_outputs[] = {{.name = "value"},
                                                       {.name = "p", .help = "Two-sided p-value."}};

static const struct param ddof_only[] = {{.name = "ddof",
                                          .type = PARAM_INT,
                                          .unit = "",
                                          .def = 1,
                                          .min = 0,
                                          .max = 1,
                                          .help = "Divisor is rows less this: 1 sample, 0 "
                                                  "population."}};
static const struct param method_only[] = {{.name = "method",
                                            .type = PARAM_ENUM,
                                            .unit = "",
                                            .max = 2,
                                            .choices = "pearson|spearman|kendall",
                                            .help = "Of values, of ranks, of pairs (tau-b)."}};
static const struct param target_only[] = {
    {.name = "target",
     .type = PARAM_ENUM,
     .unit = "",
     .max = 2,
     .choices = "identity|constant|oas",
     .help = "Ledoit and Wolf to the mean variance or to the mean correlation; Chen and others'."}};
static const struct param ewma_params[] = {{.name = "lambda",
                                            .type = PARAM_REAL,
                                            .unit = "",
                                            .def = 0.94,
                                            .min = 0.01,
                                            .max = 0.999999,
                                            .help = "Weight of what was: RiskMetrics' 0.94 for "
                                                    "days."},
                                           {.name = "correlation",
                                            .type = PARAM_BOOL,
                                            .unit = "",
                                            .help = "Correlations instead of covariances."}};
static const struct param nearest_params[] = {{.name = "correlation",
                                               .type = PARAM_BOOL,
                                               .unit = "",
                                               .help = "Keep a diagonal of 1 (Higham)."}};

static int too_few(const struct statistic_data *d, size_t least) {
    return ERR_SET(ERR_ARGUMENT, "needs %zu complete rows or more; there are %zu", least, d->count);
}

// The same as of each pair, but deviations are taken once.
static int pearson_matrix(const struct statistic_data *d, double *values, double *chance) {
    size_t k = d->column_count;
    double *scratch = ARENA_NEW(d->arena, double, k * d->count);
    if (scratch == NULL) return ERR_NOMEM;
    covariance_of(d->columns, k, d->count, 1, scratch, values);
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < i; j++) {
            double square = values[i * k + i] * values[j * k + j];
            double r = square > 0 ? values[i * k + j] / sqrt(square) : NAN;
            if (!isnan(r)) r = fmax(fmin(r, 1), -1);
            values[i * k + j] = values[j * k + i] = r;
            chance[i * k + j] = chance[j * k + i] = rank_p(r, d->count);
        }
    for (size_t i = 0; i < k; i++) values[i * k + i] = values[i * k + i] > 0 ? 1 : NAN;
    return 0;
}

static int correlation_matrix(const struct statistic_data *d, const double *p,
                              struct statistic_value *out) {
    size_t k = d->column_count, n = d->count;
    if (n < 2) return too_few(d, 2);
    double *values = statistic_matrix(d, k, k, out), *chance = statistic_matrix(d, k, k, out + 1);
    double *scratch = ARENA_NEW(d->arena, double, 2 * n);
    uint32_t *order = ARENA_NEW(d->arena, uint32_t, 3 * n);
    if (values == NULL || chance == NULL || scratch == NULL || order == NULL) return ERR_NOMEM;
    if (p[0] == 0) return pearson_matrix(d, values, chance);
    for (size_t i = 0; i < k; i++) {
        values[i * k + i] = rank_pearson(d->columns[i], d->columns[i], n).value;
        for (size_t j = 0; j < i; j++) {
            const double *x = d->columns[i], *y = d->columns[j];
            struct rank_correlation r = p[0] == 1 ? rank_spearman(x, y, n, order, scratch)
                                                  : rank_kendall(x, y, n, order, scratch);
            values[i * k + j] = values[j * k + i] = r.value;
            chance[i * k + j] = chance[j * k + i] = r.p;
        }
    }
    return 0;
}

static int covariance_matrix(const struct statistic_data *d, const double *p,
                             struct statistic_value *out) {
    size_t k = d->column_count, ddof = (size_t)p[0];
    if (d->count <= ddof) return too_few(d, ddof + 1);
    double *values = statistic_matrix(d, k, k, out);
    double *scratch = ARENA_NEW(d->arena, double, k * d->count);
    if (values == NULL || scratch == NULL) return ERR_NOMEM;
    covariance_of(d->columns, k, d->count, ddof, scratch, values);
    return 0;
}

static int covariance_ewma_matrix(const struct statistic_data *d, const double *p,
                                  struct statistic_value *out) {
    size_t k = d->column_count;
    if (d->count < 1) return too_few(d, 1);
    double *values = statistic_matrix(d, k, k, out), *scratch = ARENA_NEW(d->arena, double, k);
    if (values == NULL || scratch == NULL) return ERR_NOMEM;
    covariance_ewma(d->columns, k, d->count, p[0], values);
    return p[1] != 0 ? covariance_to_correlation(values, k, scratch) : 0;
}

static int covariance_shrunk(const struct statistic_data *d, const double *p,
                             struct statistic_value *out) {
    size_t k = d->column_count;
    double *values = statistic_matrix(d, k, k, out + 1);
    double *scratch = ARENA_NEW(d->arena, double, k * d->count);
    if (values == NULL || scratch == NULL) return ERR_NOMEM;
    return covariance_shrink(d->columns, k, d->count, (enum covariance_target)p[0], scratch, values,
                             &out[0].number);
}

static int correlation_cleaned(const struct statistic_data *d, const double *p,
                               struct statistic_value *out) {
    size_t k = d->column_count, kept = 0;
    if (d->count < 2) return too_few(d, 2);
    double *values = statistic_matrix(d, k, k, out + 2);
    double *scratch = ARENA_NEW(d->arena, double, k * d->count);
    double *work = ARENA_NEW(d->arena, double, k *k + 3 * k);
    if (values == NULL || scratch == NULL || work == NULL) return ERR_NOMEM;
    covariance_of(d->columns, k, d->count, 1, scratch, values);
    TRY(covariance_to_correlation(values, k, work));
    TRY(covariance_clip(values, k, d->count, work, &out[0].number, &kept));
    out[1].number = (double)kept;
    return 0;
}

// The rows of the input are the rows of the matrix.
static int nearest_psd(const struct statistic_data *d, const double *p,
                       struct statistic_value *out) {
    size_t k = d->column_count;
    if (d->count != k)
        return ERR_SET(ERR_ARGUMENT,
                       "the columns are to be those of a square matrix; there are %zu, and %zu "
                       "rows",
                       k, d->count);
    double *values = statistic_matrix(d, k, k, out);
    double *work = ARENA_NEW(d->arena, double, 3 * k * k + 3 * k);
    if (values == NULL || work == NULL) return ERR_NOMEM;
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++) values[i * k + j] = d->columns[j][i];
    return p[0] != 0 ? covariance_nearest_correlation(values, k, 1e-12, work)
                     : covariance_nearest(values, k, work);
}

#define ADAPT_PAIR(name, expression)                                                               \
    static int name(const struct statistic_data *d, const double *p,                               \
                    struct statistic_value *out) {                                                 \
        const double *x = d->columns[0], *y = d->columns[1];                                       \
        uint32_t *order = ARENA_NEW(d->arena, uint32_t, 3 * d->count);                             \
        double *scratch = ARENA_NEW(d->arena, double, 2 * d->count);                               \
        if (order == NULL || scratch == NULL) return ERR_NOMEM;                                    \
        struct rank_correlation r = (expression);                                                  \
        out[0].number = r.value;                                                                   \
        out[1].number = r.p;                                                                       \
        return 0;                                                                                  \
    }

ADAPT_PAIR(kendall, rank_kendall(x, y, d->count, order, scratch))
ADAPT_PAIR(pearson, rank_pearson(x, y, d->count))
ADAPT_PAIR(spearman, rank_spearman(x, y, d->count, order, scratch))

static const struct statistic statistics[] = {
    {.name = "correlation_cleaned",
     .summary = "Correlation matrix with the eigenvalues that noise alone would give made equal.",
     .source = "Laloux, Cizeau, Bouchaud and Potters (1999); Marchenko and Pastur (1967)",
     COLUMNS,
     OUTPUTS(clipped),
     .evaluate = correlation_cleaned},
    {.name = "correlation_matrix",
     .summary = "Correlations of every two columns, with p-values.",
     .source = "Pearson; Spearman (1904); Kendall (1938), tau-b",
     COLUMNS,
     OUTPUTS(matrix_and_p),
     PARAMS(method_only),
     .evaluate = correlation_matrix},
    {.name = "covariance_ewma",
     .summary = "Exponentially weighted covariances without means, at the last row.",
     .source = "RiskMetrics Technical Document (1996), from the first row's products on",
     COLUMNS,
     OUTPUTS(matrix_only),
     PARAMS(ewma_params),
     .evaluate = covariance_ewma_matrix},
    {.name = "covariance_matrix",
     .summary = "Covariances of every two columns.",
     .source = "Plain definition",
     COLUMNS,
     OUTPUTS(matrix_only),
     PARAMS(ddof_only),
     .evaluate = covariance_matrix},
    {.name = "covariance_shrunk",
     .summary = "Population covariances shrunk towards a target, by as much as the data say.",
     .source = "Ledoit and Wolf (2003, 2004); Chen, Wiesel, Eldar and Hero (2010)",
     COLUMNS,
     OUTPUTS(shrunk),
     PARAMS(target_only),
     .evaluate = covariance_shrunk},
    {.name = "kendall",
     .summary = "Kendall's tau-b: the balance of pairs that agree and pairs that do not.",
     .source = "Kendall (1938); Knight (1966)",
     PAIR,
     OUTPUTS(pair_outputs),
     .evaluate = kendall},
    {.name = "nearest_psd",
     .summary = "The nearest matrix that is positive semidefinite, or the nearest correlation "
                "matrix.",
     .source = "Higham (1988, 2002)",
     COLUMNS,
     OUTPUTS(matrix_only),
     PARAMS(nearest_params),
     .evaluate = nearest_psd},
    {.name = "pearson",
     .summary = "Pearson's correlation, with its p-value.",
     .source = "Pearson (1895); Student's t with n - 2 degrees of freedom",
     PAIR,
     OUTPUTS(pair_outputs),
     .evaluate = pearson},
    {.name = "spearman",
     .summary = "Spearman's correlation of ranks, with its p-value.",
     .source = "Spearman (1904); Student's t with n - 2 degrees of freedom",
     PAIR,
     OUTPUTS(pair_outputs),
     .evaluate = spearman},
};

const struct statistic_table statistic_correlation = {
    .title = "Correlation and covariance",
    .rows = statistics,
    .count = sizeof statistics / sizeof *statistics,
};
