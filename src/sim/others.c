// SPDX-License-Identifier: Apache-2.0
#include "sim/others.h"

#include "base/check.h"
#include "base/err.h"

int others_init(struct others *others, struct arena *state, uint32_t max) {
    *others = (struct others){.max = max};
    others->state = ARENA_NEW(state, struct others_state, 1);
    if (others->state == NULL) return ERR_APPEND(ERR_NOMEM, "while making the orders of others");
    others->state->free_first = UINT32_MAX;
    if (max == 0) return 0;
    others->slots = ARENA_NEW(state, struct other, max);
    if (others->slots == NULL)
        return ERR_APPEND(ERR_NOMEM, "while making room for %u orders of others", max);
    for (uint32_t i = 0; i < max; i++) others->slots[i].next = i + 1 < max ? i + 1 : UINT32_MAX;
    others->state->free_first = 0;
    return map_init(&others->by_id, state, max);
}

uint64_t others_turn(struct others *others) {
    return ++others->state->last_turn;
}

struct other *others_find(const struct others *others, uint64_t id) {
    uint32_t slot;
    if (others->max == 0 || !map_get(&others->by_id, id, &slot)) return NULL;
    return &others->slots[slot];
}

struct other *others_add(struct others *others, uint64_t id, int s, int64_t tick, int64_t qty) {
    struct others_state *state = others->state;
    uint32_t slot = state->free_first;
    if (slot == UINT32_MAX || others_find(others, id) != NULL) return NULL;
    struct other *other = &others->slots[slot];
    state->free_first = other->next;
    *other =
        (struct other){.id = id, .turn = others_turn(others), .tick = tick, .qty = qty, .s = s > 0};
    int rc = map_put(&others->by_id, id, slot);
    CHECK(rc == 0);
    state->count++;
    return other;
}

void others_move(struct others *others, struct other *other, int64_t tick, int64_t qty) {
    other->turn = others_turn(others);
    other->tick = tick;
    other->qty = qty;
}

void others_remove(struct others *others, struct other *other) {
    map_remove(&others->by_id, other->id);
    *other = (struct other){.next = others->state->free_first};
    others->state->free_first = (uint32_t)(other - others->slots);
    others->state->count--;
}

void others_clear(struct others *others, int s) {
    for (uint32_t i = 0; i < others->max; i++) {
        struct other *other = &others->slots[i];
        if (other->qty > 0 && other->s == (uint32_t)s) others_remove(others, other);
    }
}

void others_check(const struct others *others) {
    uint32_t used = 0;
    for (uint32_t i = 0; i < others->max; i++) {
        const struct other *other = &others->slots[i];
        if (other->qty == 0) continue;
        CHECK(others_find(others, other->id) == other && other->turn <= others->state->last_turn);
        used++;
    }
    CHECK(used == others->state->count);
}
