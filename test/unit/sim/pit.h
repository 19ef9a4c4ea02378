// SPDX-License-Identifier: Apache-2.0
// A simulated venue for the tests of this folder: two shares and an index in dollars, prices and money in
// cents, minute bars that follow each other. What the venue reports is written down in words, so that a
// test compares sentences:
//
//   accepted 1; filled 1 60 @10000 left 40 taker fee 12 at open; canceled 1 oco
#ifndef FULMAR_TEST_SIM_PIT_H
#define FULMAR_TEST_SIM_PIT_H

#include "harness.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "sim/exchange.h"

enum { PIT_SHARE, PIT_OTHER, PIT_INDEX, PIT_CRYPTO, PIT_INSTRUMENTS };
enum { PIT_STRATEGIES = 2, PIT_LOG_MAX = 1 << 20 };

#define PIT_START_NS INT64_C(1514764800000000000) // 2018-01-01T00:00:00Z

struct pit {
    struct arena wiring;
    struct arena state;
    struct instruments instruments;
    struct sim_config config;
    struct sim_exchange *exchange;
    struct venue venue;
    int64_t now_ns;
    int64_t frame_ns;
    uint64_t next_id;
    money_t cash_seen; // sum of what fills and cash events say, cents
    int64_t qty_seen[PIT_INSTRUMENTS];
    int64_t held[PIT_STRATEGIES][PIT_INSTRUMENTS];
    int32_t side_of[4096]; // by order id
    uint32_t strategy_of[4096];
    struct text log;
};

static inline void pit_add_instrument(struct pit *pit, const char *symbol, enum asset_class asset) {
    struct instrument instrument;
    instrument_defaults(&instrument, asset, symbol, 0);
    instrument.price_decimals = 2;
    instrument.qty_decimals = 0;
    instrument.lot = QTY(1);
    instrument.qty_min = QTY(1);
    instrument.tick = PRICE(1);
    instrument.calendar = CALENDAR_24_7;
    assert_true(instruments_add(&pit->instruments, &instrument) >= 0);
}

// Configuration and instruments; the test may change both before pit_open.
static inline void pit_prepare(struct pit *pit) {
    *pit = (struct pit){.now_ns = PIT_START_NS, .frame_ns = NS_PER_MIN};
    assert_ok(arena_init(&pit->wiring, 1 << 20));
    assert_ok(arena_init(&pit->state, 1 << 22));
    assert_ok(instruments_init(&pit->instruments, &pit->wiring, PIT_INSTRUMENTS, 2));
    assert_int_equal(instruments_add_currency(&pit->instruments, "USD", 2), 0);
    assert_int_equal(instruments_add_currency(&pit->instruments, "EUR", 2), 1);
    pit_add_instrument(pit, "AAA", ASSET_EQUITY);
    pit_add_instrument(pit, "BBB", ASSET_EQUITY);
    pit_add_instrument(pit, "IDX", ASSET_INDEX);
    pit_add_instrument(pit, "CCC", ASSET_CRYPTO);
    sim_config_defaults(&pit->config);
    pit->config.instruments = &pit->instruments;
    pit->config.strategy_count = PIT_STRATEGIES;
    pit->config.order_max = 64;
    pit->config.cash = MONEY(100000000); // $ 1,000,000.00
    text_init(&pit->log, PIT_LOG_MAX);
}

static inline void pit_open(struct pit *pit) {
    pit->exchange = sim_exchange_new(&pit->wiring, &pit->state, &pit->config);
    if (pit->exchange == NULL) fail_msg("%s", err_story());
    arena_seal(&pit->wiring);
    arena_seal(&pit->state);
    pit->venue = sim_exchange_port(pit->exchange);
    pit->cash_seen = pit->config.cash;
}

static inline void pit_start(struct pit *pit) {
    pit_prepare(pit);
    pit_open(pit);
}

static inline void pit_close(struct pit *pit) {
    text_fini(&pit->log);
    arena_fini(&pit->wiring);
    arena_fini(&pit->state);
}

static inline void pit_set(struct pit *pit, enum sim_param param, double value) {
    pit->config.params[param] = value;
}

static inline void pit_write_fill(struct pit *pit, const struct order_event *report) {
    text_printf(&pit->log, " %lld @%lld left %lld %s", (long long)report->qty.m,
                (long long)report->price.m, (long long)report->leaves_qty.m,
                report->liquidity == LIQUIDITY_MAKER ? "maker" : "taker");
    if (report->fee != 0) text_printf(&pit->log, " fee %lld", (long long)report->fee);
    if (report->header.venue_ts_ns < report->header.ts_ns) text_add(&pit->log, " at open");
    uint32_t instrument = report->header.instrument;
    bool forced = order_id_is_venue(report->order_id);
    uint32_t strategy =
        forced ? order_id_strategy(report->order_id) : pit->strategy_of[report->order_id & 4095];
    int64_t *held = &pit->held[strategy][instrument];
    int32_t side = pit->side_of[report->order_id & 4095];
    if (forced) side = *held > 0 ? -1 : 1;
    *held += side * report->qty.m;
    pit->qty_seen[instrument] += side * report->qty.m;
    pit->cash_seen.m -= side * (int128_t)report->qty.m * report->price.m + report->fee;
}

static inline void pit_write(struct pit *pit, const union event *event) {
    if (pit->log.len > 0) text_add(&pit->log, "; ");
    if (event->header.kind == EVENT_CASH) {
        text_printf(&pit->log, "cash %lld reason %u", (long long)event->cash.amount.m,
                    event->cash.reason);
        if (event->cash.strategy != STRATEGY_NONE)
            text_printf(&pit->log, " of %u", event->cash.strategy);
        pit->cash_seen = money_add(pit->cash_seen, event->cash.amount);
        return;
    }
    const struct order_event *report = &event->order;
    const char *name = event_kind_name(event->header.kind) + strlen("order_");
    if (order_id_is_venue(report->order_id))
        text_printf(&pit->log, "%s venue/%u", name, order_id_strategy(report->order_id));
    else
        text_printf(&pit->log, "%s %llu", name, (unsigned long long)report->order_id);
    if (event->header.kind == EVENT_ORDER_FILLED) pit_write_fill(pit, report);
    if (event->header.kind == EVENT_ORDER_REPLACED)
        text_printf(&pit->log, " %lld @%lld left %lld", (long long)report->qty.m,
                    (long long)report->price.m, (long long)report->leaves_qty.m);
    if (report->reason != REASON_NONE)
        text_printf(&pit->log, " %s", order_reason_name(report->reason));
}

static inline void pit_poll(struct pit *pit, int64_t now_ns) {
    union event events[3];
    int count;
    int64_t last_ns = INT64_MIN;
    while ((count = pit->venue.poll(pit->venue.self, now_ns, events, 3)) > 0)
        for (int i = 0; i < count; i++) {
            assert_true(events[i].header.ts_ns >= last_ns);
            assert_true(events[i].header.venue_ts_ns <= events[i].header.ts_ns);
            last_ns = events[i].header.ts_ns;
            pit_write(pit, &events[i]);
        }
    assert_int_equal(count, 0);
    sim_exchange_check(pit->exchange);
}

// Sends an order of the given terms (strategy 0, PIT_SHARE unless the terms say else); its id counts from 1.
static inline uint64_t pit_send(struct pit *pit, struct order_spec spec) {
    struct submit_event intent = {.header = {.ts_ns = pit->now_ns,
                                             .instrument = spec.instrument,
                                             .kind = EVENT_SUBMIT,
                                             .size = sizeof intent},
                                  .order_id = ++pit->next_id,
                                  .spec = spec};
    pit->side_of[intent.order_id & 4095] = spec.side;
    pit->strategy_of[intent.order_id & 4095] = spec.strategy;
    assert_int_equal(pit->venue.submit(pit->venue.self, &intent), 0);
    pit_poll(pit, pit->now_ns);
    return intent.order_id;
}

static inline void pit_cancel(struct pit *pit, uint64_t id) {
    struct cancel_event intent = {.header = {.ts_ns = pit->now_ns}, .order_id = id};
    assert_int_equal(pit->venue.cancel(pit->venue.self, &intent), 0);
    pit_poll(pit, pit->now_ns);
}

static inline void pit_replace(struct pit *pit, uint64_t id, int64_t qty, int64_t price) {
    struct replace_event intent = {
        .header = {.ts_ns = pit->now_ns}, .order_id = id, .qty = QTY(qty), .price = PRICE(price)};
    assert_int_equal(pit->venue.replace(pit->venue.self, &intent), 0);
    pit_poll(pit, pit->now_ns);
}

static inline void pit_event(struct pit *pit, const union event *event) {
    assert_ok(sim_exchange_market(pit->exchange, event));
    pit_poll(pit, event->header.ts_ns);
}

// A bar of one instrument that opens now; the clock stays.
static inline void pit_bar_of(struct pit *pit, uint32_t instrument, int64_t open, int64_t high,
                              int64_t low, int64_t close, int64_t volume) {
    union event event;
    event_init(&event, EVENT_BAR, instrument, pit->now_ns + pit->frame_ns);
    event.bar.bar = (struct bar){.open_ns = pit->now_ns,
                                 .close_ns = pit->now_ns + pit->frame_ns,
                                 .open = PRICE(open),
                                 .high = PRICE(high),
                                 .low = PRICE(low),
                                 .close = PRICE(close),
                                 .volume = QTY(volume),
                                 .frame_s = (uint32_t)(pit->frame_ns / NS_PER_S)};
    assert_int_equal(bar_check(&event.bar.bar), BAR_OK);
    pit_event(pit, &event);
}

// The next bar of PIT_SHARE, with a volume that caps nothing.
static inline void pit_bar(struct pit *pit, int64_t open, int64_t high, int64_t low,
                           int64_t close) {
    pit_bar_of(pit, PIT_SHARE, open, high, low, close, 1000000);
    pit->now_ns += pit->frame_ns;
}

static inline void pit_bar_volume(struct pit *pit, int64_t open, int64_t high, int64_t low,
                                  int64_t close, int64_t volume) {
    pit_bar_of(pit, PIT_SHARE, open, high, low, close, volume);
    pit->now_ns += pit->frame_ns;
}

// What was reported since the last look, and the venue's account is the sum of it.
#define pit_expect(pit, expected)                                                                  \
    do {                                                                                           \
        assert_string_equal(text_string(&(pit)->log), (expected));                                 \
        text_clear(&(pit)->log);                                                                   \
    } while (0)

// Terms.
static inline struct order_spec pit_market(int32_t side, int64_t qty) {
    return (struct order_spec){.side = side, .type = ORDER_MARKET, .qty = QTY(qty)};
}
static inline struct order_spec pit_limit(int32_t side, int64_t qty, int64_t limit) {
    return (struct order_spec){
        .side = side, .type = ORDER_LIMIT, .qty = QTY(qty), .limit_price = PRICE(limit)};
}
static inline struct order_spec pit_stop(int32_t side, int64_t qty, int64_t stop) {
    return (struct order_spec){
        .side = side, .type = ORDER_STOP, .qty = QTY(qty), .stop_price = PRICE(stop)};
}
static inline struct order_spec pit_stop_limit(int32_t side, int64_t qty, int64_t stop,
                                               int64_t limit) {
    return (struct order_spec){.side = side,
                               .type = ORDER_STOP_LIMIT,
                               .qty = QTY(qty),
                               .stop_price = PRICE(stop),
                               .limit_price = PRICE(limit)};
}
static inline struct order_spec pit_trailing(int32_t side, int64_t qty, int64_t trail) {
    return (struct order_spec){
        .side = side, .type = ORDER_TRAILING_STOP, .qty = QTY(qty), .trail = PRICE(trail)};
}
static inline struct order_spec pit_on_close(int32_t side, int64_t qty) {
    return (struct order_spec){.side = side, .type = ORDER_MARKET_ON_CLOSE, .qty = QTY(qty)};
}

// The account agrees with the sum of the reports, in dollars.
static inline void pit_check_account(struct pit *pit) {
    assert_true(sim_exchange_cash(pit->exchange, 0).m == pit->cash_seen.m);
    for (uint32_t i = 0; i < PIT_INSTRUMENTS; i++)
        assert_int_equal(sim_exchange_quantity(pit->exchange, i).m, pit->qty_seen[i]);
}

#endif
