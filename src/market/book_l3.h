// SPDX-License-Identifier: Apache-2.0
// A book by order (L3): every resting order in its place in the queue of its price. It takes the records of a
// feed (market/feed.h) and answers with what came of each; nothing is allocated after the start.
//
// Cost: an order is found by its number and a level by its price in constant time, whatever the tick; the best of
// a side is at hand; a level that appears or vanishes moves as many entries of its side as there are better
// levels, which is few where levels come and go. book_l3_apply_run fetches ahead what its next records will touch.
//
// Invariants, which book_l3_check executes: an order is in one queue, that of its level; a level's quantity and
// count are those of its orders, and it has at least one; the levels of a side are in order of price, each price
// once; an order's number and a level's price lead back to it; what is free and what is used make up the pools.
//
// A feed may cross: bids and asks are kept apart and neither is changed because of the other. Bids stand at the
// highest price first, asks at the lowest, within a price in order of arrival.
#ifndef FULMAR_MARKET_BOOK_L3_H
#define FULMAR_MARKET_BOOK_L3_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "market/feed.h"

struct book_l3_config {
    uint32_t order_max; // orders at once, 1 to 2^30
    uint32_t level_max; // prices at once, both sides together, 1 to 2^30
};

enum book_l3_outcome {
    BOOK_L3_APPLIED = 0,
    BOOK_L3_CROSSED, // applied, the last of its message, and the best bid is not below the best ask
    BOOK_L3_BESIDE,  // a record of something else than orders: nothing to do
    BOOK_L3_UNKNOWN, // no order of that number on that side; not applied
    BOOK_L3_DUPLICATE, // an order of that number is there; not added
    BOOK_L3_EXCESS,    // took more than the order had: it is gone
    BOOK_L3_FULL,      // an order or a price more than the book was made for; not applied
    BOOK_L3_RANGE, // a price not within 2^62 of 0, or a quantity above INT64_MAX / order_max; not applied
    BOOK_L3_OUTCOME_END
};

// "applied", "crossed", "beside", "unknown_order", "duplicate_order", "excess", "full", "range"; NULL otherwise.
const char *book_l3_outcome_name(enum book_l3_outcome outcome);

// The inside, for the inline functions below alone. Orders and levels are numbered from 1.
struct book_l3_node {
    uint64_t id;
    int64_t qty;
    uint32_t prev; // in the queue; 0: the first
    uint32_t next; // 0: the last; of a free one, the next free
    uint32_t level;
    uint32_t reserved;
};
struct book_l3_queue {
    int64_t price;
    int64_t qty;
    uint32_t first; // of a free one, the next free
    uint32_t last;
    uint32_t count;
    int32_t side;
};
struct book_l3_slot {
    uint32_t print; // the upper half of the hash
    uint32_t value; // 0: empty
};
struct book_l3_index {
    struct book_l3_slot *slots;
    uint32_t mask;
    uint32_t shift; // of a print to its home
};
// The levels of a side from the worst, [1], to the best, [count]; [0] is worse than any.
struct book_l3_ladder {
    int64_t *keys; // rising: the price of a bid, the complement of an ask's
    uint32_t *levels;
    uint32_t count;
    uint32_t reserved;
};

struct book_l3 {
    struct book_l3_node *orders;  // [order_max + 1]
    struct book_l3_queue *levels; // [level_max + 1]
    struct book_l3_index order_index;
    struct book_l3_index level_index;
    struct book_l3_ladder ladders[2]; // bids, asks
    uint32_t order_free;              // 0: none
    uint32_t level_free;
    uint32_t order_count;
    uint32_t level_count;
    struct book_l3_config config;
    int64_t qty_max;
    uint64_t outcomes[BOOK_L3_OUTCOME_END];
};

// An empty book. ERR_ARGUMENT, ERR_NOMEM.
int book_l3_init(struct book_l3 *book, struct arena *arena,
                 const struct book_l3_config *config) MUST_USE;

// Takes a record, which is valid (feed_record_valid; DCHECKed).
enum book_l3_outcome book_l3_apply(struct book_l3 *book, const struct feed_record *record);

// The same for each of a run of records in turn; book_l3_outcomes tells what came of them.
void book_l3_apply_run(struct book_l3 *book, const struct feed_record *records, uint64_t count);

// How many records had this outcome so far.
uint64_t book_l3_outcomes(const struct book_l3 *book, enum book_l3_outcome outcome);

// What an order has and what stands before it at its price. False: no such order. Walks the queue before it.
struct book_l3_order {
    uint64_t id;
    int64_t price;
    int64_t qty;
    int64_t qty_ahead;
    uint32_t orders_ahead;
    int32_t side;
};
bool book_l3_order(const struct book_l3 *book, uint64_t id, struct book_l3_order *ret_order);

struct book_l3_level {
    int64_t price;
    int64_t qty;
    uint32_t count; // orders
    uint32_t reserved;
};

// The best level of a side (+1 bids, -1 asks). False: there is none.
static inline bool book_l3_best(const struct book_l3 *book, int side,
                                struct book_l3_level *ret_level) {
    const struct book_l3_ladder *ladder = &book->ladders[side < 0];
    if (ladder->count == 0) return false;
    const struct book_l3_queue *level = &book->levels[ladder->levels[ladder->count]];
    *ret_level = (struct book_l3_level){level->price, level->qty, level->count, 0};
    return true;
}

// Whether the best bid is not below the best ask.
static inline bool book_l3_is_crossed(const struct book_l3 *book) {
    const struct book_l3_ladder *bids = &book->ladders[0], *asks = &book->ladders[1];
    return bids->keys[bids->count] >= ~asks->keys[asks->count];
}

// The level of a side at a price. False: there is none.
bool book_l3_level_find(const struct book_l3 *book, int side, int64_t price,
                        struct book_l3_level *ret_level);

// The level that an order of a side rests in, in constant time. False: no such order on that side.
bool book_l3_level_of(const struct book_l3 *book, int side, uint64_t id,
                      struct book_l3_level *ret_level);

// The levels of a side from the best outwards, at most `max`; returns how many.
uint32_t book_l3_levels(const struct book_l3 *book, int side, struct book_l3_level *ret_levels,
                        uint32_t max);

// The same in buckets `width` wide between multiples of it: a bucket's price is its bound nearer to the touch,
// bids rounded up to it and asks down; quantity and count are the sums of its levels. width in [1, 2^62] (CHECK).
uint32_t book_l3_buckets(const struct book_l3 *book, int side, int64_t width,
                         struct book_l3_level *ret_levels, uint32_t max);

// The orders of the level of a side at a price in order of their queue, at most `max`; returns how many.
uint32_t book_l3_orders(const struct book_l3 *book, int side, int64_t price,
                        struct book_l3_order *ret_orders, uint32_t max);

uint32_t book_l3_order_count(const struct book_l3 *book);
uint32_t book_l3_level_count(const struct book_l3 *book, int side);

// Of every order in its place, however the book is laid out: equal books have equal hashes.
uint64_t book_l3_hash(const struct book_l3 *book);

// CHECKs the invariants. For tests: it looks at everything.
void book_l3_check(const struct book_l3 *book);

#endif
