// SPDX-License-Identifier: Apache-2.0
// Features of one book, chosen by name, and what drives them: one view of the book for all, and one call a change.
//
//   struct micro_set set;                               wiring: what is computed; no state in it
//   micro_set_init(&set, price_unit, qty_unit);
//   micro_set_parse(&set, "ofi:window=1s,imbalance:levels=5");
//   void *state = arena_alloc(arena, micro_set_size(&set), 8);   plain bytes: hashed, saved, copied
//   micro_set_begin(&set, state);
//   ...
//   book_l2_set(&book, side, tick, qty, &change);       the book is the caller's, and is changed first
//   micro_set_level(&set, state, side, tick, qty);      every level, also those of a message's middle
//   micro_set_commit(&set, state, &source, now_ns);     the message is whole: features are called
//   micro_set_trade(&set, state, &trade, now_ns);       a trade, before the change of the book that it brings
//   double bid_share = micro_set_outputs(&set, state, call)[0];
//
// Where a picture or a gap replaces the book: micro_set_begin_book, then micro_set_commit with the new book.
#ifndef FULMAR_QUANT_MICRO_MICRO_SET_H
#define FULMAR_QUANT_MICRO_MICRO_SET_H

#include "quant/micro/micro_book.h"

enum { MICRO_CALLS_MAX = 64, MICRO_SPEC_MAX = 4096 };

struct micro_call {
    const struct micro *feature;
    double params[MICRO_PARAMS_MAX];
    uint32_t state_at;  // bytes from the start of the state
    uint32_t output_at; // of all outputs
};

struct micro_set {
    struct micro_call calls[MICRO_CALLS_MAX];
    uint32_t count;
    uint32_t levels; // a side, that the deepest of them reads
    uint32_t output_count;
    uint32_t state_size; // of features
    uint32_t book_count; // calls that hear changes of the book, trades: their numbers
    uint32_t trade_count;
    uint8_t book_calls[MICRO_CALLS_MAX];
    uint8_t trade_calls[MICRO_CALLS_MAX];
    double price_unit;
    double qty_unit;
};

// An empty set. price_unit: what a tick is worth in units of price, > 0; qty_unit: what one of the book's quantities
// is worth in units of quantity, > 0 (CHECK).
void micro_set_init(struct micro_set *set, double price_unit, double qty_unit);

// Adds a feature with these parameters and returns its call, an earlier one where it is there already. ERR_RANGE as
// params_check; ERR_FULL.
int micro_set_add(struct micro_set *set, const struct micro *feature,
                  const double *params) MUST_USE;

// Adds what a text names: names apart by commas, a feature's parameters behind a colon:
// "spread,depth:levels=10,ofi". "all" is every feature under its defaults. ERR_PARSE, ERR_NOT_FOUND, ERR_RANGE
// with a story; earlier ones stay added.
int micro_set_parse(struct micro_set *set, const char *text) MUST_USE;

size_t micro_set_size(const struct micro_set *set); // bytes of state, a multiple of 8

// Makes the state of a set that has heard nothing.
void micro_set_begin(const struct micro_set *set, void *state);

void micro_set_level(const struct micro_set *set, void *state, int side, int64_t price,
                     int64_t qty);
void micro_set_commit(const struct micro_set *set, void *state, const struct micro_source *source,
                      int64_t now_ns);
void micro_set_begin_book(const struct micro_set *set, void *state);
void micro_set_trade(const struct micro_set *set, void *state, const struct micro_trade *trade,
                     int64_t now_ns);

// Time has passed: what is of a span of time is brought up to now_ns.
void micro_set_time(const struct micro_set *set, void *state, int64_t now_ns);

// A call's outputs, as many as its feature has; of call 0 they are those of all, one after the other.
const double *micro_set_outputs(const struct micro_set *set, const void *state, uint32_t call);

// The state of a call's feature, which alone knows what it is.
const void *micro_set_state(const struct micro_set *set, const void *state, uint32_t call);

// What the set sees of the book.
const struct micro_view *micro_set_view(const struct micro_set *set, const void *state);

#endif
