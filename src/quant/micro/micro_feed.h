// SPDX-License-Identifier: Apache-2.0
// A recorded feed (market/feed.h) as events of a set of features: the book, by price or by order, is kept here,
// messages become changes of it, and trades are told once.
//
// Trades of a feed by order are its executions; a trade record of the same venue time tells the same again, whichever
// comes first, and is told once. Trades of an auction are no trades of the book; those against hidden orders are told
// when it is asked for.
//
// A book by price that is not whole (before its first picture, after a gap) is no book: its outputs are undefined until
// a picture comes. A feed without any picture is taken as it comes (`unpictured`).
#ifndef FULMAR_QUANT_MICRO_MICRO_FEED_H
#define FULMAR_QUANT_MICRO_MICRO_FEED_H

#include "base/arena.h"
#include "market/feed_book.h"
#include "quant/micro/micro_set.h"

struct micro_feed_config {
    struct feed_book_config by_price;
    struct book_l3_config
        by_order;    // of 0 orders: none is kept, records of orders are refused (CHECK)
    bool hidden;     // trades against hidden orders are told
    bool unpictured; // the feed has levels but no pictures
};

struct micro_feed {
    const struct micro_set *set;
    void *state; // of the set; in the arena
    struct feed_book by_price;
    struct book_l3 by_order;
    struct micro_source source;
    int64_t
        told_ns; // venue time of the trade records whose executions are to come, or the other way round
    int64_t told_qty; // > 0: told by trade records, < 0: by executions
    bool orders;      // by_order is there
    bool is_by_order; // the feed has told of orders
    bool hidden;
    bool unpictured;
    bool was_whole;
};

enum micro_feed_event { MICRO_FEED_NOTHING, MICRO_FEED_BOOK, MICRO_FEED_TRADE };

// Nothing heard yet. ERR_ARGUMENT, ERR_NOMEM.
int micro_feed_init(struct micro_feed *feed, struct arena *arena, const struct micro_set *set,
                    const struct micro_feed_config *config) MUST_USE;
size_t micro_feed_size(const struct micro_set *set, const struct micro_feed_config *config);

// Takes a valid record, at now_ns by the clock that the caller goes by. Returns what it was for the features: a record
// that is a trade and changes the book, an execution, is MICRO_FEED_TRADE; one whose price is not within 2^60 of 0 is
// MICRO_FEED_NOTHING.
enum micro_feed_event micro_feed_apply(struct micro_feed *feed, const struct feed_record *record,
                                       int64_t now_ns);

#endif
