// SPDX-License-Identifier: Apache-2.0
// The trades of a series of the tape, each with its side: those of a feed or of a series of trades.
//
// A feed's trades are its trade records. One that has none but hidden and auction ones tells its trades as executions
// of resting orders (ITCH, LOBSTER): then these are trades too, by the other side. A trade of an auction has no
// aggressor. A side that is not told is found by quant/footprint/aggressor.h, with the feed's best quotes where it has
// them. Times are the recorder's.
//
// Recordings seldom tell the tick. It is taken to be the largest of 1, 2, 2.5 and 5 times a power of ten of which all
// prices traded in the series are multiples, where the price changed TRADE_LIST_CHANGES_MIN times at least; else, and
// where that is not larger, the instrument's.
#ifndef FULMAR_APP_DATA_TRADE_LIST_H
#define FULMAR_APP_DATA_TRADE_LIST_H

#include "app/command.h"
#include "edge/store/tape.h"
#include "quant/footprint/aggressor.h"

struct trade_row {
    int64_t ts_ns;
    int64_t price;
    int64_t qty;
    int64_t side; // +1, -1, 0
};

struct trade_list {
    struct instrument instrument;
    char name[TAPE_NAME_SIZE];
    int64_t from_ns; // --from and --to, else what there is; to_ns is not included
    int64_t to_ns;
    struct trade_row *rows;
    size_t count;
    size_t max;
    struct aggressor sides; // how many sides were told, found and not found
    int64_t tick;           // mantissa
    int64_t divisor;        // of all prices
    uint64_t changes;       // of the price
    int64_t height;         // of a row of prices, mantissa
    int64_t ticks;          // that are
};

enum { TRADE_LIST_ROWS_MAX = 1 << 16, TRADE_LIST_CHANGES_MIN = 20 };

// Reads --tape, the operand, --from, --to and --tick-multiple. Without the last, a row is 1, 2 or 5 times a power of
// ten ticks, so that all prices are in `rows_wanted` rows at most. ERR_ARGUMENT: a series without trades, no series, a
// bad option; ERR_NOT_FOUND: no trade in the time. `list` is to be freed either way.
int trade_list_read(const struct args *args, int64_t rows_wanted,
                    struct trade_list *ret_list) MUST_USE;
void trade_list_fini(struct trade_list *list);

// A share given as a fraction, in parts in a million, within 1e-6..1.
int trade_list_share(const struct args *args, const char *name, int64_t *ret_ppm) MUST_USE;

// A price or a quantity as text, without trailing zeros.
const char *trade_list_price(const struct trade_list *list, int64_t price,
                             char buf[DECIMAL_TEXT_SIZE]);
const char *trade_list_qty(const struct trade_list *list, int64_t qty, char buf[DECIMAL_TEXT_SIZE]);

// "12,345 trades, sides told" and the like, for people.
void trade_list_sides_print(const struct trade_list *list, char *buf, size_t size);

#endif
