// SPDX-License-Identifier: Apache-2.0
#include "sim/matching/matching_state.h"

enum { PERCENT = 100 };

static bool deal_with_own(struct matching *m, struct matching_taker *taker,
                          struct matching_level *level);
static void by_time(struct matching *m, struct matching_taker *taker, struct matching_level *level,
                    int64_t qty, int64_t price);
static void by_size(struct matching *m, struct matching_taker *taker, struct matching_level *level,
                    int64_t price);
static void top_first(struct matching *m, struct matching_taker *taker,
                      const struct matching_level *level, int64_t price);
static int64_t lots(const struct matching *m, int64_t qty);

void matching_pro_rata_take(struct matching *m, struct matching_taker *taker,
                            struct matching_level *level, int64_t price) {
    if (!deal_with_own(m, taker, level) || level->count == 0) return;
    if (level->shown == 0) { // hidden orders alone
        by_time(m, taker, level, taker->leaves < level->total ? taker->leaves : level->total,
                price);
        return;
    }
    if (taker->leaves >= level->shown) {
        by_time(m, taker, level, level->shown, price);
        return;
    }
    top_first(m, taker, level, price);
    int128_t share = (int128_t)taker->leaves * m->config.fifo_percent / PERCENT;
    by_time(m, taker, level, lots(m, (int64_t)share), price);
    by_size(m, taker, level, price);
    by_time(m, taker, level, taker->leaves, price);
}

static int64_t lots(const struct matching *m, int64_t qty) {
    return qty - qty % m->config.lot;
}

// False: the taker goes no further.
static bool deal_with_own(struct matching *m, struct matching_taker *taker,
                          struct matching_level *level) {
    if (taker->stp == MATCHING_STP_NONE || taker->owner == 0) return true;
    for (uint32_t slot = level->first, next; slot != 0; slot = next) {
        next = m->nodes[slot].next;
        if (m->nodes[slot].owner != taker->owner) continue;
        if (!matching_take_self(m, taker, slot)) return false;
    }
    return true;
}

static void by_time(struct matching *m, struct matching_taker *taker, struct matching_level *level,
                    int64_t qty, int64_t price) {
    while (qty > 0) {
        uint32_t slot = level->first;
        int64_t most = available(&m->nodes[slot]), part = qty < most ? qty : most;
        qty -= part;
        matching_take_fill(m, taker, slot, part, price);
    }
}

// Each order that stands there now once: what an iceberg shows next is not part of it.
static void by_size(struct matching *m, struct matching_taker *taker, struct matching_level *level,
                    int64_t price) {
    int64_t wanted = taker->leaves, all = level->shown, least = m->config.min_allocation;
    uint32_t slot = level->first;
    for (uint32_t left = level->count - level->hidden_count; left > 0; left--) {
        uint32_t next = m->nodes[slot].next;
        int64_t part = lots(m, (int64_t)((int128_t)wanted * m->nodes[slot].shown / all));
        if (part > 0 && part >= least) matching_take_fill(m, taker, slot, part, price);
        slot = next;
    }
}

static void top_first(struct matching *m, struct matching_taker *taker,
                      const struct matching_level *level, int64_t price) {
    uint32_t ladder = ladder_of(-taker->side), slot = m->state->top[ladder];
    if (slot == 0 || m->config.top_percent == 0) return;
    if (level != level_get(m, ladder, place_level(m->nodes[slot].place))) return;
    int64_t part = lots(m, (int64_t)((int128_t)taker->leaves * m->config.top_percent / PERCENT));
    if (m->config.top_max > 0 && part > m->config.top_max) part = m->config.top_max;
    if (part > m->nodes[slot].shown) part = m->nodes[slot].shown;
    if (part > 0) matching_take_fill(m, taker, slot, part, price);
}
