// SPDX-License-Identifier: Apache-2.0
// A recorded feed: what a venue said about one instrument, change by change, in the order in which it was
// heard. Books by price (L2), books by order (L3), trades and best quotes are all records of one form, so that
// one tape, one merge and one simulator take them all.
//
// Two clocks: venue_ns is when the venue says it happened, receipt_ns when the recorder had it. A source that
// knows one of them writes it twice. receipt_ns never goes back from record to record; venue_ns may.
#ifndef FULMAR_MARKET_FEED_H
#define FULMAR_MARKET_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/decimal.h"

enum feed_kind {
    // Books by price. qty is what the level holds from now on; 0: the level is gone.
    FEED_LEVEL = 1,
    FEED_SNAPSHOT = 2, // the same, out of a picture of the whole book
    FEED_CLEAR = 3,    // nothing of `side` (0: of both sides) is known any more
    // What happened, beside the book.
    FEED_TRADE = 4, // side: the aggressor's, 0 unknown; id: the trade's number
    FEED_BEST = 5,  // the best price of `side` and its quantity, from a ticker; qty 0: none
    // Books by order. id: the order's number.
    FEED_ADD = 8, // joins the end of the queue at `price`
    FEED_MODIFY =
        9, // now `qty` at `price`; keeps its place if the price is the same and qty not larger
    FEED_REDUCE = 10,  // `qty` less, in its place
    FEED_DELETE = 11,  // gone
    FEED_EXECUTE = 12, // `qty` less by a trade at `price`; side: the resting order's
    // What is wrong or closed.
    FEED_STATUS = 16, // qty: enum feed_status
    FEED_FAULT = 17,  // qty: enum feed_fault; id: how much of it (messages missed, levels crossed)
    FEED_KIND_END
};

enum feed_status { FEED_TRADING = 1, FEED_HALTED = 2, FEED_AUCTION = 3, FEED_CLOSED = 4 };

enum feed_fault {
    FEED_GAP = 1, // sequence numbers are missing: the book is not the venue's until a picture comes
    FEED_CHECKSUM = 2,      // the venue's checksum of the book is another than ours
    FEED_CROSSED = 3,       // the best bid is not below the best ask after a whole message
    FEED_UNKNOWN_ORDER = 4, // a change of an order that was never added
    FEED_FAULT_END
};

enum feed_flag {
    FEED_LAST = 1,   // the last record of its message: the book is whole after it
    FEED_HIDDEN = 2, // a trade against an order that was not shown
    FEED_CROSS = 4,  // a trade of an auction
    FEED_FLAGS = 7
};

struct feed_record {
    int64_t venue_ns;
    int64_t receipt_ns;
    int64_t price; // mantissa at the instrument's price decimals
    int64_t qty;   // mantissa at the instrument's quantity decimals, >= 0
    uint64_t
        id; // number of the order, the trade or (levels, pictures, best) the book's change; 0: none
    int64_t what; // feed_what()
};
_Static_assert(sizeof(struct feed_record) == 48, "tape format");

// Many records as columns: what a tape maps and a simulator reads.
struct feed_rows {
    const int64_t *venue_ns;
    const int64_t *receipt_ns;
    const int64_t *price;
    const int64_t *qty;
    const uint64_t *id;
    const int64_t *what;
    uint64_t count;
};

// Kind, side (+1 bid or buyer, -1 ask or seller, 0 neither) and flags in one word: a column of the tape.
static inline int64_t feed_what(enum feed_kind kind, int side, int flags) {
    return (int64_t)kind | (int64_t)(side & 3) << 8 | (int64_t)flags << 16;
}
static inline enum feed_kind feed_kind_of(int64_t what) {
    return (enum feed_kind)(what & 0xff);
}
static inline int feed_side_of(int64_t what) {
    int side = (int)(what >> 8) & 3;
    return side == 3 ? -1 : side;
}
static inline int feed_flags_of(int64_t what) {
    return (int)(what >> 16) & 0xffff;
}

// Whether qty counts the instrument's units: it does but for a status and a fault.
static inline bool feed_has_amount(int64_t what) {
    return feed_kind_of(what) < FEED_STATUS;
}

// Whether a record is one that this version knows, with a side, a price and a quantity that its kind may
// have. `what` comes from a file.
bool feed_record_valid(const struct feed_record *record);

// "level", "trade", ...; NULL for a kind that does not exist. "gap", "checksum", ... likewise, and "trading", "halted".
const char *feed_kind_name(enum feed_kind kind);
const char *feed_fault_name(enum feed_fault fault);
const char *feed_status_name(enum feed_status status);

#endif
