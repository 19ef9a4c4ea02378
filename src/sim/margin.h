// SPDX-License-Identifier: Apache-2.0
// What the broker asks of the account: buying power before an order, maintenance after every instant.
#ifndef FULMAR_SIM_MARGIN_H
#define FULMAR_SIM_MARGIN_H

#include "sim/exchange_state.h"

// Brings values and requirements of all stale instruments up to date.
void sim_margin_settle(struct sim_exchange *x);

// Looks at an order that has just entered the book (DORMANT ones are not asked for anything): REASON_NONE,
// REASON_NOT_SHORTABLE or REASON_INSUFFICIENT_MARGIN. base_before is sim_margin_base before it entered.
enum order_reason sim_margin_check(struct sim_exchange *x, uint32_t slot, money_t base_before);

// The worst exposure of an instrument, as a base for initial margin, in its currency: the position with market
// orders taken as filled, and then the larger of all that could be long and all that could be short. Of a
// one-cancels-other group one order of a side counts; reduce-only orders and dormant ones do not.
money_t sim_margin_base(const struct sim_exchange *x, uint32_t instrument);

// Equity below maintenance margin: cancels every order, marks every position to be closed at the next
// open. Cheap while nothing is borrowed.
void sim_margin_watch(struct sim_exchange *x, int64_t ts_ns);

// Whether something is borrowed, money or shares.
static inline bool sim_margin_exposed(const struct sim_exchange *x) {
    return x->account.state->shorts != 0 || x->account.state->overdrawn != 0;
}

// The price an order is valued at: its limit, its trigger, or the last price.
static inline price_t sim_margin_reference(const struct sim_exchange *x,
                                           const struct sim_order *order) {
    if (order->spec.limit_price.m > 0) return order->spec.limit_price;
    if (order->spec.stop_price.m > 0) return order->spec.stop_price;
    return x->rows[order->spec.instrument].last;
}

#endif
