// SPDX-License-Identifier: Apache-2.0
#include "edge/live/lane.h"

#include <string.h>

#include "base/check.h"

// In place of an event's number: the rest of the ring is not used, the next event is at its beginning.
#define TURN UINT64_MAX

int lane_init(struct lane *lane, struct arena *arena, uint64_t size) {
    CHECK(size >= 4096 && (size & (size - 1)) == 0);
    memset(lane, 0, sizeof *lane);
    lane->bytes = arena_alloc(arena, size, LANE_LINE);
    if (lane->bytes == NULL)
        return ERR_APPEND(ERR_NOMEM, "for the events on their way to the disk");
    lane->mask = size - 1;
    return 0;
}

uint64_t lane_room(struct lane *lane) {
    uint64_t tail = atomic_load_explicit(&lane->tail, memory_order_relaxed);
    lane->head_seen = atomic_load_explicit(&lane->head, memory_order_acquire);
    return lane->mask + 1 - (tail - lane->head_seen);
}

bool lane_push(struct lane *lane, const struct event_header *event) {
    uint64_t tail = atomic_load_explicit(&lane->tail, memory_order_relaxed);
    uint64_t at = tail & lane->mask, end = lane->mask + 1, size = event->size;
    uint64_t skipped = end - at < size ? end - at : 0;
    if (tail + skipped + size - lane->head_seen > end &&
        (lane_room(lane), tail + skipped + size - lane->head_seen > end))
        return false;
    if (skipped > 0) {
        memcpy(lane->bytes + at, &(uint64_t){TURN}, sizeof(uint64_t));
        at = 0;
    }
    memcpy(lane->bytes + at, event, size);
    atomic_store_explicit(&lane->tail, tail + skipped + size, memory_order_release);
    return true;
}

const struct event_header *lane_peek(struct lane *lane) {
    uint64_t head = atomic_load_explicit(&lane->head, memory_order_relaxed);
    if (head == lane->tail_seen) {
        lane->tail_seen = atomic_load_explicit(&lane->tail, memory_order_acquire);
        if (head == lane->tail_seen) return NULL;
    }
    uint64_t at = head & lane->mask, first;
    memcpy(&first, lane->bytes + at, sizeof first);
    if (first == TURN) {
        atomic_store_explicit(&lane->head, head + lane->mask + 1 - at, memory_order_release);
        at = 0;
    }
    return (const void *)(lane->bytes + at);
}

void lane_drop(struct lane *lane) {
    uint64_t head = atomic_load_explicit(&lane->head, memory_order_relaxed);
    const struct event_header *event = (const void *)(lane->bytes + (head & lane->mask));
    atomic_store_explicit(&lane->head, head + event->size, memory_order_release);
}
