// SPDX-License-Identifier: Apache-2.0
#include "research/relay.h"

int relay_init(struct relay *relay, struct arena *arena, struct engine *engine, struct venue venue,
               const struct backtest_observer *observer) {
    *relay = (struct relay){.engine = engine,
                            .venue = venue,
                            .observer = observer,
                            .reports = ARENA_NEW(arena, union event, RELAY_REPORTS)};
    return relay->reports != NULL ? 0 : ERR_APPEND(ERR_NOMEM, "for the run's buffers");
}

static int send_intent(const struct venue *venue, const struct event_header *header) {
    const void *event = header;
    switch (header->kind) {
    case EVENT_SUBMIT:
        return venue->submit(venue->self, event);
    case EVENT_CANCEL:
        return venue->cancel(venue->self, event);
    case EVENT_REPLACE:
        return venue->replace(venue->self, event);
    case EVENT_ALLOCATION:
        return venue->allocate == NULL ? 0 : venue->allocate(venue->self, event);
    default:
        return 0;
    }
}

int relay_outputs(struct relay *relay, const struct engine_outputs *outputs) {
    const struct backtest_observer *observer = relay->observer;
    for (size_t at = 0; at < outputs->size;) {
        const struct event_header *header = (const void *)(outputs->bytes + at);
        at += header->size;
        if (observer->journal.put != NULL)
            TRY(observer->journal.put(observer->journal.self, header));
        if (observer->events.put != NULL) TRY(observer->events.put(observer->events.self, header));
        int rc = send_intent(&relay->venue, header);
        if (rc < 0)
            return ERR_SET(rc, "the venue does not take %s of input %llu (%s)",
                           event_kind_name(header->kind), (unsigned long long)header->seq,
                           err_name(rc));
    }
    return 0;
}

int relay_drain(struct relay *relay, int64_t now_ns) {
    while (true) {
        int count = relay->venue.poll(relay->venue.self, now_ns, relay->reports, RELAY_REPORTS);
        if (count < 0)
            return ERR_SET(count, "the venue's reports cannot be read (%s)", err_name(count));
        if (count == 0) return 0;
        for (int i = 0; i < count; i++) TRY(relay_apply(relay, &relay->reports[i]));
    }
}

int relay_deposit(struct relay *relay, money_t capital, uint32_t currency, int64_t ts_ns) {
    union event event;
    event_init(&event, EVENT_CASH, INSTRUMENT_NONE, ts_ns);
    event.cash.amount = capital;
    event.cash.currency = currency;
    event.cash.reason = CASH_DEPOSIT;
    event.cash.strategy = STRATEGY_NONE;
    TRY(relay_apply(relay, &event));
    relay_mark(relay);
    return 0;
}

void relay_mark(const struct relay *relay) {
    const struct backtest_observer *observer = relay->observer;
    if (observer->mark == NULL) return;
    const struct account_mark now = {.equity = engine_equity(relay->engine),
                                     .gross = ledger_gross_value(engine_ledger(relay->engine)),
                                     .ts_ns = relay->now_ns};
    observer->mark(observer->self, &now, relay->engine);
}
