// SPDX-License-Identifier: Apache-2.0
// The candles of one instrument for a chart: bars merged to at most CANDLES_MAX, whatever their number.
// A candle is a run of `stride` bars; when there is no more room pairs are merged and the stride doubles.
#ifndef FULMAR_REPORT_CANDLES_H
#define FULMAR_REPORT_CANDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "market/event.h"

enum { CANDLES_MAX = 2048 };

struct candle {
    int64_t open_ns;
    int64_t close_ns;
    price_t open;
    price_t high;
    price_t low;
    price_t close;
};

struct candles {
    struct candle *items;
    uint32_t count;
    uint32_t capacity;
    uint64_t stride; // bars a candle
    uint64_t filled; // bars in the last candle
    uint64_t bars;
    bool failed; // memory was out: later bars are missing
};

void candles_init(struct candles *candles);
void candles_fini(struct candles *candles);

// O(1); bars come in order of time. An instrument that splits: candles_split first.
void candles_add(struct candles *candles, const struct bar *bar);
void candles_run(struct candles *candles, const union event *bars, int count); // each in turn

// new quantity = old x numerator / denominator: what is there is restated in the new units.
void candles_split(struct candles *candles, int64_t numerator, int64_t denominator);

#endif
