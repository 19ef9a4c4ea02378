// SPDX-License-Identifier: Apache-2.0
// The books of several venues for one thing as if they were one: the best price anywhere, levels with what each venue
// shows of them, and whether venues lock or cross each other (one's best bid at or above another's best ask: a fact of
// the moment, not a fault).
//
// Nothing is copied: a merged book looks into books by price that others keep, so that it costs nothing until
// asked. The touch takes a step for each venue, a level one more for each. Prices and quantities are in common
// units: each venue says how many of them a tick and a quantity of its own are. Sums that do not fit stay at
// INT64_MAX.
#ifndef FULMAR_MARKET_BOOK_MERGED_H
#define FULMAR_MARKET_BOOK_MERGED_H

#include "market/book_l2.h"

enum { BOOK_MERGED_MAX = 16 }; // venues

struct book_merged_venue {
    const struct book_l2 *book;
    int64_t tick_units; // common units in a tick of this book, > 0
    int64_t qty_units;  // in a quantity of 1 of it, > 0
};

struct book_merged {
    struct book_merged_venue venues[BOOK_MERGED_MAX];
    uint32_t count; // 0: start from an empty struct
};

// Adds a venue, whose book outlives the merged one; its number is the count before. ERR_FULL, ERR_ARGUMENT (units).
int book_merged_add(struct book_merged *merged, const struct book_l2 *book, int64_t tick_units,
                    int64_t qty_units) MUST_USE;

enum book_merged_state {
    BOOK_MERGED_ONE_SIDED, // no bid, or no ask
    BOOK_MERGED_OPEN,      // best bid < best ask
    BOOK_MERGED_LOCKED,    // equal
    BOOK_MERGED_CROSSED    // best bid > best ask
};
const char *book_merged_state_name(enum book_merged_state state); // "one_sided", "open", ...

struct book_merged_touch {
    int64_t bid; // common units; BOOK_L2_NO_BID: none
    int64_t ask; // BOOK_L2_NO_ASK: none
    int64_t bid_qty;
    int64_t ask_qty;
    uint32_t bid_venues; // bit of each that shows it
    uint32_t ask_venues;
    uint32_t state; // enum book_merged_state
    uint32_t reserved;
};
void book_merged_touch(const struct book_merged *merged, struct book_merged_touch *ret_touch);

struct book_merged_level {
    int64_t price; // common units
    int64_t qty;   // of all venues
    int64_t by_venue[BOOK_MERGED_MAX];
};

// The levels of a side (+1 bids, -1 asks) from the best outwards, at most `max`; returns how many.
uint32_t book_merged_levels(const struct book_merged *merged, int side,
                            struct book_merged_level *ret_levels, uint32_t max);

#endif
