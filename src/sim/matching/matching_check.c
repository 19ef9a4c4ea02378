// SPDX-License-Identifier: Apache-2.0
// The state as one number, and its invariants.
#include "base/hash.h"
#include "sim/matching/matching_state.h"

struct walk {
    const struct matching *m;
    uint64_t hash;
    uint32_t orders;
    uint64_t leaves;
};

static void walk_slot(struct walk *walk, uint32_t slot) {
    const struct matching_node *node = &walk->m->nodes[slot];
    const struct matching_terms *terms = &walk->m->terms[slot];
    uint32_t place = node->place;
    bool in_book = place_is_level(place) && place_ladder(place) <= ASKS;
    bool priced = level_has_price(walk->m, terms->limit);
    const int64_t row[] = {
        (int64_t)node->id,
        place_is_level(place) ? place_ladder(place) : place,
        priced ? price_of(walk->m, terms->limit) : 0,
        terms->stop,
        terms->trail,
        node->leaves,
        in_book ? node->shown : 0,
        node->filled,
        terms->display,
        node->tif == TIF_GTD ? terms->expire_ns : 0,
        node->owner,
        node->side,
        node->type,
        node->tif,
        node->flags,
        node->stp,
    };
    walk->hash = hash64(walk->hash, row, sizeof row);
    walk->orders++;
    walk->leaves += (uint64_t)node->leaves;
    DCHECK(matching_book_find(walk->m, node->id) == slot);
}

static void walk_list(struct walk *walk, const struct matching_list *list) {
    for (uint32_t slot = list->first; slot != 0; slot = walk->m->nodes[slot].next)
        walk_slot(walk, slot);
}

static void walk_all(struct walk *walk) {
    const struct matching *m = walk->m;
    for (uint32_t ladder = 0; ladder < LADDERS; ladder++) {
        for (uint32_t at = m->state->best[ladder]; at != empty_best(m, ladder);
             at = matching_book_behind(m, ladder, at)) {
            const struct matching_level *level = level_get(m, ladder, at);
            for (uint32_t slot = level->first; slot != 0; slot = m->nodes[slot].next)
                walk_slot(walk, slot);
        }
    }
    walk_list(walk, &m->state->close);
    walk_list(walk, &m->state->waiting);
}

uint64_t matching_hash(const struct matching *m) {
    const struct matching_state *state = m->state;
    struct walk walk = {.m = m};
    walk_all(&walk);
    const int64_t row[] = {
        state->phase,
        state->has_last,
        state->last,
        state->now_ns,
        (int64_t)state->trades,
        (int64_t)m->nodes[state->top[BIDS]].id,
        (int64_t)m->nodes[state->top[ASKS]].id,
        walk.orders,
    };
    return hash64(walk.hash, row, sizeof row);
}

static void check_level(const struct matching *m, uint32_t ladder, uint32_t at) {
    const struct matching_level *level = level_get(m, ladder, at);
    int64_t shown = 0, total = 0;
    uint32_t count = 0, last = 0, hidden = 0;
    for (uint32_t slot = level->first; slot != 0; slot = m->nodes[slot].next) {
        const struct matching_node *node = &m->nodes[slot];
        CHECK(node->place == place_of(ladder, at) && node->prev == last);
        bool is = ladder <= ASKS && is_hidden(node);
        CHECK(node->leaves > 0 && (node->shown == 0) == is && node->shown <= node->leaves);
        if (is && hidden++ == 0) CHECK(level->hidden == slot);
        CHECK(is || hidden == 0);
        shown += node->shown;
        total += node->leaves;
        count++;
        last = slot;
    }
    CHECK(level->last == last && level->count == count && count > 0);
    CHECK(level->shown == shown && level->total == total);
    CHECK(level->hidden_count == hidden && (hidden > 0 || level->hidden == 0));
}

static void check_ladder(const struct matching *m, uint32_t ladder) {
    uint32_t count = 0, above = 0;
    for (uint32_t at = m->state->best[ladder]; at != empty_best(m, ladder);
         at = matching_book_behind(m, ladder, at)) {
        check_level(m, ladder, at);
        count++;
    }
    for (uint32_t at = matching_book_at_or_above(m, ladder, 0); at <= m->ticks + 1;
         at = matching_book_at_or_above(m, ladder, at + 1))
        above++;
    CHECK(count == m->state->level_count[ladder] && above == count);
}

void matching_check(const struct matching *m) {
    const struct matching_state *state = m->state;
    struct walk walk = {.m = m};
    uint32_t free_count = 0;
    for (uint32_t ladder = 0; ladder < LADDERS; ladder++) check_ladder(m, ladder);
    walk_all(&walk);
    CHECK(state->triggered.first == 0);
    CHECK(walk.orders == state->live && walk.leaves == matching_totals(m).live);
    for (uint32_t slot = state->free; slot != 0; slot = m->nodes[slot].next) {
        CHECK(m->nodes[slot].place == PLACE_NONE);
        free_count++;
    }
    CHECK(free_count + state->live == m->config.order_max);
    if (state->phase != MATCHING_CONTINUOUS) return;
    CHECK(state->best[BIDS] < state->best[ASKS]);
    CHECK(state->best[BIDS] <= m->ticks && state->best[ASKS] >= 1);
}
