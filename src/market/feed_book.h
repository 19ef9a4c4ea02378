// SPDX-License-Identifier: Apache-2.0
// The book that a recorded feed by price makes, and whether it is the venue's.
//
// A picture (a message of FEED_SNAPSHOT) begins the book anew. Where the venue numbers its changes, a picture that was
// asked for beside the feed comes late: changes that were heard before it and are newer than it are applied after it,
// and changes that are older than it are passed over. So the last `kept_max` changes are kept.
//
// The book is synced from the end of a picture until a gap or a clear. Before that it holds what was heard.
#ifndef FULMAR_MARKET_FEED_BOOK_H
#define FULMAR_MARKET_FEED_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "market/book_l2.h"
#include "market/feed.h"

struct feed_book_config {
    struct book_l2_config l2;
    uint32_t kept_max; // a power of two
};

enum { FEED_BOOK_PASSED_MAX = 64 };

struct feed_book {
    struct book_l2 l2;
    struct book_l2_level *scratch; // [2 * l2.level_max]
    struct feed_record *kept;      // [kept_max], by count modulo kept_max
    uint64_t kept_count;
    uint64_t picture_id; // that the book began with; 0: none or unnumbered
    uint64_t dropped;    // levels that found no room
    int64_t venue_ns;    // of the latest change of a level
    int64_t receipt_ns;
    struct {
        int64_t tick;
        int64_t side;
    } passed[FEED_BOOK_PASSED_MAX]; // levels that the other side has run over
    uint32_t passed_count;
    uint32_t kept_max;
    bool synced;
    bool in_picture;
};

// ERR_ARGUMENT, ERR_NOMEM.
int feed_book_init(struct feed_book *book, struct arena *arena,
                   const struct feed_book_config *config) MUST_USE;
size_t feed_book_size(const struct feed_book_config *config); // of the arena

// Takes any record; those that are not about books by price change nothing.
void feed_book_apply(struct feed_book *book, const struct feed_record *record);

// How many levels lie on the wrong side of the other side's best (at most FEED_BOOK_PASSED_MAX are known): after a
// whole message of a sound feed, none.
uint32_t feed_book_crossed(struct feed_book *book);

// The instrument's decimals have grown: ticks and quantities times these factors.
void feed_book_scale(struct feed_book *book, int64_t price_factor, int64_t qty_factor);

#endif
