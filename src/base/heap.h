// SPDX-License-Identifier: Apache-2.0
// A binary min-heap in the caller's memory, ordered by (key, tie): timers by time and then by birth, sources by time
// and rank.
#ifndef FULMAR_BASE_HEAP_H
#define FULMAR_BASE_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct heap_item {
    int64_t key;
    uint64_t tie;   // smaller first among equal keys
    uint64_t value; // the caller's
};

struct heap {
    struct heap_item *items;
    uint32_t count;
    uint32_t max;
};

int heap_init(struct heap *heap, struct arena *arena, uint32_t max) MUST_USE;
int heap_push(struct heap *heap, struct heap_item item) MUST_USE; // ERR_FULL (no story)
const struct heap_item *heap_peek(const struct heap *heap);       // NULL when empty
bool heap_pop(struct heap *heap, struct heap_item *ret_item);     // false when empty
// Replaces the smallest item; the heap is not empty (CHECK). Cheaper than pop and push.
void heap_replace(struct heap *heap, struct heap_item item);

#endif
