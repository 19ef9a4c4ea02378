// SPDX-License-Identifier: Apache-2.0
#include "quant/series/cointegration.h"

#include <math.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"

// What is left of levels and of steps when the trend and lagged steps are taken out, column by column.
struct residuals {
    size_t count;
    size_t rows;
    double *levels;
    double *steps;
};

static int take_out(const double *const *columns, size_t count, size_t rows,
                    enum mackinnon_trend trend, struct arena *arena, double *ret);
static int residuals_of(const double *const *columns, size_t count, size_t rows,
                        enum mackinnon_trend trend, size_t lags, struct arena *arena,
                        struct residuals *ret);
static int solve(const struct residuals *left, struct arena *arena,
                 struct cointegration_johansen *result);

int cointegration_engle_granger(const double *y, const double *const *others, size_t count,
                                size_t rows, const struct unitroot_options *options,
                                struct arena *arena, struct cointegration_pair *ret) {
    size_t terms = (size_t)options->trend;
    const double **factors = ARENA_NEW(arena, const double *, terms + count);
    if (factors == NULL) return ERR_NOMEM;
    for (size_t k = 0; k < terms; k++) {
        double *column = ARENA_NEW(arena, double, rows);
        if (column == NULL) return ERR_NOMEM;
        for (size_t i = 0; i < rows; i++) {
            double t = (double)(i + 1);
            column[i] = k == 0 ? 1 : k == 1 ? t : t * t;
        }
        factors[k] = column;
    }
    memcpy(factors + terms, others, count * sizeof *others);
    struct cointegration_pair pair;
    TRY(regression_fit(y, factors, terms + count, rows, &(struct regression_options){0}, arena,
                       &pair.fit));
    double squares = linalg_dot(y, y, rows);
    if (!(pair.fit.ssr > 1e-24 * squares))
        return ERR_SET(ERR_ARGUMENT, "y is a linear combination of the others");
    struct unitroot_options rest = *options;
    rest.trend = MACKINNON_NONE;
    TRY(unitroot_adf(pair.fit.residuals, rows, &rest, arena, &pair.test));
    pair.test.p = mackinnon_p(pair.test.statistic, options->trend, count + 1);
    mackinnon_critical(options->trend, count + 1, rows - 1, pair.test.critical);
    *ret = pair;
    return 0;
}

int cointegration_johansen(const double *const *columns, size_t count, size_t rows,
                           enum mackinnon_trend trend, size_t lags, struct arena *arena,
                           struct cointegration_johansen *ret) {
    if (count < 2 || count > COINTEGRATION_SERIES_MAX)
        return ERR_SET(ERR_ARGUMENT, "2 to %d series can be tested; there are %zu",
                       COINTEGRATION_SERIES_MAX, count);
    size_t least = 2 + lags + count * (lags + 1) + (trend != MACKINNON_NONE);
    if (rows < least)
        return ERR_SET(ERR_ARGUMENT,
                       "%zu series with %zu lags need %zu complete rows or more; "
                       "there are %zu",
                       count, lags, least, rows);
    struct residuals left;
    TRY(residuals_of(columns, count, rows, trend, lags, arena, &left));
    struct cointegration_johansen result = {.count = count, .rows = left.rows};
    result.eigenvalues = ARENA_NEW(arena, double, count);
    result.trace = ARENA_NEW(arena, double, count);
    result.largest = ARENA_NEW(arena, double, count);
    result.trace_critical = ARENA_NEW(arena, double, 3 * count);
    result.largest_critical = ARENA_NEW(arena, double, 3 * count);
    result.vectors = ARENA_NEW(arena, double, count *count);
    if (result.eigenvalues == NULL || result.trace == NULL || result.largest == NULL ||
        result.trace_critical == NULL || result.largest_critical == NULL || result.vectors == NULL)
        return ERR_NOMEM;
    TRY(solve(&left, arena, &result));
    double sum = 0;
    result.rank = count;
    for (size_t k = count; k-- > 0;) {
        double *trace_critical = result.trace_critical + 3 * k;
        result.largest[k] = -(double)left.rows * mathfn_log1p(-result.eigenvalues[k]);
        result.trace[k] = sum += result.largest[k];
        mackinnon_johansen(MACKINNON_TRACE, trend, count - k, trace_critical);
        mackinnon_johansen(MACKINNON_LARGEST, trend, count - k, result.largest_critical + 3 * k);
        if (!(result.trace[k] > trace_critical[1])) result.rank = k;
    }
    *ret = result;
    return 0;
}

// Projects each of y's columns off x's: rows >= columns of x.
static int project_off(double *x, size_t x_count, double *y, size_t y_count, size_t rows,
                       struct arena *arena) {
    if (x_count == 0) return 0;
    double *diagonal = ARENA_NEW(arena, double, x_count);
    if (diagonal == NULL) return ERR_NOMEM;
    if (linalg_qr(x, rows, x_count, diagonal) < x_count)
        return ERR_SET(ERR_ARGUMENT, "differences of the series are linear combinations of each "
                                     "other: leave a series out, or take fewer lags");
    for (size_t j = 0; j < y_count; j++) {
        double *column = y + j * rows;
        linalg_qr_project(x, rows, x_count, column);
        memset(column, 0, x_count * sizeof *column);
        linalg_qr_expand(x, rows, x_count, column);
    }
    return 0;
}

static int take_out(const double *const *columns, size_t count, size_t rows,
                    enum mackinnon_trend trend, struct arena *arena, double *ret) {
    size_t terms = (size_t)trend;
    double *x = ARENA_NEW(arena, double, terms *rows);
    if (x == NULL) return ERR_NOMEM;
    for (size_t k = 0; k < terms; k++)
        for (size_t i = 0; i < rows; i++) x[k * rows + i] = k == 0 ? 1 : (double)i;
    for (size_t j = 0; j < count; j++) memcpy(ret + j * rows, columns[j], rows * sizeof *ret);
    return project_off(x, terms, ret, count, rows, arena);
}

static int residuals_of(const double *const *columns, size_t count, size_t rows,
                        enum mackinnon_trend trend, size_t lags, struct arena *arena,
                        struct residuals *ret) {
    size_t n = rows - 1 - lags, constant = trend != MACKINNON_NONE;
    size_t x_count = constant + count * lags;
    double *levels = ARENA_NEW(arena, double, count *rows);
    double *x = ARENA_NEW(arena, double, x_count *n);
    double *both = ARENA_NEW(arena, double, 2 * count * n);
    if (levels == NULL || x == NULL || both == NULL) return ERR_NOMEM;
    TRY(take_out(columns, count, rows, trend, arena, levels));
    for (size_t i = 0; constant && i < n; i++) x[i] = 1;
    for (size_t j = 0; j < count; j++) {
        const double *level = levels + j * rows;
        for (size_t i = 0; i < n; i++) {
            size_t t = lags + 1 + i;
            both[j * n + i] = level[t - 1];
            both[(count + j) * n + i] = level[t] - level[t - 1];
            for (size_t k = 1; k <= lags; k++)
                x[(constant + (k - 1) * count + j) * n + i] = level[t - k] - level[t - k - 1];
        }
    }
    TRY(project_off(x, x_count, both, 2 * count, n, arena));
    *ret = (struct residuals){.count = count, .rows = n, .levels = both, .steps = both + count * n};
    return 0;
}

static void products(const double *x, const double *y, size_t count, size_t rows, double *ret) {
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            ret[i * count + j] = linalg_dot(x + i * rows, y + j * rows, rows) / (double)rows;
}

// S_k0 inverse(S_00) S_0k v = eigenvalue S_kk v.
static int solve(const struct residuals *left, struct arena *arena,
                 struct cointegration_johansen *result) {
    size_t m = left->count, n = left->rows;
    double *work = ARENA_NEW(arena, double, 5 * m * m + 3 * m);
    if (work == NULL) return ERR_NOMEM;
    double *levels = work, *cross = levels + m * m, *steps = cross + m * m, *a = steps + m * m;
    double *scratch = a + m * m, *ascending = scratch + m * m + 2 * m;
    products(left->levels, left->levels, m, n, levels);
    products(left->levels, left->steps, m, n, cross);
    products(left->steps, left->steps, m, n, steps);
    size_t done = linalg_cholesky(steps, m);
    if (done < m)
        return ERR_SET(ERR_ARGUMENT,
                       "the differences of series %zu are linear combinations of the others'",
                       done + 1);
    for (size_t i = 0; i < m; i++) linalg_lower_solve(steps, m, cross + i * m);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < m; j++) a[i * m + j] = linalg_dot(cross + i * m, cross + j * m, m);
    int rc = linalg_eigen_pencil(a, levels, m, scratch, ascending, steps);
    if (rc < 0) return ERR_APPEND(rc, "the series are linear combinations of each other");
    for (size_t k = 0; k < m; k++) {
        result->eigenvalues[k] = ascending[m - 1 - k];
        memcpy(result->vectors + k * m, steps + (m - 1 - k) * m, m * sizeof *steps);
    }
    return 0;
}
