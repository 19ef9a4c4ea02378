// SPDX-License-Identifier: Apache-2.0
#include "report/candles.h"

#include <stdlib.h>
#include <string.h>

static void merge_pairs(struct candles *candles);
static bool make_room(struct candles *candles);
static void merge(struct candle *into, const struct candle *next);

void candles_init(struct candles *candles) {
    memset(candles, 0, sizeof *candles);
    candles->stride = 1;
}

void candles_fini(struct candles *candles) {
    free(candles->items);
    memset(candles, 0, sizeof *candles);
}

void candles_add(struct candles *candles, const struct bar *bar) {
    struct candle candle = {.open_ns = bar->open_ns,
                            .close_ns = bar->close_ns,
                            .open = bar->open,
                            .high = bar->high,
                            .low = bar->low,
                            .close = bar->close};
    candles->bars++;
    if (candles->count > 0 && candles->filled < candles->stride) {
        merge(&candles->items[candles->count - 1], &candle);
        candles->filled++;
        return;
    }
    if (candles->count == candles->capacity && !make_room(candles)) return;
    candles->items[candles->count++] = candle;
    candles->filled = 1;
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
