// SPDX-License-Identifier: Apache-2.0
// An exchange with a book, a feed written record by record, and what comes back.
#ifndef FULMAR_TEST_SIM_TICK_PIT_H
#define FULMAR_TEST_SIM_TICK_PIT_H

#include "harness.h"

#include "sim/tick_exchange.h"

enum { PIT_ROWS = 4096, PIT_REPORTS = 512 };

struct tick_pit {
    struct arena wiring, state;
    struct instruments instruments;
    struct tick_config config;
    struct tick_exchange *exchange;
    struct venue venue;
    int64_t venue_ns[PIT_ROWS], price[PIT_ROWS], qty[PIT_ROWS], what[PIT_ROWS];
    uint64_t id[PIT_ROWS];
    struct feed_rows rows;
    uint64_t next;
    struct order_event reports[PIT_REPORTS];
    int report_count;
    uint64_t ids;
};

// Prices in whole units, lots of 1, no fees; `fills` as in enum tick_fills. Change pit->config and call again to
// build it anew.
static inline void tick_pit_open(struct tick_pit *pit) {
    pit->exchange = tick_exchange_new(&pit->wiring, &pit->state, &pit->config);
    if (!pit->exchange) fail_msg("%s", err_story());
    pit->venue = tick_exchange_port(pit->exchange);
}

static inline struct tick_pit *tick_pit_new(enum tick_fills fills) {
    struct tick_pit *pit = calloc(1, sizeof *pit);
    assert_ok(arena_init(&pit->wiring, 1 << 20));
    assert_ok(arena_init(&pit->state, 8 << 20));
    assert_ok(instruments_init(&pit->instruments, &pit->wiring, 1, 1));
    assert_ok(instruments_add_currency(&pit->instruments, "USD", 2));
    struct instrument instrument;
    instrument_defaults(&instrument, ASSET_CRYPTO, "X", 0);
    instrument.price_decimals = instrument.qty_decimals = 0;
    instrument.tick = PRICE(1);
    instrument.lot = instrument.qty_min = QTY(1);
    assert_ok(instruments_add(&pit->instruments, &instrument));
    tick_config_defaults(&pit->config);
    pit->config.instruments = &pit->instruments;
    pit->config.strategy_count = 2;
    pit->config.order_max = 16;
    pit->config.message_max = 32;
    pit->config.fills = fills;
    pit->config.book = (struct book_l2_config){.window = 256, .level_max = 256};
    pit->rows = (struct feed_rows){.venue_ns = pit->venue_ns,
                                   .price = pit->price,
                                   .qty = pit->qty,
                                   .id = pit->id,
                                   .what = pit->what};
    tick_pit_open(pit);
    return pit;
}

static inline void tick_pit_free(struct tick_pit *pit) {
    tick_exchange_check(pit->exchange);
    arena_fini(&pit->wiring);
    arena_fini(&pit->state);
    free(pit);
}

// Lets time pass to `ns` and takes the reports known by then.
static inline void tick_pit_play(struct tick_pit *pit, int64_t ns) {
    union event events[8];
    for (bool whole = false; !whole;) {
        whole = tick_exchange_play(pit->exchange, &pit->rows, &pit->next, ns);
        for (int count; (count = pit->venue.poll(pit->venue.self, ns, events, 8)) > 0;)
            for (int i = 0; i < count; i++) {
                assert_true(pit->report_count < PIT_REPORTS);
                pit->reports[pit->report_count++] = events[i].order;
            }
    }
    tick_exchange_check(pit->exchange);
}

// A record of an order or, id 0, of anything else at `ns`, and time up to it.
static inline void tick_pit_record(struct tick_pit *pit, int64_t ns, int64_t what, int64_t price,
                                   int64_t qty, uint64_t id) {
    uint64_t at = pit->rows.count++;
    assert_true(at < PIT_ROWS);
    pit->venue_ns[at] = ns;
    pit->price[at] = price;
    pit->qty[at] = qty;
    pit->id[at] = id;
    pit->what[at] = what;
    tick_pit_play(pit, ns);
}

static inline void tick_pit_feed(struct tick_pit *pit, int64_t ns, enum feed_kind kind, int side,
                                 int64_t price, int64_t qty) {
    tick_pit_record(pit, ns, feed_what(kind, side, 0), price, qty, 0);
}

static inline uint64_t tick_pit_send(struct tick_pit *pit, int64_t ns, struct order_spec spec) {
    struct submit_event intent = {.header = {.ts_ns = ns}, .order_id = ++pit->ids, .spec = spec};
    assert_ok(pit->venue.submit(pit->venue.self, &intent));
    tick_pit_play(pit, ns);
    return intent.order_id;
}

static inline uint64_t tick_pit_limit(struct tick_pit *pit, int64_t ns, int side, int64_t price,
                                      int64_t qty) {
    return tick_pit_send(
        pit, ns,
        (struct order_spec){
            .side = side, .type = ORDER_LIMIT, .qty = QTY(qty), .limit_price = PRICE(price)});
}

static inline void tick_pit_cancel(struct tick_pit *pit, int64_t ns, uint64_t id) {
    struct cancel_event intent = {.header = {.ts_ns = ns}, .order_id = id};
    assert_ok(pit->venue.cancel(pit->venue.self, &intent));
    tick_pit_play(pit, ns);
}

static inline void tick_pit_replace(struct tick_pit *pit, int64_t ns, uint64_t id, int64_t price,
                                    int64_t qty) {
    struct replace_event intent = {
        .header = {.ts_ns = ns}, .order_id = id, .qty = QTY(qty), .price = PRICE(price)};
    assert_ok(pit->venue.replace(pit->venue.self, &intent));
    tick_pit_play(pit, ns);
}

// The next report: of this order and kind. Returns it.
static inline const struct order_event *tick_pit_expect(struct tick_pit *pit, int *next,
                                                        uint64_t id, enum event_kind kind) {
    if (*next >= pit->report_count) fail_msg("no report after %d", *next);
    const struct order_event *report = &pit->reports[(*next)++];
    if (report->order_id != id || report->header.kind != kind)
        fail_msg("report %d is %s of %llu", *next - 1, event_kind_name(report->header.kind),
                 (unsigned long long)report->order_id);
    return report;
}

static inline void tick_pit_expect_fill(struct tick_pit *pit, int *next, uint64_t id, int64_t price,
                                        int64_t qty, int64_t leaves) {
    const struct order_event *report = tick_pit_expect(pit, next, id, EVENT_ORDER_FILLED);
    assert_int_equal(report->price.m, price);
    assert_int_equal(report->qty.m, qty);
    assert_int_equal(report->leaves_qty.m, leaves);
}

#endif
