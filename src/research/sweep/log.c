// SPDX-License-Identifier: Apache-2.0
#include "research/sweep/log.h"

#include <string.h>

#include "base/check.h"
#include "base/hash.h"

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

struct log log_slice(const struct log *log, int64_t from_ns, int64_t to_ns) {
    struct log slice = {0};
    size_t at = 0;
    while (at < log->size) {
        const struct event_header *event = log_event(log, at);
        size_t next = log_next(event, at);
        if (event->ts_ns >= from_ns && event->ts_ns < to_ns) {
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
