// SPDX-License-Identifier: Apache-2.0
// What the files of the order machine share: the bookkeeping around a change of an order.
//
// A change is: take order_worst_leaves() before it, change the order, call orders_settle() with the state it
// goes to. Settling moves the working quantities by the difference, and takes an order that ends off the live
// list.
#ifndef FULMAR_ORDER_ORDER_STATE_H
#define FULMAR_ORDER_ORDER_STATE_H

#include "order/order.h"

// What a live order could still fill at worst: by the larger of its quantity and the asked one. 0 when ended.
int64_t order_worst_leaves(const struct order *order);

// Whether the instrument's working quantity of a side stays in range when it grows by `more`.
bool orders_exposure_fits(const struct orders *orders, const struct order_spec *spec, int64_t more);

// Puts an order into `state` (its own, to stay) after a change; worst_before is from before the change.
void orders_settle(struct orders *orders, uint32_t handle, uint32_t state, int64_t worst_before,
                   int64_t now_ns);

// O5: whether a trade of an order was booked, and remembering one that is.
bool orders_trade_known(const struct orders *orders, uint64_t order_id, uint64_t trade_id);
void orders_trade_remember(struct orders *orders, uint64_t order_id, uint64_t trade_id);

#endif
