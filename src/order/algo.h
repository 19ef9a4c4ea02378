// SPDX-License-Identifier: Apache-2.0
// The family "execution algorithm": one file and one registry line each. How a large order is worked.
//
// A parent order is what a decision wants to have traded; its children are ordinary orders that a venue sees. An
// algorithm is a pure function of the parent's view: what is left, where the clock stands between start and end, what
// the market has traded since, the best prices, the children at work. It answers with children to send and to cancel,
// and has no state of its own.
//
// Whoever runs it (engine/engine_algo.c) holds these, whatever an algorithm answers:
//   A1  filled + what live children could still fill <= the parent's quantity. A child that asks for more is cut.
//   A2  the parent's fills are the sum of its children's.
//   A3  every child is a whole number of lots and not below the smallest order, but for the rest that is less.
//   A4  a child passes every risk rule as any other order does.
//
// Life: STARTED, children, ENDED with a reason; each is an EVENT_ALGO of the journal. After end_ns the policy
// `at_end` rules: market sends what is left as one market order as soon as no child works any more, cancel takes the
// children back and leaves the rest untraded, leave lets the children that work stay and sends nothing more.
#ifndef FULMAR_ORDER_ALGO_H
#define FULMAR_ORDER_ALGO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/params.h"
#include "order/order.h"

enum {
    ALGO_SLICES_MAX = 512,
    ALGO_CHILDREN_MAX = 8, // of a parent, live at once
    ALGO_ORDERS_MAX = 2,   // that one step can send
};
// A share of the whole in parts per billion.
#define ALGO_WHOLE UINT32_C(1000000000)

// The rows that every table begins with.
enum algo_param { ALGO_DURATION, ALGO_AT_END, ALGO_PARAM_FIRST };
enum algo_at_end { ALGO_AT_END_MARKET, ALGO_AT_END_CANCEL, ALGO_AT_END_LEAVE };

#define ALGO_DURATION_PARAM(default_s)                                                             \
    {                                                                                              \
        .name = "duration", .type = PARAM_DURATION, .unit = "", .def = (default_s), .min = 1,      \
        .max = 31536000,                                                                           \
        .help = "How long the order is worked, from the decision on, by the clock on the wall."    \
    }
#define ALGO_AT_END_PARAM(default_choice)                                                          \
    {                                                                                              \
        .name = "at_end", .type = PARAM_ENUM, .unit = "", .def = (default_choice),                 \
        .choices = "market|cancel|leave",                                                          \
        .help = "What is left after that: sent at the market, given up, or left to what works."    \
    }
#define ALGO_SLICES_PARAM(default_count)                                                           \
    {                                                                                              \
        .name = "slices", .type = PARAM_INT, .unit = "", .def = (default_count), .min = 1,         \
        .max = ALGO_SLICES_MAX,                                                                    \
        .help = "Into how many parts of equal time the duration is cut; one order each."           \
    }

// Where the cumulative schedule of an algorithm comes from.
enum algo_curve {
    ALGO_CURVE_NONE, // it has none
    ALGO_CURVE_EVEN, // equal parts
    ALGO_CURVE_VOLUME, // as the market's volume is spread (order/volume_profile.h): the row after the slices
                       // says how, enum algo_volume
    ALGO_CURVE_IMPACT, // the optimal trajectory of Almgren and Chriss (quant/portfolio/almgren_chriss.h), of the
                       // rows of enum algo_impact
};
enum algo_volume { ALGO_VOLUME_HISTORY, ALGO_VOLUME_U_SHAPE, ALGO_VOLUME_FLAT };
enum algo_impact {
    ALGO_IMPACT_HALF_LIFE = ALGO_PARAM_FIRST + 1,
    ALGO_IMPACT_AVERSION,
    ALGO_IMPACT_SIGMA,
    ALGO_IMPACT_ETA,
    ALGO_IMPACT_GAMMA
};

struct algo_child {
    uint64_t id;
    qty_t leaves;        // what it can still fill
    price_t limit_price; // 0: a market order
    uint32_t canceling;  // 1: asked for, not answered
    uint32_t reserved;
};

// What an algorithm may read. Quantities and prices are the instrument's mantissas.
struct algo_view {
    int64_t now_ns;
    int64_t start_ns; // of the decision
    int64_t end_ns;   // > start_ns
    qty_t qty;        // of the parent, > 0
    qty_t filled;
    qty_t working; // leaves of live children
    qty_t lot;
    qty_t qty_min;
    price_t tick;
    price_t arrival; // the price known at the start, > 0
    price_t last;    // latest trade, close or middle, > 0
    price_t bid;     // 0: none known
    price_t ask;
    qty_t bid_qty; // at the best prices; 0: not known
    qty_t ask_qty;
    qty_t market_qty; // traded in the market since the start, as far as we heard
    const uint32_t *
        curve; // [slices]: the share of the parent due by the end of each slice, parts per billion,
               // never less than the one before it, the last one ALGO_WHOLE; NULL: no schedule
    const int64_t *
        params; // in the order of the table: whole numbers, choices and yes or no as they are, DURATION
                // in nanoseconds, REAL in millionths
    const struct algo_child *children;
    uint32_t slices;
    uint32_t child_count;
    int32_t side;   // +1 buy, -1 sell
    uint32_t steps; // calls before this one
};

struct algo_order {
    qty_t qty;           // rounded down to lots and cut by A1 by whoever runs it
    price_t limit_price; // LIMIT: > 0
    uint16_t type;       // ORDER_MARKET or ORDER_LIMIT
    uint16_t tif;
    uint32_t flags;
};

struct algo_out {
    struct algo_order orders[ALGO_ORDERS_MAX];
    uint32_t order_count;
    uint32_t cancel_count;
    uint64_t cancels[ALGO_CHILDREN_MAX]; // children, canceled before orders are sent
};

struct algo {
    const char *name; // lower_snake_case, stable
    const char *summary;
    const struct param *params; // ALGO_DURATION and ALGO_AT_END first
    size_t param_count;
    enum algo_curve curve;
    int slices_param; // its row in the table, -1: none
    // ret_out is empty when it comes.
    void (*step)(const struct algo_view *view, struct algo_out *ret_out);
};

// The registry.
size_t algo_count(void);
const struct algo *algo_at(size_t index);
const struct algo *algo_find(const char *name); // NULL
uint32_t algo_index(const struct algo *algo);   // CHECKs that it is of the registry

// What algorithms share.

// What may still be sent: qty - filled - working, at least 0.
qty_t algo_open(const struct algo_view *view);
// The slice that now_ns is in, 0 to slices - 1; the last one from end_ns on.
uint32_t algo_slice(const struct algo_view *view);
// How much of `qty` is due for a share of `part` parts per billion: whole lots, rounded down, all of it at ALGO_WHOLE.
qty_t algo_due(const struct algo_view *view, uint32_t part);
// Sends at the market what the schedule's slice has due and is neither filled nor at work.
void algo_follow_curve(const struct algo_view *view, struct algo_out *ret_out);
// Equal shares: curve[k] = (k + 1) / slices, rounded up so that whole lots come out whole, the last one ALGO_WHOLE.
void algo_curve_even(uint32_t slices, uint32_t *ret_curve);

enum algo_what { ALGO_STARTED, ALGO_CHILD, ALGO_ENDED };
enum algo_reason {
    ALGO_REASON_NONE,
    ALGO_REASON_FILLED,
    ALGO_REASON_TIME,     // the duration is over and the policy left something
    ALGO_REASON_REPLACED, // another target came
    ALGO_REASON_CLOSED,   // a stop, a take-profit, a breaker or the venue closed the position
    ALGO_REASON_HALTED,
    ALGO_REASON_REFUSED, // child after child was refused
    ALGO_REASON_SPLIT,   // quantities count in other units now
    ALGO_REASON_COUNT
};
const char *algo_reason_name(uint32_t reason); // NULL for a number that names nothing

// EVENT_ALGO. Of a CHILD: the order was just submitted, and prices are those it was sent at.
struct algo_event {
    struct event_header header;
    uint64_t parent;   // its id: order_id_make(strategy, count of its parents)
    uint64_t order_id; // CHILD
    uint32_t what;     // enum algo_what
    uint32_t algo;     // index in the registry
    uint32_t strategy;
    int32_t side;
    uint32_t reason; // ENDED: enum algo_reason
    uint32_t reserved;
    qty_t qty;    // of the parent; of a CHILD its own
    qty_t filled; // of the parent
    int64_t start_ns;
    int64_t end_ns; // planned
    price_t last;   // known now
    price_t bid;
    price_t ask;
    // ENDED: the market from start to end. Prices are in twelfths: a bar counts 4 (high + low + close) for its volume
    // and 3 (open + high + low + close) for its time, a trade and a middle 12 times itself.
    qty_t market_qty;
    int64_t value_hi; // sum of price in twelfths x quantity: hi x 2^64 + lo
    uint64_t value_lo;
    int64_t price_hi; // sum of price in twelfths
    uint64_t price_lo;
    uint64_t price_count;
};
_Static_assert(sizeof(struct algo_event) == 176, "journal format");

#endif
