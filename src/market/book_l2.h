// SPDX-License-Identifier: Apache-2.0
// A book by price (L2): the quantity that each side shows at each tick. The best prices are kept; a change costs
// a few nanoseconds while it is within the window of ticks around its side's best, and a binary search when it is
// far.
//
// Prices are in ticks, quantities are the feed's mantissas. A level that the other side has run over stays stored
// but is passed over: the best of a side moves behind it, and comes back to it only by way of a change there. That
// is what a feed means that names the levels of both sides in one message, in no particular order.
//
// Precisely, for bids (asks mirrored; `reach` is the lowest bid stored since there was none):
//   a change to q > 0 above the best makes it the best; if the best ask is then not above it, the best ask becomes the
//     lowest stored ask above it, or none;
//   a change to 0 at the best makes the highest stored bid below it, not below reach, the best; without one there is no
//     best, and reach starts anew.
//
// Memory is the arena's: book_l2_size() bytes of state without pointers, so that bytes can be hashed and copied.
#ifndef FULMAR_MARKET_BOOK_L2_H
#define FULMAR_MARKET_BOOK_L2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct book_l2_config {
    uint32_t window;    // ticks near the best, a power of two in [256, 2^24]
    uint32_t level_max; // levels a side, near and far, at least 1
};

struct book_l2 {
    struct book_l2_side *sides; // [2]: bids, asks; in the arena
    int64_t *near_qty[2];       // [window] by tick modulo window
    uint64_t *near_mask[2];     // [window / 64] which ticks hold something
    struct book_l2_level *far[2];
    uint32_t window;
    uint32_t level_max;
};

struct book_l2_level {
    int64_t tick;
    int64_t qty;
};

// What a change did to its side.
struct book_l2_change {
    int64_t previous;    // the level's quantity before
    int64_t best_before; // ticks; BOOK_L2_NO_BID or BOOK_L2_NO_ASK: none
    int64_t best_after;
};

// The best of an empty side: below every bid, above every ask.
#define BOOK_L2_NO_BID INT64_MIN
#define BOOK_L2_NO_ASK INT64_MAX

size_t book_l2_size(const struct book_l2_config *config);

// An empty book. ERR_ARGUMENT, ERR_NOMEM.
int book_l2_init(struct book_l2 *book, struct arena *arena,
                 const struct book_l2_config *config) MUST_USE;

// The level of `side` (+1 bid, -1 ask) at `tick` (|tick| < 2^62) holds `qty` >= 0 from now on. ERR_FULL (no
// story, nothing changed): one level too many.
int book_l2_set(struct book_l2 *book, int side, int64_t tick, int64_t qty,
                struct book_l2_change *ret_change) MUST_USE;

// Forgets all levels of a side, of both when `side` is 0.
void book_l2_clear(struct book_l2 *book, int side);

int64_t book_l2_best_bid(const struct book_l2 *book);                    // BOOK_L2_NO_BID: none
int64_t book_l2_best_ask(const struct book_l2 *book);                    // BOOK_L2_NO_ASK: none
int64_t book_l2_qty(const struct book_l2 *book, int side, int64_t tick); // 0: no such level
uint32_t book_l2_count(const struct book_l2 *book, int side); // levels, those passed over too

// The next level of a side behind `tick`, away from the best; BOOK_L2_NO_BID or BOOK_L2_NO_ASK: none.
int64_t book_l2_next(const struct book_l2 *book, int side, int64_t tick);

// Whether no level of a side is passed over: until the other side runs over one, its levels are those that are stored,
// and a change of one is a change of that one alone.
bool book_l2_is_plain(const struct book_l2 *book, int side);

// The levels of a side from the best outwards, at most `max`; returns how many. Those passed over are left out.
uint32_t book_l2_levels(const struct book_l2 *book, int side, struct book_l2_level *ret_levels,
                        uint32_t max);

// The same by buckets of `ticks` ticks, aligned to multiples of it: a bucket's tick is its bound nearer to the touch,
// bids rounded up and asks down to it, its quantity the sum.
uint32_t book_l2_buckets(const struct book_l2 *book, int side, int64_t ticks,
                         struct book_l2_level *ret_levels, uint32_t max);

// Of everything a book knows, however it is laid out.
uint64_t book_l2_hash(const struct book_l2 *book);

// CHECKs counts, order and bests. For tests.
void book_l2_check(const struct book_l2 *book);

#endif
