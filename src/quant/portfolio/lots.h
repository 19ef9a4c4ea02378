// SPDX-License-Identifier: Apache-2.0
// Weights as whole lots that money buys: how many of each come nearest, and what is left over.
//
// Nearest is the least sum of |value bought - value wanted| over assets and cash. With v bought of what is
// wanted w that is 2 (the larger of sum v and sum w - sum of the smaller of v and w), so the best plan is a knapsack:
// a lot within what is wanted is worth its price, the lot that passes it what was missing before it.
#ifndef FULMAR_QUANT_PORTFOLIO_LOTS_H
#define FULMAR_QUANT_PORTFOLIO_LOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

// Branches looked at before the search settles for the best so far.
enum { LOTS_BRANCHES_MAX = 2000000 };

struct lots {
    size_t count;             // 1 to PORTFOLIO_ASSETS_MAX
    const char *const *names; // for errors; NULL: "asset 1"
    const double *weights;    // >= 0, their sum at most 1; the rest is cash that is wanted
    const double *price;      // of a unit, > 0
    const double *lot;        // units in a lot, > 0; NULL: 1
    double money;             // > 0
};

struct lots_result {
    int64_t *lots;   // [count]
    double leftover; // money less what the lots cost
    double miss;     // the sum above, in money
    double bound;    // no plan misses by less
    bool exact;      // no plan is nearer; else the search ended at LOTS_BRANCHES_MAX
};

// Whole lots down, then one at a time of the asset whose weight lacks most while the money lasts.
int lots_greedy(const struct lots *lots, struct arena *arena, struct lots_result *ret) MUST_USE;
// The nearest, by branch and bound from there. ERR_ARGUMENT names the asset and the number.
int lots_exact(const struct lots *lots, struct arena *arena, struct lots_result *ret) MUST_USE;

#endif
