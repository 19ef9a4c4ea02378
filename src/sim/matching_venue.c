// SPDX-License-Identifier: Apache-2.0
#include "sim/matching_venue.h"

#include "base/check.h"

enum { EVENTS = 1024, OWNER_FLOW = 0, FLAG_UNKNOWN = 1 << 30, FLOW_ORDERS_SHARE = 2 };
#define FLOW_FIRST_ID (UINT64_C(1) << 63)

struct message {
    int64_t arrival_ns;
    struct matching_command command;
};

struct report {
    int64_t due_ns;
    struct order_event event;
};

// Positions of a ring: `count` from `first`.
struct place {
    uint32_t first;
    uint32_t count;
};

struct matching_venue {
    struct matching_venue_config config;
    struct matching matching;
    struct matching_flow flow;
    struct matching_sink sink;
    struct matching_event *events;
    struct message *inbox; // [message_max], like the others
    struct report *outbox;
    struct feed_record *records;
    struct place inbox_at, outbox_at, records_at;
    int64_t now_ns;             // of the command that runs
    int64_t told_ns;            // no report is known before an earlier one
    struct order_event nowhere; // what found no room is written here
    bool has_flow;
    bool broken; // something found no room
};

static int submit(void *self, const struct submit_event *intent);
static int cancel(void *self, const struct cancel_event *intent);
static int replace(void *self, const struct replace_event *intent);
static int take_reports(void *self, int64_t now_ns, union event *ret_events, int max);
static int64_t next_ns(const struct matching_venue *venue);
static bool play_next(struct matching_venue *venue, int64_t until_ns);
static void play(struct matching_venue *venue, int64_t until_ns);
static void hear(void *self, const struct matching_event *events, uint32_t count);

static int check_config(const struct matching_venue_config *c) {
    if (c->strategy_count == 0 || c->strategy_count >= MATCHING_OWNERS_MAX)
        return ERR_SET(ERR_ARGUMENT, "a test venue's strategies are to be 1 to %d",
                       MATCHING_OWNERS_MAX - 1);
    if (c->message_max == 0 || c->entry_ns < 0 || c->report_ns < 0)
        return ERR_SET(ERR_ARGUMENT,
                       "a test venue's message_max is to be above 0, its latencies not below");
    if (c->matching.stp == MATCHING_STP_DECREMENT)
        return ERR_SET(ERR_ARGUMENT, "a test venue cannot make orders smaller; its stp is to be "
                                     "none, newest, oldest or both");
    return 0;
}

static int build(struct matching_venue *venue, struct arena *arena) {
    struct matching_venue_config *c = &venue->config;
    TRY(check_config(c));
    c->matching.owner_max = c->strategy_count + 1;
    c->matching.report = MATCHING_REPORT_LEVELS;
    TRY(matching_init(&venue->matching, arena, &c->matching));
    venue->events = ARENA_NEW(arena, struct matching_event, EVENTS);
    venue->inbox = ARENA_NEW(arena, struct message, c->message_max);
    venue->outbox = ARENA_NEW(arena, struct report, c->message_max);
    venue->records = ARENA_NEW(arena, struct feed_record, c->message_max);
    if (!venue->events || !venue->inbox || !venue->outbox || !venue->records) return ERR_NOMEM;
    venue->sink = (struct matching_sink){
        .events = venue->events, .max = EVENTS, .flush = hear, .self = venue};
    venue->has_flow = c->flow != NULL;
    if (!venue->has_flow) return 0;
    struct matching_flow_config flow = *c->flow;
    flow.owner = OWNER_FLOW;
    flow.first_id = FLOW_FIRST_ID;
    // Room for the strategies' orders stays, however many of the flow's rest.
    uint32_t most = c->matching.order_max / FLOW_ORDERS_SHARE;
    return matching_flow_init(&venue->flow, arena, &flow, most > 0 ? most : 1);
}

struct matching_venue *matching_venue_new(struct arena *arena,
                                          const struct matching_venue_config *config) {
    struct matching_venue *venue = ARENA_NEW(arena, struct matching_venue, 1);
    if (venue == NULL) return NULL;
    venue->config = *config;
    venue->now_ns = venue->told_ns = INT64_MIN;
    if (build(venue, arena) < 0) return NULL;
    venue->config.flow = NULL; // the caller's need not outlive this
    return venue;
}

struct venue matching_venue_port(struct matching_venue *venue) {
    return (struct venue){"matching", submit, cancel, replace, take_reports, NULL, venue};
}

const struct matching *matching_venue_book(const struct matching_venue *venue) {
    return &venue->matching;
}

// The next free place of a ring; UINT32_MAX: none.
static uint32_t place_take(struct place *place, uint32_t max) {
    if (place->count == max) return UINT32_MAX;
    return (uint32_t)(((uint64_t)place->first + place->count++) % max);
}

static void place_drop(struct place *place, uint32_t max) {
    place->first = place->first + 1 == max ? 0 : place->first + 1;
    place->count--;
}

static int enqueue(struct matching_venue *venue, const struct event_header *header,
                   const struct matching_command *command) {
    uint32_t strategy = order_id_strategy(command->order_id);
    if (header->instrument != venue->config.instrument || strategy >= venue->config.strategy_count)
        return ERR_ARGUMENT;
    uint32_t at = place_take(&venue->inbox_at, venue->config.message_max);
    if (at == UINT32_MAX) return ERR_FULL;
    venue->inbox[at] = (struct message){header->ts_ns + venue->config.entry_ns, *command};
    venue->inbox[at].command.owner = strategy + 1;
    return 0;
}

static int submit(void *self, const struct submit_event *intent) {
    const struct order_spec *spec = &intent->spec;
    struct matching_command command = {.kind = MATCHING_NEW,
                                       .order_id = intent->order_id,
                                       .side = spec->side,
                                       .type = spec->type,
                                       .tif = spec->tif,
                                       .flags = spec->flags,
                                       .qty = spec->qty.m,
                                       .price = spec->limit_price.m,
                                       .stop_price = spec->stop_price.m,
                                       .trail = spec->trail.m,
                                       .expire_ns = spec->expire_ns};
    if (spec->group != 0 || spec->parent != 0) command.flags |= FLAG_UNKNOWN;
    return enqueue(self, &intent->header, &command);
}

static int cancel(void *self, const struct cancel_event *intent) {
    struct matching_command command = {.kind = MATCHING_CANCEL, .order_id = intent->order_id};
    return enqueue(self, &intent->header, &command);
}

static int replace(void *self, const struct replace_event *intent) {
    struct matching_command command = {.kind = MATCHING_REPLACE,
                                       .order_id = intent->order_id,
                                       .qty = intent->qty.m,
                                       .price = intent->price.m};
    return enqueue(self, &intent->header, &command);
}

static int take_reports(void *self, int64_t now_ns, union event *ret_events, int max) {
    struct matching_venue *venue = self;
    int count = 0;
    play(venue, now_ns);
    if (venue->broken)
        return ERR_SET(ERR_FULL,
                       "more than %u messages of the test venue wait to be taken; poll and "
                       "take its records oftener, or give it more room",
                       venue->config.message_max);
    while (count < max && venue->outbox_at.count > 0) {
        const struct report *report = &venue->outbox[venue->outbox_at.first];
        if (report->due_ns > now_ns) break;
        ret_events[count] = (union event){0};
        ret_events[count++].order = report->event;
        place_drop(&venue->outbox_at, venue->config.message_max);
    }
    return count;
}

static void apply(struct matching_venue *venue, const struct matching_command *command) {
    uint32_t before = venue->records_at.count;
    matching_apply(&venue->matching, command, &venue->sink);
    hear(venue, venue->events, venue->sink.count);
    venue->sink.count = 0;
    if (venue->records_at.count == before || venue->records_at.count == 0) return;
    uint32_t max = venue->config.message_max;
    uint64_t last = (uint64_t)venue->records_at.first + venue->records_at.count - 1;
    int64_t *what = &venue->records[last % max].what;
    *what = feed_what(feed_kind_of(*what), feed_side_of(*what), feed_flags_of(*what) | FEED_LAST);
}

static void play(struct matching_venue *venue, int64_t until_ns) {
    while (play_next(venue, until_ns)) {}
}

bool matching_venue_play(struct matching_venue *venue, int64_t until_ns) {
    do {
        // What is known by the time of the next command may change what comes after it.
        int64_t next = next_ns(venue);
        if (next <= until_ns && matching_venue_next_report_ns(venue) <= next) return false;
    } while (play_next(venue, until_ns));
    return true;
}

int64_t matching_venue_next_report_ns(const struct matching_venue *venue) {
    return venue->outbox_at.count > 0 ? venue->outbox[venue->outbox_at.first].due_ns : INT64_MAX;
}

static int64_t next_flow_ns(const struct matching_venue *venue) {
    return venue->has_flow ? matching_flow_next_ns(&venue->flow) : INT64_MAX;
}

static int64_t next_arrival_ns(const struct matching_venue *venue) {
    return venue->inbox_at.count > 0 ? venue->inbox[venue->inbox_at.first].arrival_ns : INT64_MAX;
}

static int64_t next_ns(const struct matching_venue *venue) {
    int64_t flow = next_flow_ns(venue), arrival = next_arrival_ns(venue);
    return arrival < flow ? arrival : flow;
}

// The next command by until_ns; what arrives at an instant goes before what the flow sends then. False: there is none.
static bool play_next(struct matching_venue *venue, int64_t until_ns) {
    struct matching_command command;
    int64_t next = next_ns(venue);
    if (venue->broken || next > until_ns || next == INT64_MAX) return false;
    if (next_arrival_ns(venue) == next) {
        command = venue->inbox[venue->inbox_at.first].command;
        place_drop(&venue->inbox_at, venue->config.message_max);
    } else {
        matching_flow_make(&venue->flow, &venue->matching, &command);
    }
    if (next > venue->now_ns) venue->now_ns = next;
    command.time_ns = venue->now_ns;
    apply(venue, &command);
    return true;
}

void matching_venue_phase(struct matching_venue *venue, enum matching_phase phase, int64_t now_ns) {
    struct matching_command command = {.kind = MATCHING_PHASE, .phase = (uint16_t)phase};
    play(venue, now_ns);
    if (now_ns > venue->now_ns) venue->now_ns = now_ns;
    command.time_ns = venue->now_ns;
    apply(venue, &command);
}

uint32_t matching_venue_feed(struct matching_venue *venue, int64_t now_ns,
                             struct feed_record *ret_records, uint32_t max) {
    uint32_t count = 0;
    while (count < max && venue->records_at.count > 0) {
        const struct feed_record *record = &venue->records[venue->records_at.first];
        if (record->receipt_ns > now_ns) break;
        ret_records[count++] = *record;
        place_drop(&venue->records_at, venue->config.message_max);
    }
    return count;
}

static struct order_event *report_new(struct matching_venue *venue, enum event_kind kind,
                                      uint64_t order_id) {
    uint32_t at = place_take(&venue->outbox_at, venue->config.message_max);
    if (at == UINT32_MAX) {
        venue->broken = true;
        return &venue->nowhere;
    }
    int64_t due = venue->now_ns + venue->config.report_ns;
    if (due > venue->told_ns) venue->told_ns = due;
    union event event;
    event_init(&event, kind, venue->config.instrument, venue->told_ns);
    event.order.header.venue_ts_ns = venue->now_ns;
    event.order.order_id = order_id;
    venue->outbox[at] = (struct report){venue->told_ns, event.order};
    return &venue->outbox[at].event;
}

static void record_add(struct matching_venue *venue, const struct matching_event *e) {
    bool trade = e->kind == MATCHING_FILL;
    uint32_t at = place_take(&venue->records_at, venue->config.message_max);
    if (at == UINT32_MAX) {
        venue->broken = true;
        return;
    }
    int flags = trade && e->side == 0 ? FEED_CROSS : 0;
    venue->records[at] = (struct feed_record){
        .venue_ns = venue->now_ns,
        .receipt_ns = venue->now_ns + venue->config.report_ns,
        .price = e->price,
        .qty = e->qty,
        .id = trade ? e->number : 0,
        .what = feed_what(trade ? FEED_TRADE : FEED_LEVEL, e->side, flags),
    };
}

static void fill_report(struct matching_venue *venue, const struct matching_event *e, bool rested) {
    uint64_t id = rested ? e->other_id : e->order_id;
    struct order_event *report = report_new(venue, EVENT_ORDER_FILLED, id);
    report->trade_id = e->number;
    report->price.m = e->price;
    report->qty.m = e->qty;
    report->leaves_qty.m = rested ? e->other_leaves : e->leaves;
    report->liquidity = rested ? LIQUIDITY_MAKER : LIQUIDITY_TAKER;
    if (e->side == 0) report->liquidity = LIQUIDITY_NONE;
}

// What the order machine calls an event; 0: it does not.
static enum event_kind kind_of(uint32_t kind) {
    switch (kind) {
    case MATCHING_ACCEPTED:
        return EVENT_ORDER_ACCEPTED;
    case MATCHING_REJECTED:
        return EVENT_ORDER_REJECTED;
    case MATCHING_CANCELED:
        return EVENT_ORDER_CANCELED;
    case MATCHING_EXPIRED:
        return EVENT_ORDER_EXPIRED;
    case MATCHING_REPLACED:
        return EVENT_ORDER_REPLACED;
    case MATCHING_CANCEL_REJECTED:
        return EVENT_ORDER_CANCEL_REJECTED;
    case MATCHING_REPLACE_REJECTED:
        return EVENT_ORDER_REPLACE_REJECTED;
    case MATCHING_TRIGGERED:
        return EVENT_ORDER_TRIGGERED;
    default:
        return (enum event_kind)0;
    }
}

// A refused cancel or replace leaves the order as it was, if there is one.
static int64_t leaves_after(const struct matching_venue *venue, const struct matching_event *e) {
    struct matching_order order;
    bool refused = e->kind == MATCHING_CANCEL_REJECTED || e->kind == MATCHING_REPLACE_REJECTED;
    if (!refused) return e->leaves;
    return matching_order_find(&venue->matching, e->order_id, &order) ? order.leaves : 0;
}

static void tell(struct matching_venue *venue, const struct matching_event *e) {
    if (e->kind == MATCHING_LEVEL || e->kind == MATCHING_FILL) record_add(venue, e);
    if (e->kind == MATCHING_FILL) {
        if (e->other_owner != OWNER_FLOW) fill_report(venue, e, true);
        if (e->owner != OWNER_FLOW) fill_report(venue, e, false);
        return;
    }
    enum event_kind kind = kind_of(e->kind);
    if (kind == 0 || e->owner == OWNER_FLOW) return;
    struct order_event *report = report_new(venue, kind, e->order_id);
    report->reason = (uint16_t)e->reason;
    report->leaves_qty.m = leaves_after(venue, e);
    if (kind != EVENT_ORDER_REPLACED) return;
    report->price.m = e->price;
    report->qty.m = e->qty;
}

static void hear(void *self, const struct matching_event *events, uint32_t count) {
    struct matching_venue *venue = self;
    for (uint32_t i = 0; i < count; i++) {
        if (venue->has_flow) matching_flow_hear(&venue->flow, &events[i]);
        tell(venue, &events[i]);
    }
}
