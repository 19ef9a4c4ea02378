// SPDX-License-Identifier: Apache-2.0
// The orders of a feed that are alive, and the book by price that they make: for feeds that tell orders one by one and,
// now and then, a picture of the best levels.
//
// A level holds its known orders and a rest: orders from before the feed, which pictures alone tell of. What is told of
// an order that is not known moves the rest and never what known orders hold.
//
// A picture may differ from the book and yet nothing be wrong:
//   1. it is of a moment before the latest messages: the book was that, after some message since the picture before;
//   2. a level differs that no picture has shown so far, being farther away than the worst of each: older orders;
//   3. a level differs at which, since the picture before, something was told of an order that is not known. Of one
//      that was filled nothing says how much it held.
// Levels of 2 and 3 are set to what the picture says. Any other difference is one; the level is set to it when the
// picture behind says the same, because a picture may be a message ahead.
#ifndef FULMAR_EDGE_STORE_ORDER_LEVELS_H
#define FULMAR_EDGE_STORE_ORDER_LEVELS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "market/book_l2.h"

enum {
    ORDER_LEVELS_MAX = 1 << 16, // orders at once; more are not followed
    ORDER_PICTURE_MAX = 1024    // levels of a side of a picture; more are passed over
};

enum order_picture { ORDER_PICTURE_EQUAL, ORDER_PICTURE_EXPLAINED, ORDER_PICTURE_DIFFERS };

struct order_levels;

// No orders. ERR_NOMEM. Closing takes NULL.
int order_levels_open(struct order_levels **ret_orders) MUST_USE;
void order_levels_close(struct order_levels *orders);

// Takes FEED_ADD, FEED_MODIFY (its new price and quantity) or FEED_DELETE of `what`, as market/feed.h has it: one
// message. False, and no order has changed: one that is there is added, or one is changed that is not, or is of the
// other side.
bool order_levels_apply(struct order_levels *orders, int64_t what, uint64_t id, int64_t price,
                        int64_t qty);

// What a level of a side (+1 bids, -1 asks) holds; sides do not know of each other.
int64_t order_levels_qty(const struct order_levels *orders, int side, int64_t price);

// Compares with a picture: the best `counts` levels of bids and asks, each side from the best outwards; a side without
// levels is not compared. The first picture is no more than taken, and EQUAL. ret_differ: how many levels differ
// without a reason.
enum order_picture order_levels_compare(struct order_levels *orders,
                                        const struct book_l2_level *levels[2],
                                        const uint32_t counts[2], uint32_t *ret_differ);

// Prices and quantities are in finer units from now on.
void order_levels_scale(struct order_levels *orders, int64_t price_factor, int64_t qty_factor);

#endif
