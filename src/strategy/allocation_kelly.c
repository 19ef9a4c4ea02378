// SPDX-License-Identifier: Apache-2.0
// A fraction of the weights that make the whole grow fastest; what they leave stays cash.
//
// The largest w' m - w' S w / (2 fraction) with w >= 0 and a sum of at most 1 (Thorp, "The Kelly Criterion in
// Blackjack, Sports Betting and the Stock Market", 2006; quant/portfolio/kelly.h). Means are Jorion's Bayes-Stein
// estimates ("Bayes-Stein Estimation for Portfolio Analysis", J. Financial and Quantitative Analysis 21, 1986): with
// g = 1' S^-1 r / 1' S^-1 1, the mean of the least variance, m = r + p (g - r) and
// p = (N + 2) / (N + 2 + T (r - g)' S^-1 (r - g)).
#include <math.h>
#include <string.h>

#include "quant/math/linalg.h"
#include "quant/math/sum.h"
#include "quant/portfolio/kelly.h"
#include "strategy/allocation_kit.h"

enum { FRACTION = ALLOCATION_OWN };

static const struct param params[] = {
    ALLOCATION_RULES,
    [FRACTION] = {.name = "fraction",
                  .type = PARAM_REAL,
                  .unit = "of Kelly's",
                  .def = 0.5,
                  .min = 0.01,
                  .max = 1,
                  .help = "Part of the stakes that would make the whole grow fastest."},
};

// In place.
static int shrink(double *means, const double *covariance, const struct allocation_view *view,
                  struct arena *scratch) {
    size_t count = view->count;
    double *factor = ARENA_NEW(scratch, double, count *count);
    double *ones = ARENA_NEW(scratch, double, count), *off = ARENA_NEW(scratch, double, count);
    double *solved = ARENA_NEW(scratch, double, count);
    if (factor == NULL || ones == NULL || off == NULL || solved == NULL) return ERR_NOMEM;
    memcpy(factor, covariance, count * count * sizeof *factor);
    if (linalg_cholesky(factor, count) != count)
        return ERR_SET(ERR_ARGUMENT, "the strategies' covariance is not positive definite");
    for (size_t i = 0; i < count; i++) ones[i] = 1;
    linalg_cholesky_solve(factor, count, ones);
    double common = linalg_dot(ones, means, count) / sum_of(ones, count);
    for (size_t i = 0; i < count; i++) solved[i] = off[i] = means[i] - common;
    linalg_cholesky_solve(factor, count, solved);
    double prior = (double)count + 2;
    double part = prior / (prior + view->days * linalg_dot(off, solved, count));
    for (size_t i = 0; i < count; i++) means[i] = common + (1 - part) * off[i];
    return 0;
}

static int weigh(const struct allocation_view *view, const double *values, struct arena *scratch,
                 double *ret_weights) {
    size_t count = view->count;
    double *covariance = ARENA_NEW(scratch, double, count *count);
    double *means = ARENA_NEW(scratch, double, count);
    if (covariance == NULL || means == NULL) return ERR_NOMEM;
    TRY(allocation_covariance(view, scratch, covariance));
    allocation_means(view, means);
    TRY(shrink(means, covariance, view, scratch));
    for (size_t i = 0; i < count; i++) means[i] *= values[FRACTION];
    struct kelly_market market = {
        .count = count, .mean = means, .covariance = covariance, .total_max = 1};
    struct kelly_result result = {.weights = ret_weights};
    TRY(kelly_bounded(&market, scratch, &result));
    for (size_t i = 0; i < count; i++) ret_weights[i] = fmax(ret_weights[i], 0);
    return 0;
}

const struct allocation allocation_kelly = {
    .name = "kelly",
    .summary = "A fraction of the fastest growing weights, means drawn together; the rest is cash.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .reads_returns = true,
    .weigh = weigh,
};
