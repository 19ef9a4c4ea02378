// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/doubt.h"

#include <math.h>

#include "quant/series/significance.h"

static const struct score_result *at(const void *results, size_t stride, uint64_t i) {
    return (const void *)((const char *)results + i * stride);
}

// Variance among those that are defined, in two passes.
static double spread(const void *results, size_t stride, uint64_t count, uint64_t *ret_defined) {
    double sum = 0, squares = 0;
    uint64_t defined = 0;
    for (uint64_t i = 0; i < count; i++) {
        double sharpe = at(results, stride, i)->sharpe;
        if (isnan(sharpe)) continue;
        sum += sharpe;
        defined++;
    }
    double mean = sum / (double)defined;
    for (uint64_t i = 0; i < count; i++) {
        double away = at(results, stride, i)->sharpe - mean;
        if (!isnan(away)) squares += away * away;
    }
    *ret_defined = defined;
    return defined > 1 ? squares / (double)(defined - 1) : NAN;
}

void doubt_of(const void *results, size_t stride, uint64_t count, uint64_t best, double days_a_year,
              struct doubt *ret_doubt) {
    const struct score_result *chosen = at(results, stride, best);
    struct doubt doubt = {0};
    double variance = spread(results, stride, count, &doubt.trials);
    struct sharpe_sample sample = {.sharpe = chosen->sharpe / sqrt(days_a_year),
                                   .count = (double)chosen->days,
                                   .skew = chosen->skew,
                                   .kurtosis = chosen->kurtosis};
    double most = significance_expected_max(variance / days_a_year, (double)doubt.trials);
    doubt.deviation = sqrt(variance);
    doubt.expected_max = most * sqrt(days_a_year);
    doubt.probable = significance_probability(&sample, 0);
    doubt.deflated = significance_probability(&sample, most);
    doubt.days_needed = significance_track_record(&sample, most, 0.95);
    *ret_doubt = doubt;
}
