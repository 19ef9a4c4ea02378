// SPDX-License-Identifier: Apache-2.0
#include "report/candles.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static void begin(struct candles *candles, const struct bar *bar);
static void merge_pairs(struct candles *candles);
static bool make_room(struct candles *candles);
static void merge(struct candle *into, const struct candle *next);

void candles_init(struct candles *candles) {
    memset(candles, 0, sizeof *candles);
    candles->stride = candles->filled = 1; // the first bar begins a candle
}

void candles_fini(struct candles *candles) {
    free(candles->items);
    memset(candles, 0, sizeof *candles);
}

void candles_add(struct candles *candles, const struct bar *bar) {
    candles->bars++;
    if (candles->filled >= candles->stride) {
        begin(candles, bar);
        return;
    }
    struct candle *candle = &candles->items[candles->count - 1];
    candle->close_ns = bar->close_ns;
    candle->close = bar->close;
    if (bar->high.m > candle->high.m) candle->high = bar->high;
    if (bar->low.m < candle->low.m) candle->low = bar->low;
    candles->filled++;
}

// Most bars only stretch the candle that is there: its extremes are kept at hand while it fills.
void candles_run(struct candles *candles, const union event *bars, int count) {
    while (count > 0) {
        candles_add(candles, &bars->bar.bar);
        bars++;
        count--;
        uint64_t room = candles->stride - candles->filled;
        int more = room < (uint64_t)count ? (int)room : count;
        if (more == 0 || candles->count == 0) continue;
        struct candle *candle = &candles->items[candles->count - 1];
        event_bar_range(bars, more, &candle->low, &candle->high);
        candle->close_ns = bars[more - 1].bar.bar.close_ns;
        candle->close = bars[more - 1].bar.bar.close;
        candles->filled += (uint64_t)more;
        candles->bars += (uint64_t)more;
        bars += more;
        count -= more;
    }
}

void candles_split(struct candles *candles, int64_t numerator, int64_t denominator) {
    if (numerator <= 0 || denominator <= 0) return;
    for (uint32_t i = 0; i < candles->count; i++) {
        struct candle *candle = &candles->items[i];
        price_t *const prices[] = {&candle->open, &candle->high, &candle->low, &candle->close};
        for (size_t k = 0; k < sizeof prices / sizeof prices[0]; k++)
            prices[k]->m = (int64_t)decimal_div_round((int128_t)prices[k]->m * denominator,
                                                      numerator, ROUND_HALF_EVEN);
    }
}

static void begin(struct candles *candles, const struct bar *bar) {
    if (candles->count == candles->capacity && !make_room(candles)) return;
    candles->items[candles->count++] = (struct candle){.open_ns = bar->open_ns,
                                                       .close_ns = bar->close_ns,
                                                       .open = bar->open,
                                                       .high = bar->high,
                                                       .low = bar->low,
                                                       .close = bar->close};
    candles->filled = 1;
}

static bool make_room(struct candles *candles) {
    if (candles->count == CANDLES_MAX) {
        merge_pairs(candles);
        return true;
    }
    uint32_t capacity = candles->capacity == 0 ? 64 : candles->capacity * 2;
    struct candle *items = realloc(candles->items, capacity * sizeof *items);
    if (items == NULL) {
        candles->failed = true;
        return false;
    }
    candles->items = items;
    candles->capacity = capacity;
    return true;
}

static void merge_pairs(struct candles *candles) {
    uint32_t pairs = candles->count / 2;
    for (uint32_t i = 0; i < pairs; i++) {
        struct candle pair = candles->items[2 * i];
        merge(&pair, &candles->items[2 * i + 1]);
        candles->items[i] = pair;
    }
    bool odd = candles->count % 2 != 0;
    if (odd) candles->items[pairs] = candles->items[candles->count - 1];
    candles->filled += odd ? 0 : candles->stride;
    candles->count = pairs + odd;
    candles->stride *= 2;
}

static void merge(struct candle *into, const struct candle *next) {
    into->close_ns = next->close_ns;
    into->close = next->close;
    if (next->high.m > into->high.m) into->high = next->high;
    if (next->low.m < into->low.m) into->low = next->low;
}
