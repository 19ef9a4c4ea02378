// SPDX-License-Identifier: Apache-2.0
// The contract of the family "micro": features of an order book and its trades, event by event. A new one is a
// `const struct micro micro_<name>` in a file micro_<x>.c (close relatives share one) and a line in
// quant/micro/micro_list.h; `fulmar data micro`, the list of functions and the property tests come for free.
// What drives them is quant/micro/micro_set.h, which keeps one view of the book for all.
//
// Events: `book` is called once for each change of the book that is whole (a message of the feed, not one of its
// levels), `trade` for each trade, before the change of the book that the trade brings. A member is NULL where a
// feature does not care. A feature writes its outputs when they change; they stand until it writes them again.
//
// Time is the caller's, in nanoseconds, and never goes back. There is no other clock: what is said of a span of
// time is true as of the latest event, or of `time`, which the caller may call in between.
//
// State: state_size(params) bytes at an 8-byte boundary, plain bytes without pointers or padding, a multiple of 8,
// never growing; init writes all of it. Outputs are NaN while undefined: before there was anything to tell, while
// a side of the book is empty, and where the formula has no value.
//
// Units: prices are in ticks and quantities in the feed's mantissas inside, exact integers; outputs are in the
// instrument's own units (price_unit is what a tick is worth, qty_unit one of the mantissa). A feature does not change
// when all prices, or all quantities, are told in other units, but for what its outputs and parameters are in.
#ifndef FULMAR_QUANT_MICRO_MICRO_H
#define FULMAR_QUANT_MICRO_MICRO_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/params.h"

enum {
    MICRO_LEVELS_MAX = 64, // a side, of the view
    MICRO_DEPTH = 96,      // what a side keeps, so that few deletions ask the book for more
    MICRO_OUTPUTS_MAX = 10,
    MICRO_PARAMS_MAX = 8
};

// Prices are within 2^60 of 0; a level or a trade of more than this is taken for one of this, so that sums of levels
// stay whole.
#define MICRO_QTY_MAX (INT64_C(1) << 55)

// The price of a level that does not exist: below every bid, above every ask.
#define MICRO_NO_BID INT64_MIN
#define MICRO_NO_ASK INT64_MAX

// The best levels of a side, from the best outwards. Those from `count` on hold the side's MICRO_NO_ price and 0.
struct micro_side {
    int64_t price[MICRO_DEPTH]; // ticks
    int64_t qty[MICRO_DEPTH];   // mantissas, > 0
    uint32_t count; // may be more than the view's `levels`, of which alone features may speak
    uint32_t more;  // 1: the book has levels behind these
};

// A level that holds another quantity than before the change; 0: none.
struct micro_change {
    int64_t price; // ticks
    int64_t before;
    int64_t now;
};

// What features see. Side 0 is the bids, 1 the asks.
struct micro_view {
    int64_t now_ns;
    uint64_t changes;            // of the book, whole ones, so far
    double price_unit;           // of a tick
    double qty_unit;             // of a mantissa's unit
    struct micro_side now[2];    // after the event
    struct micro_side before[2]; // after the change before; the same as `now` when a trade is told
    uint32_t
        from[2]; // of the change: levels outside [from, to) are in `before` what they are in `now`
    uint32_t to[2];
    // Of the levels of `now` and `before` within `levels`, from the best outwards. Where one of the two has no more
    // than that and a price is worse than its last, the level has come into sight or left it.
    uint32_t changed_count[2];
    struct micro_change changed[2][2 * MICRO_LEVELS_MAX];
    uint32_t levels; // a side that `before` follows, at most MICRO_LEVELS_MAX
    uint32_t begun;  // 1: the book has begun anew with this change, so that `before` says nothing
};

struct micro_trade {
    int64_t price;   // ticks
    int64_t qty;     // mantissas, > 0
    int32_t side;    // +1 the buyer came, -1 the seller came, 0 not told
    uint32_t hidden; // 1: against an order that was not shown
};

struct micro {
    const char *name; // lower_snake_case, unique in the family and among indicators and statistics
    const char *summary; // one sentence or two: what it is and in what range
    const char *source;  // where the formula comes from

    // Names of the outputs in the order in which they are written; "value" where there is one only.
    const char *outputs[MICRO_OUTPUTS_MAX];
    size_t output_count;
    bool reads_trades; // needs trades: without them it stays undefined

    const struct param *params; // at most MICRO_PARAMS_MAX; NULL where there are none
    size_t param_count;

    size_t (*state_size)(const double *params);
    // How many levels a side it reads under these parameters; NULL: one.
    uint32_t (*levels)(const double *params);

    // price_unit and qty_unit are those of the view, which do not change afterwards.
    void (*init)(void *state, const double *params, double price_unit, double qty_unit);
    void (*book)(void *state, const struct micro_view *view, double *outputs);
    void (*trade)(void *state, const struct micro_view *view, const struct micro_trade *trade,
                  double *outputs);
    // Time has passed without an event: brings outputs that are of a span of time up to view->now_ns.
    void (*time)(void *state, const struct micro_view *view, double *outputs);
};

// The feature of that name, or NULL. The list is in alphabetical order.
const struct micro *micro_find(const char *name);
size_t micro_count(void);
const struct micro *micro_at(size_t index); // index < micro_count() (CHECK)

// The position of an output's name, or -1.
int micro_output(const struct micro *micro, const char *name);

// Whether both sides have a level; only then is there a mid.
static inline bool micro_has_touch(const struct micro_view *view) {
    return view->now[0].count > 0 && view->now[1].count > 0;
}

// The quantity in the best `levels` levels of a side.
static inline int64_t micro_sum(const struct micro_side *side, uint32_t levels) {
    int64_t sum = 0; // places behind the last level hold 0
    for (uint32_t i = 0; i < levels; i++) sum += side->qty[i];
    return sum;
}

// Twice the mid in ticks, exactly. Only where micro_has_touch.
static inline int64_t micro_mid2(const struct micro_view *view) {
    return view->now[0].price[0] + view->now[1].price[0];
}

// The mid in units of price; NaN without one.
static inline double micro_mid(const struct micro_view *view) {
    return micro_has_touch(view) ? 0.5 * (double)micro_mid2(view) * view->price_unit : NAN;
}

// Whether the change touched one of the best `levels` levels of either side.
static inline bool micro_touched(const struct micro_view *view, uint32_t levels) {
    return view->begun != 0 || view->from[0] < levels || view->from[1] < levels;
}

#endif
