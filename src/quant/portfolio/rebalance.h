// SPDX-License-Identifier: Apache-2.0
// Trades from what is held back to target weights: when a weight has left its band, how far back, and what is left
// after costs.
//
// A band is target +- min(absolute, relative times target): the rule "5/25" is absolute 0.05 and relative
// 0.25. Values are amounts of one currency. Cash is what is not in assets; its target is 1 - the sum of targets,
// its band the absolute one, trading it costs nothing.
#ifndef FULMAR_QUANT_PORTFOLIO_REBALANCE_H
#define FULMAR_QUANT_PORTFOLIO_REBALANCE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum rebalance_to {
    REBALANCE_TARGET, // once one is outside, every weight goes to its target
    REBALANCE_EDGE, // those outside go to the nearer edge of their band; what that frees or wants is
                    // spread over the others in the ratio of their distances to their targets, so
                    // that none passes its own
};

struct rebalance {
    size_t count;             // 1 to PORTFOLIO_ASSETS_MAX
    const char *const *names; // for errors; NULL: "asset 1"
    const double *held;       // >= 0
    double cash;              // >= 0
    const double *target;     // >= 0, their sum at most 1
    double band_absolute;     // >= 0, a difference of weights; infinity: none
    double band_relative;     // >= 0, a share of the target; infinity: none
    enum rebalance_to to;
    const double *cost; // [count] of the value traded, 0 to below 1; NULL: none
    double fee;         // of each trade, >= 0
};

struct rebalance_result {
    double *trade;   // [count], > 0 is bought
    double *value;   // [count] afterwards
    double cash;     // afterwards
    double total;    // before: assets and cash
    double costs;    // total = sum of value + cash + costs
    double turnover; // sum |trade| / total
    size_t outside;  // weights beyond their bands
    size_t furthest; // the one furthest beyond; count: cash
    double furthest_by;
};

// The arrays of ret are the caller's. Nothing beyond its band: no trades. Otherwise trades go to the wanted
// weights of what remains after the costs of these very trades. ERR_ARGUMENT names the asset and the
// number, or says that costs eat what would be left.
int rebalance(const struct rebalance *rebalance, struct arena *arena,
              struct rebalance_result *ret) MUST_USE;

#endif
