// SPDX-License-Identifier: Apache-2.0
// The inside of the simulated venue, for its own files. What is reached through `state` and the arrays
// beside it lies in the state arena: plain bytes without padding or pointers. The rest is wiring.
//
// Invariants (sim_exchange_check):
//   X1  a slot is on exactly one list: its instrument's live list (DORMANT, WORKING), or the queue of
//       reusable slots (FREE, DONE); a SENT order is on none, its intent is in the queue of intents.
//   X2  0 <= filled <= spec.qty; a live order has filled < spec.qty.
//   X3  a DORMANT order has a parent that is SENT or live.
//   X4  intents arrive in the order in which they were sent.
#ifndef FULMAR_SIM_EXCHANGE_STATE_H
#define FULMAR_SIM_EXCHANGE_STATE_H

#include <stdbool.h>

#include "base/map.h"
#include "base/prng.h"
#include "order/order.h"
#include "sim/account.h"
#include "sim/exchange.h"

#define SLOT_NONE UINT32_MAX
#define TIME_NEVER INT64_MAX

enum sim_slot_state { SLOT_FREE, SLOT_SENT, SLOT_DORMANT, SLOT_WORKING, SLOT_DONE };

enum sim_order_flags {
    SIM_TRIGGERED = 1, // a stop that is a market or limit order by now
    SIM_RESTING = 2,   // lived through the open of a bar, or is post-only: a maker
    SIM_LOST = 4,      // fault: never reaches the venue
    SIM_REFUSED = 8,   // fault: the venue refuses it
};

struct sim_order {
    money_t value; // of the fills
    int64_t fees;  // of the fills
    uint64_t id;
    struct order_spec spec; // qty, limit, stop and trail as they stand after replaces and splits
    uint64_t rank;          // earlier arrival first
    int64_t live_ns;        // fills from what opens at or after this instant
    int64_t expire_ns;      // TIME_NEVER: none
    qty_t filled;
    qty_t
        allowed; // a bracket's child: what its parent filled, less what its group took; else INT64_MAX
    uint64_t born;  // number of the match in which it came to life; 0: before any
    uint64_t tried; // number of the match in which it last had its chance
    uint32_t state; // enum sim_slot_state
    uint32_t flags; // enum sim_order_flags
    uint32_t next;  // live list, or the queue of reusable slots
    uint32_t prev;  // live list
    uint64_t reserved;
};
_Static_assert(sizeof(struct sim_order) == 192, "hashed as bytes");

enum sim_intent_kind { INTENT_SUBMIT, INTENT_CANCEL, INTENT_REPLACE };

// What is on its way to the venue.
struct sim_intent {
    int64_t arrival_ns;
    uint64_t order_id;
    qty_t qty;     // REPLACE
    price_t price; // REPLACE
    uint32_t kind; // enum sim_intent_kind
    uint32_t slot; // SUBMIT
    uint32_t instrument;
    uint32_t waits; // 1: until the rest of its instant was looked at
};
_Static_assert(sizeof(struct sim_intent) == 48, "hashed as bytes");

// What is on its way back.
union sim_report {
    struct event_header header;
    struct order_event order;
    struct cash_event cash;
};
_Static_assert(sizeof(union sim_report) == 96, "hashed as bytes");

enum sim_row_flags {
    ROW_VOLUME_SEEN = 1,
    ROW_QUOTES_SEEN = 2,
    ROW_DELISTED = 4,
    ROW_FORCED = 8, // positions are closed at the next open
};

struct sim_row {
    price_t last; // 0: none yet
    int64_t last_ns;
    price_t bid; // 0: none
    price_t ask;
    uint32_t first; // of the live list, SLOT_NONE: empty
    uint32_t tail;
    uint32_t frame_s; // of the shortest bars seen; 0: none
    uint32_t flags;   // enum sim_row_flags
    int64_t forced_ns;
    uint64_t children; // of the live list: orders with a parent
};
_Static_assert(sizeof(struct sim_row) == 64, "one cache line");

// Days of returns and volumes, for slippage models that read them.
struct sim_history {
    double day_close; // of the last whole day; 0: none
    double close;     // of the day under way
    double volume;    // of the day under way
    int32_t day;
    uint32_t count; // days pushed, at most the ring's size
    uint32_t next;
    uint32_t reserved;
};
struct sim_history_day {
    double change; // return on the day before
    double volume;
};

struct sim_state {
    struct prng prng;
    struct sim_counts counts;
    int64_t instant_ns;      // of the latest market event
    int64_t prev_instant_ns; // the instant before that
    int64_t wake_ns;         // nothing to do at the turn of an instant before this
    int64_t next_expiry_ns;  // no live order ends before this
    int64_t link_up_ns;      // reports wait for this: a disconnect
    int64_t last_report_ns;
    int64_t last_arrival_ns;
    int64_t funded_ns; // funding is paid up to here; INT64_MIN: not begun
    uint64_t next_rank;
    uint64_t next_trade;
    uint64_t next_forced;
    uint64_t match;      // number of the current or latest data event matched
    int32_t accrued_day; // UTC date up to which interest is paid
    uint32_t live;       // slots SENT, DORMANT or WORKING
    uint32_t reusable_first;
    uint32_t reusable_last;
    uint32_t intent_first;
    uint32_t intent_count;
    uint32_t report_first;
    uint32_t report_count;
    uint32_t id_count; // of the map, whose header is wiring
    uint32_t ended;    // 1: no more data
};
_Static_assert(sizeof(struct sim_state) == 296, "hashed as bytes");

struct sim_exchange {
    struct sim_state *state;
    struct sim_row *rows;          // [instrument]
    struct sim_order *orders;      // [slot_max]
    struct sim_intent *intents;    // ring
    union sim_report *reports;     // ring
    struct sim_history *histories; // [instrument]; NULL: the slippage model needs none
    struct sim_history_day *days;  // [instrument][history_days]
    struct map by_id;              // order id -> slot, done ones too until the slot is reused
    struct sim_account account;
    struct sim_config config;
    uint32_t slot_max; // live orders and ended ones that are remembered
    uint32_t intent_max;
    uint32_t report_max;
    uint32_t report_reserve; // reports that one event can cause
    uint32_t history_days;
    int64_t volume_parts; // parts per billion
    int64_t initial_parts;
    int64_t maintenance_parts;
    int64_t borrow_parts;
    int64_t credit_parts;
    int64_t debit_parts;
    enum sim_path path;
    bool limit_touch;
    bool allow_short;
    bool allow_index;
};

static inline const struct instrument *sim_instrument(const struct sim_exchange *x,
                                                      uint32_t instrument) {
    return &x->config.instruments->items[instrument];
}
static inline struct sim_holding *sim_holding(const struct sim_exchange *x, uint32_t instrument) {
    return &x->account.holdings[instrument];
}

#endif
