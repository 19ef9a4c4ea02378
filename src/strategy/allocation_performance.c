// SPDX-License-Identifier: Apache-2.0
// By recent return for risk: weights in the ratio of max(s, 0) / deviation, where s is the strategy's Sharpe ratio
// drawn toward the mean of all by how little its own says.
//
// A Sharpe ratio S of n days has the standard error sqrt((1 + S^2 / 2) / n), in units of a day (Lo, "The Statistics of
// Sharpe Ratios", Financial Analysts Journal 58(4), 2002). With V the variance of the ratios among strategies and E
// the mean of their squared errors, t = max(V - E, 0) is what they truly differ by, and s = m + t / (t + e^2) (S - m):
// the empirical Bayes estimate of Efron and Morris, JASA 70, 1975. Where nobody is above 0, parts are as by inverse
// volatility.
#include <math.h>

#include "quant/math/sum.h"
#include "strategy/allocation_kit.h"

static const struct param params[] = {ALLOCATION_RULES};

static double square(double x) {
    return x * x;
}

// In place.
static void shrink(double *ratios, uint32_t count, uint32_t days) {
    double mean = sum_mean(ratios, count), spread = 0, error = 0;
    if (count < 2) return;
    for (uint32_t i = 0; i < count; i++) {
        spread += square(ratios[i] - mean) / (count - 1);
        error += (1 + square(ratios[i]) / 2) / days / count;
    }
    double true_spread = fmax(spread - error, 0);
    for (uint32_t i = 0; i < count; i++) {
        double own = (1 + square(ratios[i]) / 2) / days;
        ratios[i] = mean + true_spread / (true_spread + own) * (ratios[i] - mean);
    }
}

int allocation_by_performance(const struct allocation_view *view, struct arena *scratch,
                              double *ret_weights) {
    double *deviations = ARENA_NEW(scratch, double, view->count), best = 0;
    if (deviations == NULL) return ERR_NOMEM;
    allocation_means(view, ret_weights);
    allocation_deviations(view, deviations);
    for (uint32_t i = 0; i < view->count; i++) ret_weights[i] /= deviations[i];
    shrink(ret_weights, view->count, view->days);
    for (uint32_t i = 0; i < view->count; i++) best = fmax(best, ret_weights[i]);
    for (uint32_t i = 0; i < view->count; i++)
        ret_weights[i] = (best > 0 ? fmax(ret_weights[i], 0) : 1) / deviations[i];
    allocation_normalise(ret_weights, view->count);
    return 0;
}

static int weigh(const struct allocation_view *view, const double *values, struct arena *scratch,
                 double *ret_weights) {
    (void)values;
    return allocation_by_performance(view, scratch, ret_weights);
}

const struct allocation allocation_performance = {
    .name = "performance",
    .summary = "By recent return for risk, drawn toward the mean by how little it says.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .reads_returns = true,
    .weigh = weigh,
};
