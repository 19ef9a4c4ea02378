// SPDX-License-Identifier: Apache-2.0
// Between the engine and a venue, for the runs of this layer: events are numbered, recorded and applied, and what
// comes of them is told and sent.
#ifndef FULMAR_RESEARCH_RELAY_H
#define FULMAR_RESEARCH_RELAY_H

#include "base/check.h"
#include "engine/engine.h"
#include "order/venue.h"
#include "research/backtest.h"

enum { RELAY_REPORTS = 64 };

struct relay {
    struct engine *engine;
    struct venue venue;
    const struct backtest_observer *observer;
    union event *reports; // [RELAY_REPORTS]
    uint64_t seq;
    int64_t now_ns;
};

// ERR_NOMEM.
int relay_init(struct relay *relay, struct arena *arena, struct engine *engine, struct venue venue,
               const struct backtest_observer *observer) MUST_USE;

// Numbers an event and records it; its time is raised to now where it is before.
static inline int relay_enter(struct relay *relay, union event *event) {
    const struct event_sink *journal = &relay->observer->journal;
    event->header.seq = ++relay->seq;
    if (event->header.ts_ns < relay->now_ns) event->header.ts_ns = relay->now_ns;
    relay->now_ns = event->header.ts_ns;
    return LIKELY(journal->put == NULL) ? 0 : journal->put(journal->self, &event->header);
}

static inline int relay_tell(const struct relay *relay, const union event *event) {
    const struct event_sink *events = &relay->observer->events;
    return events->put == NULL ? 0 : events->put(events->self, &event->header);
}

// Records, tells and sends what the engine wants.
int relay_outputs(struct relay *relay, const struct engine_outputs *outputs) MUST_USE;

// Enters, tells and applies an event, and sends what comes of it.
static inline int relay_apply(struct relay *relay, union event *event) {
    TRY(relay_enter(relay, event));
    TRY(relay_tell(relay, event));
    const struct engine_outputs *outputs = engine_apply(relay->engine, event);
    return LIKELY(outputs->count == 0) ? 0 : relay_outputs(relay, outputs);
}

// Applies the reports that are known at now_ns.
int relay_drain(struct relay *relay, int64_t now_ns) MUST_USE;

// The first event of a run: its capital comes in.
int relay_deposit(struct relay *relay, money_t capital, uint32_t currency, int64_t ts_ns) MUST_USE;

// Tells the account as it is now.
void relay_mark(const struct relay *relay);

#endif
