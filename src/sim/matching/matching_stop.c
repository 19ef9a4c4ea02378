// SPDX-License-Identifier: Apache-2.0
#include "sim/matching/matching_state.h"

static void trigger(struct matching *m, uint32_t slot);
static int64_t trailed(const struct matching *m, uint32_t slot, int64_t price);
static void wait_at(struct matching *m, uint32_t slot);

void matching_stop_traded(struct matching *m, int64_t price) {
    m->state->last = price;
    m->state->has_last = 1;
    matching_stop_look(m, price);
    matching_stop_trail(m, price);
}

void matching_stop_look(struct matching *m, int64_t price) {
    const uint32_t *best = m->state->best;
    uint32_t level;
    CHECK(level_of(m, price, &level));
    while (best[BUY_STOPS] <= level) trigger(m, level_get(m, BUY_STOPS, best[BUY_STOPS])->first);
    while (best[SELL_STOPS] >= level) trigger(m, level_get(m, SELL_STOPS, best[SELL_STOPS])->first);
}

// From here on it is a limit or a market order, and follows no price any more.
static void trigger(struct matching *m, uint32_t slot) {
    matching_book_unlink(m, slot);
    matching_book_append(m, &m->state->triggered, PLACE_TRIGGERED, slot);
    if (m->nodes[slot].type == ORDER_TRAILING_STOP) matching_book_trailing_remove(m, slot);
    m->nodes[slot].type =
        m->nodes[slot].type == ORDER_STOP_LIMIT ? (uint8_t)ORDER_LIMIT : (uint8_t)ORDER_MARKET;
}

void matching_stop_trail(struct matching *m, int64_t price) {
    for (uint32_t slot = m->state->trailing.first; slot != 0; slot = m->terms[slot].trail_next) {
        struct matching_node *node = &m->nodes[slot];
        int64_t stop = trailed(m, slot, price), old = m->terms[slot].stop;
        bool better = node->side > 0 ? stop < old : stop > old;
        if (node->place != PLACE_WAITING && !better) continue;
        matching_book_unlink(m, slot);
        m->terms[slot].stop = stop;
        wait_at(m, slot);
    }
}

static int64_t trailed(const struct matching *m, uint32_t slot, int64_t price) {
    const struct matching_config *config = &m->config;
    int64_t trail = m->terms[slot].trail;
    if (m->nodes[slot].side > 0)
        return trail > config->price_max - price ? config->price_max : price + trail;
    return trail > price - config->price_min ? config->price_min : price - trail;
}

static void wait_at(struct matching *m, uint32_t slot) {
    struct matching_node *node = &m->nodes[slot];
    uint32_t level;
    CHECK(level_of(m, m->terms[slot].stop, &level));
    node->shown = node->leaves;
    matching_book_link(m, node->side > 0 ? BUY_STOPS : SELL_STOPS, level, slot);
}

void matching_stop_place(struct matching *m, uint32_t slot) {
    struct matching_state *state = m->state;
    struct matching_node *node = &m->nodes[slot];
    struct matching_terms *terms = &m->terms[slot];
    if (node->type == ORDER_TRAILING_STOP && terms->stop == 0) {
        if (!state->has_last) {
            matching_book_append(m, &state->waiting, PLACE_WAITING, slot);
            return;
        }
        terms->stop = trailed(m, slot, state->last);
    }
    wait_at(m, slot);
    bool met = node->side > 0 ? state->last >= terms->stop : state->last <= terms->stop;
    if (state->phase == MATCHING_CONTINUOUS && state->has_last && met) trigger(m, slot);
}

void matching_stop_run(struct matching *m) {
    while (m->state->triggered.first != 0) {
        uint32_t slot = m->state->triggered.first;
        matching_book_unlink(m, slot);
        matching_event_order(m, MATCHING_TRIGGERED, slot, m->nodes[slot].leaves, REASON_NONE);
        matching_order_enter(m, slot);
    }
}
