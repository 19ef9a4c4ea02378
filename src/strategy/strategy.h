// SPDX-License-Identifier: Apache-2.0
// The family "strategy": one file and one registry line each. The same decide() runs in the event
// engine, on bars, in parameter sweeps and live.
//
// A strategy declares its parameters and the inputs it reads; the signal graph computes every distinct
// input once for everybody. decide() is called on the strategy's clock and answers with targets (how
// much of its budget to hold in each instrument) or with explicit orders. It is a pure function of the
// view, of its own state and of nothing else: no clock, no memory of its own, no I/O.
#ifndef FULMAR_STRATEGY_STRATEGY_H
#define FULMAR_STRATEGY_STRATEGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/params.h"
#include "market/book_l2.h"
#include "market/event.h"
#include "market/target.h"
#include "order/order.h"

enum strategy_scope {
    SCOPE_INSTRUMENT, // one instance an instrument: decide() sees one, at its bar's close
    SCOPE_UNIVERSE,   // one instance over all: decide() sees all, at EVENT_CLOCK after their bars
    SCOPE_BOOK,       // one instance an instrument: decide() sees its book, at every EVENT_CLOCK
    SCOPE_NONE,       // never asked: its orders are people's (strategy/manual.h)
};

enum {
    STRATEGY_INPUTS_MAX = 16,
    STRATEGY_ORDERS_MAX = 64,
    STRATEGY_WORKING_MAX = 256,
    STRATEGY_TRADES_MAX = 512, // a power of two
};

// A bar of the decision frame, in units of price and quantity.
struct strategy_bar {
    double open, high, low, close;
    double volume;
    int64_t close_ns; // 0: no bar yet
};

// An explicit order of the strategy's that can still fill, asked for or working.
struct strategy_working {
    uint64_t id;
    int64_t tick;   // of its limit price
    double leaves;  // quantity
    int32_t side;   // +1 buy, -1 sell
    uint32_t state; // enum order_state
};

// A trade of a recorded feed (FEED_TRADE), as it reached us.
struct strategy_trade {
    int64_t ts_ns;    // when we heard of it; never goes back
    int64_t venue_ns; // when it happened
    double price;
    double qty;
    int64_t best_bid; // of our book at ts_ns, ticks; BOOK_L2_NO_BID, BOOK_L2_NO_ASK: none
    int64_t best_ask;
    int32_t side;  // the aggressor's: +1 bought, -1 sold, 0 unknown
    int32_t flags; // enum feed_flag
};

// What decide() may read. Arrays are [instrument_count]; inputs is [instrument_count][input_count].
struct strategy_view {
    int64_t now_ns;
    const double *params;      // in the order of the table
    uint32_t instrument_count; // 1 for SCOPE_INSTRUMENT
    uint32_t input_count;
    const struct strategy_bar *bars; // the latest complete bar of the decision frame
    const double *inputs;            // NaN while undefined
    const uint8_t *fresh;            // 1: this instrument's bar completed with this call
    const double *position;          // signed quantity this strategy holds
    const double *entry_price;       // average entry, 0 when flat
    double equity;      // the strategy's budget and P&L, account money; NaN unless the strategy
                        // declares that it reads it (reads_equity)
    uint64_t decisions; // how many calls came before this one
    // SCOPE_BOOK alone:
    const struct book_l2 *book; // in ticks and mantissas
    double tick;                // what a tick is in units of price
    double lot;                 // the smallest step of quantity
    double multiplier;          // contract size
    bool inverse;               // a contract earns multiplier x (1 / entry - 1 / exit), in its coin
    const struct strategy_working *working;
    uint32_t working_count;
    // What was traded since the decision before; filled in where the strategy declares reads_trades.
    uint32_t trade_count;
    const struct strategy_trade *trades; // the latest of them, oldest first
    uint64_t trades_missed;              // earlier ones, left out for want of room
    double bought; // quantity by aggressor, of all of them, those left out too
    double sold;
    double unknown; // of whose aggressor nothing was told
};

// A decision on one instrument. Preset to TARGET_KEEP.
enum target_kind {
    TARGET_KEEP,      // nothing new: the position and its protection stay
    TARGET_SET,       // hold this weight; sized when the weight changes, then left to run
    TARGET_REBALANCE, // hold this weight and size it anew now, drift or not
};
struct strategy_target {
    uint32_t kind;     // enum target_kind
    uint32_t reason;   // the strategy's own code, shown by reports; 0 = none
    double weight;     // direction and strength in [-1, 1]; the sizing stage turns it into money
    double confidence; // [0, 1]; 1 by default
    double stop;       // protective stop price, NaN = none
    double take;       // take-profit price, NaN = none
};

struct strategy_order {
    uint32_t instrument; // position in the view's arrays
    int32_t side;
    uint16_t type; // enum order_type
    uint16_t tif;
    uint32_t flags;
    double qty;
    double limit_price;
    double stop_price;
    double trail;
};

// More orders or cancels than there is room for, and an order for no instrument of the view, are a fault, as a target
// that is no number is (strategy/conduct.h); a cancel of another's order, or of none, does nothing.
struct strategy_out {
    struct strategy_target *targets; // [instrument_count]
    struct strategy_order orders[STRATEGY_ORDERS_MAX];
    uint32_t order_count;
    uint32_t cancel_count;
    uint64_t
        cancels[STRATEGY_WORKING_MAX]; // ids of working orders, canceled before orders are sent
    bool cancel_orders;                // cancel this strategy's live explicit orders first
};

struct strategy {
    const char *name; // lower_snake_case, stable
    const char *summary;
    const struct param *params;
    size_t param_count;
    // Signal specs: "sma(close, $fast)", "bbands(close, 20, $width).upperband", "ema(close, $n) @ 1d". See
    // strategy/signal.h. Without "@" an input is computed on the decision frame. SCOPE_BOOK: features of the book and
    // its trades, "ofi($window).window": see strategy/book_signal.h.
    const char *const *inputs;
    size_t input_count;
    const char *const *reasons; // [reason_count], what the codes of its targets mean; NULL: nothing
    size_t reason_count;
    enum strategy_scope scope;
    bool reads_equity;                // view->equity is worked out for it
    bool reads_trades;                // SCOPE_BOOK: view->trades and its sums are filled in
    size_t state_size;                // bytes of an instance, zeroed at start
    size_t state_size_per_instrument; // SCOPE_UNIVERSE: more bytes, times instrument_count
    // ERR_ARGUMENT with a story when parameters contradict each other (fast >= slow). May be NULL.
    int (*check)(const double *params);
    void (*decide)(const struct strategy_view *view, void *state, struct strategy_out *ret_out);
};

size_t strategy_count(void);
const struct strategy *strategy_at(size_t index);
const struct strategy *strategy_find(const char *name); // NULL
// Whether an input's spec names the parameter: it is fixed while the strategy runs.
bool strategy_param_is_wired(const struct strategy *strategy, size_t param);

#endif
