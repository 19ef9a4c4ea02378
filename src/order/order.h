// SPDX-License-Identifier: Apache-2.0
// Orders and their life cycle: one machine for every venue, simulated or real.
//
//                       +--------------------------------------------------------------+
//                       |                    UNKNOWN (venue silent)                    |
//                       +--------------------------------------------------------------+
//                          ^ unknown                                 | any report
//   SUBMITTED --accepted--> WORKING --partial fill--> PARTIALLY_FILLED --last fill--> FILLED
//      | rejected             | cancel sent -> PENDING_CANCEL   --canceled--> CANCELED
//      v                      | replace sent -> PENDING_REPLACE --replaced--> WORKING or PARTIALLY_FILLED
//   REJECTED                  +-- expired --> EXPIRED
//
// Invariants, executed after every event in test builds:
//   O1  0 <= filled_qty <= spec.qty, except that an overfill by the venue is booked and counted.
//   O2  leaves_qty = spec.qty - filled_qty while the order can still fill, else 0.
//   O3  a terminal state (FILLED, CANCELED, REJECTED, EXPIRED) is never left. A fill that comes later is
//       booked, counted, and does not bring the order back to life.
//   O4  working quantities per instrument and side are the sums of leaves over live orders. While a
//       replace is not answered the larger of the old and the asked quantity counts, and an UNKNOWN
//       order counts in full: it is never REJECTED and never forgotten without the venue's word.
//   O5  a trade id is booked once per order, however often it is reported. (Remembered are the latest
//       trades, four for each slot of the pool and at least 1,024. Trade id 0 is no id.)
//
// Races, all legal (order/order_apply.c has the table of every state and report):
//   a fill before the acknowledgement           books; the acknowledgement changes nothing any more
//   a fill after cancel or replace was sent     books; the request stays pending, or the order is FILLED
//   a fill after the cancel's acknowledgement   a late fill
//   a cancel or replace refused after the end,  nothing changes
//     or after UNKNOWN was resolved
//   replaced after more has filled              what is filled stays; FILLED when nothing is left
//   a fill beyond the old quantity              the pending replace took effect; its answer says so again
//   a silent venue while a replace is pending   the replace stays pending beneath UNKNOWN
//   any report on an UNKNOWN order              resolves it
// The venue's leaves_qty of 0 ends an order whatever we counted: what it still owes comes as late fills.
//
// Order ids are a pure function of strategy and sequence; with the run's id they make the client order
// id that a venue sees, so that replay and restart name the same order the same way.
#ifndef FULMAR_ORDER_ORDER_H
#define FULMAR_ORDER_ORDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/touched.h"
#include "market/event.h"
#include "market/instrument.h"

enum order_type {
    ORDER_MARKET,
    ORDER_LIMIT,
    ORDER_STOP,            // market once the trigger trades
    ORDER_STOP_LIMIT,      // limit once the trigger trades
    ORDER_TRAILING_STOP,   // stop that follows the best price at distance `trail`
    ORDER_MARKET_ON_CLOSE, // at the session's last price
    ORDER_MARKET_TO_LIMIT, // at the best price alone; the rest stays there as a limit
    ORDER_TYPE_COUNT
};

enum order_tif {
    TIF_GTC,
    TIF_DAY,
    TIF_IOC,
    TIF_FOK,
    TIF_GTD,
    TIF_AT_OPEN,  // for the opening auction alone
    TIF_AT_CLOSE, // for the closing auction alone
    TIF_COUNT
};

enum order_flags {
    ORDER_POST_ONLY = 1,   // rejected if it would take liquidity
    ORDER_REDUCE_ONLY = 2, // never opens or turns a position: cut to it, canceled when it is flat
};

// Why the engine sent it; reports and risk rules read it.
enum order_purpose {
    PURPOSE_TARGET,      // moves a position to a strategy's target
    PURPOSE_STOP_LOSS,   // protects it
    PURPOSE_TAKE_PROFIT, // closes it at its goal
    PURPOSE_STRATEGY,    // an explicit order of a strategy
    PURPOSE_FLATTEN,     // an operator's or a breaker's
    PURPOSE_COUNT
};

enum order_state {
    ORDER_FREE, // the slot holds no order
    ORDER_SUBMITTED,
    ORDER_WORKING,
    ORDER_PARTIALLY_FILLED,
    ORDER_PENDING_CANCEL,
    ORDER_PENDING_REPLACE,
    ORDER_UNKNOWN,
    ORDER_FILLED,
    ORDER_CANCELED,
    ORDER_REJECTED,
    ORDER_EXPIRED,
    ORDER_STATE_COUNT
};

enum order_reason {
    REASON_NONE,
    REASON_INSUFFICIENT_MARGIN,
    REASON_POST_ONLY_WOULD_TAKE,
    REASON_REDUCE_ONLY,
    REASON_NO_LIQUIDITY,   // IOC remainder or FOK that could not fill
    REASON_END_OF_SESSION, // DAY
    REASON_TIME,           // GTD
    REASON_OCO,            // the other order of its group filled
    REASON_PARENT,         // its bracket parent ended unfilled
    REASON_REQUESTED,      // we asked
    REASON_NOT_SHORTABLE,
    REASON_MARKET_CLOSED,
    REASON_DELISTED,
    REASON_LIQUIDATION, // margin call
    REASON_BAD_ORDER,   // off tick or lot, or a field out of range
    REASON_TOO_LATE,    // cancel or replace of an order that is done
    REASON_END_OF_DATA, // the run ended
    REASON_SELF_TRADE,  // it met an order of its own owner
    REASON_DUPLICATE_ID,
    REASON_UNKNOWN_ORDER,
    REASON_FULL,       // the venue holds no more orders
    REASON_PRICE_BAND, // a price outside what the venue takes
    REASON_HALTED,
    REASON_PHASE,        // not in this phase of trading
    REASON_AUCTION,      // its auction is over
    REASON_VOLATILITY,   // a trade would have been too far from the last
    REASON_RATE_LIMIT,   // more requests in a time than the venue takes
    REASON_MIN_NOTIONAL, // worth less than the venue takes
    REASON_COUNT
};

enum liquidity { LIQUIDITY_NONE, LIQUIDITY_MAKER, LIQUIDITY_TAKER };

// What is asked of a venue. Unused fields are zero.
struct order_spec {
    uint32_t instrument;
    uint32_t strategy;
    int32_t side; // +1 buy, -1 sell
    uint16_t type;
    uint16_t tif;
    uint32_t flags;
    uint32_t purpose;
    qty_t qty;           // > 0, a multiple of the lot
    price_t limit_price; // LIMIT, STOP_LIMIT: > 0
    price_t
        stop_price; // STOP, STOP_LIMIT; TRAILING_STOP: the first trigger, 0 = from the first price
    price_t trail;  // TRAILING_STOP: distance, > 0
    int64_t expire_ns; // GTD
    uint64_t group;    // one-cancels-other: orders of equal non-zero group; a fill of one cancels
                       // the rest. The value is the order id of its first member
    uint64_t parent;   // bracket: dormant until this order has filled, its qty follows what filled
};
_Static_assert(sizeof(struct order_spec) == 80, "journal format");

struct order {
    uint64_t id;
    struct order_spec spec;
    qty_t filled_qty;
    int128_t filled_value; // sum of price x qty mantissas of the fills
    int64_t created_ns;
    int64_t updated_ns;
    uint32_t state; // enum order_state
    uint32_t
        state_before_pending; // SUBMITTED, WORKING or PARTIALLY_FILLED: where a live order stands
                              // when nothing is pending
    uint32_t fills;
    uint32_t reason;   // enum order_reason of the terminal state
    qty_t replace_qty; // what a replace asked for, 0 when none is pending
    price_t replace_price;
    uint32_t live_next; // links of the list of live orders of its instrument; UINT32_MAX ends it
    uint32_t live_prev;
    uint32_t age_next; // terminal slots in order of ending, for reuse
    uint32_t live;     // 1: counted in working quantities
};
_Static_assert(sizeof(struct order) == 176, "engine state");

// Outputs of the engine to a venue.
struct submit_event {
    struct event_header header;
    uint64_t order_id;
    struct order_spec spec;
};
_Static_assert(sizeof(struct submit_event) == 120, "journal format");

struct cancel_event {
    struct event_header header;
    uint64_t order_id;
};
_Static_assert(sizeof(struct cancel_event) == 40, "journal format");

struct replace_event {
    struct event_header header;
    uint64_t order_id;
    qty_t qty;     // new total quantity, > filled
    price_t price; // new limit price, or stop price of a STOP
};
_Static_assert(sizeof(struct replace_event) == 56, "journal format");

// Of a fill of the account's own order, the part that is a strategy's; of an order 0, what strategies took over from
// each other: those add up to nothing within an input. The parts of a fill add up to it, signed, and so do the fees.
struct allocation_event {
    struct event_header header;
    uint64_t order_id;
    uint32_t strategy;
    int32_t side; // +1, -1; may be the other one than the order's
    qty_t qty;    // > 0
    price_t price;
    int64_t fee;
    uint32_t fee_currency;
    uint32_t reserved;
};
_Static_assert(sizeof(struct allocation_event) == 80, "journal format");

// Quantities of live orders on one instrument.
struct order_exposure {
    qty_t buy;
    qty_t sell;
    uint32_t count;
    uint32_t first; // head of the instrument's list of live orders, UINT32_MAX when empty
};
_Static_assert(sizeof(struct order_exposure) == 24, "engine state");

// Wiring: what it points to is the state, plain bytes in the state arena.
struct orders {
    struct order *items;             // `max` slots; a handle is an index
    struct order_exposure *exposure; // [instrument]
    uint64_t *next_sequence;         // [strategy]
    uint64_t *trade_ring;            // recently booked hash(order id, trade id)
    struct map by_id;  // order id -> handle; the slots are state, the count follows `counts`
    struct map trades; // hash -> index in trade_ring; likewise
    struct orders_counts *counts;
    const struct instruments *instruments;
    uint32_t max;
    uint32_t instrument_count;
    uint32_t strategy_count;
    uint32_t trade_ring_size;
    struct touched *touched; // told of every change of an instrument's exposure; NULL: nobody asks
};

// In the state arena, with the free list.
struct orders_counts {
    uint64_t submitted, accepted, rejected, filled, canceled, expired;
    uint64_t duplicate_trades; // reported again and ignored (O5)
    uint64_t late_fills;       // after the order's end (O3)
    uint64_t overfills;        // beyond the order's quantity (O1)
    uint64_t unknown_ids;      // reports on orders that are not ours: adopted by nobody, counted
    uint64_t illegal;          // reports that the state does not allow
    uint64_t trade_ring_next;
    uint32_t live;
    uint32_t unknown;     // orders in state UNKNOWN now
    uint32_t free_first;  // never used slots from here
    uint32_t ended_first; // oldest terminal slot
    uint32_t ended_last;
    uint32_t venue_fills; // of orders that the venue made by itself
};
_Static_assert(sizeof(struct orders_counts) == 120, "engine state");

struct orders_config {
    const struct instruments *instruments;
    uint32_t max; // live orders and remembered terminal ones
    uint32_t instrument_count;
    uint32_t strategy_count;
};
// ERR_NOMEM when the arena is full. The instruments outlive it.
int orders_init(struct orders *orders, struct arena *state,
                const struct orders_config *config) MUST_USE;
size_t orders_memory(const struct orders_config *config); // bytes of state it needs, at most

// Creates an order in SUBMITTED and its id, whose sequence counts from 1 per strategy. Returns its handle,
// or ERR_FULL (no story) when no slot is free or reusable: a typed refusal, the caller turns it into a
// veto; ERR_RANGE (no story) when the working quantity would not fit. CHECKs the spec: indices, side, type,
// tif, purpose, qty > 0.
int orders_submit(struct orders *orders, const struct order_spec *spec, int64_t now_ns) MUST_USE;

// Marks what we asked for. ERR_STATE (no story) when the order cannot take it: a cancel, any live order but
// a PENDING_CANCEL one (UNKNOWN stays UNKNOWN: only the venue resolves it); a replace, any order that is not
// pending, unknown or ended, with qty > what has filled. ERR_RANGE (no story) as above.
int orders_cancel_sent(struct orders *orders, uint32_t handle, int64_t now_ns) MUST_USE;
int orders_replace_sent(struct orders *orders, uint32_t handle, qty_t qty, price_t price,
                        int64_t now_ns) MUST_USE;

enum order_outcome {
    ORDER_APPLIED,
    ORDER_DUPLICATE, // a trade id seen before: nothing changed
    ORDER_LATE_FILL, // book the fill; the order stays ended
    ORDER_STRANGE, // no such order, or a report its state does not allow (or with a quantity or price
                   // that cannot be): counted, nothing changed
};

struct order_change {
    enum order_outcome outcome;
    uint32_t handle;     // UINT32_MAX: no order of ours
    uint32_t state_from; // enum order_state
    uint32_t state_to;
    bool is_fill; // qty and price of the event are to be booked
    bool ended;   // the order came to its end with this event
};

// Takes a venue report (EVENT_ORDER_*; CHECKs the kind). A fill of an order that the venue made by itself
// (order_id_is_venue) is APPLIED with is_fill and without a handle, and once (O5); any other report without an
// order of ours is STRANGE, and so is one that names another instrument than the order's.
struct order_change orders_apply(struct orders *orders, const struct order_event *event);

const struct order *orders_get(const struct orders *orders, uint32_t handle);
int orders_find(const struct orders *orders, uint64_t order_id); // handle or -1
bool order_is_live(const struct order *order);                   // can still fill
qty_t order_leaves(const struct order *order);                   // O2; 0 when ended or overfilled
// Walks the live orders of an instrument: first from exposure[i].first, then this, until UINT32_MAX.
uint32_t orders_next_live(const struct orders *orders, uint32_t handle);

static inline uint64_t order_id_make(uint32_t strategy, uint64_t sequence) {
    return (uint64_t)strategy << 48 | sequence;
}
// Orders that a venue makes by itself (a liquidation, a delisting): the strategy whose position it closes, and
// the top bit of the sequence. The engine has no order of such an id: it books the fill to that strategy, on the
// side that the report says, and where it says none on the one that closes the position. The strategy may be the
// account's index: then it closed what an order of the account had filled and nobody had been allocated yet.
#define ORDER_ID_VENUE_BIT (UINT64_C(1) << 47)
static inline uint64_t order_id_venue_make(uint32_t strategy, uint64_t sequence) {
    return order_id_make(strategy, sequence | ORDER_ID_VENUE_BIT);
}
static inline int order_id_is_venue(uint64_t id) {
    return (id & ORDER_ID_VENUE_BIT) != 0;
}
static inline uint32_t order_id_strategy(uint64_t id) {
    return (uint32_t)(id >> 48);
}
static inline uint64_t order_id_sequence(uint64_t id) {
    return id & ((UINT64_C(1) << 48) - 1);
}

enum { CLIENT_ORDER_ID_SIZE = 37 };
// "F<run, 13 base-32 digits>-<strategy>-<sequence>", [A-Z0-9-], at most 36 characters; and its inverse,
// ERR_PARSE (no story) for any other text. The digits are those of base32hex (RFC 4648, section 7), the rest
// decimal without leading zeros.
void client_order_id_print(char buf[CLIENT_ORDER_ID_SIZE], uint64_t run_id, uint64_t order_id);
int client_order_id_parse(const char *text, uint64_t *ret_run_id, uint64_t *ret_order_id) MUST_USE;

// Stable lower-case names ("stop_limit", "pending_cancel"); NULL for a number that names nothing.
const char *order_type_name(uint32_t type);
const char *order_tif_name(uint32_t tif);
const char *order_state_name(uint32_t state);
const char *order_reason_name(uint32_t reason);
const char *order_purpose_name(uint32_t purpose);

// O1 to O5 over the whole pool; CHECKs. Cost O(max).
void orders_check(const struct orders *orders);

#endif
