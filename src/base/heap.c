// SPDX-License-Identifier: Apache-2.0
#include "base/heap.h"

#include "base/check.h"

static inline bool before(const struct heap_item *a, const struct heap_item *b);
static void sift_down(struct heap *heap, struct heap_item item);

int heap_init(struct heap *heap, struct arena *arena, uint32_t max) {
    struct heap_item *items = ARENA_NEW(arena, struct heap_item, max);
    if (items == NULL) return ERR_APPEND(ERR_NOMEM, "a heap of %u items does not fit", max);
    *heap = (struct heap){.items = items, .max = max};
    return 0;
}

int heap_push(struct heap *heap, struct heap_item item) {
    if (heap->count == heap->max) return ERR_FULL;
    uint32_t at = heap->count++;
    while (at > 0) {
        uint32_t parent = (at - 1) / 2;
        if (!before(&item, &heap->items[parent])) break;
        heap->items[at] = heap->items[parent];
        at = parent;
    }
    heap->items[at] = item;
    return 0;
}

const struct heap_item *heap_peek(const struct heap *heap) {
    return heap->count > 0 ? &heap->items[0] : NULL;
}

bool heap_pop(struct heap *heap, struct heap_item *ret_item) {
    if (heap->count == 0) return false;
    *ret_item = heap->items[0];
    heap->count--;
    struct heap_item last = heap->items[heap->count];
    // The unused tail stays zero: a heap is hashed and saved as bytes.
    heap->items[heap->count] = (struct heap_item){0};
    if (heap->count > 0) sift_down(heap, last);
    return true;
}

void heap_replace(struct heap *heap, struct heap_item item) {
    CHECK(heap->count > 0);
    sift_down(heap, item);
}

static inline bool before(const struct heap_item *a, const struct heap_item *b) {
    return a->key < b->key || (a->key == b->key && a->tie < b->tie);
}

// Puts the item into the hole at the root.
static void sift_down(struct heap *heap, struct heap_item item) {
    uint32_t at = 0;
    DCHECK(heap->count <= heap->max);
    for (;;) {
        uint64_t child = 2 * (uint64_t)at + 1;
        if (child >= heap->count) break;
        if (child + 1 < heap->count && before(&heap->items[child + 1], &heap->items[child]))
            child++;
        if (!before(&heap->items[child], &item)) break;
        heap->items[at] = heap->items[child];
        at = (uint32_t)child;
    }
    heap->items[at] = item;
}
