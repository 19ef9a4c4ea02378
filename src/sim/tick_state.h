// SPDX-License-Identifier: Apache-2.0
// The inside of the exchange with a book, for its own files. What is reached through `state` and the arrays beside it
// lies in the state arena: plain bytes without padding or pointers.
//
// A side's own coordinate x is the tick for bids and its negative for asks, so that a greater x is always the better
// price; an order of one side meets what the other has at x' when x + x' >= 0.
#ifndef FULMAR_SIM_TICK_STATE_H
#define FULMAR_SIM_TICK_STATE_H

#include "base/map.h"
#include "base/prng.h"
#include "sim/account.h"
#include "sim/others.h"
#include "sim/queue.h"
#include "sim/tick_exchange.h"

#define TICK_NEVER INT64_MAX

struct tick_order {
    money_t value; // of the fills
    int64_t fees;
    uint64_t id;
    struct order_spec spec; // as it stands after replaces
    int64_t x;              // of the limit price
    int64_t leaves;
    struct queue_place place;
    uint32_t slot_next;
    uint32_t use;   // enum tick_order_use
    int64_t passed; // traded at its price since it joined
    uint64_t
        turn; // fifo: among the orders of others; 0: to be given when their book is known again
    int64_t ahead;     // fifo: what others have before it at its price
    int64_t expiry_ns; // TICK_NEVER: it does not end by itself
    uint64_t reserved;
};
_Static_assert(sizeof(struct tick_order) == 192, "hashed as bytes");

// TICK_HELD: in no list, while it is being looked at.
enum tick_order_use { TICK_FREE, TICK_HELD, TICK_RESTING, TICK_STOP };

enum tick_message_kind { TICK_SUBMIT, TICK_CANCEL, TICK_REPLACE };

struct tick_message {
    int64_t arrival_ns;
    uint64_t order_id;
    struct order_spec spec; // SUBMIT
    qty_t qty;              // REPLACE
    price_t price;          // REPLACE
    uint32_t kind;
    uint32_t reserved;
};
_Static_assert(sizeof(struct tick_message) == 120, "hashed as bytes");

// What is on its way back.
union tick_report {
    struct event_header header;
    struct order_event order;
    struct cash_event cash;
};
_Static_assert(sizeof(union tick_report) == 96, "hashed as bytes");

// What takers of ours have had of a level.
struct tick_taken {
    int64_t x; // own coordinate of the level's side
    int64_t qty;
    int64_t since_ns; // of the latest
};
enum { TICK_TAKEN_MAX = 64 };

// Resting orders of a side, the best price first, earlier arrival first; xs are theirs.
struct tick_side {
    uint32_t count;
    uint32_t taken_count;
    struct tick_taken taken[TICK_TAKEN_MAX];
};

struct tick_state {
    struct prng prng;
    struct tick_counts counts;
    struct tick_side sides[2];
    int64_t now_ns; // of the latest record or arrival
    int64_t last_arrival_ns;
    int64_t last_report_ns;
    int64_t expiry_ns;  // no order ends by itself before this; TICK_NEVER: none does
    int64_t funding_ns; // the next one, TICK_NEVER; INT64_MIN: before the first record
    struct tick_rate_state rates[TICK_RATE_RULES];
    uint64_t next_trade;
    uint64_t next_forced;
    uint64_t margin_calls;               // of the account, that were followed here
    uint64_t message_head, message_tail; // positions, ever growing
    uint64_t report_head, report_tail;
    uint32_t slot_first; // of the free list
    uint32_t stop_count;
    uint32_t id_count;
    uint32_t rejoin;     // 1: places are to be given anew
    uint32_t closed;     // 1: the feed is over
    uint32_t margin_due; // 1: something that margin depends on has changed
    uint32_t closing;    // 1: a liquidation is under way
    uint32_t reserved;
};

struct tick_exchange { // wiring
    struct tick_config config;
    struct tick_watch watch;
    struct tick_state *state;
    struct tick_order *orders; // [order_max]
    int64_t *xs[2];            // [order_max]
    uint32_t *resting[2];      // [order_max] slots
    uint32_t *stops;           // [order_max] slots, by arrival
    struct tick_message *messages;
    union tick_report *reports;
    uint64_t message_mask, report_mask;
    struct map by_id; // order id -> slot
    struct book_l2 book;
    struct others others;
    struct sim_account account;
    const struct instrument *instrument;
    int64_t tick;
    double qty_scale; // 10^qty_decimals
    double lot;       // in units
};

static inline double tick_units(const struct tick_exchange *x, int64_t qty) {
    return (double)qty / x->qty_scale;
}

// tick_order.c: slots, the sorted sides, reports.
struct order_event *tick_report(struct tick_exchange *x, enum event_kind kind, uint64_t order_id);
void tick_reject(struct tick_exchange *x, const struct tick_message *message,
                 enum order_reason reason);
uint32_t tick_order_add(struct tick_exchange *x,
                        const struct tick_message *message);       // or UINT32_MAX
void tick_join(struct tick_exchange *x, struct tick_order *order); // behind all at its level
void tick_order_rest(struct tick_exchange *x, uint32_t slot);
void tick_order_wait(struct tick_exchange *x, uint32_t slot); // for its trigger
void tick_order_unrest(struct tick_exchange *x, uint32_t slot);
// Ends what is over by now: DAY and GTD.
void tick_orders_expire(struct tick_exchange *x);
void tick_order_end(struct tick_exchange *x, uint32_t slot, enum event_kind kind,
                    enum order_reason reason);
// Books a fill of a live order, and ends it when nothing is left.
void tick_order_fill(struct tick_exchange *x, uint32_t slot, int64_t qty, int64_t tick,
                     enum liquidity liquidity);
// A fill of an order that the venue made by itself to close a position.
void tick_forced_fill(struct tick_exchange *x, uint32_t strategy, int32_t side, int64_t qty,
                      int64_t tick);
void tick_tell_queue(const struct tick_exchange *x, const struct tick_order *order,
                     enum tick_queue_kind kind, uint64_t trade_id);
// What a position of a strategy paid or received.
void tick_report_cash(struct tick_exchange *x, uint32_t strategy, enum cash_reason reason,
                      money_t amount);
void tick_order_check(const struct tick_exchange *x);

// tick_match.c: what the feed does to orders, and orders to the book.
void tick_on_level(struct tick_exchange *x, int s, int64_t level_x,
                   const struct book_l2_change *change, int64_t qty);
void tick_on_clear(struct tick_exchange *x, int s);
void tick_on_trade(struct tick_exchange *x, int aggressor, int64_t tick, int64_t qty);
void tick_arrive(struct tick_exchange *x, const struct tick_message *message);
// Fills a resting order; returns how much. One that has nothing left to reduce ends instead.
int64_t tick_fill_resting(struct tick_exchange *x, uint32_t slot, int64_t qty);
// The resting orders of side s from `from` upwards fill, out of the whole lots of `available`; returns what is left of
// these.
int64_t tick_fill_from(struct tick_exchange *x, int s, int64_t from, int64_t available);
// Takes what the book has to bring a strategy's position to zero.
void tick_close_position(struct tick_exchange *x, uint32_t strategy);
// In order of arrival. What a triggered order takes is no trade of the feed's: it triggers nothing.
void tick_trigger_stops(struct tick_exchange *x, int64_t tick);
// A level of side holds `qty` now.
void tick_set_level(struct tick_exchange *x, int side, int64_t tick, int64_t qty);

// tick_limits.c: what is refused before anything else. REASON_NONE: nothing.
enum order_reason tick_limit_rate(struct tick_exchange *x); // counts a request
enum order_reason tick_limit_order(const struct tick_exchange *x, const struct order_spec *spec);
enum order_reason tick_limit_change(const struct tick_exchange *x, const struct order_spec *spec,
                                    int64_t limit_price, int64_t qty);

// tick_margin.c: what the account may owe.
// An order that is to come, `leaves` of it open, in place of `replaced` (NULL: of none). REASON_NONE: it may.
enum order_reason tick_margin_check(struct tick_exchange *x, const struct order_spec *spec,
                                    int64_t leaves, const struct tick_order *replaced);
void tick_margin_watch(struct tick_exchange *x); // maintenance, and a liquidation that is under way
// Whether there is something to watch.
static inline bool tick_margin_stirs(const struct tick_exchange *x) {
    const struct tick_state *state = x->state;
    return x->config.margin.initial > 0 && (state->margin_due || state->closing ||
                                            state->margin_calls != x->account.state->margin_calls);
}
// tick_exchange.c: the middle of the book, or the one side there is; 0: none.
price_t tick_mark(const struct tick_exchange *x);

// tick_orders.c: the same of a feed by order.
void tick_on_order(struct tick_exchange *x, enum feed_kind kind, int side, int64_t price,
                   int64_t qty, uint64_t id);
void tick_on_order_trade(struct tick_exchange *x, int aggressor, int64_t tick, int64_t qty,
                         int flags);
void tick_forget_orders(struct tick_exchange *x, int s);

#endif
