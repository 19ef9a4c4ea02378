// SPDX-License-Identifier: Apache-2.0
// Reports on their way from the simulated venue to us, oldest first.
#ifndef FULMAR_SIM_OUTBOX_H
#define FULMAR_SIM_OUTBOX_H

#include "sim/exchange_state.h"

// A report on an order that happened at venue_ns and is known to the venue's clients from ts_ns on, plus the
// report latency. Never before an earlier report. The caller fills in what its kind carries.
struct order_event *sim_outbox_order(struct sim_exchange *x, enum event_kind kind,
                                     const struct sim_order *order, int64_t venue_ns,
                                     int64_t ts_ns);
struct cash_event *sim_outbox_cash(struct sim_exchange *x, uint32_t instrument, int64_t ts_ns);

// Moves up to max reports due at now_ns out; returns how many.
int sim_outbox_take(struct sim_exchange *x, int64_t now_ns, union event *ret_events, int max);

// Whether the reports of one more event fit.
bool sim_outbox_has_room(const struct sim_exchange *x);

#endif
