// SPDX-License-Identifier: Apache-2.0
// Places: levels with their bits, lists, slots.
#include "sim/matching/matching_state.h"

enum { WORD_SHIFT = 6, WORD_MASK = 63, TIERS = 3 };

static inline uint64_t *word_get(const struct matching *m, int tier, uint32_t ladder, uint32_t at);
static void bit_set(struct matching *m, uint32_t ladder, uint32_t level);
static void bit_clear(struct matching *m, uint32_t ladder, uint32_t level);
static uint32_t at_or_below(const struct matching *m, uint32_t ladder, uint32_t level);
static inline void level_fill(struct matching *m, uint32_t ladder, uint32_t level);
static inline void level_empty(struct matching *m, uint32_t ladder, uint32_t level);
static void list_unlink(struct matching *m, struct matching_list *list, uint32_t slot);
static void owner_add(struct matching *m, uint32_t slot);
static void owner_remove(struct matching *m, uint32_t slot);
static void timed_remove(struct matching *m, uint32_t slot);
static void next_slice(struct matching *m, uint32_t slot, struct matching_level *level);

void matching_book_link(struct matching *m, uint32_t ladder, uint32_t level_at, uint32_t slot) {
    struct matching_node *node = &m->nodes[slot];
    struct matching_level *level = level_get(m, ladder, level_at);
    if (level->count == 0) level_fill(m, ladder, level_at);
    bool hidden = ladder <= ASKS && is_hidden(node);
    uint32_t next = hidden ? 0 : level->hidden;
    uint32_t prev = next != 0 ? m->nodes[next].prev : level->last;
    node->place = place_of(ladder, level_at);
    node->prev = prev;
    node->next = next;
    *(prev != 0 ? &m->nodes[prev].next : &level->first) = slot;
    *(next != 0 ? &m->nodes[next].prev : &level->last) = slot;
    level->count++;
    level->shown += node->shown;
    level->total += node->leaves;
    if (LIKELY(!hidden)) {
        matching_event_dirty(m, node->place);
        return;
    }
    if (level->hidden == 0) level->hidden = slot;
    level->hidden_count++;
}

void matching_book_unlink(struct matching *m, uint32_t slot) {
    struct matching_node *node = &m->nodes[slot];
    uint32_t place = node->place;
    struct matching_state *state = m->state;
    if (UNLIKELY(!place_is_level(place))) {
        if (place == PLACE_CLOSE) list_unlink(m, &state->close, slot);
        if (place == PLACE_WAITING) list_unlink(m, &state->waiting, slot);
        if (place == PLACE_TRIGGERED) list_unlink(m, &state->triggered, slot);
        node->place = PLACE_NONE;
        return;
    }
    uint32_t ladder = place_ladder(place), at = place_level(place);
    struct matching_level *level = level_get(m, ladder, at);
    uint32_t prev = node->prev, next = node->next;
    if (prev != 0)
        m->nodes[prev].next = next;
    else
        level->first = next;
    if (next != 0)
        m->nodes[next].prev = prev;
    else
        level->last = prev;
    level->shown -= node->shown;
    level->total -= node->leaves;
    if (UNLIKELY(ladder <= ASKS && is_hidden(node))) {
        if (level->hidden == slot) level->hidden = next;
        level->hidden_count--;
    } else {
        matching_event_dirty(m, place);
    }
    if (--level->count == 0) level_empty(m, ladder, at);
    if (ladder <= ASKS && state->top[ladder] == slot) state->top[ladder] = 0;
    node->place = PLACE_NONE;
}

void matching_book_append(struct matching *m, struct matching_list *list, uint32_t place,
                          uint32_t slot) {
    struct matching_node *node = &m->nodes[slot];
    node->place = place;
    node->prev = list->last;
    node->next = 0;
    if (list->last != 0)
        m->nodes[list->last].next = slot;
    else
        list->first = slot;
    list->last = slot;
}

static void list_unlink(struct matching *m, struct matching_list *list, uint32_t slot) {
    struct matching_node *node = &m->nodes[slot];
    if (node->prev != 0)
        m->nodes[node->prev].next = node->next;
    else
        list->first = node->next;
    if (node->next != 0)
        m->nodes[node->next].prev = node->prev;
    else
        list->last = node->prev;
}

uint32_t matching_book_slot_take(struct matching *m, uint64_t id, uint32_t owner) {
    struct matching_state *state = m->state;
    uint32_t slot = state->free;
    CHECK(slot != 0);
    struct matching_node *node = &m->nodes[slot];
    state->free = node->next;
    state->live++;
    *node = (struct matching_node){.id = id, .owner = owner, .place = PLACE_NONE};
    m->terms[slot] = (struct matching_terms){0};
    CHECK(map_put(&m->by_id, id, slot) == 0);
    owner_add(m, slot);
    return slot;
}

void matching_book_slot_free(struct matching *m, uint32_t slot) {
    struct matching_state *state = m->state;
    struct matching_node *node = &m->nodes[slot];
    DCHECK(node->place == PLACE_NONE);
    CHECK(map_remove(&m->by_id, node->id));
    owner_remove(m, slot);
    if (node->tif == TIF_GTD) timed_remove(m, slot);
    if (node->type == ORDER_TRAILING_STOP) matching_book_trailing_remove(m, slot);
    *node = (struct matching_node){.place = PLACE_NONE, .next = state->free};
    m->terms[slot] = (struct matching_terms){0};
    state->free = slot;
    state->live--;
}

uint32_t matching_book_find(const struct matching *m, uint64_t id) {
    uint32_t slot;
    return map_get(&m->by_id, id, &slot) ? slot : 0;
}

uint32_t matching_book_behind(const struct matching *m, uint32_t ladder, uint32_t level) {
    if ((ladder & 1) == 0) return level == 0 ? 0 : at_or_below(m, ladder, level - 1);
    uint32_t found = matching_book_at_or_above(m, ladder, level + 1);
    return found > m->ticks + 1 ? m->ticks + 1 : found;
}

uint32_t matching_book_at_or_above(const struct matching *m, uint32_t ladder, uint32_t level) {
    uint32_t at = level;
    for (int tier = 0; tier < TIERS; tier++) {
        uint32_t word = at >> WORD_SHIFT, end = m->words[tier];
        if (word >= end) break;
        uint64_t bits = *word_get(m, tier, ladder, word) & ~UINT64_C(0) << (at & WORD_MASK);
        while (tier == TIERS - 1 && bits == 0 && ++word < end)
            bits = *word_get(m, tier, ladder, word);
        at = word + 1;
        if (bits == 0) continue;
        at = word << WORD_SHIFT | (uint32_t)__builtin_ctzll(bits);
        while (tier-- > 0)
            at = at << WORD_SHIFT | (uint32_t)__builtin_ctzll(*word_get(m, tier, ladder, at));
        return at;
    }
    return m->ticks + 2;
}

// 0: none, as level 0 of these ladders is always empty.
static uint32_t at_or_below(const struct matching *m, uint32_t ladder, uint32_t level) {
    uint32_t at = level;
    for (int tier = 0; tier < TIERS; tier++) {
        uint32_t word = at >> WORD_SHIFT;
        uint64_t bits =
            *word_get(m, tier, ladder, word) & ~UINT64_C(0) >> (WORD_MASK - (at & WORD_MASK));
        while (tier == TIERS - 1 && bits == 0 && word > 0)
            bits = *word_get(m, tier, ladder, --word);
        if (bits == 0 && word == 0) break;
        at = word - 1;
        if (bits == 0) continue;
        at = word << WORD_SHIFT | (WORD_MASK - (uint32_t)__builtin_clzll(bits));
        while (tier-- > 0)
            at = at << WORD_SHIFT |
                 (WORD_MASK - (uint32_t)__builtin_clzll(*word_get(m, tier, ladder, at)));
        return at;
    }
    return 0;
}

static inline uint64_t *word_get(const struct matching *m, int tier, uint32_t ladder, uint32_t at) {
    return &m->bits[tier][(size_t)ladder * m->words[tier] + at];
}

static void bit_set(struct matching *m, uint32_t ladder, uint32_t level) {
    for (int tier = 0; tier < TIERS; tier++) {
        uint64_t *word = word_get(m, tier, ladder, level >> WORD_SHIFT), before = *word;
        *word |= UINT64_C(1) << (level & WORD_MASK);
        if (before != 0) return;
        level >>= WORD_SHIFT;
    }
}

static void bit_clear(struct matching *m, uint32_t ladder, uint32_t level) {
    for (int tier = 0; tier < TIERS; tier++) {
        uint64_t *word = word_get(m, tier, ladder, level >> WORD_SHIFT);
        *word &= ~(UINT64_C(1) << (level & WORD_MASK));
        if (*word != 0) return;
        level >>= WORD_SHIFT;
    }
}

static inline void level_fill(struct matching *m, uint32_t ladder, uint32_t level) {
    uint32_t *best = &m->state->best[ladder];
    bit_set(m, ladder, level);
    m->state->level_count[ladder]++;
    if ((ladder & 1) == 0 ? level > *best : level < *best) *best = level;
}

static inline void level_empty(struct matching *m, uint32_t ladder, uint32_t level) {
    uint32_t *best = &m->state->best[ladder];
    bit_clear(m, ladder, level);
    m->state->level_count[ladder]--;
    if (*best == level) *best = matching_book_behind(m, ladder, level);
}

static void owner_add(struct matching *m, uint32_t slot) {
    uint32_t *ends = &m->owners[2 * (size_t)m->nodes[slot].owner];
    m->terms[slot].owner_prev = ends[1];
    if (ends[1] != 0)
        m->terms[ends[1]].owner_next = slot;
    else
        ends[0] = slot;
    ends[1] = slot;
}

static void owner_remove(struct matching *m, uint32_t slot) {
    const struct matching_terms *terms = &m->terms[slot];
    uint32_t *ends = &m->owners[2 * (size_t)m->nodes[slot].owner];
    if (terms->owner_prev != 0)
        m->terms[terms->owner_prev].owner_next = terms->owner_next;
    else
        ends[0] = terms->owner_next;
    if (terms->owner_next != 0)
        m->terms[terms->owner_next].owner_prev = terms->owner_prev;
    else
        ends[1] = terms->owner_prev;
}

// Most orders end later than those before them: looked for from the last.
void matching_book_timed_add(struct matching *m, uint32_t slot) {
    struct matching_list *list = &m->state->timed;
    struct matching_terms *terms = &m->terms[slot];
    uint32_t before = list->last;
    while (before != 0 && m->terms[before].expire_ns > terms->expire_ns)
        before = m->terms[before].timed_prev;
    uint32_t after = before != 0 ? m->terms[before].timed_next : list->first;
    terms->timed_prev = before;
    terms->timed_next = after;
    *(before != 0 ? &m->terms[before].timed_next : &list->first) = slot;
    *(after != 0 ? &m->terms[after].timed_prev : &list->last) = slot;
}

static void timed_remove(struct matching *m, uint32_t slot) {
    struct matching_list *list = &m->state->timed;
    uint32_t before = m->terms[slot].timed_prev, after = m->terms[slot].timed_next;
    *(before != 0 ? &m->terms[before].timed_next : &list->first) = after;
    *(after != 0 ? &m->terms[after].timed_prev : &list->last) = before;
}

void matching_book_trailing_add(struct matching *m, uint32_t slot) {
    struct matching_list *list = &m->state->trailing;
    m->terms[slot].trail_prev = list->last;
    *(list->last != 0 ? &m->terms[list->last].trail_next : &list->first) = slot;
    list->last = slot;
}

void matching_book_trailing_remove(struct matching *m, uint32_t slot) {
    struct matching_list *list = &m->state->trailing;
    uint32_t before = m->terms[slot].trail_prev, after = m->terms[slot].trail_next;
    *(before != 0 ? &m->terms[before].trail_next : &list->first) = after;
    *(after != 0 ? &m->terms[after].trail_prev : &list->last) = before;
}

bool matching_book_take(struct matching *m, uint32_t slot, int64_t qty) {
    struct matching_node *node = &m->nodes[slot];
    struct matching_level *level =
        level_get(m, place_ladder(node->place), place_level(node->place));
    node->leaves -= qty;
    node->filled += qty;
    level->total -= qty;
    if (UNLIKELY(is_hidden(node))) {
        if (node->leaves > 0) return true;
    } else {
        node->shown -= qty;
        level->shown -= qty;
        matching_event_dirty(m, node->place);
    }
    if (node->shown > 0) return true;
    if (node->leaves > 0) {
        next_slice(m, slot, level);
        return true;
    }
    matching_book_unlink(m, slot);
    matching_book_slot_free(m, slot);
    return false;
}

static void next_slice(struct matching *m, uint32_t slot, struct matching_level *level) {
    struct matching_node *node = &m->nodes[slot];
    uint32_t place = node->place, ladder = place_ladder(place);
    int64_t display = m->terms[slot].display;
    int64_t slice = node->leaves < display ? node->leaves : display;
    if (m->state->top[ladder] == slot) m->state->top[ladder] = 0;
    if (level->last == slot) {
        node->shown = slice;
        level->shown += slice;
        return;
    }
    matching_book_unlink(m, slot);
    node->shown = slice;
    matching_book_link(m, ladder, place_level(place), slot);
}

void matching_book_reduce(struct matching *m, uint32_t slot, int64_t qty) {
    struct matching_node *node = &m->nodes[slot];
    int64_t hidden = node->leaves - node->shown;
    int64_t from_shown = qty > hidden ? qty - hidden : 0;
    node->leaves -= qty;
    node->shown -= from_shown;
    if (!place_is_level(node->place)) return;
    struct matching_level *level =
        level_get(m, place_ladder(node->place), place_level(node->place));
    level->total -= qty;
    level->shown -= from_shown;
    if (!is_hidden(node)) matching_event_dirty(m, node->place);
}
