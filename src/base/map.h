// SPDX-License-Identifier: Apache-2.0
// uint64 -> uint32 in the caller's memory: open addressing, linear probing, backward-shift deletion, fixed capacity.
// There is no iteration: nothing may depend on hash order.
#ifndef FULMAR_BASE_MAP_H
#define FULMAR_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct map_slot {
    uint64_t key;
    uint32_t value;
    uint32_t used; // 0 or 1
};

struct map {
    struct map_slot *slots;
    uint32_t mask;
    uint32_t count;
    uint32_t max;
    uint32_t shift; // of the upper half of a hash to a slot
};

// A map of at most `max` keys, from the arena. ERR_NOMEM.
int map_init(struct map *map, struct arena *arena, uint32_t max) MUST_USE;
bool map_get(const struct map *map, uint64_t key, uint32_t *ret_value); // false: not there
// Inserts or replaces; ERR_FULL (no story) when a new key would exceed max.
int map_put(struct map *map, uint64_t key, uint32_t value) MUST_USE;
bool map_remove(struct map *map, uint64_t key); // false: was not there

#endif
