// SPDX-License-Identifier: Apache-2.0
// LOBSTER's messages and the rows of its order book file as one feed by order, whose book is the row's after every
// message: the same levels with the same quantities, as far as the row reaches.
//
// Messages tell of changes within the file's levels alone, so the known orders at a price may be others than those
// that stand there. What a row shows beyond them is an order without a number of the venue's (LOBSTER_REMAINDER),
// added at the end of its queue when it comes into sight. What a message does to an order that is not known is done
// to the first of these at its price, or else to the first order there. Where there is too much, it goes from such
// orders first, then from the known ones, the latest first. An execution stays one record with all that was traded,
// also where it took more than the order was thought to have.
#ifndef FULMAR_EDGE_STORE_LOBSTER_MEND_H
#define FULMAR_EDGE_STORE_LOBSTER_MEND_H

#include <stdint.h>

#include "base/err.h"
#include "market/book_l3.h"
#include "market/feed.h"

// The numbers of orders that no message added, from here on: no venue's number is as large.
#define LOBSTER_REMAINDER (UINT64_C(1) << 62)

struct lobster_mend;

// Takes a record of the feed; negative stops.
struct lobster_mend_sink {
    int (*put)(void *self, const struct feed_record *record);
    void *self;
};

// ERR_NOMEM. Closing takes NULL.
int lobster_mend_open(struct lobster_mend **ret_mend) MUST_USE;
void lobster_mend_close(struct lobster_mend *mend);

// A message, with its own size also where it is a deletion, and the row behind it: `count` levels of bids and asks
// from the best on, those with quantity 0 being none; 0: there is no row. Puts what makes the one of the other, all
// at the message's time; the last of them alone has FEED_LAST. REDUCE and DELETE have the price of their level.
int lobster_mend_row(struct lobster_mend *mend, const struct feed_record *message,
                     const struct book_l3_level *levels[2], uint32_t count,
                     const struct lobster_mend_sink *sink) MUST_USE;

#endif
