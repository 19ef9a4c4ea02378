// SPDX-License-Identifier: Apache-2.0
// A feed of the tape played up to an instant of receipt: the book then, by price or by order, whichever the feed tells.
#ifndef FULMAR_APP_DATA_FEED_VIEW_H
#define FULMAR_APP_DATA_FEED_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "edge/store/tape.h"
#include "market/book_l2.h"
#include "market/book_l3.h"

enum { FEED_VIEW_LEVELS_MAX = 1 << 16 };

struct feed_view;

// ERR_ARGUMENT: the series is no feed; tape_find's, tape_open's; ERR_NOMEM.
int feed_view_open(const char *root, const char *series, struct feed_view **ret_view) MUST_USE;
void feed_view_close(struct feed_view *view); // NULL is fine

const struct tape *feed_view_tape(const struct feed_view *view);

// Takes the records received until `ns`, that instant included; `trade` (may be NULL) is called for each trade.
void feed_view_advance(struct feed_view *view, int64_t ns,
                       void (*trade)(void *self, const struct feed_record *record), void *self);

// The best levels of a side (+1 bids), at most `max`; `count` of a level is 0 in a book by price.
uint32_t feed_view_levels(const struct feed_view *view, int side, struct book_l3_level *ret_levels,
                          uint32_t max);
uint32_t feed_view_level_count(const struct feed_view *view, int side);

// The book by price; ticks are prices' mantissas.
const struct book_l2 *feed_view_by_price(const struct feed_view *view);

struct feed_view_state {
    uint64_t records;   // taken so far
    int64_t receipt_ns; // of the latest change of the book; 0: there was none
    int64_t venue_ns;
    bool by_order;
    bool synced;      // the book is whole: a picture has come, and no gap since
    uint64_t unknown; // changes of orders that are not known, by order
};
struct feed_view_state feed_view_state(const struct feed_view *view);

#endif
