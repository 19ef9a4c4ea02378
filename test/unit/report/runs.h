// SPDX-License-Identifier: Apache-2.0
// Small runs for the report's tests: instruments in dollars and cents, whole units, and the events that an
// engine and a venue would have made.
#ifndef FULMAR_TEST_REPORT_RUNS_H
#define FULMAR_TEST_REPORT_RUNS_H

#include "base/check.h"
#include "base/timestamp.h"
#include "harness.h"
#include "report/report_state.h"

enum { RUN_INSTRUMENTS = 3, RUN_STRATEGIES = 2 };

static const char *const run_symbols[RUN_INSTRUMENTS] = {"AAA", "BBB", "CCC"};

struct run {
    struct arena arena;
    struct instruments instruments;
    struct report_strategy strategies[RUN_STRATEGIES];
    struct report_config config;
    struct report *report;
    uint64_t sequences[RUN_STRATEGIES];
    uint64_t next_trade;
};

static inline void run_open(struct run *run, const char *const symbols[RUN_INSTRUMENTS]) {
    memset(run, 0, sizeof *run);
    assert_ok(arena_init(&run->arena, 1 << 16));
    assert_ok(instruments_init(&run->instruments, &run->arena, RUN_INSTRUMENTS, 2));
    uint32_t usd = (uint32_t)instruments_add_currency(&run->instruments, "USD", 2);
    for (int i = 0; i < RUN_INSTRUMENTS; i++) {
        struct instrument instrument;
        instrument_defaults(&instrument, ASSET_EQUITY, symbols[i], usd);
        instrument.price_decimals = 2;
        instrument.tick = PRICE(1);
        assert_true(instruments_add(&run->instruments, &instrument) == i);
    }
    run->strategies[0] = (struct report_strategy){.name = "alpha", .share_ppm = 600000};
    run->strategies[1] = (struct report_strategy){.name = "beta", .share_ppm = 400000};
    run->config = (struct report_config){.instruments = &run->instruments,
                                         .strategies = run->strategies,
                                         .strategy_count = RUN_STRATEGIES,
                                         .account_currency = usd,
                                         .order_max = 1024,
                                         .lot_max = 4096,
                                         .cost_method = COST_AVERAGE,
                                         .periods_per_year = 252,
                                         .title = "A run"};
    run->next_trade = 1;
}

static inline void run_start(struct run *run) {
    run->report = report_new(&run->config);
    if (run->report == NULL) fail_msg("%s", err_story());
}

static inline void run_close(struct run *run) {
    report_free(run->report);
    arena_fini(&run->arena);
}

static inline void run_cash(struct run *run, int64_t ts_ns, int64_t cents, enum cash_reason reason,
                            uint32_t strategy, uint32_t instrument) {
    union event event;
    event_init(&event, EVENT_CASH, instrument, ts_ns);
    event.cash.amount = MONEY(cents);
    event.cash.currency = 0;
    event.cash.reason = reason;
    event.cash.strategy = strategy;
    assert_ok(report_put(run->report, &event.header));
}

static inline void run_deposit(struct run *run, int64_t ts_ns, int64_t cents) {
    run_cash(run, ts_ns, cents, CASH_DEPOSIT, STRATEGY_NONE, INSTRUMENT_NONE);
}

static inline uint64_t run_submit(struct run *run, int64_t ts_ns, uint32_t strategy,
                                  uint32_t instrument, int32_t side, int64_t qty,
                                  enum order_purpose purpose) {
    struct submit_event event = {
        .header = {.ts_ns = ts_ns,
                   .venue_ts_ns = ts_ns,
                   .instrument = instrument,
                   .kind = EVENT_SUBMIT,
                   .size = sizeof event},
        .order_id = order_id_make(strategy, ++run->sequences[strategy]),
        .spec = {.instrument = instrument,
                 .strategy = strategy,
                 .side = side,
                 .type = ORDER_MARKET,
                 .tif = TIF_GTC,
                 .purpose = purpose,
                 .qty = QTY(qty)},
    };
    assert_ok(report_put(run->report, &event.header));
    return event.order_id;
}

static inline void run_answer(struct run *run, int64_t ts_ns, uint64_t order_id,
                              enum event_kind kind, uint32_t instrument, enum order_reason reason) {
    union event event;
    event_init(&event, kind, instrument, ts_ns);
    event.order.order_id = order_id;
    event.order.reason = (uint16_t)reason;
    assert_ok(report_put(run->report, &event.header));
}

static inline void run_fill(struct run *run, int64_t ts_ns, uint64_t order_id, uint32_t instrument,
                            int64_t qty, int64_t leaves, int64_t price, int64_t fee) {
    union event event;
    event_init(&event, EVENT_ORDER_FILLED, instrument, ts_ns);
    event.order.order_id = order_id;
    event.order.trade_id = run->next_trade++;
    event.order.price = PRICE(price);
    event.order.qty = QTY(qty);
    event.order.leaves_qty = QTY(leaves);
    event.order.fee = fee;
    event.order.liquidity = LIQUIDITY_TAKER;
    assert_ok(report_put(run->report, &event.header));
}

// A market order that fills in whole.
static inline void run_trade(struct run *run, int64_t ts_ns, uint32_t strategy, uint32_t instrument,
                             int32_t side, int64_t qty, int64_t price, int64_t fee) {
    uint64_t id = run_submit(run, ts_ns, strategy, instrument, side, qty, PURPOSE_TARGET);
    run_answer(run, ts_ns, id, EVENT_ORDER_ACCEPTED, instrument, REASON_NONE);
    run_fill(run, ts_ns, id, instrument, qty, 0, price, fee);
}

static inline void run_bar(struct run *run, int64_t close_ns, uint32_t instrument, int64_t open,
                           int64_t high, int64_t low, int64_t close) {
    struct bar_event event = {
        .header = {.ts_ns = close_ns,
                   .venue_ts_ns = close_ns,
                   .instrument = instrument,
                   .kind = EVENT_BAR,
                   .size = sizeof event},
        .bar = {.open_ns = close_ns - NS_PER_HOUR,
                .close_ns = close_ns,
                .open = PRICE(open),
                .high = PRICE(high),
                .low = PRICE(low),
                .close = PRICE(close),
                .volume = QTY(1000),
                .frame_s = 3600},
    };
    assert_ok(report_put(run->report, &event.header));
}

static inline void assert_table(const struct run *run, const char *name, const char *expected) {
    struct text text;
    text_init(&text, 1 << 20);
    assert_ok(report_csv(run->report, name, &text));
    assert_string_equal(text_string(&text), expected);
    text_fini(&text);
}

// One order of each end: filled, filled in part and canceled, rejected, expired, live; all of them on the second
// of January 1970, ten seconds apart.
static inline void orders_run(struct run *run) {
    run_open(run, run_symbols);
    run_start(run);
    int64_t now = NS_PER_DAY;
    run_deposit(run, now, 1000000);
    report_mark(run->report, now, MONEY(1000000), MONEY(0));
    run_trade(run, now + 10 * NS_PER_S, 0, 0, 1, 10, 1000, 150);
    uint64_t id = run_submit(run, now + 20 * NS_PER_S, 0, 1, 1, 9, PURPOSE_STRATEGY);
    run_fill(run, now + 21 * NS_PER_S, id, 1, 4, 5, 2000, 0);
    run_answer(run, now + 22 * NS_PER_S, id, EVENT_ORDER_CANCELED, 1, REASON_NO_LIQUIDITY);
    id = run_submit(run, now + 30 * NS_PER_S, 1, 2, -1, 7, PURPOSE_TARGET);
    run_answer(run, now + 31 * NS_PER_S, id, EVENT_ORDER_REJECTED, 2, REASON_NOT_SHORTABLE);
    id = run_submit(run, now + 40 * NS_PER_S, 1, 2, 1, 7, PURPOSE_TARGET);
    run_answer(run, now + 41 * NS_PER_S, id, EVENT_ORDER_EXPIRED, 2, REASON_TIME);
    run_submit(run, now + 50 * NS_PER_S, 1, 2, 1, 3, PURPOSE_STOP_LOSS);
    report_mark(run->report, now + 60 * NS_PER_S, MONEY(999850), MONEY(18000));
    assert_ok(report_end(run->report));
}

#endif
