// SPDX-License-Identifier: Apache-2.0
// LOBSTER's order book file against the book that is rebuilt from its message file, row for row.
//
// Messages tell of changes within the file's levels alone. So a level's quantity may differ from that of the known
// orders when it comes into sight: by orders from before the file, and by changes while it was out of sight. From
// then on messages must explain every change of it, to the last share, for as long as it stays in sight.
#ifndef FULMAR_EDGE_STORE_LOBSTER_CHECK_H
#define FULMAR_EDGE_STORE_LOBSTER_CHECK_H

#include <stdint.h>

#include "base/err.h"
#include "market/book_l3.h"
#include "market/feed.h"

enum lobster_row {
    LOBSTER_EQUAL,     // all levels are what the messages say
    LOBSTER_EXPLAINED, // but for levels that come into sight
    LOBSTER_DIFFERS    // or there is no such row, or the book has more orders than can be checked
};

struct lobster_check;

// `path` is a zip with both files, or the message file with the order book file beside it. ERR_NOT_FOUND: there is
// none; ERR_NOMEM, and those of reading.
int lobster_check_open(const char *path, struct lobster_check **ret_check) MUST_USE;
void lobster_check_close(struct lobster_check *check); // NULL is fine

// Takes a message and compares the next row. `record` has the message's own size, also where it is a deletion; its
// prices have four decimals. Negative: the file cannot be read on.
int lobster_check_row(struct lobster_check *check, const struct feed_record *record,
                      enum lobster_row *ret_row) MUST_USE;

// The row that was compared last: levels of the bids and of the asks from the best on, those with quantity 0 being
// none. How many of each; 0: there is no such row. They are good until the next.
uint32_t lobster_check_levels(const struct lobster_check *check,
                              const struct book_l3_level *ret_levels[2]);

#endif
