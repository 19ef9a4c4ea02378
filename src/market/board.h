// SPDX-License-Identifier: Apache-2.0
// The board: the last known price of every instrument, integers for the ledger and the risk rules.
// Part of the engine's state: plain bytes, no pointers in the rows.
#ifndef FULMAR_MARKET_BOARD_H
#define FULMAR_MARKET_BOARD_H

#include "base/arena.h"
#include "base/touched.h"
#include "market/event.h"

struct board_row {
    struct bar bar;   // the latest bar, all zero before the first
    price_t last;     // latest trade, bar close or quote middle; 0 before the first
    price_t bid;      // 0: none
    price_t ask;      // 0: none
    int64_t ts_ns;    // engine time of `last`
    uint64_t updates; // how many events touched the row
    uint32_t delisted;
    uint32_t reserved;
};
_Static_assert(sizeof(struct board_row) == 112, "engine state");

struct board {
    struct board_row *rows; // one an instrument
    uint32_t count;
    struct touched *touched; // told of every new `last`; NULL: nobody asks
};

// ERR_NOMEM.
int board_init(struct board *board, struct arena *state, uint32_t instrument_count) MUST_USE;

// Takes a market event of an instrument (bar, trade, quote, split, delist; CHECKs the index); others are
// ignored. A quote of one side alone leaves `last`. A split restates the row's prices and volume in new
// units, rounded half to even, at least 1 where there was one.
void board_apply(struct board *board, const union event *event);

static inline void board_touch(const struct board *board, uint32_t instrument) {
    if (board->touched != NULL) touched_add(board->touched, instrument);
}

// The same for a bar, whose instrument the caller has checked.
static inline void board_bar(struct board *board, const struct bar_event *event) {
    struct board_row *row = &board->rows[event->header.instrument];
    row->bar = event->bar;
    row->last = event->bar.close;
    row->ts_ns = event->header.ts_ns;
    row->updates++;
    board_touch(board, event->header.instrument);
}

// The same for `count` (> 0) bars of an instrument, of which `last` is the last one: it is all that stays.
static inline void board_bars(struct board *board, const struct bar_event *last, uint64_t count) {
    board_bar(board, last);
    board->rows[last->header.instrument].updates += count - 1;
}

#endif
