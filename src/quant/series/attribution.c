// SPDX-License-Identifier: Apache-2.0
#include "quant/series/attribution.h"

#include "quant/math/sum.h"

struct attribution_totals attribution_brinson(const struct attribution_sectors *sectors,
                                              const struct attribution_parts *parts) {
    struct sum portfolio = {0}, benchmark = {0};
    for (size_t i = 0; i < sectors->count; i++) {
        sum_add(&portfolio, sectors->weights[i] * sectors->returns[i]);
        sum_add(&benchmark, sectors->benchmark_weights[i] * sectors->benchmark_returns[i]);
    }
    struct attribution_totals totals = {.portfolio = sum_value(&portfolio),
                                        .benchmark = sum_value(&benchmark)};
    for (size_t i = 0; i < sectors->count; i++) {
        double over = sectors->weights[i] - sectors->benchmark_weights[i];
        double theirs = sectors->benchmark_returns[i], better = sectors->returns[i] - theirs;
        parts->allocation[i] = over * (theirs - totals.benchmark);
        parts->simple_allocation[i] = over * theirs;
        parts->selection[i] = sectors->benchmark_weights[i] * better;
        parts->interaction[i] = over * better;
    }
    totals.allocation = sum_of(parts->simple_allocation, sectors->count);
    totals.selection = sum_of(parts->selection, sectors->count);
    totals.interaction = sum_of(parts->interaction, sectors->count);
    totals.excess = totals.portfolio - totals.benchmark;
    return totals;
}
