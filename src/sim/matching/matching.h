// SPDX-License-Identifier: Apache-2.0
// A matching engine: the order book of one instrument, from orders to trades. Commands go in one at a time, each
// answers at once with events in the caller's buffer. Nothing is allocated after the start.
//
// Prices and quantities are mantissas of the instrument. A price is a multiple of `tick` from price_min to price_max;
// each possible price has its place in a table, so that a price is found, a level appears and the next best
// is found in constant time, whatever the book holds. An order is found by its number through a hash map.
//
// Phases and what they take:
//   CLOSED          cancels
//   PRE_OPEN        orders collect, nothing trades and no indicative price is told
//   OPENING_CALL    the same, with an indicative price
//   CONTINUOUS      an order trades as it comes with what rests at its price or better
//   HALTED          cancels; nothing trades
//   REOPENING_CALL  as OPENING_CALL, after a halt or within the day
//   CLOSING_CALL    the same, for the close
// Leaving PRE_OPEN or a call for CONTINUOUS or CLOSED uncrosses the book in an auction; leaving it for another such
// phase or for HALTED does not. CONTINUOUS is reached from these four phases alone, so that it never begins
// crossed. Going to CLOSED ends DAY orders, and all that is for one auction or without a price.
//
// Priority is price, then time. An order keeps its time when it is replaced at its price with no more than it has;
// any other change of price or quantity puts it last, as new. An iceberg shows `display_qty` at most; when that is
// taken the next slice comes from its reserve and stands last. Hidden orders stand behind all that is shown at their
// price, among themselves by time (as Nasdaq's rule 4757 has non-displayed interest). What MATCHING_FIFO and
// MATCHING_PRO_RATA do with an order that comes in is told at enum matching_algorithm.
//
// Orders (enum order_type, order_tif of order/order.h):
//   MARKET          takes what there is; the rest is canceled. In a call it waits for the auction, before every price.
//   LIMIT           takes up to its price; the rest stays.
//   MARKET_TO_LIMIT takes at the best price alone; the rest stays there. Canceled where the other side is empty. In
//                   a call as MARKET, and what the auction leaves stays at its price.
//   STOP, STOP_LIMIT, TRAILING_STOP: wait beside the book until a trade at their stop price or beyond (a buy: at or
//                   above), then are MARKET, LIMIT and MARKET. Each price of a trade first triggers the stops that
//                   it meets, then moves the trailing ones: a sell's stop is the highest of itself and price - trail, a
//                   buy's the lowest of itself and price + trail, within the prices there are. What a command has
//                   triggered comes in after the command's own trades: buy stops from the lowest, sell stops
//                   from the highest, at one price in order of time. In CONTINUOUS a stop that the last price
//                   meets triggers at once; entering CONTINUOUS looks at the last price anew.
//   IOC             what is not taken at once is canceled; with min_qty: all of it, unless so much can be taken.
//   FOK             taken whole or canceled.
//   DAY, GTD        end at CLOSED, and at the first command at or after expire_ns.
//   AT_OPEN         for the auction that leaves PRE_OPEN or OPENING_CALL: entered there, canceled after it.
//   AT_CLOSE        kept beside the book until CLOSING_CALL, canceled after it. MARKET_ON_CLOSE is MARKET, AT_CLOSE.
//   POST_ONLY       rejected where it would take, be it from a hidden order; so is a replace, and the order stays as
//                   it was.
//   HIDDEN          a LIMIT or STOP_LIMIT that may rest, without display_qty: nothing of it is shown. No level, best
//                   price or count tells of it; trades do, and the volume of an auction. With MATCHING_PRO_RATA it
//                   has a part when all that is shown at its price is taken, by time.
//
// Volatility interruption: with a `collar`, an order that would trade farther than that from the last price before it
// came in (the reference price where there is none) does not; trading stops instead with MATCHING_PHASE_CHANGED to
// REOPENING_CALL, REASON_VOLATILITY. What is left of the order waits for the auction, as do stops that it triggered;
// IOC ends. FOK and min_qty count what is within the collar, and interrupt nothing. Auctions are free of it.
//
// Self-trade prevention: an order that comes in and meets one of the same owner (not 0) does what its `stp` says. With
// MATCHING_PRO_RATA all own orders at a price are dealt with before anything trades there. Auctions do not look
// at owners.
//
// Auctions: matching_equilibrium has the rule. At the one price, better prices come before worse ones and orders
// without a price before all, then time; icebergs count whole.
//
// State is matching_size() bytes without pointers in the arena; equal states have equal bytes when they were reached by
// equal commands, and equal matching_hash() however they were reached.
//
// Invariants, which matching_check executes: every live order is in one place and found by its number; a level's
// quantities are those of its orders; what is free and what is used make up the pool; a book in CONTINUOUS is not
// crossed and holds no order without a price; the totals add up.
#ifndef FULMAR_SIM_MATCHING_MATCHING_H
#define FULMAR_SIM_MATCHING_MATCHING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "order/order.h"

enum {
    MATCHING_TICKS_MAX = 1 << 22,  // prices from price_min to price_max
    MATCHING_ORDERS_MAX = 1 << 24, // live at once
    MATCHING_OWNERS_MAX = 1 << 20,
    MATCHING_SLICES_MAX = 1024, // of an iceberg: its quantity over display_qty, rounded up
};

enum matching_phase {
    MATCHING_CLOSED,
    MATCHING_PRE_OPEN,
    MATCHING_OPENING_CALL,
    MATCHING_CONTINUOUS,
    MATCHING_HALTED,
    MATCHING_REOPENING_CALL,
    MATCHING_CLOSING_CALL,
    MATCHING_PHASE_COUNT
};

enum matching_algorithm {
    MATCHING_FIFO, // price and time
    // What CME Globex calls Allocation (A) and Split (K). At a price that shows more than the order wants:
    //   1. the shown order that set a new best price of its side, hidden orders counted, in CONTINUOUS, last of all
    //      that did, gets top_percent of what is wanted, rounded down, top_max at most (0: no such limit);
    //   2. fifo_percent of what is left, rounded down, goes by time;
    //   3. the rest by what each order shows: wanted x shown / all shown, rounded down to lots, and nothing where
    //      that is less than min_allocation;
    //   4. what rounding left goes by time.
    // At a price that shows no more than is wanted all that is shown is taken, by time.
    MATCHING_PRO_RATA,
    MATCHING_ALGORITHM_COUNT
};

enum matching_stp {
    MATCHING_STP_DEFAULT,   // of the book
    MATCHING_STP_NONE,      // owners may trade with themselves
    MATCHING_STP_NEWEST,    // the one that comes in is canceled
    MATCHING_STP_OLDEST,    // the one that rests is canceled
    MATCHING_STP_BOTH,      // both are
    MATCHING_STP_DECREMENT, // both lose what the smaller has, which is canceled
    MATCHING_STP_COUNT
};

// "closed", "pre_open", ...; "fifo", "pro_rata"; "default", "none", "newest", ...; NULL otherwise.
const char *matching_phase_name(uint32_t phase);
const char *matching_algorithm_name(uint32_t algorithm);
const char *matching_stp_name(uint32_t stp);

struct matching_config {
    int64_t tick; // > 0; |price| < 2^62
    int64_t price_min;
    int64_t price_max;
    int64_t lot;             // > 0
    int64_t reference_price; // of the auction rule until there is a trade; 0: none
    uint32_t order_max;      // live orders, stops and all
    uint32_t owner_max;      // owners are 0 (nobody) to owner_max - 1
    uint32_t algorithm;
    uint32_t stp;   // what MATCHING_STP_DEFAULT means; not itself DEFAULT
    uint32_t phase; // to begin with
    uint32_t top_percent;
    uint32_t fifo_percent;
    uint32_t report; // enum matching_report
    int64_t top_max;
    int64_t min_allocation; // 0 as 1 lot
    int64_t collar;         // 0: none
};

enum matching_report {
    MATCHING_REPORT_LEVELS = 1,     // MATCHING_LEVEL for each price that a command changed
    MATCHING_REPORT_INDICATIVE = 2, // MATCHING_INDICATIVE when a command in a call changed it
};

enum matching_command_kind {
    MATCHING_NEW = 1,
    MATCHING_CANCEL,      // order_id, owner
    MATCHING_REPLACE,     // order_id, owner, qty, price, display_qty
    MATCHING_MASS_CANCEL, // owner, side: of both when 0
    MATCHING_PHASE,       // phase
    MATCHING_CLOCK,       // nothing but the time
    MATCHING_COMMAND_END
};

enum { MATCHING_POST_ONLY = ORDER_POST_ONLY, MATCHING_HIDDEN = 1 << 8 }; // the flags of a command

// Unused fields are zero.
struct matching_command {
    int64_t time_ns;   // one before the latest counts as the latest
    uint64_t order_id; // > 0; of no live order
    int64_t qty; // a multiple of the lot. REPLACE: the new total, more than has filled; 0 keeps it
    int64_t
        price; // LIMIT, STOP_LIMIT. REPLACE: the limit price, a STOP's stop price, 0 where there is none
    int64_t
        stop_price; // STOP, STOP_LIMIT; TRAILING_STOP: 0 takes it from the last price, or the next
    int64_t trail;  // TRAILING_STOP: > 0, a multiple of the tick
    int64_t display_qty; // LIMIT, STOP_LIMIT that may rest: what shows; 0: all. REPLACE: 0 keeps it
    int64_t min_qty;     // IOC
    int64_t expire_ns;   // GTD
    uint32_t kind;
    uint32_t owner;
    int32_t side;
    uint16_t type;
    uint16_t tif;
    uint32_t flags;
    uint16_t stp;
    uint16_t phase;
};
_Static_assert(sizeof(struct matching_command) == 96, "no padding");

enum matching_event_kind {
    MATCHING_ACCEPTED = 1,    // qty and price; leaves
    MATCHING_REJECTED,        // reason
    MATCHING_FILL,            // see below
    MATCHING_CANCELED,        // reason; qty: what was canceled
    MATCHING_EXPIRED,         // likewise
    MATCHING_REDUCED,         // qty was taken from it for a self-trade; leaves
    MATCHING_REPLACED,        // qty: the new total; price; leaves
    MATCHING_CANCEL_REJECTED, // reason
    MATCHING_REPLACE_REJECTED,
    MATCHING_TRIGGERED,     // a stop; price: that met it
    MATCHING_MASS_CANCELED, // the end of it; qty: how many orders
    MATCHING_PHASE_CHANGED, // number: enum matching_phase
    MATCHING_PHASE_REJECTED,
    MATCHING_UNCROSSED, // the auction that leaves a call: price, qty, other_leaves: surplus, more bought > 0
    MATCHING_INDICATIVE, // what UNCROSSED would be now; qty 0: no price
    MATCHING_LEVEL, // side, price; qty: shown now, 0: gone; number: orders. Not of orders without a price
    MATCHING_EVENT_END
};

// A FILL is of order_id, which came in, against other_id, which rested: maker price, side of the one that came in. In
// an auction (side 0) order_id bought and other_id sold. leaves are after it. number counts trades from 1.
struct matching_event {
    uint64_t order_id;
    uint64_t other_id;
    int64_t price;
    int64_t qty;
    int64_t leaves;
    int64_t other_leaves;
    uint64_t number;
    uint32_t kind;
    uint32_t reason; // enum order_reason
    uint32_t owner;
    uint32_t other_owner;
    int32_t side;
    uint32_t reserved;
};
_Static_assert(sizeof(struct matching_event) == 80, "no padding");

// "accepted", ...; NULL otherwise.
const char *matching_event_name(uint32_t kind);

// Where events go. A command adds to what is there. When one more comes than `max`, `flush` takes all that are there
// (it need not touch the sink) and the place is free again; with NULL they are dropped, and counted in `lost`.
struct matching_sink {
    struct matching_event *events;
    uint32_t max; // at least 1
    uint32_t count;
    uint64_t lost;
    void (*flush)(void *self, const struct matching_event *events, uint32_t count);
    void *self;
};

struct matching_state;
struct matching_node;
struct matching_terms;
struct matching_level;
struct matching_bits;
// Wiring: what it points to is the state.
struct matching {
    struct matching_config config;
    struct matching_state *state;
    struct matching_node *nodes;   // [order_max + 1]; 0 is nobody
    struct matching_terms *terms;  // [order_max + 1]
    struct matching_level *levels; // [4][ticks + 2]
    uint64_t *bits[3];             // [4][...] which levels hold something; of those words; of those
    uint32_t *owners;              // [owner_max][2] first and last of each owner's orders
    struct map by_id;              // the slots are state, the count follows `state`
    struct matching_sink *sink;    // of the command that runs
    uint32_t ticks;                // levels are numbered 1 to ticks; 0 and ticks + 1 have no price
    uint32_t words[3];             // of bits, a ladder
    int64_t qty_max;
    size_t size;
};

// Bytes of state; 0: the configuration is faulty.
size_t matching_size(const struct matching_config *config);

// An empty book. ERR_ARGUMENT names the faulty field; ERR_NOMEM.
int matching_init(struct matching *matching, struct arena *arena,
                  const struct matching_config *config) MUST_USE;

// Takes a command. Whatever its fields hold, the answer is events.
void matching_apply(struct matching *matching, const struct matching_command *command,
                    struct matching_sink *sink);

// The state of `from` into `to`, which has the same configuration (CHECK).
void matching_copy(struct matching *to, const struct matching *from);

struct matching_quote {
    int64_t price;
    int64_t qty;   // shown
    int64_t total; // with the reserves of icebergs, and hidden orders
    uint32_t count;
    uint32_t market; // 1: orders without a price, in a call; price is 0
};

// The best level of a side (+1 bids, -1 asks) that shows something, in constant time but for levels of hidden orders
// alone. False: there is none.
bool matching_best(const struct matching *matching, int side, struct matching_quote *ret_quote);
// The levels of a side from the best outwards, at most `max`; returns how many.
uint32_t matching_levels(const struct matching *matching, int side,
                         struct matching_quote *ret_quotes, uint32_t max);

struct matching_order {
    uint64_t order_id;
    int64_t price; // 0 without one
    int64_t stop_price;
    int64_t leaves;
    int64_t shown;
    int64_t filled;
    uint32_t owner;
    int32_t side;
    uint32_t type;
    uint32_t tif;
    uint32_t in_book; // 0: beside it (a stop, AT_CLOSE)
    uint32_t reserved;
};
bool matching_order_find(const struct matching *matching, uint64_t order_id,
                         struct matching_order *ret_order);
// The orders of a side's best levels in order of their priority, at most `max`; returns how many.
uint32_t matching_orders(const struct matching *matching, int side,
                         struct matching_order *ret_orders, uint32_t max);

uint32_t matching_order_count(const struct matching *matching); // live, beside the book too
enum matching_phase matching_phase(const struct matching *matching);
bool matching_last(const struct matching *matching, int64_t *ret_price); // of a trade; false: none

// The price at which an auction would uncross what rests, by the rule of Xetra's market model (Deutsche Boerse,
// "Market Model for the Trading Venue Xetra", auction price determination). Of the limits of the book, that with:
//   1. the highest executable volume, min(bought at it or better, sold at it or better);
//   2. of those, the lowest surplus |bought - sold|;
//   3. of those, when all have a surplus of buyers, the highest; of sellers, the lowest;
//   4. otherwise the reference price, which is the last trade's, moved into the range from the lowest to the highest of
//      them; without a reference the middle of that range, rounded down to a tick.
// Without limits, orders without a price trade at the reference price. False: nothing can trade.
struct matching_auction {
    int64_t price;
    int64_t volume;
    int64_t surplus; // bought - sold at the price
};
bool matching_equilibrium(const struct matching *matching, struct matching_auction *ret_auction);

// Totals of quantities since the start, modulo 2^64: accepted = 2 traded + canceled + live.
struct matching_totals {
    uint64_t accepted; // of new orders, and what replacing added or took
    uint64_t traded;   // each trade once
    uint64_t canceled; // canceled, expired, reduced
    uint64_t live;
    uint64_t trades;
};
struct matching_totals matching_totals(const struct matching *matching);

// Of every order in its place and all that can matter to a later command.
uint64_t matching_hash(const struct matching *matching);

// CHECKs the invariants. For tests: it looks at everything.
void matching_check(const struct matching *matching);

#endif
