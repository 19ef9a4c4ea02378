// SPDX-License-Identifier: Apache-2.0
#include "base/ring.h"

#include <string.h>

#include "base/check.h"

static inline _Atomic uint64_t *cell_turn(const struct mpsc_ring *ring, uint64_t position);
static inline unsigned char *cell_record(const struct mpsc_ring *ring, uint64_t position);

int spsc_init(struct spsc_ring *ring, struct arena *arena, uint32_t capacity, size_t record_size) {
    CHECK(capacity > 0 && (capacity & (capacity - 1)) == 0);
    CHECK(record_size > 0);
    unsigned char *records = arena_alloc_array(arena, capacity, record_size, RING_LINE);
    if (records == NULL)
        return ERR_APPEND(ERR_NOMEM, "a ring of %u records does not fit", capacity);
    memset(ring, 0, sizeof *ring);
    atomic_init(&ring->head, 0);
    atomic_init(&ring->tail, 0);
    ring->records = records;
    ring->record_size = record_size;
    ring->mask = capacity - 1;
    return 0;
}

bool spsc_push(struct spsc_ring *ring, const void *record) {
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    if (tail - ring->head_seen > ring->mask) {
        ring->head_seen = atomic_load_explicit(&ring->head, memory_order_acquire);
        if (tail - ring->head_seen > ring->mask) return false;
    }
    memcpy(ring->records + (tail & ring->mask) * ring->record_size, record, ring->record_size);
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
    return true;
}

bool spsc_pop(struct spsc_ring *ring, void *ret_record) {
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    if (head == ring->tail_seen) {
        ring->tail_seen = atomic_load_explicit(&ring->tail, memory_order_acquire);
        if (head == ring->tail_seen) return false;
    }
    memcpy(ret_record, ring->records + (head & ring->mask) * ring->record_size, ring->record_size);
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    return true;
}

int mpsc_init(struct mpsc_ring *ring, struct arena *arena, uint32_t capacity, size_t record_size) {
    // With a single cell "written in this round" and "free in the next" would be one number.
    CHECK(capacity >= 2 && (capacity & (capacity - 1)) == 0);
    CHECK(record_size > 0 && record_size < SIZE_MAX / 2);
    size_t cell_size = (sizeof(uint64_t) + record_size + 7) & ~(size_t)7;
    unsigned char *cells = arena_alloc_array(arena, capacity, cell_size, RING_LINE);
    if (cells == NULL) return ERR_APPEND(ERR_NOMEM, "a ring of %u records does not fit", capacity);
    memset(ring, 0, sizeof *ring);
    atomic_init(&ring->tail, 0);
    ring->cells = cells;
    ring->cell_size = cell_size;
    ring->record_size = record_size;
    ring->mask = capacity - 1;
    for (uint64_t i = 0; i < capacity; i++) atomic_init(cell_turn(ring, i), i);
    return 0;
}

bool mpsc_push(struct mpsc_ring *ring, const void *record) {
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    for (;;) {
        uint64_t turn = atomic_load_explicit(cell_turn(ring, tail), memory_order_acquire);
        int64_t ahead = (int64_t)(turn - tail);
        if (ahead < 0) return false;
        if (ahead > 0) {
            tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
            continue;
        }
        if (atomic_compare_exchange_weak_explicit(&ring->tail, &tail, tail + 1,
                                                  memory_order_relaxed, memory_order_relaxed))
            break;
    }
    memcpy(cell_record(ring, tail), record, ring->record_size);
    atomic_store_explicit(cell_turn(ring, tail), tail + 1, memory_order_release);
    return true;
}

bool mpsc_pop(struct mpsc_ring *ring, void *ret_record) {
    uint64_t head = ring->head;
    uint64_t turn = atomic_load_explicit(cell_turn(ring, head), memory_order_acquire);
    if (turn != head + 1) return false;
    memcpy(ret_record, cell_record(ring, head), ring->record_size);
    atomic_store_explicit(cell_turn(ring, head), head + ring->mask + 1, memory_order_release);
    ring->head = head + 1;
    return true;
}

bool mpsc_ready(const struct mpsc_ring *ring) {
    return atomic_load_explicit(cell_turn(ring, ring->head), memory_order_acquire) ==
           ring->head + 1;
}

static inline _Atomic uint64_t *cell_turn(const struct mpsc_ring *ring, uint64_t position) {
    return (_Atomic uint64_t *)(void *)(ring->cells + (position & ring->mask) * ring->cell_size);
}

static inline unsigned char *cell_record(const struct mpsc_ring *ring, uint64_t position) {
    return ring->cells + (position & ring->mask) * ring->cell_size + sizeof(uint64_t);
}
