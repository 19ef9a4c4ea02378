// SPDX-License-Identifier: Apache-2.0
// Events: everything that can change a decision, in one numbered order. The engine's state is a fold
// over them and the journal is their record, so these layouts are a file format: no padding, no
// pointers, reserved bytes zero, kinds never renumbered.
//
// Inputs (kinds below EVENT_OUTPUT) are sequenced: seq is gapless from 1 and ts_ns never goes back.
// Outputs (intents, vetoes, decisions) are what the engine made of the input whose seq they carry;
// replay computes them anew and compares.
#ifndef FULMAR_MARKET_EVENT_H
#define FULMAR_MARKET_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "market/bar.h"
#include "market/feed.h"

#define INSTRUMENT_NONE UINT32_MAX
#define STRATEGY_NONE UINT32_MAX

enum event_kind {
    // Market data.
    EVENT_BAR = 1,
    EVENT_TRADE = 2,
    EVENT_QUOTE = 3,
    EVENT_CLOCK = 4, // all that is stamped <= ts_ns was delivered; universe strategies decide here
    EVENT_SPLIT = 5,
    EVENT_DIVIDEND = 6,
    EVENT_RATE = 7,   // a currency's rate into the account's currency
    EVENT_DELIST = 8, // the last price stands; the venue closes positions at it
    EVENT_FEED = 9,   // a record of a recorded feed, as it reaches us
    // Venue reports on our orders.
    EVENT_ORDER_ACCEPTED = 32,
    EVENT_ORDER_REJECTED = 33,
    EVENT_ORDER_FILLED = 34, // in part or in whole: leaves_qty tells
    EVENT_ORDER_CANCELED = 35,
    EVENT_ORDER_EXPIRED = 36,
    EVENT_ORDER_REPLACED = 37,
    EVENT_ORDER_CANCEL_REJECTED = 38,
    EVENT_ORDER_REPLACE_REJECTED = 39,
    EVENT_ORDER_TRIGGERED = 40, // a stop became a market or limit order
    EVENT_ORDER_UNKNOWN = 41,   // timeout, disconnect or 5xx: the order's state is not known
    // Money that moves without an order.
    EVENT_CASH = 64,
    // Operators.
    EVENT_HALT = 96,
    EVENT_RESUME = 97,
    EVENT_SET_LIMIT = 98,
    EVENT_STOP = 99,       // a strategy is not asked any more; what protects its positions stays
    EVENT_DRAIN = 100,     // it closes what it holds, then stops
    EVENT_START = 101,     // a strategy that stopped, drained or was quarantined begins again
    EVENT_SET_PARAM = 102, // a parameter of a strategy
    EVENT_KILL = 103,      // halts, cancels every order; closes every position where `param` is 1
    EVENT_PLACE = 104,     // order/manual.h: struct manual_event, an order by hand
    EVENT_TAKE_BACK = 105, // likewise: cancels an order
    EVENT_AMEND = 106,     // likewise: replaces one
    // Outputs.
    EVENT_OUTPUT = 128,  // the first output kind
    EVENT_SUBMIT = 128,  // order/order.h: struct submit_event
    EVENT_CANCEL = 129,  // order/order.h: struct cancel_event
    EVENT_REPLACE = 130, // order/order.h: struct replace_event
    EVENT_VETO = 131,    // risk/rule.h: struct veto_event, a refused or shrunk order
    EVENT_HALTED = 132,  // risk/rule.h: struct veto_event, a breaker halted trading
    EVENT_TARGET = 133,  // market/target.h: struct target_event, a decision
    EVENT_STRATEGY =
        134, // strategy/conduct.h: struct strategy_event, a strategy's mode or parameter
    EVENT_ALLOCATION = 135, // order/order.h: struct allocation_event, whose a part of a fill is
    EVENT_ALGO = 136,       // order/algo.h: struct algo_event, a parent order's start, child or end
    EVENT_BUDGET = 137, // ledger/budget.h: struct budget_event, a strategy's part of the capital
    EVENT_MANUAL =
        138, // order/manual.h: struct manual_result_event, what became of an order by hand
    EVENT_KIND_END
};

struct event_header {
    uint64_t seq;        // inputs: gapless from 1; outputs: the seq of the input that caused them
    int64_t ts_ns;       // engine time, UTC, never goes back
    int64_t venue_ts_ns; // when the venue says it happened
    uint32_t instrument; // index, or INSTRUMENT_NONE
    uint16_t kind;       // enum event_kind
    uint16_t size;       // bytes of the whole event, a multiple of 8
};
_Static_assert(sizeof(struct event_header) == 32, "journal format");

struct bar_event {
    struct event_header header;
    struct bar bar;
};
_Static_assert(sizeof(struct bar_event) == 96, "journal format");

struct trade_event {
    struct event_header header;
    price_t price;
    qty_t qty;         // > 0
    uint64_t trade_id; // the venue's; 0 if it has none
    int32_t side;      // the aggressor: +1 buy, -1 sell, 0 unknown
    uint32_t reserved;
};
_Static_assert(sizeof(struct trade_event) == 64, "journal format");

struct quote_event {
    struct event_header header;
    price_t bid; // 0: no bid
    qty_t bid_qty;
    price_t ask; // 0: no ask
    qty_t ask_qty;
};
_Static_assert(sizeof(struct quote_event) == 64, "journal format");

struct feed_event {
    struct event_header header;
    struct feed_record record;
};
_Static_assert(sizeof(struct feed_event) == 80, "journal format");

struct clock_event {
    struct event_header header;
};

// new quantity = old x numerator / denominator: 7:1 is 7, 1; a 1:8 reverse split 1, 8. What is less
// than a lot is paid in cash at `price`, the last one before the split.
struct split_event {
    struct event_header header;
    int64_t numerator;
    int64_t denominator;
    price_t price;
};
_Static_assert(sizeof(struct split_event) == 56, "journal format");

struct dividend_event {
    struct event_header header;
    int64_t amount; // per unit of quantity, mantissa at `decimals`, instrument's currency
    int32_t decimals;
    uint32_t reserved;
};
_Static_assert(sizeof(struct dividend_event) == 48, "journal format");

struct rate_event {
    struct event_header header;
    uint32_t currency;
    int32_t decimals;
    int64_t rate; // account currency for one unit of `currency`, mantissa at `decimals`, > 0
};
_Static_assert(sizeof(struct rate_event) == 48, "journal format");

enum cash_reason {
    CASH_DEPOSIT = 1,
    CASH_WITHDRAWAL = 2,
    CASH_INTEREST = 3,
    CASH_BORROW_FEE = 4,
    CASH_FUNDING = 5,
    CASH_ADJUSTMENT = 6,
    CASH_REASON_END
};

struct cash_event {
    struct event_header header;
    money_t amount;    // signed: + into the account
    uint32_t currency; // index
    uint32_t reason;   // enum cash_reason
    uint32_t strategy; // whose position caused it, or STRATEGY_NONE
    uint32_t reserved;
};
_Static_assert(sizeof(struct cash_event) == 64, "journal format");

// A venue's report on one of our orders. Fields that a kind does not use are zero.
struct order_event {
    struct event_header header;
    uint64_t order_id;     // ours: order/order.h
    uint64_t trade_id;     // FILLED: unique per venue and account
    price_t price;         // FILLED: the fill's; REPLACED: the new limit price
    qty_t qty;             // FILLED: the fill's, > 0; REPLACED: the new total quantity
    qty_t leaves_qty;      // what still works after this report
    int64_t fee;           // FILLED: mantissa at the currency's decimals; + paid, - rebate
    uint32_t fee_currency; // FILLED: index
    uint16_t reason;       // REJECTED, CANCELED, EXPIRED, *_REJECTED: enum order_reason
    uint16_t liquidity;    // FILLED: enum liquidity
    int32_t side; // FILLED of an order that the venue made by itself: +1 buy, -1 sell; else 0
    uint32_t reserved;
};
_Static_assert(sizeof(struct order_event) == 96, "journal format");

enum halt_scope { HALT_ALL = 0, HALT_STRATEGY = 1, HALT_INSTRUMENT = 2 };

// HALT and RESUME use scope and index; SET_LIMIT uses rule, param and value; STOP, DRAIN and START use index, the
// strategy; SET_PARAM uses index, param and value. A halt of a strategy's scope is a pause: it goes on deciding, and
// only what reduces its own position leaves. KILL uses
// param. RESUME after a breaker needs a reason: the operator's own number of it, not 0.
//
// A command that comes while a session runs has in venue_ts_ns the wall clock's time at which it was taken; one that is
// part of the run's data has its ts_ns there, like everything else.
struct command_event {
    struct event_header header;
    uint32_t scope; // enum halt_scope
    uint32_t index; // strategy or instrument
    uint32_t rule;  // index of the risk rule
    uint32_t param; // index of its parameter
    double value;
    uint64_t reason;
};
_Static_assert(sizeof(struct command_event) == 64, "journal format");

enum { EVENT_SIZE_MAX = 256, EVENT_SIZE_MANUAL = 152 };

// Room for any event.
union event {
    struct event_header header;
    struct bar_event bar;
    struct trade_event trade;
    struct quote_event quote;
    struct feed_event feed;
    struct clock_event clock;
    struct split_event split;
    struct dividend_event dividend;
    struct rate_event rate;
    struct cash_event cash;
    struct order_event order;
    struct command_event command;
    unsigned char bytes[EVENT_SIZE_MAX];
};
_Static_assert(sizeof(union event) == EVENT_SIZE_MAX, "journal format");

// Stretches a range of prices over the bars of some events.
static inline void event_bar_range(const union event *bars, int count, price_t *low,
                                   price_t *high) {
    int64_t least = low->m, most = high->m;
    for (int i = 0; i < count; i++) {
        const struct bar *bar = &bars[i].bar.bar;
        least = bar->low.m < least ? bar->low.m : least;
        most = bar->high.m > most ? bar->high.m : most;
    }
    low->m = least;
    high->m = most;
}

// Zeroes the first event_kind_size(kind) bytes and fills the header (seq 0: the sequencer numbers it;
// venue_ts_ns = ts_ns). For input kinds.
void event_init(union event *ret_event, enum event_kind kind, uint32_t instrument, int64_t ts_ns);

// The stable lower-case name of a kind: "bar", "order_filled", ...; NULL for one that does not exist.
const char *event_kind_name(uint16_t kind);

// The size an event of an input kind has; 0 for others.
uint16_t event_kind_size(uint16_t kind);

#endif
