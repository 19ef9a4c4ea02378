// SPDX-License-Identifier: Apache-2.0
#include "sim/outbox.h"

#include <string.h>

#include "base/check.h"

static union sim_report *push(struct sim_exchange *x, enum event_kind kind, uint32_t instrument,
                              int64_t venue_ns, int64_t ts_ns);

struct order_event *sim_outbox_order(struct sim_exchange *x, enum event_kind kind,
                                     const struct sim_order *order, int64_t venue_ns,
                                     int64_t ts_ns) {
    union sim_report *report = push(x, kind, order->spec.instrument, venue_ns, ts_ns);
    report->order.order_id = order->id;
    return &report->order;
}

struct cash_event *sim_outbox_cash(struct sim_exchange *x, uint32_t instrument, int64_t ts_ns) {
    return &push(x, EVENT_CASH, instrument, ts_ns, ts_ns)->cash;
}

int sim_outbox_take(struct sim_exchange *x, int64_t now_ns, union event *ret_events, int max) {
    struct sim_state *state = x->state;
    int count = 0;
    while (count < max && state->report_count > 0) {
        const union sim_report *report = &x->reports[state->report_first];
        if (report->header.ts_ns > now_ns) break;
        memcpy(&ret_events[count], report, report->header.size);
        state->report_first = (state->report_first + 1) % x->report_max;
        state->report_count--;
        count++;
    }
    // An empty ring starts over: its front stays in the cache.
    if (state->report_count == 0) state->report_first = 0;
    return count;
}

bool sim_outbox_has_room(const struct sim_exchange *x) {
    return x->report_max - x->state->report_count >= x->report_reserve;
}

static union sim_report *push(struct sim_exchange *x, enum event_kind kind, uint32_t instrument,
                              int64_t venue_ns, int64_t ts_ns) {
    struct sim_state *state = x->state;
    CHECK(state->report_count < x->report_max);
    uint32_t at = (state->report_first + state->report_count++) % x->report_max;
    union sim_report *report = &x->reports[at];
    int64_t known_ns = ts_ns + x->config.latency->report_ns(x->config.latency_params, &state->prng);
    if (known_ns < state->link_up_ns && kind != EVENT_ORDER_UNKNOWN) known_ns = state->link_up_ns;
    if (known_ns < state->last_report_ns) known_ns = state->last_report_ns;
    state->last_report_ns = known_ns;
    memset(report, 0, sizeof *report);
    report->header = (struct event_header){
        .ts_ns = known_ns,
        .venue_ts_ns = venue_ns,
        .instrument = instrument,
        .kind = (uint16_t)kind,
        .size = event_kind_size((uint16_t)kind),
    };
    return report;
}
