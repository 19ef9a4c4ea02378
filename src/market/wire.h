// SPDX-License-Identifier: Apache-2.0
// What venues send as JSON, as typed messages: changes of books, pictures of them, trades, best quotes, orders.
//
// A venue's dialect is a table: which key means what, and a function that says what a whole object was. One walk over
// the bytes fills the fields that the table names and the list of items; nothing is allocated and nothing is kept from
// text to text.
#ifndef FULMAR_MARKET_WIRE_H
#define FULMAR_MARKET_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/jscan.h"
#include "market/feed.h"

enum wire_kind {
    WIRE_OTHER,   // of no concern here: an answer, a candle, a heartbeat
    WIRE_DIFF,    // levels of a book that have changed
    WIRE_PICTURE, // all levels of a book
    WIRE_TRADES,
    WIRE_BEST,
    WIRE_ORDERS, // what became of single orders
    WIRE_TOP,    // the best levels of a book, beside its orders: to compare with
    WIRE_OLD     // what was before the subscription
};

#define WIRE_NO_TIME INT64_MIN

struct wire_item {
    struct jscan_decimal price;
    struct jscan_decimal qty;
    uint64_t id;
    int64_t venue_ns; // WIRE_NO_TIME: the message's
    int64_t what;     // feed_what() without FEED_LAST; 0: a trade that was none of the market's
};

struct wire_message {
    const struct wire_item *items;
    uint32_t count;
    enum wire_kind kind;
    struct jscan_text symbol; // as the venue writes it; empty: the message does not say
    const char *market;       // beside the dialect's name, "-USDM"; "" where there is one
    int64_t venue_ns;         // WIRE_NO_TIME: it does not say
    uint64_t first;           // numbers of the changes in it; 0: none
    uint64_t last;
    uint64_t previous; // the last number of the message before; 0: it does not say
    uint64_t sequence; // of the connection's messages, + 1; 0: none
    uint32_t checksum;
    int32_t price_places; // digits behind the point as they were written; -1: they vary
    int32_t qty_places;
    uint32_t depth;        // levels a side that the venue keeps for the reader; 0: all
    bool checked;          // there is a checksum: CRC-32 of the ten best levels in Kraken's form
    bool anew;             // a picture whose number the next change follows
    bool first_is_picture; // a difference that is the picture where it is the first of its symbol
};

// What a key's value means where it is a number, a string, true, false or null: the field that keeps it.
enum wire_field {
    WIRE_NONE,
    WIRE_TYPE,
    WIRE_STREAM,
    WIRE_SYMBOL,
    WIRE_TIME, // when it happened
    WIRE_SENT, // when it was sent
    WIRE_FIRST,
    WIRE_LAST,
    WIRE_PREVIOUS,
    WIRE_SEQUENCE,
    WIRE_ID,
    WIRE_PRICE,
    WIRE_QTY,
    WIRE_SIDE,
    WIRE_BID,
    WIRE_BID_QTY,
    WIRE_ASK,
    WIRE_ASK_QTY,
    WIRE_MARK, // a word on the trade's or the order's nature
    WIRE_MAKER,
    WIRE_CHECKSUM,
    WIRE_PAIR,
    WIRE_FIELD_COUNT
};

// What it means where it is an array.
enum wire_array {
    WIRE_SKIP,
    WIRE_BIDS,    // [[price, quantity, ...], ...]
    WIRE_ASKS,    // the same
    WIRE_CHANGES, // [[side, price, quantity], ...]
    WIRE_ITEMS,   // of objects: the dialect's item() makes an item of each
    WIRE_EVENTS   // of objects: the dialect's finish() makes a message of each
};

struct wire_row {
    const char *key;
    enum wire_field field;
    enum wire_array array;
    bool into; // an object's keys are read as if they stood here
};

enum { WIRE_ROWS_MAX = 48, WIRE_MARKS_MAX = 4 };

struct wire;
struct wire_dialect {
    const char *name;                  // the venue's, "BINANCE"
    const char *marks[WIRE_MARKS_MAX]; // words that only its texts have
    const struct wire_row *rows;
    size_t row_count; // at most WIRE_ROWS_MAX
    // Makes what the fields and items hold one message, by wire_emit. ERR_PARSE by wire_fail.
    int (*finish)(struct wire *wire, struct wire_message *message);
    int (*item)(struct wire *wire); // WIRE_ITEMS
    // A text that is an array; NULL: it is of no concern.
    int (*array)(struct wire *wire, struct jscan *json);
    const char
        *symbol; // of messages that name none, where the venue means one by that; NULL: it does not
    bool first_is_picture;
    bool timed_levels; // the seconds since 1970 stand behind price and quantity
};

struct wire {
    const struct wire_dialect *dialect;
    int (*take)(void *self, const struct wire_message *message); // a negative return ends the walk
    void *self;
    struct wire_item *items;
    uint32_t item_max;
    uint32_t item_count;
    uint32_t have;   // bit mask of fields
    uint32_t kept;   // bits of `have` that hold for the items after
    uint32_t arrays; // bit mask of the fields of rows whose value was a list of levels
    bool emitted;
    const char *fault; // what was wrong
    struct jscan_text fields[WIRE_FIELD_COUNT];
    int32_t price_places;
    int32_t qty_places;
    uint8_t row_of[128]; // by a key of one letter: row + 1
};

// The known dialects; NULL past the last. wire_dialect_find: by name, or NULL.
const struct wire_dialect *wire_dialect_at(size_t index);
const struct wire_dialect *wire_dialect_find(const char *name);

// items: the caller's room for what one text may hold.
void wire_init(struct wire *wire, const struct wire_dialect *dialect, struct wire_item *items,
               uint32_t item_max);

// Reads one text (with JSCAN_PADDING behind it) and calls `take` for each message in it. `word`, where len > 0, is the
// type that stands outside the text. ERR_PARSE: wire->fault says what is wrong; ERR_FULL; take's.
int wire_decode(struct wire *wire, struct jscan_text word, const char *data, size_t size) MUST_USE;

// For dialects.
int wire_fail(struct wire *wire, const char *fault); // ERR_PARSE
int wire_emit(struct wire *wire, const struct wire_message *message) MUST_USE;
int wire_finish(
    struct wire *wire) MUST_USE; // the dialect's finish() and wire_emit of what there is
struct wire_item *wire_item_add(struct wire *wire); // NULL: there is no room
int wire_object(struct wire *wire, struct jscan *json) MUST_USE;
int wire_levels(struct wire *wire, struct jscan *json, int side) MUST_USE;
static inline bool wire_has(const struct wire *wire, enum wire_field field) {
    return (wire->have >> field & 1) != 0;
}
static inline bool wire_field_is(const struct wire *wire, enum wire_field field, const char *word) {
    return wire_has(wire, field) && jscan_is(wire->fields[field], word);
}
// A field's value: 0 and no change of *ret where it is absent; ERR_PARSE.
int wire_uint(struct wire *wire, enum wire_field field, uint64_t *ret_value) MUST_USE;
int wire_decimal(struct wire *wire, enum wire_field field,
                 struct jscan_decimal *ret_value) MUST_USE; // absent: ERR_PARSE
// A time in units of `unit_ns`, or where it is text, RFC 3339.
int wire_time(struct wire *wire, enum wire_field field, int64_t unit_ns, int64_t *ret_ns) MUST_USE;
// "1618678133.365913", seconds since 1970.
int wire_seconds(struct wire *wire, struct jscan_text text, int64_t *ret_ns) MUST_USE;
// Price and quantity fields as one more item.
int wire_item_fields(struct wire *wire, enum wire_field price, enum wire_field qty,
                     int64_t what) MUST_USE;
void wire_items_kind(struct wire *wire, enum feed_kind kind); // of all items so far

#endif
