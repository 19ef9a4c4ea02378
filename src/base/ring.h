// SPDX-License-Identifier: Apache-2.0
// Bounded lock-free rings of fixed-size records between threads. SPSC: one producer, one consumer, wait-free. MPSC:
// many producers, one consumer (Vyukov's bounded queue). Capacity is a power of two; a full ring refuses, it never
// overwrites.
#ifndef FULMAR_BASE_RING_H
#define FULMAR_BASE_RING_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { RING_LINE = 64 };

struct spsc_ring {
    alignas(RING_LINE) _Atomic uint64_t head; // next to read; written by the consumer
    uint64_t tail_seen;                       // the consumer's copy of tail
    alignas(RING_LINE) _Atomic uint64_t tail; // next to write; written by the producer
    uint64_t head_seen;                       // the producer's copy of head
    alignas(RING_LINE) unsigned char *records;
    size_t record_size;
    uint64_t mask;
};

int spsc_init(struct spsc_ring *ring, struct arena *arena, uint32_t capacity,
              size_t record_size) MUST_USE;
bool spsc_push(struct spsc_ring *ring, const void *record); // false: full
bool spsc_pop(struct spsc_ring *ring, void *ret_record);    // false: empty

struct mpsc_ring {
    alignas(RING_LINE) _Atomic uint64_t tail;
    alignas(RING_LINE) uint64_t head;
    alignas(RING_LINE) unsigned char *cells; // each: _Atomic uint64_t turn, then the record
    size_t cell_size;
    size_t record_size;
    uint64_t mask;
};

int mpsc_init(struct mpsc_ring *ring, struct arena *arena, uint32_t capacity,
              size_t record_size) MUST_USE;
bool mpsc_push(struct mpsc_ring *ring, const void *record); // any thread; false: full
bool mpsc_pop(struct mpsc_ring *ring, void *ret_record);    // one thread; false: empty
bool mpsc_ready(const struct mpsc_ring *ring);              // that thread: whether a record waits

#endif
