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
static int merge_run(struct merge_source *merge, union event *ret_events, int max);
static int merge_settle(struct merge_source *merge, uint64_t rank);
static struct heap_item merge_second(const struct merge_source *merge);
static bool item_before(int64_t key, uint64_t tie, const struct heap_item *item);
static bool event_before(const union event *event, uint64_t rank, const struct heap_item *item);
static int lane_read(struct lane *lane, uint64_t rank, union event *ret_events, int max);
static void lane_keep(struct lane *lane, const union event *events, int count);
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
    while (filled < max && merge->error == 0 && heap_peek(&merge->heap) != NULL)
        filled += merge_run(merge, ret_events + filled, max - filled);
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
        int got = lane_read(lane, rank, lane->events, LANE_BATCH);
        if (got < 0) return got;
        if (got == 0) continue;
        lane->count = got;
        TRY(heap_push(
            &merge->heap,
            (struct heap_item){.key = lane->events[0].header.ts_ns, .tie = rank, .value = rank}));
    }
    return 0;
}

// Takes from the first lane as long as it stays the first, and puts the heap right. What comes after the
// buffered events goes straight to the caller, so that one busy source among idle ones costs no copy.
static int merge_run(struct merge_source *merge, union event *ret_events, int max) {
    uint64_t rank = heap_peek(&merge->heap)->value;
    struct lane *lane = &merge->lanes[rank];
    struct heap_item limit = merge_second(merge);
    int filled = 0;
    while (filled < max) {
        while (filled < max && lane->next < lane->count &&
               event_before(&lane->events[lane->next], rank, &limit)) {
            const union event *event = &lane->events[lane->next++];
            memcpy(&ret_events[filled++], event, event->header.size);
        }
        if (lane->next < lane->count || filled == max) break;
        int got = lane_read(lane, rank, ret_events + filled, max - filled);
        if (got <= 0) {
            merge->error = got;
            break;
        }
        int end = filled + got;
        while (filled < end && event_before(&ret_events[filled], rank, &limit)) filled++;
        lane_keep(lane, ret_events + filled, end - filled);
    }
    if (merge->error == 0) merge->error = merge_settle(merge, rank);
    return filled;
}

// Puts the heap right for the lane at its top.
static int merge_settle(struct merge_source *merge, uint64_t rank) {
    struct lane *lane = &merge->lanes[rank];
    if (lane->next == lane->count) {
        int got = lane_read(lane, rank, lane->events, LANE_BATCH);
        if (got < 0) return got;
        lane->next = 0;
        lane->count = got;
    }
    if (lane->count == 0) {
        struct heap_item done;
        CHECK(heap_pop(&merge->heap, &done) && done.value == rank);
        return 0;
    }
    int64_t ts_ns = lane->events[lane->next].header.ts_ns;
    heap_replace(&merge->heap, (struct heap_item){.key = ts_ns, .tie = rank, .value = rank});
    return 0;
}

// The smallest item but one: what the first lane's events must come before.
static struct heap_item merge_second(const struct merge_source *merge) {
    const struct heap *heap = &merge->heap;
    struct heap_item second = {.key = INT64_MAX, .tie = UINT64_MAX};
    for (uint32_t i = 1; i < heap->count && i <= 2; i++)
        if (item_before(heap->items[i].key, heap->items[i].tie, &second)) second = heap->items[i];
    return second;
}

static bool item_before(int64_t key, uint64_t tie, const struct heap_item *item) {
    return key < item->key || (key == item->key && tie < item->tie);
}

static bool event_before(const union event *event, uint64_t rank, const struct heap_item *item) {
    return item_before(event->header.ts_ns, rank, item);
}

// Events of a lane's source, at most a batch; refused when they go back in time, which would silently
// leave the merge out of order.
static int lane_read(struct lane *lane, uint64_t rank, union event *ret_events, int max) {
    int batch = max < LANE_BATCH ? max : LANE_BATCH;
    int got = lane->source.fill(lane->source.self, ret_events, batch);
    CHECK(got <= batch);
    for (int i = 0; i < got; i++) {
        int64_t ts_ns = ret_events[i].header.ts_ns;
        if (UNLIKELY(ts_ns < lane->last_ns))
            return ERR_SET(ERR_CORRUPT, "event source %llu goes back in time, from %lld ns to %lld",
                           (unsigned long long)rank, (long long)lane->last_ns, (long long)ts_ns);
        lane->last_ns = ts_ns;
    }
    return got;
}

// Buffers events that were read too early.
static void lane_keep(struct lane *lane, const union event *events, int count) {
    for (int i = 0; i < count; i++) memcpy(&lane->events[i], &events[i], events[i].header.size);
    lane->next = 0;
    lane->count = count;
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
