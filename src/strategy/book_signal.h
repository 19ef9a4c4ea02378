// SPDX-License-Identifier: Apache-2.0
// Inputs of strategies of books: features of one instrument's book and trades (quant/micro/micro.h), every distinct one
// computed once, whoever asks, at every record of its feed.
//
// A spec is text: NAME [ "(" argument { "," argument } ")" ] [ "." output ], with arguments as in strategy/signal.h:
// "ofi", "imbalance(5)", "ofi($window).window", "depth(levels=10).bid". Names: fulmar calc --list microstructure.
//
// The book is the engine's own (market/book_l2.h), as strategies see it, whole or not. It is told as one change at the
// end of a message (FEED_LAST); of a feed without that mark at the next instant, at a trade or at the next clock. After
// a picture, a clear or a gap the features begin with a new book. Trades of auctions and against hidden orders are not
// told. Time is ours: when a record was heard.
//
// State is plain bytes in the state arena.
#ifndef FULMAR_STRATEGY_BOOK_SIGNAL_H
#define FULMAR_STRATEGY_BOOK_SIGNAL_H

#include "base/arena.h"
#include "base/params.h"
#include "market/book_l2.h"
#include "market/feed.h"
#include "market/instrument.h"
#include "quant/micro/micro_set.h"

struct book_signals_state { // state
    int64_t open_ns;        // when the open change was heard
    uint64_t open;          // 1: levels were told since the last change was whole
    uint64_t picture;       // 1: they are of a picture
};

struct book_signals { // wiring, one an instrument
    struct micro_set set;
    void *memory; // of the set: state
    struct book_signals_state *state;
    struct micro_source source;
    int64_t step; // a tick, as a price's mantissa
};

// Without inputs yet. `book` is borrowed for good.
void book_signals_init(struct book_signals *signals, const struct instrument *instrument,
                       const struct book_l2 *book);

// Parses a spec with a strategy's parameters, adds what is not there yet and returns the number of its value.
// ERR_PARSE, ERR_NOT_FOUND, ERR_ARGUMENT, ERR_RANGE (with the spec and the column of the fault in the story),
// ERR_FULL. After book_signals_begin only what is there already may be asked for (CHECK).
int book_signals_add(struct book_signals *signals, const char *spec, const struct param *params,
                     size_t param_count, const double *values) MUST_USE;

// Takes the state of all that was added; ERR_NOMEM.
int book_signals_begin(struct book_signals *signals, struct arena *state) MUST_USE;

// Where a value stands; NaN while undefined. After book_signals_begin.
const double *book_signals_place(const struct book_signals *signals, int value);

// A record heard at ts_ns is next, and the book is not changed by it yet: what was heard before it is whole.
void book_signals_next(struct book_signals *signals, int64_t ts_ns);
// A level that the book has just set to qty, of a feed's record.
void book_signals_level(struct book_signals *signals, int64_t ts_ns, int64_t what, int64_t tick,
                        int64_t qty);
// A record of another kind; one that does not concern features changes nothing.
void book_signals_record(struct book_signals *signals, int64_t ts_ns, int64_t what, int64_t price,
                         int64_t qty);
// Everything heard is whole and time is ts_ns: what is of a span of time is brought up to it.
void book_signals_time(struct book_signals *signals, int64_t ts_ns);

#endif
