// SPDX-License-Identifier: Apache-2.0
#include "quant/series/regression.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "quant/math/distribution.h"
#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/math/sum.h"

static const double log_two_pi = 1.83787706640934548356;

// What the fit works with: the design's Q R, and Q' y.
struct work {
    const double *y;
    double *qr; // count columns of `rows`
    double *diagonal;
    double *projected;
    double *gram; // inverse(X' X)
    double *scratch;
    double *influence; // X inverse(X' X), by columns
};

static int allocate(struct arena *arena, const struct regression_options *options,
                    struct regression *fit, struct work *work);
static int decompose(const double *const *factors, const struct regression_options *options,
                     struct regression *fit, struct work *work);
static void solve(struct regression *fit, const struct work *work);
static void covariance(const struct regression_options *options, struct regression *fit,
                       const struct work *work);
static void judge(const struct regression_options *options, struct regression *fit,
                  struct work *work);
static void summarise(const struct regression_options *options, struct regression *fit,
                      struct work *work);

int regression_fit(const double *y, const double *const *factors, size_t factor_count, size_t rows,
                   const struct regression_options *options, struct arena *arena,
                   struct regression *ret) {
    struct regression fit = {.rows = rows, .count = factor_count + options->intercept};
    struct work work = {.y = y};
    if (fit.count == 0) return ERR_SET(ERR_ARGUMENT, "a regression needs a factor or a constant");
    if (rows <= fit.count)
        return ERR_SET(ERR_ARGUMENT,
                       "%zu coefficients need more than %zu complete rows; there are %zu",
                       fit.count, fit.count, rows);
    if (options->errors == REGRESSION_HAC && options->lags >= rows)
        return ERR_SET(ERR_ARGUMENT, "%zu lags need more than %zu complete rows; there are %zu",
                       options->lags, options->lags, rows);
    TRY(allocate(arena, options, &fit, &work));
    TRY(decompose(factors, options, &fit, &work));
    solve(&fit, &work);
    summarise(options, &fit, &work);
    covariance(options, &fit, &work);
    judge(options, &fit, &work);
    *ret = fit;
    return 0;
}

static int allocate(struct arena *arena, const struct regression_options *options,
                    struct regression *fit, struct work *work) {
    size_t n = fit->rows, k = fit->count;
    fit->coefficients = ARENA_NEW(arena, double, k);
    fit->errors = ARENA_NEW(arena, double, k);
    fit->t = ARENA_NEW(arena, double, k);
    fit->p = ARENA_NEW(arena, double, k);
    fit->covariance = ARENA_NEW(arena, double, k *k);
    fit->residuals = ARENA_NEW(arena, double, n);
    work->qr = ARENA_NEW(arena, double, k *n);
    work->diagonal = ARENA_NEW(arena, double, k);
    work->projected = ARENA_NEW(arena, double, n);
    work->gram = ARENA_NEW(arena, double, k *k);
    work->scratch = ARENA_NEW(arena, double, k *k);
    bool robust = options->errors != REGRESSION_CLASSICAL;
    work->influence = ARENA_NEW(arena, double, robust ? k *n : 1);
    bool all = fit->coefficients != NULL && fit->errors != NULL && fit->t != NULL &&
               fit->p != NULL && fit->covariance != NULL && fit->residuals != NULL &&
               work->qr != NULL && work->diagonal != NULL && work->projected != NULL &&
               work->gram != NULL && work->scratch != NULL && work->influence != NULL;
    return all ? 0 : ERR_NOMEM;
}

static int decompose(const double *const *factors, const struct regression_options *options,
                     struct regression *fit, struct work *work) {
    size_t n = fit->rows, constant = options->intercept;
    for (size_t i = 0; constant && i < n; i++) work->qr[i] = 1;
    for (size_t j = constant; j < fit->count; j++)
        memcpy(work->qr + j * n, factors[j - constant], n * sizeof *work->qr);
    size_t done = linalg_qr(work->qr, n, fit->count, work->diagonal);
    if (done == fit->count) return 0;
    const double *factor = factors[done - constant];
    bool flat = true;
    for (size_t i = 1; i < n; i++) flat = flat && factor[i] == factor[0];
    if (flat)
        return ERR_SET(
            ERR_ARGUMENT, "factor %zu is constant: its coefficient cannot be told from %s",
            done - constant + 1, constant && factor[0] != 0 ? "the intercept" : "any other");
    return ERR_SET(ERR_ARGUMENT, "factor %zu is a linear combination of %s: leave one of them out",
                   done - constant + 1,
                   constant ? "the constant and the factors before it" : "those before it");
}

static void solve(struct regression *fit, const struct work *work) {
    size_t n = fit->rows, k = fit->count;
    memcpy(work->projected, work->y, n * sizeof *work->y);
    linalg_qr_project(work->qr, n, k, work->projected);
    linalg_qr_solve(work->qr, n, k, work->diagonal, work->projected, fit->coefficients);
    linalg_qr_inverse_gram(work->qr, n, k, work->diagonal, work->scratch, work->gram);
    // Residuals as what projection left, turned back: better than y less what was fitted.
    memcpy(fit->residuals, work->projected, n * sizeof *work->y);
    memset(fit->residuals, 0, k * sizeof *work->y);
    linalg_qr_expand(work->qr, n, k, fit->residuals);
}

static void summarise(const struct regression_options *options, struct regression *fit,
                      struct work *work) {
    size_t n = fit->rows, k = fit->count;
    struct sum ssr = {0}, steps = {0}, total = {0};
    double mean = options->intercept ? sum_mean(work->y, n) : 0;
    for (size_t i = 0; i < n; i++) {
        double e = fit->residuals[i], d = work->y[i] - mean;
        sum_add(&ssr, e * e);
        sum_add(&total, d * d);
        if (i == 0) continue;
        double step = e - fit->residuals[i - 1];
        sum_add(&steps, step * step);
    }
    double free = (double)(n - k), sst = sum_value(&total);
    fit->ssr = sum_value(&ssr);
    fit->deviation = sqrt(fit->ssr / free);
    fit->r2 = sst > 0 ? 1 - fit->ssr / sst : NAN;
    fit->adjusted_r2 = 1 - (1 - fit->r2) * ((double)(n - options->intercept) / free);
    fit->durbin_watson = fit->ssr > 0 ? sum_value(&steps) / fit->ssr : NAN;
    fit->log_likelihood = -0.5 * (double)n * (log_two_pi + mathfn_log(fit->ssr / (double)n) + 1);
    fit->aic = 2 * (double)k - 2 * fit->log_likelihood;
    fit->bic = (double)k * mathfn_log((double)n) - 2 * fit->log_likelihood;
}

// X inverse(X' X) = Q inverse(R)', times the residual of each row: what each row adds to the
// coefficients' error.
static void influence(const struct regression *fit, const struct work *work) {
    size_t n = fit->rows, k = fit->count;
    memset(work->scratch, 0, k * k * sizeof *work->scratch);
    for (size_t j = 0; j < k; j++) { // row j of scratch: column j of inverse(R)
        work->scratch[j * k + j] = 1;
        linalg_qr_solve(work->qr, n, k, work->diagonal, work->scratch + j * k,
                        work->scratch + j * k);
    }
    memset(work->influence, 0, k * n * sizeof *work->influence);
    for (size_t j = 0; j < k; j++) {
        double *column = work->influence + j * n;
        for (size_t i = j; i < k; i++) column[i] = work->scratch[i * k + j];
        linalg_qr_expand(work->qr, n, k, column);
        for (size_t i = 0; i < n; i++) column[i] *= fit->residuals[i];
    }
}

static void covariance(const struct regression_options *options, struct regression *fit,
                       const struct work *work) {
    size_t n = fit->rows, k = fit->count;
    if (options->errors == REGRESSION_CLASSICAL) {
        double variance = fit->ssr / (double)(n - k);
        for (size_t i = 0; i < k * k; i++) fit->covariance[i] = variance * work->gram[i];
        return;
    }
    influence(fit, work);
    bool hac = options->errors == REGRESSION_HAC;
    double factor = !hac || options->small_sample ? (double)n / (double)(n - k) : 1;
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b <= a; b++) {
            const double *x = work->influence + a * n, *y = work->influence + b * n;
            double sum = linalg_dot(x, y, n);
            for (size_t lag = 1; hac && lag <= options->lags; lag++) {
                double weight = 1 - (double)lag / ((double)options->lags + 1);
                sum += weight * (linalg_dot(x + lag, y, n - lag) + linalg_dot(x, y + lag, n - lag));
            }
            fit->covariance[a * k + b] = fit->covariance[b * k + a] = factor * sum;
        }
}

static void wald(const struct regression_options *options, struct regression *fit,
                 struct work *work) {
    size_t k = fit->count, first = options->intercept, q = k - first;
    fit->f = fit->f_p = NAN;
    if (q == 0) return;
    double free = (double)(fit->rows - k), restricted = (double)q;
    if (options->errors == REGRESSION_CLASSICAL) {
        fit->f = fit->r2 / restricted / ((1 - fit->r2) / free);
    } else {
        double *l = work->scratch, *b = work->projected;
        for (size_t i = 0; i < q; i++) {
            b[i] = fit->coefficients[first + i];
            for (size_t j = 0; j < q; j++)
                l[i * q + j] = fit->covariance[(first + i) * k + first + j];
        }
        if (linalg_cholesky(l, q) < q) return;
        linalg_lower_solve(l, q, b);
        fit->f = linalg_dot(b, b, q) / restricted;
    }
    fit->f_p = distribution_f_tail(fit->f, restricted, free);
}

static void judge(const struct regression_options *options, struct regression *fit,
                  struct work *work) {
    size_t k = fit->count;
    double free = (double)(fit->rows - k);
    for (size_t i = 0; i < k; i++) {
        fit->errors[i] = sqrt(fit->covariance[i * k + i]);
        fit->t[i] = fit->coefficients[i] / fit->errors[i];
        fit->p[i] = options->normal ? distribution_normal_two_sided(fit->t[i])
                                    : distribution_t_two_sided(fit->t[i], free);
    }
    wald(options, fit, work);
}

// Sums over a window of deviations from `origin`: m of them, then the products of each pair, row by
// row of the lower triangle. y is the last of the m variables.
struct rolling {
    const double *const *factors;
    const double *y;
    size_t m;     // variables
    size_t width; // m + m (m + 1) / 2 doubles
    size_t window;
    double *slots; // window x width: folds of the lap before
    double *back;  // of this lap
    double *sums;  // of both
    double *origin;
    double *scale;
    double *normal; // m x m
    double *row;    // deviations of one
};

static void add_row(const struct rolling *r, size_t row, double *sums) {
    double *d = r->row;
    for (size_t j = 0; j < r->m; j++)
        d[j] = (j + 1 < r->m ? r->factors[j][row] : r->y[row]) - r->origin[j];
    double *product = sums + r->m;
    for (size_t j = 0; j < r->m; j++) {
        sums[j] += d[j];
        for (size_t k = 0; k <= j; k++) *product++ += d[j] * d[k];
    }
}

// The lap that ends at `row` becomes the front stack: slot s holds the sums of rows s .. the last.
static void fold_lap(const struct rolling *r, size_t row) {
    for (size_t j = 0; j < r->m; j++) r->origin[j] = j + 1 < r->m ? r->factors[j][row] : r->y[row];
    memset(r->back, 0, r->width * sizeof *r->back);
    for (size_t s = r->window; s-- > 0;) {
        add_row(r, row + 1 - r->window + s, r->back);
        memcpy(r->slots + s * r->width, r->back, r->width * sizeof *r->back);
    }
    memset(r->back, 0, r->width * sizeof *r->back);
}

// Correlations of the window's variables are factored; y's row of the factor holds the solution.
static void solve_window(const struct rolling *r, double *ret_alpha, double *ret_betas,
                         double *ret_r2) {
    size_t m = r->m, k = m - 1;
    double n = (double)r->window;
    *ret_alpha = *ret_r2 = NAN;
    for (size_t j = 0; j < k; j++) ret_betas[j] = NAN;
    const double *product = r->sums + m;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i; j++)
            r->normal[i * m + j] = *product++ - r->sums[i] * (r->sums[j] / n);
    for (size_t i = 0; i < m; i++) {
        double squares = r->normal[i * m + i];
        if (i < k && !(squares > 0)) return;
        r->scale[i] = squares > 0 ? sqrt(squares) : 1;
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i; j++) r->normal[i * m + j] /= r->scale[i] * r->scale[j];
    double *y = r->normal + k * m;
    double moves = y[k]; // 1, or 0 where y is constant
    for (size_t i = 0; i < m; i++) {
        double *row = r->normal + i * m;
        for (size_t j = 0; j < i; j++)
            row[j] = (row[j] - linalg_dot(row, r->normal + j * m, j)) / r->normal[j * m + j];
        if (i == k) break;
        double left = row[i] - linalg_dot(row, row, i);
        if (!(left > 1e-11)) return;
        row[i] = sqrt(left);
    }
    if (moves > 0) *ret_r2 = fmin(linalg_dot(y, y, k), 1);
    double alpha = r->origin[k] + r->sums[k] / n;
    for (size_t j = k; j-- > 0;) {
        y[j] /= r->normal[j * m + j];
        linalg_add(-y[j], r->normal + j * m, j, y);
        ret_betas[j] = y[j] * r->scale[k] / r->scale[j];
        alpha -= ret_betas[j] * (r->origin[j] + r->sums[j] / n);
    }
    *ret_alpha = alpha;
}

int regression_rolling(const double *y, const double *const *factors, size_t factor_count,
                       size_t rows, size_t window, struct arena *arena, double *ret_alpha,
                       double *ret_betas, double *ret_r2) {
    if (factor_count == 0) return ERR_SET(ERR_ARGUMENT, "a rolling regression needs a factor");
    if (window < factor_count + 2)
        return ERR_SET(ERR_ARGUMENT, "%zu factors and a constant need a window of %zu rows or more",
                       factor_count, factor_count + 2);
    size_t m = factor_count + 1;
    struct rolling r = {.factors = factors, .y = y, .m = m, .window = window};
    r.width = m + m * (m + 1) / 2;
    r.slots = ARENA_NEW(arena, double, window *r.width);
    r.back = ARENA_NEW(arena, double, r.width);
    r.sums = ARENA_NEW(arena, double, r.width);
    r.origin = ARENA_NEW(arena, double, m);
    r.scale = ARENA_NEW(arena, double, m);
    r.normal = ARENA_NEW(arena, double, m *m);
    r.row = ARENA_NEW(arena, double, m);
    if (r.slots == NULL || r.back == NULL || r.sums == NULL || r.origin == NULL ||
        r.scale == NULL || r.normal == NULL || r.row == NULL)
        return ERR_NOMEM;
    for (size_t row = 0; row < rows; row++) {
        size_t slot = (row + 1) % window; // the first of the lap before that is still inside
        if (row + 1 < window) {
            ret_alpha[row] = ret_r2[row] = NAN;
            for (size_t j = 0; j < factor_count; j++) ret_betas[row * factor_count + j] = NAN;
            continue;
        }
        if (slot == 0)
            fold_lap(&r, row);
        else
            add_row(&r, row, r.back);
        for (size_t i = 0; i < r.width; i++) r.sums[i] = r.slots[slot * r.width + i] + r.back[i];
        solve_window(&r, ret_alpha + row, ret_betas + row * factor_count, ret_r2 + row);
    }
    return 0;
}
