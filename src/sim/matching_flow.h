// SPDX-License-Identifier: Apache-2.0
// Order flow without intelligence for a matching engine: what a market looks like when orders come at random.
// Cont, Stoikov and Talreja, "A Stochastic Model for Order Book Dynamics", Operations Research 58 (2010): all arrivals
// are Poisson,
//   limit orders   at rate limit_rate / i^decay on each side, i ticks (1 to depth) from the best of the other side,
//   market orders  at market_rate on each side,
//   cancels        at cancel_rate for each order that rests, whichever with equal chance.
// With decay 0 this is the model of Smith, Farmer, Gillemot and Krishnamurthy, "Statistical theory of the continuous
// double auction", Quantitative Finance 3 (2003). Rates are a second's. There quantities are one lot; here they are 1
// to qty_max lots with equal chance. Where the other side is empty, i counts from start_price.
//
// The same seed makes the same flow against the same book: equal bits on every machine.
#ifndef FULMAR_SIM_MATCHING_FLOW_H
#define FULMAR_SIM_MATCHING_FLOW_H

#include "base/map.h"
#include "base/prng.h"
#include "sim/matching/matching.h"

enum { MATCHING_FLOW_DEPTH_MAX = 256 };

struct matching_flow_config {
    uint64_t seed;
    uint64_t first_id; // its orders are numbered from here
    int64_t start_ns;
    int64_t start_price;
    double limit_rate; // > 0
    double decay;      // 0 to 10
    double market_rate;
    double cancel_rate; // > 0
    uint32_t depth;     // 1 to MATCHING_FLOW_DEPTH_MAX
    uint32_t qty_max;   // lots
    uint32_t owner;     // whose its orders are
    uint32_t reserved;
};

// The sizes of the paper's estimates (its section 4): limit_rate 1.92, decay 0.52, market_rate 0.94, cancel_rate 0.7;
// depth 10, qty_max 10, start_price and all else 0.
void matching_flow_defaults(struct matching_flow_config *ret_config);

struct matching_flow {
    struct matching_flow_config config;
    struct prng prng;
    uint64_t *ids;    // [order_max] that rest, in any order
    struct map by_id; // -> place in ids
    uint32_t count;
    uint32_t order_max;
    uint32_t opening; // orders of the first book that are still to come
    uint32_t reserved;
    uint64_t next_id;
    int64_t next_ns;
    double rates[MATCHING_FLOW_DEPTH_MAX]; // of limit orders by distance, cumulated
};

// order_max: of its orders at once; past it new limit orders become cancels. The book opens with an order at each
// distance on each side of start_price. ERR_ARGUMENT, ERR_NOMEM.
int matching_flow_init(struct matching_flow *flow, struct arena *arena,
                       const struct matching_flow_config *config, uint32_t order_max) MUST_USE;

// When the next command comes; and the command, given the book as it then is.
int64_t matching_flow_next_ns(const struct matching_flow *flow);
void matching_flow_make(struct matching_flow *flow, const struct matching *matching,
                        struct matching_command *ret_command);

// Hears what became of its orders: every event of the book, in order.
void matching_flow_hear(struct matching_flow *flow, const struct matching_event *event);

#endif
