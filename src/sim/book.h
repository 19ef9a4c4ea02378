// SPDX-License-Identifier: Apache-2.0
// The orders of the simulated venue: slots, the live list of each instrument, and what the end of one order
// means for others.
#ifndef FULMAR_SIM_BOOK_H
#define FULMAR_SIM_BOOK_H

#include "sim/exchange_state.h"

void sim_book_init(struct sim_exchange *x);

// A slot for a new order, SENT; SLOT_NONE when order_max live. The id is not alive (the caller looked).
uint32_t sim_book_take(struct sim_exchange *x, uint64_t id, const struct order_spec *spec);
// The slot of an order, ended ones too while they are remembered; SLOT_NONE.
uint32_t sim_book_find(const struct sim_exchange *x, uint64_t id);

// Puts a SENT order on its instrument's live list.
void sim_book_enter(struct sim_exchange *x, uint32_t slot, enum sim_slot_state state);

// Takes an order off: its slot becomes DONE and can be reused.
void sim_book_leave(struct sim_exchange *x, uint32_t slot);

// Ends a live order with a report (EVENT_ORDER_CANCELED, _EXPIRED or _REJECTED) and settles its children.
void sim_book_end(struct sim_exchange *x, uint32_t slot, enum event_kind kind,
                  enum order_reason reason, int64_t ts_ns);

// The order took `qty` at ts_ns: wakes and feeds its children, takes from its group, and when it is filled
// ends it. price is the fill's; match_open_ns the open of what filled it.
void sim_book_filled(struct sim_exchange *x, uint32_t slot, qty_t qty, price_t price,
                     int64_t match_open_ns, int64_t ts_ns);

// Ends every live order of an instrument.
void sim_book_cancel_all(struct sim_exchange *x, uint32_t instrument, enum order_reason reason,
                         int64_t ts_ns);
// Ends the reduce-only orders of a strategy that has nothing left to reduce.
void sim_book_drop_reducers(struct sim_exchange *x, uint32_t strategy, uint32_t instrument,
                            int64_t ts_ns);

// Reports terms that the venue made by itself, as EVENT_ORDER_REPLACED.
void sim_book_report_terms(struct sim_exchange *x, const struct sim_order *order, int64_t ts_ns);

// What is left to fill, and for a bracket's child, what it may fill now.
static inline int64_t sim_order_leaves(const struct sim_order *order) {
    return order->spec.qty.m - order->filled.m;
}
static inline int64_t sim_order_allowed(const struct sim_order *order) {
    int64_t most = order->allowed.m < order->spec.qty.m ? order->allowed.m : order->spec.qty.m;
    return most > order->filled.m ? most - order->filled.m : 0;
}
static inline bool sim_order_is_stop(const struct sim_order *order) {
    return order->spec.type == ORDER_STOP || order->spec.type == ORDER_STOP_LIMIT ||
           order->spec.type == ORDER_TRAILING_STOP;
}
// A stop that has not triggered.
static inline bool sim_order_waits(const struct sim_order *order) {
    return sim_order_is_stop(order) && !(order->flags & SIM_TRIGGERED);
}
// An order that a limit price binds now.
static inline bool sim_order_is_limit(const struct sim_order *order) {
    return order->spec.type == ORDER_LIMIT ||
           (order->spec.type == ORDER_STOP_LIMIT && (order->flags & SIM_TRIGGERED));
}
// The price that a report of the order's terms carries.
static inline price_t sim_order_price(const struct sim_order *order) {
    bool has_limit = order->spec.type == ORDER_LIMIT || order->spec.type == ORDER_STOP_LIMIT;
    return has_limit ? order->spec.limit_price : order->spec.stop_price;
}

#endif
