// SPDX-License-Identifier: Apache-2.0
#include "base/map.h"

#include "base/check.h"

static inline uint32_t home_of(const struct map *map, uint64_t key);

int map_init(struct map *map, struct arena *arena, uint32_t max) {
    // At most three slots of four are used: probes stay short, and one slot is always free to end them.
    uint64_t need = (uint64_t)max + max / 3 + 1;
    uint64_t slots_count = 1;
    while (slots_count < need) slots_count *= 2;
    if (slots_count > UINT64_C(1) << 32)
        return ERR_SET(ERR_NOMEM, "a map of %u keys is beyond what a map can hold", max);
    struct map_slot *slots = ARENA_NEW(arena, struct map_slot, slots_count);
    if (slots == NULL) return ERR_APPEND(ERR_NOMEM, "a map of %u keys does not fit", max);
    *map = (struct map){.slots = slots, .mask = (uint32_t)(slots_count - 1), .max = max};
    map->shift = 32 - (uint32_t)__builtin_ctzll(slots_count);
    return 0;
}

bool map_get(const struct map *map, uint64_t key, uint32_t *ret_value) {
    for (uint32_t at = home_of(map, key); map->slots[at].used; at = (at + 1) & map->mask) {
        if (map->slots[at].key != key) continue;
        *ret_value = map->slots[at].value;
        return true;
    }
    return false;
}

int map_put(struct map *map, uint64_t key, uint32_t value) {
    uint32_t at = home_of(map, key);
    for (; map->slots[at].used; at = (at + 1) & map->mask) {
        if (map->slots[at].key != key) continue;
        map->slots[at].value = value;
        return 0;
    }
    if (map->count == map->max) return ERR_FULL;
    map->slots[at] = (struct map_slot){.key = key, .value = value, .used = 1};
    map->count++;
    return 0;
}

bool map_remove(struct map *map, uint64_t key) {
    uint32_t hole = home_of(map, key);
    while (map->slots[hole].used && map->slots[hole].key != key) hole = (hole + 1) & map->mask;
    if (!map->slots[hole].used) return false;
    // Each later slot of the run moves into the hole unless its own home lies between the two.
    for (uint32_t at = (hole + 1) & map->mask; map->slots[at].used; at = (at + 1) & map->mask) {
        uint32_t from_home = (at - home_of(map, map->slots[at].key)) & map->mask;
        uint32_t from_hole = (at - hole) & map->mask;
        if (from_home < from_hole) continue;
        map->slots[hole] = map->slots[at];
        hole = at;
    }
    map->slots[hole] = (struct map_slot){0};
    DCHECK(map->count > 0);
    map->count--;
    return true;
}

// The upper bits of the product with 2^64 over the golden ratio (Knuth, The Art of Computer Programming 3, 6.4): every
// bit of a key chooses among them, and keys that are counted up, as order ids are, come to lie evenly apart.
static inline uint32_t home_of(const struct map *map, uint64_t key) {
    return (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32 >> map->shift);
}
