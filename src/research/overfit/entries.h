// SPDX-License-Identifier: Apache-2.0
// Whether entries know something: the same positions for the same lengths of time, begun at random. A rising market
// makes any long strategy look good; what is asked is how many random schedules do as well.
//
// A random schedule has the trades in another order, each at a place among the bars without a position that is drawn
// for it alone. Results are logarithms of growth from opens, less a cost for
// each side of a trade: for the strategy's own schedule too, so that like is held against like.
#ifndef FULMAR_RESEARCH_OVERFIT_ENTRIES_H
#define FULMAR_RESEARCH_OVERFIT_ENTRIES_H

#include <stdint.h>

#include "base/arena.h"

enum { ENTRIES_DRAWS = 2000, ENTRIES_TRADES_MAX = 1 << 20 };

struct entries_trade {
    uint32_t from; // bars at whose opens it begins and ends; from < to
    uint32_t to;
    int32_t side;
    uint32_t reserved;
};

struct entries_config {
    const double *opens; // [bars] > 0
    uint64_t bars;
    const struct entries_trade *trades; // [count], in order of time, not overlapping
    uint32_t count;                     // > 0
    double cost;                        // of each side, part of the value
    uint32_t draws;
    uint64_t seed;
};

struct entries {
    double own;  // logarithm of growth
    double mean; // of random schedules
    double deviation;
    double p; // (1 + those that do at least as well) / (1 + draws)
    uint32_t draws;
    uint32_t reserved;
};

// ERR_NOMEM.
int entries_of(const struct entries_config *config, struct arena *arena,
               struct entries *ret_entries) MUST_USE;

#endif
