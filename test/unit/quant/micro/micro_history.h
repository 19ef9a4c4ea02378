// SPDX-License-Identifier: Apache-2.0
// Everything that a storm told, kept whole, so that twins can compute a definition from the start at any step.
#ifndef FULMAR_TEST_QUANT_MICRO_MICRO_HISTORY_H
#define FULMAR_TEST_QUANT_MICRO_MICRO_HISTORY_H

#include "micro_kit.h"

enum { HISTORY_MAX = 8000, HISTORY_LEVELS = 20 };

struct moment {
    int64_t ns;
    bool traded;
    bool begun;
    struct micro_trade trade;
    struct book_l2_level best[2][HISTORY_LEVELS]; // after it
    uint32_t count[2];
};

struct history {
    struct moment at[HISTORY_MAX];
    int count;
    bool committed; // the book has changed once
};

static inline void history_step(struct history *history, struct kit *kit) {
    int now = history->count++;
    assert_true(now >= 0 && now < HISTORY_MAX);
    struct moment *moment = &history->at[now];
    kit->begun = false;
    kit_storm(kit);
    *moment = (struct moment){.ns = kit->now_ns, .traded = kit->traded, .trade = kit->trade};
    if (now == 0) history->committed = false;
    moment->begun = !kit->traded && (kit->begun || !history->committed);
    history->committed = history->committed || !kit->traded;
    if (kit->traded && now > 0) {
        const struct moment *old = &history->at[now - 1];
        memcpy(moment->best, old->best, sizeof old->best);
        memcpy(moment->count, old->count, sizeof old->count);
        return;
    }
    for (int s = 0; s < 2 && !kit->traded; s++)
        moment->count[s] = book_l2_levels(&kit->book, s ? -1 : 1, moment->best[s], HISTORY_LEVELS);
}

// Twice the mid after moment i; NaN without one, or before the first.
static inline double history_mid2(const struct history *history, int i) {
    const struct moment *at = &history->at[i < 0 ? 0 : i];
    if (i < 0 || at->count[0] == 0 || at->count[1] == 0) return NAN;
    return (double)(at->best[0][0].tick + at->best[1][0].tick);
}

// Twice the mid that stands after moment i, or the latest there was.
static inline double history_mid2_held(const struct history *history, int i) {
    while (i >= 0 && isnan(history_mid2(history, i))) i--;
    return i < 0 ? NAN : history_mid2(history, i);
}

// The sign of the tick test of the trade at moment i.
static inline int history_tick(const struct history *history, int i) {
    double price = (double)history->at[i].trade.price;
    for (int k = i - 1; k >= 0; k--) {
        if (!history->at[k].traded) continue;
        double before = (double)history->at[k].trade.price;
        if (before != price) return price > before ? 1 : -1;
    }
    return 0;
}

static inline int history_lee_ready(const struct history *history, int i) {
    double mid2 = history_mid2(history, i - 1), price2 = 2 * (double)history->at[i].trade.price;
    return price2 > mid2 ? 1 : price2 < mid2 ? -1 : history_tick(history, i);
}

static inline int history_sign(const struct history *history, int i) {
    int told = history->at[i].trade.side;
    return told != 0 ? told : history_lee_ready(history, i);
}

// Whether a time is in a window of `span_ns` that is looked at at now_ns: in the slot of now or one of the 16 before.
static inline bool history_within(int64_t ns, int64_t now_ns, int64_t span_ns) {
    int64_t slot = (span_ns + 15) / 16;
    return ns / slot + 16 >= now_ns / slot && ns <= now_ns;
}

#endif
