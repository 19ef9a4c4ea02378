// SPDX-License-Identifier: Apache-2.0
// Resting orders at the prices that a maker wants: what stands there stays, what stands elsewhere is canceled, what is
// missing is sent, post-only. For strategies of scope book.
#ifndef FULMAR_STRATEGY_QUOTES_H
#define FULMAR_STRATEGY_QUOTES_H

#include "strategy/strategy.h"

enum { QUOTES_MAX = 30 };

// The prices of one side, in ticks; each once.
struct quotes {
    int64_t ticks[QUOTES_MAX];
    int count;
};

// Adds a price unless it is there already. CHECKs that there is room.
void quotes_add(struct quotes *quotes, int64_t tick);

// The tick of an order of `side` (+1 bids, -1 offers) that rests within `tolerance` ticks of `tick`, the nearest of
// them; `tick` itself where there is none. Keeps an order's place in its queue while its price is about right.
int64_t quotes_hold(const struct strategy_view *view, int side, int64_t tick, int64_t tolerance);

// Cancels the resting orders of `side` that are at none of the prices and sends one of `qty` to each price at which
// none of the strategy's orders is. What is on its way, either way, is left alone.
void quotes_move(const struct strategy_view *view, int side, const struct quotes *quotes,
                 double qty, struct strategy_out *ret_out);

#endif
