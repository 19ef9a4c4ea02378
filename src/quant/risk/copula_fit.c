// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/copula_fit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "quant/math/distribution.h"
#include "quant/math/linalg.h"
#include "quant/math/mathfn.h"
#include "quant/math/sum.h"
#include "quant/series/rank.h"

// Steps of equal ratio over the range before the best of them is narrowed.
enum { STEPS = 16 };

static const double golden = 0.61803398874989485, narrow = 1e-7;

// Half of the 95 % quantile of chi-squared with one degree of freedom.
static const double half_chi2 = 1.9207294103470620;

struct fit {
    size_t count, rows;
    const uint32_t *ranks; // [count rows], twice the rank, so that shared ones are whole
    double *factor;        // L of the correlation
    double *
        quantiles; // [rows + 2], by twice the rank from 2 to rows + 1; the others are their opposites
    double *x;     // [count]
};

// Equal values share a rank, and most ranks of the doubled scale belong to nobody: those stay NaN.
static void fill_quantiles(const struct fit *fit, double dof) {
    size_t end = 2 * (fit->rows + 1);
    for (size_t k = 2; k < fit->rows + 2; k++) fit->quantiles[k] = NAN;
    for (size_t i = 0; i < fit->count * fit->rows; i++) {
        size_t rank = fit->ranks[i], k = rank <= end - rank ? rank : end - rank;
        if (isnan(fit->quantiles[k]))
            fit->quantiles[k] = distribution_t_quantile((double)k / (double)end, dof);
    }
}

static double quantile_at(const struct fit *fit, uint32_t rank) {
    size_t end = 2 * (fit->rows + 1);
    return rank <= end - rank ? fit->quantiles[rank] : -fit->quantiles[end - rank];
}

static double likelihood(const struct fit *fit, double dof) {
    double d = (double)fit->count, joint = (dof + d) / 2, single = (dof + 1) / 2;
    struct sum sum = {0};
    fill_quantiles(fit, dof);
    for (size_t t = 0; t < fit->rows; t++) {
        double margins = 0;
        for (size_t j = 0; j < fit->count; j++) {
            double x = quantile_at(fit, fit->ranks[j * fit->rows + t]);
            fit->x[j] = x;
            margins += mathfn_log1p(x * x / dof);
        }
        linalg_lower_solve(fit->factor, fit->count, fit->x);
        double square = linalg_dot(fit->x, fit->x, fit->count);
        sum_add(&sum, single * margins - joint * mathfn_log1p(square / dof));
    }
    return distribution_log_gamma(joint) + (d - 1) * distribution_log_gamma(dof / 2) -
           d * distribution_log_gamma(single) -
           0.5 * linalg_cholesky_log_det(fit->factor, fit->count) +
           sum_value(&sum) / (double)fit->rows;
}

// Golden sections of ln(dof) within low and high.
static struct copula_fit narrow_down(const struct fit *fit, double low, double high) {
    double a = high - golden * (high - low), b = low + golden * (high - low);
    double at_a = likelihood(fit, mathfn_exp(a)), at_b = likelihood(fit, mathfn_exp(b));
    while (high - low > narrow) {
        bool left = at_a >= at_b;
        if (left) {
            high = b;
            b = a;
            at_b = at_a;
            a = high - golden * (high - low);
            at_a = likelihood(fit, mathfn_exp(a));
        } else {
            low = a;
            a = b;
            at_a = at_b;
            b = low + golden * (high - low);
            at_b = likelihood(fit, mathfn_exp(b));
        }
    }
    return at_a >= at_b ? (struct copula_fit){.dof = mathfn_exp(a), .likelihood = at_a}
                        : (struct copula_fit){.dof = mathfn_exp(b), .likelihood = at_b};
}

static struct copula_fit search(const struct fit *fit) {
    double low = mathfn_log(COPULA_FIT_DOF_MIN), high = mathfn_log(COPULA_FIT_DOF_MAX);
    double step = (high - low) / STEPS;
    struct copula_fit best = {.dof = NAN, .likelihood = -INFINITY};
    int at = 0;
    for (int i = 0; i <= STEPS; i++) {
        double dof = i == STEPS ? COPULA_FIT_DOF_MAX : mathfn_exp(low + i * step);
        double value = likelihood(fit, dof);
        if (value > best.likelihood)
            best = (struct copula_fit){.dof = dof, .likelihood = value}, at = i;
    }
    double from = low + (at > 0 ? at - 1 : 0) * step;
    double to = low + (at < STEPS ? at + 1 : STEPS) * step;
    struct copula_fit found = narrow_down(fit, from, to);
    return found.likelihood > best.likelihood ? found : best;
}

// Where, between the maximum and an end, the likelihood has fallen by what chance alone takes; the end, where it has
// not.
static double not_rejected(const struct fit *fit, const struct copula_fit *best, double end) {
    double least = best->likelihood - half_chi2 / (double)fit->rows;
    double inside = mathfn_log(best->dof), outside = mathfn_log(end);
    if (likelihood(fit, end) >= least) return end;
    while (fabs(outside - inside) > 1e-3) {
        double middle = 0.5 * (inside + outside);
        if (likelihood(fit, mathfn_exp(middle)) >= least)
            inside = middle;
        else
            outside = middle;
    }
    return mathfn_exp(inside);
}

static void fill_ranks(const double *const *columns, size_t count, size_t rows, uint32_t *order,
                       double *ranks, uint32_t *ret) {
    for (size_t j = 0; j < count; j++) {
        rank_order(columns[j], rows, order + rows, order);
        rank_average(columns[j], rows, order, ranks);
        for (size_t t = 0; t < rows; t++) ret[j * rows + t] = (uint32_t)(2 * ranks[t]);
    }
}

int copula_fit_student(const double *const *columns, size_t count, size_t rows,
                       const double *correlation, struct arena *arena, struct copula_fit *ret) {
    if (count < 2 || rows < 2)
        return ERR_SET(ERR_ARGUMENT,
                       "degrees of freedom of a copula are fitted to 2 columns and 2 rows or more, "
                       "not to %zu and %zu",
                       count, rows);
    size_t mark = arena->used;
    uint32_t *ranks = ARENA_NEW(arena, uint32_t, count * rows);
    uint32_t *order = ARENA_NEW(arena, uint32_t, 2 * rows);
    double *scratch = ARENA_NEW(arena, double, count *count + count + rows + 2);
    if (ranks == NULL || order == NULL || scratch == NULL)
        return ERR_APPEND(ERR_NOMEM, "%zu assets of %zu rows", count, rows);
    struct fit fit = {
        count, rows, ranks, scratch, scratch + count * count, scratch + count * count + rows + 2};
    fill_ranks(columns, count, rows, order, fit.quantiles, ranks);
    memcpy(fit.factor, correlation, count * count * sizeof *correlation);
    int rc = 0;
    if (linalg_cholesky(fit.factor, count) != count)
        rc = ERR_SET(ERR_ARGUMENT, "a copula whose columns move as one has no density to fit its "
                                   "degrees of freedom by: give them");
    if (rc == 0) {
        *ret = search(&fit);
        ret->low = not_rejected(&fit, ret, COPULA_FIT_DOF_MIN);
        ret->high = not_rejected(&fit, ret, COPULA_FIT_DOF_MAX);
    }
    arena_rewind(arena, mark);
    return rc;
}
