// SPDX-License-Identifier: Apache-2.0
// Bars by activity instead of time: each holds so many rows, such a volume or such a turnover. Lopez de
// Prado, Advances in Financial Machine Learning (2018), chapter 2: tick, volume and dollar bars.
//
// A row is a trade, or a bar of time. Its turnover is its volume at its close, as an integer: price mantissa
// times quantity mantissa.
//
// A row whose volume fills more than what a bar lacks is divided: the bar takes what it lacks, rounded up to
// a whole unit of quantity, and the rest goes to the bars after it, of which one row can fill many. Nothing
// is lost or counted twice: volumes and turnovers of the bars, with those of the unfinished one, add up to
// those of the rows, and every finished bar by volume has exactly the limit. The way of the price within a
// row is not known, so open, high and low of the row count in the first bar that it reaches alone; what
// follows it in the same row is at the row's close. With ACTIVITY_WHOLE no row is divided: a bar ends with the
// row that reaches the limit and holds all of it.
//
// No look-ahead: a bar depends on the rows up to the one that completes it, and is given out with that row.
//
// struct activity is engine state: plain bytes without pointers or padding.
#ifndef FULMAR_MARKET_ACTIVITY_BAR_H
#define FULMAR_MARKET_ACTIVITY_BAR_H

#include <stdint.h>

#include "market/bar.h"

enum activity_kind { ACTIVITY_ROWS, ACTIVITY_VOLUME, ACTIVITY_VALUE, ACTIVITY_KIND_COUNT };

enum activity_flags { ACTIVITY_WHOLE = 1 };

struct activity_bar {
    int64_t open_ns; // when its first row began
    int64_t
        close_ns; // when its last row was known; that of the bar before where one row filled both
    price_t open;
    price_t high;
    price_t low;
    price_t close;
    qty_t volume;
    uint64_t rows;  // of which it holds something
    int128_t value; // turnover: sum of close x volume, in mantissas
};
_Static_assert(sizeof(struct activity_bar) == 80, "part of engine state");

struct activity {
    struct activity_bar bar; // unfinished; rows = 0: none
    int128_t limit;
    struct bar row; // the latest; volume is what of it is in no bar yet
    uint32_t kind;  // enum activity_kind
    uint32_t flags; // enum activity_flags
    uint32_t taken; // 1 while the row still has to go into a bar
    uint32_t reserved;
};
_Static_assert(sizeof(struct activity) == 176, "engine state without padding");

// `limit`: rows, quantity mantissa, or turnover; within 1..2^126, or ERR_ARGUMENT.
int activity_init(struct activity *activity, enum activity_kind kind, int128_t limit,
                  uint32_t flags) MUST_USE;

// Takes a row; what it completes is fetched with activity_next, down to 0, before the next one (CHECK).
// ERR_ARGUMENT: a fault of bar_check, or a row known earlier than the one before. ERR_RANGE: the volume of a
// bar overflows. On an error nothing has changed.
int activity_row(struct activity *activity, const struct bar *row) MUST_USE;

// A trade as a row. ERR_ARGUMENT also: a quantity of 0 or less.
int activity_trade(struct activity *activity, int64_t ts_ns, price_t price, qty_t qty) MUST_USE;

// The next bar that the row completes: 1, or 0 when the row is used up.
int activity_next(struct activity *activity, struct activity_bar *ret_bar);

// Gives out the unfinished bar; returns 0 or 1. For the end of the data alone.
int activity_flush(struct activity *activity, struct activity_bar *ret_bar);

#endif
