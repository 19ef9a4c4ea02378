// SPDX-License-Identifier: Apache-2.0
// The best levels of a book, kept change by change for the features that read them (struct micro_view), and what was
// there before. A change inside what is kept moves as many entries as lie behind it; only when a side runs short is
// the book itself asked for its levels.
//
// Order of calls: micro_book_level for every level that the book has just set, micro_book_commit when the book is
// whole. Between two commits `before` is what the first of them left.
#ifndef FULMAR_QUANT_MICRO_MICRO_BOOK_H
#define FULMAR_QUANT_MICRO_MICRO_BOOK_H

#include "market/book_l2.h"
#include "market/book_l3.h"
#include "quant/micro/micro.h"

// Whose levels a view follows: one of the two, the other NULL.
struct micro_source {
    const struct book_l2 *l2;
    const struct book_l3 *l3;
};

struct micro_book {
    struct micro_view view;
    uint32_t stale[2];  // 1: the side is to be read anew from the book
    uint32_t unsafe[2]; // 1: levels were run over by the other side, which come back without a word
    uint32_t begun;     // the next commit is a beginning
    uint32_t by_order;  // the source's sides do not run over each other
};

// An empty view of `levels` levels a side, 1 to MICRO_LEVELS_MAX (CHECK).
void micro_book_init(struct micro_book *book, uint32_t levels, double price_unit, double qty_unit);

// The level of `side` at `price` holds `qty` from now on, and the source knows it.
void micro_book_level(struct micro_book *book, int side, int64_t price, int64_t qty);

// The source's levels of a side (0: of both) are others: a picture, a clear.
void micro_book_stale(struct micro_book *book, int side);

// The next commit begins anew: what was before is not what changed into it.
void micro_book_begin(struct micro_book *book);

// The book is whole: `view` is what it shows at now_ns, and `before` what it showed at the commit before.
void micro_book_commit(struct micro_book *book, const struct micro_source *source, int64_t now_ns);

// Afterwards: `before` becomes `now`.
void micro_book_settle(struct micro_book *book);

#endif
