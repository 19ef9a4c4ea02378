// SPDX-License-Identifier: Apache-2.0
#include "market/source.h"

#include <string.h>

#include "base/check.h"
#include "base/heap.h"

// Events buffered per source: enough to spread a source's call over many events, small enough that a
// few hundred sources stay in the cache.
enum { LANE_BATCH = 32 };

struct lane {
    struct event_source source;
    union event *events;
    int64_t last_ns;
    int count;
    int next;
};

struct merge_source {
    struct lane *lanes;
    struct heap heap; // one item a lane that has an event: key its time, tie and value its rank
    uint32_t count;
    bool primed;
    int error; // found after events that were still to be delivered; sticks
};

static int merge_fill(void *self, union event *ret_events, int max);
static int64_t merge_remaining(void *self);
static int merge_prime(struct merge_source *merge);
static int merge_advance(struct merge_source *merge, uint64_t rank);
static int lane_refill(struct lane *lane, uint64_t rank);
static int lane_check(struct lane *lane, uint64_t rank);
static int memory_fill(void *self, union event *ret_events, int max);
static int64_t memory_remaining(void *self);

struct merge_source *merge_source_new(struct arena *arena, const struct event_source *sources,
                                      uint32_t count) {
    struct merge_source *merge = ARENA_NEW(arena, struct merge_source, 1);
    if (merge == NULL) return NULL;
    *merge = (struct merge_source){.count = count};
    merge->lanes = ARENA_NEW(arena, struct lane, count);
    if (count > 0 && merge->lanes == NULL) return NULL;
    for (uint32_t i = 0; i < count; i++) merge->lanes[i].source = sources[i];
    if (count < 2) return merge;
    for (uint32_t i = 0; i < count; i++) {
        struct lane *lane = &merge->lanes[i];
        lane->last_ns = INT64_MIN;
        lane->events = ARENA_NEW(arena, union event, LANE_BATCH);
        if (lane->events == NULL) return NULL;
    }
    if (heap_init(&merge->heap, arena, count) < 0) return NULL;
    return merge;
}

struct event_source merge_source_port(struct merge_source *merge) {
    if (merge->count == 1) return merge->lanes[0].source;
    return (struct event_source){.fill = merge_fill, .remaining = merge_remaining, .self = merge};
}

struct event_source memory_source_port(struct memory_source *memory) {
    return (struct event_source){
        .fill = memory_fill, .remaining = memory_remaining, .self = memory};
}

static int merge_fill(void *self, union event *ret_events, int max) {
    struct merge_source *merge = self;
    if (!merge->primed && merge->error == 0) merge->error = merge_prime(merge);
    int filled = 0;
    while (filled < max && merge->error == 0) {
        const struct heap_item *top = heap_peek(&merge->heap);
        if (top == NULL) break;
        uint64_t rank = top->value;
        struct lane *lane = &merge->lanes[rank];
        const union event *event = &lane->events[lane->next++];
        memcpy(&ret_events[filled++], event, event->header.size);
        merge->error = merge_advance(merge, rank);
    }
    return filled > 0 ? filled : merge->error;
}

static int64_t merge_remaining(void *self) {
    const struct merge_source *merge = self;
    int64_t total = 0;
    for (uint32_t i = 0; i < merge->count; i++) {
        const struct lane *lane = &merge->lanes[i];
        int64_t inner = lane->source.remaining(lane->source.self);
        if (inner < 0) return -1;
        total += inner + lane->count - lane->next;
    }
    return total;
}

static int merge_prime(struct merge_source *merge) {
    merge->primed = true;
    for (uint32_t rank = 0; rank < merge->count; rank++) {
        struct lane *lane = &merge->lanes[rank];
        TRY(lane_refill(lane, rank));
        if (lane->count == 0) continue;
        TRY(heap_push(
            &merge->heap,
            (struct heap_item){.key = lane->events[0].header.ts_ns, .tie = rank, .value = rank}));
    }
    return 0;
}

// Puts the heap right after the smallest lane gave an event.
static int merge_advance(struct merge_source *merge, uint64_t rank) {
    struct lane *lane = &merge->lanes[rank];
    if (UNLIKELY(lane->next == lane->count)) {
        TRY(lane_refill(lane, rank));
        if (lane->count == 0) {
            struct heap_item done;
            CHECK(heap_pop(&merge->heap, &done) && done.value == rank);
            return 0;
        }
    }
    int64_t ts_ns = lane->events[lane->next].header.ts_ns;
    heap_replace(&merge->heap, (struct heap_item){.key = ts_ns, .tie = rank, .value = rank});
    return 0;
}

static int lane_refill(struct lane *lane, uint64_t rank) {
    lane->next = 0;
    lane->count = 0;
    int count = lane->source.fill(lane->source.self, lane->events, LANE_BATCH);
    if (count < 0) return count;
    CHECK(count <= LANE_BATCH);
    lane->count = count;
    return lane_check(lane, rank);
}

// A source that went back in time would silently leave the merge out of order: refused at the door.
static int lane_check(struct lane *lane, uint64_t rank) {
    for (int i = 0; i < lane->count; i++) {
        int64_t ts_ns = lane->events[i].header.ts_ns;
        if (UNLIKELY(ts_ns < lane->last_ns)) {
            lane->count = 0;
            return ERR_SET(ERR_CORRUPT, "event source %llu goes back in time, from %lld ns to %lld",
                           (unsigned long long)rank, (long long)lane->last_ns, (long long)ts_ns);
        }
        lane->last_ns = ts_ns;
    }
    return 0;
}

static int memory_fill(void *self, union event *ret_events, int max) {
    struct memory_source *memory = self;
    uint64_t left = memory->count - memory->next;
    int count = left < (uint64_t)max ? (int)left : max;
    for (int i = 0; i < count; i++) {
        const union event *event = &memory->events[memory->next++];
        memcpy(&ret_events[i], event, event->header.size);
    }
    return count;
}

static int64_t memory_remaining(void *self) {
    const struct memory_source *memory = self;
    return (int64_t)(memory->count - memory->next);
}
