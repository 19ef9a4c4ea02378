// SPDX-License-Identifier: Apache-2.0
// Volume at price: what was traded at the bid, at the ask and at neither, in rows of equal height.
//
// A row r holds the prices r * height <= price < (r + 1) * height, in mantissas. What a buyer's aggression traded
// is at the ask, a seller's at the bid; delta is ask less bid. Trades without an aggressor (auctions, and trades
// whose side nobody knows) are at neither.
//
// Memory is bounded: rows from the lowest to the highest traded are kept, at most `rows_max` of them. A trade that
// would stretch them further is refused with ERR_FULL and changes nothing.
//
// The point of control is the row with the most volume, the lowest of equals. The value area grows from it by
// pairs of rows, those above or those below, whichever hold more (those above where they hold as much), until it
// holds the wanted share of all: CBOT, "Market Profile" handbook (1991); Dalton, Jones and Dalton, "Mind over
// Markets" (2013), appendix 1. quant/series/profile.h does the same over bars.
//
// Plain bytes without pointers, part of engine state: the cells follow the struct in the same storage.
#ifndef FULMAR_QUANT_FOOTPRINT_VOLUME_AT_PRICE_H
#define FULMAR_QUANT_FOOTPRINT_VOLUME_AT_PRICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/err.h"

enum { VOLUME_AT_PRICE_ROWS_MAX = 1 << 20 };

struct volume_at_price_cell {
    int64_t bid; // quantity mantissas
    int64_t ask;
    int64_t neither;
    int64_t trades;
};

struct volume_at_price {
    int64_t height; // of a row, price mantissa
    int64_t low;    // lowest and highest row with a trade; undefined while trades = 0
    int64_t high;
    struct volume_at_price_cell all;
    uint32_t rows_max; // a power of two
    uint32_t reserved;
    struct volume_at_price_cell cells[];
};
_Static_assert(sizeof(struct volume_at_price) == 64, "engine state without padding");

// Bytes of one with so many rows.
#define VOLUME_AT_PRICE_BYTES(rows)                                                                \
    (sizeof(struct volume_at_price) + (size_t)(rows) * sizeof(struct volume_at_price_cell))

// height within 1..2^62 - 1; rows_max a power of two within 2..2^20; ERR_ARGUMENT otherwise. `self` has
// VOLUME_AT_PRICE_BYTES.
int volume_at_price_init(struct volume_at_price *self, int64_t height, uint32_t rows_max) MUST_USE;
void volume_at_price_clear(struct volume_at_price *self);

// Takes a trade: side +1 a buyer came, -1 a seller, 0 neither. ERR_ARGUMENT: qty < 1; ERR_FULL: too far from the
// others; ERR_RANGE: the volume overflows, or the price is not within 2^62 of 0. On an error nothing has changed.
int volume_at_price_add(struct volume_at_price *self, int64_t price, int64_t qty,
                        int side) MUST_USE;

// Takes back a trade that was added before (CHECKed as far as the sums tell).
void volume_at_price_remove(struct volume_at_price *self, int64_t price, int64_t qty, int side);

int64_t volume_at_price_row(const struct volume_at_price *self, int64_t price);

// The cell of a row; all 0 outside low..high.
struct volume_at_price_cell volume_at_price_get(const struct volume_at_price *self, int64_t row);

static inline int64_t volume_at_price_sum(const struct volume_at_price_cell *cell) {
    return cell->bid + cell->ask + cell->neither;
}
static inline int64_t volume_at_price_delta(const struct volume_at_price_cell *cell) {
    return cell->ask - cell->bid;
}

// The lower edge of a row as a price.
static inline int64_t volume_at_price_edge(const struct volume_at_price *self, int64_t row) {
    return row * self->height;
}

struct volume_at_price_area {
    int64_t control; // row of the point of control
    int64_t low;     // first and last row of the value area
    int64_t high;
    int64_t held; // volume of the area
};

// share_ppm: parts in a million of all volume that the area holds at least, 1..1000000 (CHECK). There is at least
// one trade (CHECK).
struct volume_at_price_area volume_at_price_area(const struct volume_at_price *self,
                                                 int64_t share_ppm);

#endif
