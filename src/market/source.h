// SPDX-License-Identifier: Apache-2.0
// Where input events come from: the port that a tape, a merge of tapes, a generator or a live feed
// implements.
#ifndef FULMAR_MARKET_SOURCE_H
#define FULMAR_MARKET_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "market/event.h"

struct event_source {
    // Writes up to `max` next events, oldest first; ts_ns never goes back from one to the next; seq is
    // left 0. Returns how many, 0 at the end, or a negative error.
    int (*fill)(void *self, union event *ret_events, int max);
    // How many events are still to come at most; -1 when not known.
    int64_t (*remaining)(void *self);
    void *self;
};

// Where events go: a journal, a report. put() returns 0 or a negative error; the event is the caller's and
// lives for the call only.
struct event_sink {
    int (*put)(void *self, const struct event_header *event);
    void *self;
};

// Merges sources by (ts_ns, rank, order within the source); rank is the position in the array.
struct merge_source;
struct merge_source *merge_source_new(struct arena *arena, const struct event_source *sources,
                                      uint32_t count); // NULL: the arena is full
struct event_source merge_source_port(struct merge_source *merge);

// Events in memory, in order: for tests, small runs and generated data. The array outlives the port.
struct memory_source {
    const union event *events;
    uint64_t count;
    uint64_t next;
};
struct event_source memory_source_port(struct memory_source *memory);

#endif
