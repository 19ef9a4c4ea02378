// SPDX-License-Identifier: Apache-2.0
// No strategy of a book, and nothing around it, looks ahead: on a real capture and on the same capture cut off, the
// engine's inputs, decisions, orders and fills up to the cut are the same, byte for byte.
#include "harness.h"

#include "base/timestamp.h"
#include "golden/recording.h"
#include "research/tick_backtest.h"

#define RECORDING "data/crypto_l2/binance_usdm_btcusdt_20240808.txt.xz"

enum { CUTS = 3, DELAY_MS = 5, STEP_MS = 100 };

struct log {
    unsigned char *bytes;
    size_t size, max;
    uint64_t decisions, orders, fills;
};

struct run {
    struct arena wiring, state, venue_state;
    struct instruments instruments;
    struct risk_config risk;
    struct engine_strategy_config strategy;
    struct engine *engine;
    struct tick_exchange *exchange;
    struct backtest_result result;
    struct log log;
};

static int put(void *self, const struct event_header *event) {
    struct log *log = &((struct run *)self)->log;
    if (log->size + event->size > log->max) {
        log->max = 2 * log->max + event->size + (1 << 20);
        log->bytes = realloc(log->bytes, log->max);
    }
    memcpy(log->bytes + log->size, event, event->size);
    log->size += event->size;
    log->decisions += event->kind == EVENT_CLOCK;
    log->orders += event->kind == EVENT_SUBMIT;
    log->fills += event->kind == EVENT_ORDER_FILLED;
    return 0;
}

static void add_instrument(struct run *run) {
    struct instrument instrument;
    assert_ok(instruments_init(&run->instruments, &run->wiring, 1, 1));
    int usdt = instruments_add_currency(&run->instruments, "USDT", 8);
    assert_true(usdt >= 0);
    instrument_defaults(&instrument, ASSET_CRYPTO, "BTCUSDT", (uint32_t)usdt);
    instrument.price_decimals = 1;
    instrument.qty_decimals = 3;
    instrument.tick = PRICE(1);
    instrument.lot = instrument.qty_min = QTY(1);
    assert_ok(instruments_add(&run->instruments, &instrument));
}

static void open_run(struct run *run, const struct strategy *strategy) {
    static const uint32_t places[] = {0};
    struct tick_config venue;
    *run = (struct run){0};
    assert_ok(arena_init(&run->wiring, 16 << 20));
    assert_ok(arena_init(&run->state, 64 << 20));
    assert_ok(arena_init(&run->venue_state, 64 << 20));
    add_instrument(run);
    risk_config_defaults(&run->risk);
    run->strategy = (struct engine_strategy_config){.strategy = strategy,
                                                    .sizing = sizing_find("fixed_fraction"),
                                                    .instruments = places,
                                                    .instrument_count = 1,
                                                    .frame_s = 1,
                                                    .share_ppm = 1000000};
    params_defaults(strategy->params, strategy->param_count, run->strategy.params);
    // With a taker's fees nothing on this capture promises enough.
    int fee = params_find(strategy->params, strategy->param_count, "fee");
    if (fee >= 0) run->strategy.params[fee] = 0;
    params_defaults(run->strategy.sizing->params, run->strategy.sizing->param_count,
                    run->strategy.sizing_params);
    tick_config_defaults(&venue);
    venue.instruments = &run->instruments;
    venue.latency_params[0] = venue.latency_params[1] = DELAY_MS / 1e3;
    const struct engine_config config = {.instruments = &run->instruments,
                                         .strategies = &run->strategy,
                                         .strategy_count = 1,
                                         .data_frame_s = 1,
                                         .order_max = 1024,
                                         .lot_max = 8192,
                                         .periods_per_year = 365,
                                         .risk = &run->risk,
                                         .book = &venue.book};
    assert_ok(engine_new(&run->wiring, &run->state, &config, &run->engine));
    run->exchange = tick_exchange_new(&run->wiring, &run->venue_state, &venue);
    assert_non_null(run->exchange);
}

static void play(struct run *run, const struct feed_rows *rows) {
    const struct tick_backtest_feed feed = {
        .exchange = run->exchange,
        .parts = rows,
        .part_count = 1,
        .delay_ns = DELAY_MS * NS_PER_MS,
    };
    const struct tick_backtest_config config = {
        .feeds = &feed,
        .feed_count = 1,
        .step_ns = STEP_MS * NS_PER_MS,
        .capital = MONEY(INT64_C(10000000000000)), // 100,000
        .observer = {.events = {.put = put, .self = run}},
    };
    assert_ok(tick_backtest_run(&run->wiring, run->engine, &config, &run->result));
}

static void close_run(struct run *run) {
    arena_fini(&run->wiring);
    arena_fini(&run->state);
    arena_fini(&run->venue_state);
    free(run->log.bytes);
}

// How much of a log was said up to an instant.
static size_t said_until(const struct log *log, int64_t until_ns) {
    size_t at = 0;
    while (at < log->size) {
        const struct event_header *event = (const void *)(log->bytes + at);
        if (event->ts_ns > until_ns) break;
        at += event->size;
    }
    return at;
}

// The rows up to the cut's share of the capture's time. Others of the same instant would be of the cut too.
static struct feed_rows cut_rows(const struct feed_rows *whole, int cut) {
    struct feed_rows rows = *whole;
    int64_t first = whole->venue_ns[0], last = whole->venue_ns[whole->count - 1];
    int64_t until_ns = first + (last - first) * cut / (CUTS + 1);
    while (rows.venue_ns[rows.count - 1] > until_ns) rows.count--;
    return rows;
}

static void compare(const struct strategy *strategy, const struct feed_rows *rows) {
    static struct run whole, part;
    open_run(&whole, strategy);
    play(&whole, rows);
    print_message("%-20s %llu decisions, %llu orders, %llu fills\n", strategy->name,
                  (unsigned long long)whole.log.decisions, (unsigned long long)whole.log.orders,
                  (unsigned long long)whole.log.fills);
    assert_true(whole.log.orders > 0 && whole.log.fills > 0);
    for (int cut = 1; cut <= CUTS; cut++) {
        const struct feed_rows first = cut_rows(rows, cut);
        open_run(&part, strategy);
        play(&part, &first);
        // The exchange acts on rows up to the cut in both, and reports arrive later still.
        int64_t until_ns = first.venue_ns[first.count - 1];
        size_t size = said_until(&whole.log, until_ns);
        assert_true(size > 0 && size == said_until(&part.log, until_ns));
        assert_memory_equal(whole.log.bytes, part.log.bytes, size);
        assert_true(part.result.state_hash != whole.result.state_hash);
        close_run(&part);
    }
    close_run(&whole);
}

static void nothing_up_to_a_moment_depends_on_what_follows(void **state) {
    struct recording recording;
    recording_load(&recording, RECORDING);
    recording_columns(&recording, 1);
    int compared = 0;
    for (size_t i = 0; i < strategy_count(); i++) {
        if (strategy_at(i)->scope != SCOPE_BOOK) continue;
        compare(strategy_at(i), &recording.rows);
        compared++;
    }
    assert_true(compared >= 4);
    recording_free(&recording);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_up_to_a_moment_depends_on_what_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
