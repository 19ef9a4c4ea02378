// SPDX-License-Identifier: Apache-2.0
#include "quant/regime/regime.h"

#include <stdbool.h>

#include "quant/math/mathfn.h"

// Of memberships, so that none is ruled out for good.
static const double least = 1e-4;

static double logistic(double x, double width) {
    return 1 / (1 + mathfn_exp(-x / width));
}

void regime_memberships(const struct regime_options *options, const struct regime_look *look,
                        double ret[REGIMES]) {
    double shock = look->shock / options->shock, swell = look->swell / options->extreme;
    double x = logistic((shock > swell ? shock : swell) - 1, 0.1);
    double t = logistic(look->trend / options->trend - 1, 0.15);
    double h = logistic(look->percentile - options->high, 0.08);
    ret[REGIME_LOW_TREND] = (1 - x) * t * (1 - h);
    ret[REGIME_RANGE] = (1 - x) * (1 - t);
    ret[REGIME_HIGH_TREND] = (1 - x) * t * h;
    ret[REGIME_EXTREME] = x;
}

struct regime_filter regime_filter_make(double stay, double margin) {
    return (struct regime_filter){.stay = stay, .margin = margin, .current = -1};
}

void regime_filter_moves(const struct regime_filter *filter, double ret[REGIMES][REGIMES]) {
    for (size_t i = 0; i < REGIMES; i++) {
        double total = REGIME_PRIOR_ROWS;
        for (size_t j = 0; j < REGIMES; j++) total += filter->counts[i][j];
        for (size_t j = 0; j < REGIMES; j++) {
            double prior = i == j ? filter->stay : (1 - filter->stay) / (REGIMES - 1);
            ret[i][j] = (filter->counts[i][j] + REGIME_PRIOR_ROWS * prior) / total;
        }
    }
}

void regime_filter_push(struct regime_filter *filter, const double memberships[REGIMES]) {
    double moves[REGIMES][REGIMES], now[REGIMES], total = 0;
    bool first = filter->current < 0;
    size_t best = 0, before = first ? 0 : (size_t)filter->current;
    regime_filter_moves(filter, moves);
    for (size_t j = 0; j < REGIMES; j++) {
        double expected = first ? 1 : 0;
        for (size_t i = 0; i < REGIMES && !first; i++)
            expected += filter->probability[i] * moves[i][j];
        total += now[j] = expected * (memberships[j] > least ? memberships[j] : least);
    }
    for (size_t j = 0; j < REGIMES; j++) {
        filter->probability[j] = now[j] / total;
        if (filter->probability[j] > filter->probability[best]) best = j;
    }
    if (first) {
        filter->current = (double)best;
        return;
    }
    if (filter->probability[best] >= filter->probability[before] + filter->margin)
        filter->current = (double)best;
    filter->counts[before][(size_t)filter->current]++;
}
