// SPDX-License-Identifier: Apache-2.0
// The inside of the matching engine: its state, and what its parts ask of each other. Only sim/matching includes it.
//
// There are four ladders of levels: what is bid, what is offered, and the stops of sellers and of buyers, which wait at
// their stop price. The best of bids and sell stops is the highest, of asks and buy stops the lowest.
#ifndef FULMAR_SIM_MATCHING_MATCHING_STATE_H
#define FULMAR_SIM_MATCHING_MATCHING_STATE_H

#include "base/check.h"
#include "sim/matching/matching.h"

enum { BIDS, ASKS, SELL_STOPS, BUY_STOPS, LADDERS }; // even: the best is the highest
enum { DIRTY_MAX = 64, PLACE_SHIFT = 24 };

// Where an order is: ladder << PLACE_SHIFT | level, or one of these.
enum {
    PLACE_NONE = LADDERS << PLACE_SHIFT, // of a free slot
    PLACE_CLOSE,                         // kept for the closing call
    PLACE_WAITING,                       // a trailing stop that no price has set
    PLACE_TRIGGERED
};

struct matching_node {
    uint64_t id;
    int64_t leaves;
    int64_t shown; // of leaves; what is left of the slice
    int64_t filled;
    uint32_t prev; // in its place; 0: the first
    uint32_t next; // 0: the last; of a free one, the next free
    uint32_t place;
    uint32_t owner;
    int32_t side;
    uint8_t type;
    uint8_t tif;
    uint16_t flags;
    uint8_t stp; // never DEFAULT
    uint8_t reserved[7];
};
_Static_assert(sizeof(struct matching_node) == 64, "a line");

// What matching seldom looks at. Lists are of slots, 0 ends them.
struct matching_terms {
    int64_t display; // 0: all
    int64_t stop;
    int64_t trail;
    int64_t expire_ns;
    uint32_t limit; // level; 0: none
    uint32_t owner_prev;
    uint32_t owner_next;
    uint32_t timed_prev; // by expire_ns, then arrival
    uint32_t timed_next;
    uint32_t trail_prev;
    uint32_t trail_next;
    uint32_t reserved;
};
_Static_assert(sizeof(struct matching_terms) == 64, "a line");

struct matching_level {
    int64_t shown;
    int64_t total; // of leaves
    uint32_t first;
    uint32_t last;
    uint32_t count;
    uint32_t dirty;        // 1: to be reported
    uint32_t hidden;       // the first hidden order, behind all that are shown; 0: none
    uint32_t hidden_count; // of count
};
_Static_assert(sizeof(struct matching_level) == 40, "no padding");

struct matching_list {
    uint32_t first;
    uint32_t last;
};

struct matching_state {
    int64_t now_ns;
    int64_t last; // price of the last trade, if has_last
    uint64_t trades;
    uint64_t accepted, traded, canceled; // quantities, modulo 2^64
    struct matching_auction told;        // the last indicative event
    struct matching_list close;          // orders that wait for the closing call
    struct matching_list waiting;
    struct matching_list triggered;
    struct matching_list timed;
    struct matching_list trailing;
    uint32_t best[LADDERS]; // level; when empty 0 of even ladders, ticks + 1 of odd ones
    uint32_t level_count[LADDERS];
    uint32_t top[2]; // slot that set the best price last, by side; 0: none
    uint32_t phase;
    uint32_t has_last;
    uint32_t live;
    uint32_t free;
    uint32_t dirty_count;
    uint32_t dirty[DIRTY_MAX]; // places
    uint32_t reserved;
};

// An order on its way through the book.
struct matching_taker {
    uint64_t id;
    int64_t leaves;
    int64_t filled;
    uint32_t owner;
    uint32_t limit; // level: how far it goes
    int32_t side;
    uint32_t stp;
    uint32_t stopped; // enum order_reason: why it trades no more, though it could
    uint32_t reserved;
};

static inline uint32_t ladder_of(int32_t side) {
    return side > 0 ? BIDS : ASKS;
}
static inline uint32_t place_of(uint32_t ladder, uint32_t level) {
    return ladder << PLACE_SHIFT | level;
}
static inline uint32_t place_ladder(uint32_t place) {
    return place >> PLACE_SHIFT;
}
static inline uint32_t place_level(uint32_t place) {
    return place & ((1U << PLACE_SHIFT) - 1);
}
static inline bool place_is_level(uint32_t place) {
    return place < PLACE_NONE;
}
static inline struct matching_level *level_get(const struct matching *m, uint32_t ladder,
                                               uint32_t level) {
    return &m->levels[(size_t)ladder * (m->ticks + 2) + level];
}
static inline uint32_t empty_best(const struct matching *m, uint32_t ladder) {
    return (ladder & 1) != 0 ? m->ticks + 1 : 0;
}
static inline int64_t price_of(const struct matching *m, uint32_t level) {
    return m->config.price_min + (int64_t)(level - 1) * m->config.tick;
}
static inline bool level_has_price(const struct matching *m, uint32_t level) {
    return level >= 1 && level <= m->ticks;
}
// Whether the price is one that there is; its level.
static inline bool level_of(const struct matching *m, int64_t price, uint32_t *ret_level) {
    const struct matching_config *config = &m->config;
    if (UNLIKELY(price < config->price_min || price > config->price_max)) return false;
    uint64_t far = (uint64_t)(price - config->price_min);
    if (config->tick != 1 && far % (uint64_t)config->tick != 0) return false;
    *ret_level = (uint32_t)(config->tick == 1 ? far : far / (uint64_t)config->tick) + 1;
    return true;
}
// The level of orders without a price, the best of its side.
static inline uint32_t market_level(const struct matching *m, int32_t side) {
    return side > 0 ? m->ticks + 1 : 0;
}
// Whether an order of the book, as against one beside it, is hidden.
static inline bool is_hidden(const struct matching_node *node) {
    return (node->flags & MATCHING_HIDDEN) != 0;
}
// What can be taken of a resting order before its turn is over.
static inline int64_t available(const struct matching_node *node) {
    return UNLIKELY(is_hidden(node)) ? node->leaves : node->shown;
}
static inline bool phase_collects(uint32_t phase) {
    return phase == MATCHING_PRE_OPEN || phase == MATCHING_OPENING_CALL ||
           phase == MATCHING_REOPENING_CALL || phase == MATCHING_CLOSING_CALL;
}
// Whether an order of this side and limit takes at a level of the other side. No level is within reach of none.
static inline bool crosses(int32_t side, uint32_t limit, uint32_t other) {
    return side > 0 ? other <= limit : other >= limit;
}

// matching_book.c: places.
void matching_book_link(struct matching *m, uint32_t ladder, uint32_t level, uint32_t slot);
void matching_book_unlink(struct matching *m, uint32_t slot); // from its level or its list
void matching_book_append(struct matching *m, struct matching_list *list, uint32_t place,
                          uint32_t slot);
uint32_t matching_book_slot_take(struct matching *m, uint64_t id, uint32_t owner); // one is free
void matching_book_slot_free(struct matching *m,
                             uint32_t slot); // unlinked; of its owner's and other lists too
uint32_t matching_book_find(const struct matching *m, uint64_t id); // 0: none
// The next level that holds something, away from the best; matching_empty_best() where there is none.
uint32_t matching_book_behind(const struct matching *m, uint32_t ladder, uint32_t level);
// The next level in rising order from one that may be empty; ticks + 2: none.
uint32_t matching_book_at_or_above(const struct matching *m, uint32_t ladder, uint32_t level);
void matching_book_timed_add(struct matching *m, uint32_t slot);
void matching_book_trailing_add(struct matching *m, uint32_t slot);
void matching_book_trailing_remove(struct matching *m, uint32_t slot);
// Takes what is filled from a resting order, which ends or shows its next slice. False: it ended.
bool matching_book_take(struct matching *m, uint32_t slot, int64_t qty);
// Takes from a resting order without a trade, from its reserve last.
void matching_book_reduce(struct matching *m, uint32_t slot, int64_t qty);

// matching_event.c
struct matching_event *matching_event_push(struct matching *m, uint32_t kind);
struct matching_event *matching_event_order(struct matching *m, uint32_t kind, uint32_t slot,
                                            int64_t qty, uint32_t reason);
struct matching_event *matching_event_taker(struct matching *m, uint32_t kind,
                                            const struct matching_taker *taker, int64_t qty,
                                            uint32_t reason);
void matching_event_refused(struct matching *m, uint32_t kind,
                            const struct matching_command *command, uint32_t reason);
void matching_event_dirty(struct matching *m, uint32_t place); // a level changed
void matching_event_levels(struct matching *m);                // the end of a command

// matching_take.c: an order that comes in.
void matching_take(struct matching *m, struct matching_taker *taker);
// Whether so much can be taken at once, own orders as its stp has them.
bool matching_take_can(const struct matching *m, const struct matching_taker *taker, int64_t qty);
void matching_take_fill(struct matching *m, struct matching_taker *taker, uint32_t slot,
                        int64_t qty, int64_t price);
// Deals with an own order that rests. False: the taker goes no further.
bool matching_take_self(struct matching *m, struct matching_taker *taker, uint32_t slot);
// matching_pro_rata.c: all it wants at the best level of the other side.
void matching_pro_rata_take(struct matching *m, struct matching_taker *taker,
                            struct matching_level *level, int64_t price);

// matching_order.c
void matching_order_new(struct matching *m, const struct matching_command *command);
void matching_order_cancel(struct matching *m, const struct matching_command *command);
void matching_order_mass_cancel(struct matching *m, const struct matching_command *command);
// Ends an order with an event.
void matching_order_end(struct matching *m, uint32_t slot, uint32_t kind, uint32_t reason);
// An order that has a slot and no place comes in: it trades and stays, or stays, or ends.
void matching_order_enter(struct matching *m, uint32_t slot);
void matching_order_expire(struct matching *m); // GTD, by now
// matching_replace.c
void matching_order_replace(struct matching *m, const struct matching_command *command);
// matching_command.c
bool matching_order_command_good(const struct matching *m, const struct matching_command *command,
                                 uint32_t *ret_reason);

// matching_stop.c
void matching_stop_traded(struct matching *m,
                          int64_t price); // in CONTINUOUS, when it is not the last one's
void matching_stop_look(struct matching *m, int64_t price);  // triggers what the price meets
void matching_stop_trail(struct matching *m, int64_t price); // moves the trailing ones
void matching_stop_run(struct matching *m);                  // what was triggered comes in
void matching_stop_place(struct matching *m,
                         uint32_t slot); // beside the book, or triggered at once

// matching_auction.c
void matching_auction_phase(struct matching *m, const struct matching_command *command);
void matching_auction_indicate(struct matching *m);

#endif
