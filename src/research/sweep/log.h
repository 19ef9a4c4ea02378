// SPDX-License-Identifier: Apache-2.0
// The market data of a search, decoded once: events of a source back to back in memory, which any number of runs read
// at the same time. What does not change is shared, and each run has a source of its own over it.
#ifndef FULMAR_RESEARCH_SWEEP_LOG_H
#define FULMAR_RESEARCH_SWEEP_LOG_H

#include "market/source.h"

struct log {
    unsigned char *bytes; // each event at its own size, 16-byte aligned
    size_t size;
    uint64_t count;
    uint64_t bars;
    uint64_t instants; // different ts_ns
    int64_t first_ns;
    int64_t last_ns;
    uint64_t hash; // of all bytes
};

struct log_source {
    const struct log *log;
    size_t at;
    uint64_t left;
};

// Reads a source to its end into the arena, which nobody else uses meanwhile. The source's error; ERR_NOMEM;
// ERR_NOT_FOUND with a story: it is empty.
int log_read(struct log *log, struct arena *arena, struct event_source source) MUST_USE;

// From the first event; the log outlives it.
struct event_source log_source_port(struct log_source *source, const struct log *log);

// Where each instant of a log begins, so that parts of it are found at once.
struct log_index {
    const struct log *log;
    struct log_instant {
        int64_t ts_ns;
        uint64_t at;     // its first event
        uint64_t events; // before it
        uint64_t bars;   // before it
    } * instants;        // [count + 1], the last is the end
    uint64_t count;
};

int log_index_make(struct log_index *index, struct arena *arena,
                   const struct log *log) MUST_USE; // ERR_NOMEM
// The first instant that is not before ts_ns; count: there is none.
uint64_t log_index_find(const struct log_index *index, int64_t ts_ns);
// The instants from, from + 1 .. to - 1 as a log over the same bytes; its hash is 0. from < to (CHECK).
struct log log_index_slice(const struct log_index *index, uint64_t from, uint64_t to);

// The events of [from_ns, to_ns) as a log over the same bytes.
struct log log_slice(const struct log *log, int64_t from_ns, int64_t to_ns);

// How many days a run over the log from `from_ns` on has a return of, by score.h's definition; INT64_MIN: from the
// first. The instant of each one's last mark goes to ret_ends, where that is not NULL.
uint64_t log_days(const struct log *log, int64_t from_ns, int64_t *ret_ends);

// The event at a place, and the place after it.
static inline const struct event_header *log_event(const struct log *log, size_t at) {
    return (const void *)(log->bytes + at);
}
static inline size_t log_next(const struct event_header *event, size_t at) {
    return at + (((size_t)event->size + 15) & ~(size_t)15);
}

#endif
