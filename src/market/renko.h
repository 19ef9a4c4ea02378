// SPDX-License-Identifier: Apache-2.0
// Renko bricks: moves of a whole brick's size, whenever they happen. Nison, Beyond Candlesticks (1994).
//
// The first price is the level from which the first brick is measured. From then on a price that is a size
// above the top of the last brick makes a rising brick on it, one that is a size below its bottom a falling
// one under it: a turn takes two sizes from the last close. A price can make many bricks at once, all of one
// direction. Between bricks prices leave no trace; what was traded since the brick before belongs to the
// first brick that a price makes, so that volumes add up.
//
// No look-ahead: a brick is known with the price that makes it and stays.
//
// struct renko is engine state: plain bytes without pointers or padding.
#ifndef FULMAR_MARKET_RENKO_H
#define FULMAR_MARKET_RENKO_H

#include <stdint.h>

#include "base/decimal.h"

struct renko_brick {
    int64_t ts_ns; // of the price that made it
    price_t open;
    price_t close; // above open: rising
    qty_t volume;
};
_Static_assert(sizeof(struct renko_brick) == 32, "plain bytes");

struct renko {
    price_t size;
    price_t top;    // of the last brick; both the first price before there is one
    price_t bottom; // 0: no price was seen
    price_t price;  // the latest
    int64_t ts_ns;  // its time
    qty_t volume;   // traded since the brick before
};
_Static_assert(sizeof(struct renko) == 48, "engine state without padding");

// ERR_ARGUMENT: a size of 0 or less.
int renko_init(struct renko *renko, price_t size) MUST_USE;

// Takes a price and what was traded at it or since the price before; the bricks that it makes are fetched with
// renko_next, down to 0, before the next one (CHECK). ERR_ARGUMENT: a price of 0 or less, a volume below 0, or
// earlier than the one before. ERR_RANGE: the volume overflows. On an error nothing has changed.
int renko_price(struct renko *renko, int64_t ts_ns, price_t price, qty_t volume) MUST_USE;

// The next brick that the price makes: 1, or 0 when there is none.
int renko_next(struct renko *renko, struct renko_brick *ret_brick);

#endif
