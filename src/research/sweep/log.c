// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/log.h"

#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "research/sweep/score.h"

enum { ALIGN = 16, READ_EVENTS = 256 };

static int append(struct log *log, struct arena *arena, const union event *event) {
    size_t size = ((size_t)event->header.size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    unsigned char *to = arena_alloc(arena, size, ALIGN);
    if (to == NULL) return ERR_APPEND(ERR_NOMEM, "while decoding the data; raise --memory");
    if (log->bytes == NULL) log->bytes = to;
    CHECK(to == log->bytes + log->size);
    memcpy(to, event, event->header.size);
    log->instants += log->count == 0 || event->header.ts_ns != log->last_ns;
    if (log->count == 0) log->first_ns = event->header.ts_ns;
    log->last_ns = event->header.ts_ns;
    log->size += size;
    log->count++;
    log->bars += event->header.kind == EVENT_BAR;
    return 0;
}

int log_read(struct log *log, struct arena *arena, struct event_source source) {
    struct log read = {0};
    union event *events = ARENA_NEW(arena, union event, READ_EVENTS);
    if (events == NULL) return ERR_NOMEM;
    int count;
    while ((count = source.fill(source.self, events, READ_EVENTS)) > 0)
        for (int i = 0; i < count; i++) TRY(append(&read, arena, &events[i]));
    if (count < 0) return count;
    if (read.count == 0) return ERR_SET(ERR_NOT_FOUND, "there is no market data in this range");
    read.hash = hash64(0, read.bytes, read.size);
    *log = read;
    return 0;
}

int log_index_make(struct log_index *index, struct arena *arena, const struct log *log) {
    struct log_index made = {.log = log};
    made.instants = ARENA_NEW(arena, struct log_instant, log->instants + 1);
    if (made.instants == NULL) return ERR_APPEND(ERR_NOMEM, "while indexing the data");
    struct log_instant now = {0};
    while (now.at < log->size) {
        const struct event_header *event = log_event(log, now.at);
        now.ts_ns = event->ts_ns;
        if (made.count == 0 || made.instants[made.count - 1].ts_ns != now.ts_ns)
            made.instants[made.count++] = now;
        now.at = log_next(event, now.at);
        now.events++;
        now.bars += event->kind == EVENT_BAR;
    }
    now.ts_ns = INT64_MAX;
    made.instants[made.count] = now;
    *index = made;
    return 0;
}

uint64_t log_index_find(const struct log_index *index, int64_t ts_ns) {
    uint64_t low = 0, high = index->count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (index->instants[middle].ts_ns < ts_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct log log_index_slice(const struct log_index *index, uint64_t from, uint64_t to) {
    const struct log_instant *first = &index->instants[from], *end = &index->instants[to];
    CHECK(from < to && to <= index->count);
    return (struct log){
        .bytes = index->log->bytes + first->at,
        .size = end->at - first->at,
        .count = end->events - first->events,
        .bars = end->bars - first->bars,
        .instants = to - from,
        .first_ns = first->ts_ns,
        .last_ns = end[-1].ts_ns,
    };
}

struct log log_slice(const struct log *log, int64_t from_ns, int64_t to_ns) {
    struct log slice = {0};
    size_t at = 0;
    while (at < log->size) {
        const struct event_header *event = log_event(log, at);
        size_t next = log_next(event, at);
        if (event->ts_ns >= to_ns) break;
        if (event->ts_ns >= from_ns) {
            if (slice.count == 0) {
                slice.bytes = log->bytes + at;
                slice.first_ns = event->ts_ns;
            }
            slice.instants += slice.count == 0 || event->ts_ns != slice.last_ns;
            slice.last_ns = event->ts_ns;
            slice.size += next - at;
            slice.count++;
            slice.bars += event->kind == EVENT_BAR;
        }
        at = next;
    }
    return slice;
}

uint64_t log_days(const struct log *log, int64_t from_ns, int64_t *ret_ends) {
    struct score score;
    score_init(&score, NULL, 0);
    // The deposit is a mark at the first instant.
    if (from_ns == INT64_MIN) score_mark(&score, log->first_ns, 1, false);
    for (size_t at = 0; at < log->size;) {
        const struct event_header *event = log_event(log, at);
        int64_t last_ns = score.last_ns;
        uint64_t days = score.days;
        if (event->ts_ns >= from_ns) score_mark(&score, event->ts_ns, 1, false);
        if (ret_ends != NULL && score.days > days) ret_ends[days] = last_ns;
        at = log_next(event, at);
    }
    if (ret_ends != NULL && score.day_open) ret_ends[score.days] = score.last_ns;
    return score.days + score.day_open;
}

static int fill(void *self, union event *ret_events, int max) {
    struct log_source *source = self;
    int count = 0;
    for (; count < max && source->left > 0; count++, source->left--) {
        const struct event_header *event = log_event(source->log, source->at);
        memcpy(&ret_events[count], event, event->size);
        source->at = log_next(event, source->at);
    }
    return count;
}

static int64_t remaining(void *self) {
    const struct log_source *source = self;
    return (int64_t)source->left;
}

struct event_source log_source_port(struct log_source *source, const struct log *log) {
    *source = (struct log_source){.log = log, .left = log->count};
    return (struct event_source){.fill = fill, .remaining = remaining, .self = source};
}
