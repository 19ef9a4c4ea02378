// SPDX-License-Identifier: Apache-2.0
// The orders of a feed that are alive, and the book by price that they make: for feeds that tell orders one by one and,
// now and then, a picture of the levels.
#ifndef FULMAR_EDGE_STORE_ORDER_LEVELS_H
#define FULMAR_EDGE_STORE_ORDER_LEVELS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "market/book_l2.h"

enum { ORDER_LEVELS_MAX = 1 << 16 }; // orders at once; more are not followed

struct order_levels;

// No orders; `book` is the caller's, lives longer, and is changed with them. ERR_NOMEM. Closing takes NULL.
int order_levels_open(struct book_l2 *book, struct order_levels **ret_orders) MUST_USE;
void order_levels_close(struct order_levels *orders);

// Takes FEED_ADD, FEED_MODIFY (its new price and quantity) or FEED_DELETE of `what`, as market/feed.h has it. False,
// and no order has changed: one that is there is added, or one is changed that is not, or is of the other side. An
// order that is not there and deleted is taken off its level: a picture may have told it.
bool order_levels_apply(struct order_levels *orders, int64_t what, uint64_t id, int64_t price,
                        int64_t qty);

// Adds to what a level of a book shows, which does not fall below 0.
void order_levels_add(struct book_l2 *book, int side, int64_t price, int64_t qty);

// Prices and quantities are in finer units from now on. The book is not changed.
void order_levels_scale(struct order_levels *orders, int64_t price_factor, int64_t qty_factor);

#endif
