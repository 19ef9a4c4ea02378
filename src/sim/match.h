// SPDX-License-Identifier: Apache-2.0
// Market data meets the live orders of its instrument. The rules stand in sim/exchange.h.
#ifndef FULMAR_SIM_MATCH_H
#define FULMAR_SIM_MATCH_H

#include "sim/exchange_state.h"

// Each fills what it can; what has arrived by the event's time must have been handled.
void sim_match_bar(struct sim_exchange *x, const struct bar_event *event);
void sim_match_trade(struct sim_exchange *x, const struct trade_event *event);
void sim_match_quote(struct sim_exchange *x, const struct quote_event *event);

// Ends the orders whose time was over at ts_ns, before the instant now beginning.
void sim_match_expire(struct sim_exchange *x, int64_t ts_ns);

#endif
