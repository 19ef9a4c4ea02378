// SPDX-License-Identifier: Apache-2.0
// One fill: how much, at what price, with what fee, and what it means for the account and other orders.
#ifndef FULMAR_SIM_FILL_H
#define FULMAR_SIM_FILL_H

#include "sim/exchange_state.h"

// The data event that fills orders.
struct sim_fill_source {
    uint32_t instrument;
    uint32_t reserved;
    int64_t open_ns;  // of the bar; the stamp of a trade or quote
    int64_t ts_ns;    // engine time of the event
    int64_t venue_ns; // when fills made now happen
    qty_t volume;     // 0: not known
    int64_t room;     // what our fills may still take, INT64_MAX: no cap
    int64_t taken;    // what they took
};

// The order takes liquidity at `price`: slippage, rounding to the tick against it, never beyond its limit.
// Returns false when it got nothing (its chance is gone; it was canceled where it has but one).
bool sim_fill_take(struct sim_exchange *x, struct sim_fill_source *source, uint32_t slot,
                   price_t price);
// The order rests and is filled at exactly `price`, as a maker or, if taker, at a taker's fee.
bool sim_fill_rest(struct sim_exchange *x, struct sim_fill_source *source, uint32_t slot,
                   price_t price, enum liquidity liquidity);

// A position that the venue closes by itself: liquidation with slippage and a taker's fee, delisting at
// `price` without either.
void sim_fill_forced(struct sim_exchange *x, struct sim_fill_source *source, uint32_t strategy,
                     price_t price, enum order_reason reason);

#endif
