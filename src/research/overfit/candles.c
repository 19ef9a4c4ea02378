// SPDX-License-Identifier: Apache-2.0
#include "research/overfit/candles.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "quant/math/sample.h"

static int64_t moved(int64_t price, double range, double strength, int64_t tick,
                     struct prng *prng) {
    double to = nearbyint(((double)price + range * strength * sample_normal(prng)) / (double)tick);
    if (!(to >= 1)) return tick;
    return to < (double)(INT64_MAX / 4 / tick) ? (int64_t)to * tick : price;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static void move_bar(struct bar *bar, double strength, int64_t tick, struct prng *prng) {
    double range = (double)(bar->high.m - bar->low.m);
    int64_t open = moved(bar->open.m, range, strength, tick, prng);
    int64_t close = moved(bar->close.m, range, strength, tick, prng);
    int64_t high = moved(bar->high.m, range, strength, tick, prng);
    int64_t low = moved(bar->low.m, range, strength, tick, prng);
    bar->open = PRICE(open);
    bar->close = PRICE(close);
    bar->high = PRICE(larger(high, larger(open, close)));
    bar->low = PRICE(-larger(-low, larger(-open, -close)));
}

int candles_move(const struct log *log, const struct instruments *instruments, double strength,
                 uint64_t seed, struct arena *arena, struct log *ret_log) {
    struct log copy = *log;
    struct prng prng;
    copy.bytes = arena_alloc(arena, log->size, 16);
    if (copy.bytes == NULL) return ERR_APPEND(ERR_NOMEM, "while copying the data");
    memcpy(copy.bytes, log->bytes, log->size);
    prng_seed(&prng, seed);
    for (size_t at = 0; at < copy.size;) {
        struct bar_event *event = (void *)(copy.bytes + at);
        if (event->header.kind == EVENT_BAR)
            move_bar(&event->bar, strength, instruments->items[event->header.instrument].tick.m,
                     &prng);
        at = log_next(&event->header, at);
    }
    copy.hash = hash64(0, copy.bytes, copy.size);
    *ret_log = copy;
    return 0;
}
