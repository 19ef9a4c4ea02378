// SPDX-License-Identifier: Apache-2.0
#include "sim/matching/matching_state.h"

static inline bool is_self(const struct matching_taker *taker, const struct matching_node *node) {
    return taker->stp != MATCHING_STP_NONE && taker->owner != 0 && taker->owner == node->owner;
}

static void take_by_time(struct matching *m, struct matching_taker *taker,
                         struct matching_level *level, int64_t price) {
    uint32_t slot = level->first;
    if (UNLIKELY(is_self(taker, &m->nodes[slot]))) {
        (void)matching_take_self(m, taker, slot);
        return;
    }
    int64_t most = available(&m->nodes[slot]);
    matching_take_fill(m, taker, slot, taker->leaves < most ? taker->leaves : most, price);
}

// The last level that trades without an interruption when an order comes in now.
static uint32_t collar_level(const struct matching *m, int32_t side) {
    uint32_t level, none = side > 0 ? m->ticks : 1;
    int64_t price = m->state->has_last ? m->state->last : m->config.reference_price;
    if (LIKELY(m->config.collar == 0) || !level_of(m, price, &level)) return none;
    int64_t steps = m->config.collar / m->config.tick;
    if (side > 0) return steps < m->ticks - level ? level + (uint32_t)steps : m->ticks;
    return steps < level - 1 ? level - (uint32_t)steps : 1;
}

static void interrupt(struct matching *m) {
    struct matching_event *event = matching_event_push(m, MATCHING_PHASE_CHANGED);
    event->number = m->state->phase = MATCHING_REOPENING_CALL;
    event->reason = REASON_VOLATILITY;
    m->state->told = (struct matching_auction){0};
}

void matching_take(struct matching *m, struct matching_taker *taker) {
    uint32_t other = ladder_of(-taker->side), last = collar_level(m, taker->side);
    while (taker->leaves > 0 && taker->stopped == REASON_NONE) {
        uint32_t best = m->state->best[other];
        if (!crosses(taker->side, taker->limit, best)) return;
        if (UNLIKELY(!crosses(taker->side, last, best))) {
            interrupt(m);
            return;
        }
        struct matching_level *level = level_get(m, other, best);
        if (m->config.algorithm == MATCHING_PRO_RATA)
            matching_pro_rata_take(m, taker, level, price_of(m, best));
        else
            take_by_time(m, taker, level, price_of(m, best));
    }
}

void matching_take_fill(struct matching *m, struct matching_taker *taker, uint32_t slot,
                        int64_t qty, int64_t price) {
    struct matching_state *state = m->state;
    const struct matching_node *node = &m->nodes[slot];
    struct matching_event *event = matching_event_push(m, MATCHING_FILL);
    taker->leaves -= qty;
    taker->filled += qty;
    event->order_id = taker->id;
    event->other_id = node->id;
    event->price = price;
    event->qty = qty;
    event->leaves = taker->leaves;
    event->other_leaves = node->leaves - qty;
    event->number = ++state->trades;
    event->owner = taker->owner;
    event->other_owner = node->owner;
    event->side = taker->side;
    state->traded += (uint64_t)qty;
    (void)matching_book_take(m, slot, qty);
    if (UNLIKELY(state->last != price || !state->has_last)) matching_stop_traded(m, price);
}

// The smaller is canceled, and both when they are equal.
static void decrement(struct matching *m, struct matching_taker *taker, uint32_t slot) {
    const struct matching_node *node = &m->nodes[slot];
    int64_t qty = taker->leaves < node->leaves ? taker->leaves : node->leaves;
    taker->leaves -= qty;
    if (node->leaves == qty) {
        matching_order_end(m, slot, MATCHING_CANCELED, REASON_SELF_TRADE);
    } else {
        m->state->canceled += (uint64_t)qty;
        matching_book_reduce(m, slot, qty);
        matching_event_order(m, MATCHING_REDUCED, slot, qty, REASON_SELF_TRADE);
    }
    m->state->canceled += (uint64_t)qty;
    uint32_t kind = taker->leaves == 0 ? MATCHING_CANCELED : MATCHING_REDUCED;
    matching_event_taker(m, kind, taker, qty, REASON_SELF_TRADE);
}

bool matching_take_self(struct matching *m, struct matching_taker *taker, uint32_t slot) {
    if (taker->stp == MATCHING_STP_DECREMENT) {
        decrement(m, taker, slot);
        return taker->leaves > 0;
    }
    if (taker->stp != MATCHING_STP_NEWEST)
        matching_order_end(m, slot, MATCHING_CANCELED, REASON_SELF_TRADE);
    if (taker->stp != MATCHING_STP_OLDEST) taker->stopped = REASON_SELF_TRADE;
    return taker->stopped == REASON_NONE;
}

// Takes from `want` what the order can have at a level. False: its own order stops it before it has all.
static bool meet(const struct matching *m, const struct matching_taker *taker,
                 const struct matching_level *level, int64_t *want) {
    int64_t others = 0, ahead = 0, shown_ahead = 0;
    bool met = false;
    for (uint32_t slot = level->first; slot != 0; slot = m->nodes[slot].next) {
        const struct matching_node *node = &m->nodes[slot];
        if (!is_self(taker, node)) others += node->leaves;
        if (!met && is_self(taker, node))
            ahead = is_hidden(node) ? ahead : shown_ahead; // icebergs go on before hidden orders
        met = met || is_self(taker, node);
        if (met) continue;
        ahead += node->leaves;
        shown_ahead += node->shown;
    }
    if (!met || taker->stp == MATCHING_STP_OLDEST) {
        *want -= others;
        return true;
    }
    if (m->config.algorithm == MATCHING_PRO_RATA) return false; // own orders come first there
    *want -= ahead;
    return *want <= 0;
}

bool matching_take_can(const struct matching *m, const struct matching_taker *taker, int64_t qty) {
    uint32_t other = ladder_of(-taker->side), at = m->state->best[other];
    uint32_t last = collar_level(m, taker->side);
    bool plain = taker->stp == MATCHING_STP_NONE || taker->owner == 0;
    for (; qty > 0 && at != empty_best(m, other) && crosses(taker->side, taker->limit, at);
         at = matching_book_behind(m, other, at)) {
        if (!crosses(taker->side, last, at)) return false;
        const struct matching_level *level = level_get(m, other, at);
        if (plain)
            qty -= level->total;
        else if (!meet(m, taker, level, &qty))
            return false;
    }
    return qty <= 0;
}
