// SPDX-License-Identifier: Apache-2.0
#include "../engine/engine_kit.h"

#include "research/backtest.h"

enum { BARS_MAX = 64, LOG_MAX = 256 };

// A run of a scripted engine against the simulated venue on events in memory.
struct bench {
    struct kit kit;
    struct arena venue_state;
    struct sim_config sim;
    struct sim_exchange *exchange;
    union event events[BARS_MAX];
    struct memory_source memory;
    struct backtest_config config;
    struct backtest_result result;
    uint16_t log[LOG_MAX]; // kinds of all events, in order
    uint64_t log_count;
    int64_t fill_price[LOG_MAX];
    int64_t fill_venue_ns[LOG_MAX];
    uint32_t fills;
    uint32_t marks;
    money_t last_equity;
};

static int put(void *self, const struct event_header *event) {
    struct bench *bench = self;
    assert_true(bench->log_count < LOG_MAX);
    bench->log[bench->log_count++] = event->kind;
    if (event->kind != EVENT_ORDER_FILLED) return 0;
    const struct order_event *report = (const void *)event;
    bench->fill_price[bench->fills] = report->price.m;
    bench->fill_venue_ns[bench->fills++] = event->venue_ts_ns;
    return 0;
}

static void on_mark(void *self, const struct account_mark *mark, const struct engine *engine) {
    struct bench *bench = self;
    bench->marks++;
    bench->last_equity = mark->equity;
    assert_true(mark->equity.m == ledger_equity(engine_ledger(engine)).m);
}

static void open_bench(struct bench *bench, uint32_t instruments, const struct kit_step *script,
                       uint32_t length) {
    *bench = (struct bench){0};
    kit_script = script;
    kit_script_length = length;
    kit_configure(&bench->kit, instruments, 1);
    assert_ok(arena_init(&bench->venue_state, 1 << 26));
    sim_config_defaults(&bench->sim);
    bench->sim.instruments = &bench->kit.instruments;
    bench->sim.cash = MONEY(1000000);
    bench->sim.order_max = 64;
    bench->config = (struct backtest_config){.capital = MONEY(1000000)};
    bench->config.observer.events = (struct event_sink){.put = put, .self = bench};
    bench->config.observer.mark = on_mark;
    bench->config.observer.self = bench;
}

// One bar a minute; bar i of instrument k opens at `open` and closes at `close` cents.
static void add_bar(struct bench *bench, uint32_t instrument, int minute, int64_t open,
                    int64_t close) {
    union event *event = &bench->events[bench->memory.count++];
    int64_t close_ns = NS_PER_DAY + (minute + 1) * NS_PER_MIN;
    event_init(event, EVENT_BAR, instrument, close_ns);
    event->bar.bar = (struct bar){.open_ns = close_ns - NS_PER_MIN,
                                  .close_ns = close_ns,
                                  .open = PRICE(open),
                                  .high = PRICE(open > close ? open : close),
                                  .low = PRICE(open < close ? open : close),
                                  .close = PRICE(close),
                                  .volume = QTY(1000000),
                                  .frame_s = 60};
}

static int run(struct bench *bench) {
    struct kit *kit = &bench->kit;
    assert_ok(engine_new(&kit->wiring, &kit->state, &kit->config, &kit->engine));
    bench->exchange = sim_exchange_new(&kit->wiring, &bench->venue_state, &bench->sim);
    assert_non_null(bench->exchange);
    bench->memory.events = bench->events;
    bench->config.source = memory_source_port(&bench->memory);
    return backtest_run(&kit->wiring, kit->engine, bench->exchange, &bench->config, &bench->result);
}

static void close_bench(struct bench *bench) {
    arena_fini(&bench->venue_state);
    kit_stop(&bench->kit);
}

static struct bench bench;

static void
a_decision_fills_at_the_next_open_and_that_is_known_before_the_next_decision(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}};
    open_bench(&bench, 1, script, 1);
    add_bar(&bench, 0, 0, 1000, 1010);
    add_bar(&bench, 0, 1, 1020, 1030);
    add_bar(&bench, 0, 2, 1030, 1040);
    assert_ok(run(&bench));
    assert_int_equal(bench.fills, 1);
    assert_int_equal(bench.fill_price[0], 1020); // not 1010, which it saw, and not 1030
    assert_int_equal(bench.fill_venue_ns[0], NS_PER_DAY + NS_PER_MIN);
    static const uint16_t expected[] = {
        EVENT_CASH,           EVENT_BAR,          EVENT_TARGET, EVENT_SUBMIT,
        EVENT_ORDER_ACCEPTED, EVENT_ORDER_FILLED, EVENT_BAR,    EVENT_BAR};
    assert_int_equal(bench.log_count, sizeof expected / sizeof *expected);
    assert_memory_equal(bench.log, expected, sizeof expected);
    // 495 shares (5,000 / 10.10) bought at 10.20, worth 10.40 at the end.
    assert_true(bench.result.equity.m == 1000000 + 495 * 20);
    assert_int_equal(bench.result.market, 3);
    assert_int_equal(bench.marks, 4); // the deposit and three bars
    close_bench(&bench);
}

static void all_fills_of_an_instant_come_before_its_bars(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}};
    open_bench(&bench, 2, script, 1);
    for (int minute = 0; minute < 2; minute++) {
        add_bar(&bench, 0, minute, 1000, 1000);
        add_bar(&bench, 1, minute, 2000, 2000);
    }
    assert_ok(run(&bench));
    assert_int_equal(bench.fills, 2);
    int last_fill = 0, bars = 0;
    for (uint64_t i = 0; i < bench.log_count; i++) {
        if (bench.log[i] == EVENT_ORDER_FILLED) last_fill = (int)i;
        if (bench.log[i] == EVENT_BAR && ++bars == 3)
            assert_true((int)i > last_fill && last_fill > 0);
    }
    assert_int_equal(bench.marks, 3); // one for the deposit, one an instant
    close_bench(&bench);
}

static const struct strategy universe_strategy = {.name = "universe_script",
                                                  .summary = "Does what the test says.",
                                                  .scope = SCOPE_UNIVERSE,
                                                  .decide = kit_decide};

static void a_universe_decides_once_an_instant_after_all_its_bars(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_REBALANCE, 0.4, 0, 0}};
    open_bench(&bench, 2, script, 1);
    bench.kit.strategies[0].strategy = &universe_strategy;
    for (int minute = 0; minute < 2; minute++) {
        add_bar(&bench, 0, minute, 1000, 1000);
        add_bar(&bench, 1, minute, 2000, 2000);
    }
    assert_ok(run(&bench));
    static const uint16_t start[] = {EVENT_CASH,   EVENT_BAR,    EVENT_BAR,    EVENT_CLOCK,
                                     EVENT_TARGET, EVENT_SUBMIT, EVENT_TARGET, EVENT_SUBMIT};
    assert_memory_equal(bench.log, start, sizeof start);
    assert_int_equal(engine_counts(bench.kit.engine)->decisions, 2);
    close_bench(&bench);
}

static void an_empty_source_is_an_error_and_not_a_flat_report(void **state) {
    (void)state;
    open_bench(&bench, 1, NULL, 0);
    assert_int_equal(run(&bench), ERR_NOT_FOUND);
    assert_non_null(strstr(err_story(), "no market data"));
    close_bench(&bench);
}

static int failing_put(void *self, const struct event_header *event) {
    (void)self;
    return event->kind == EVENT_SUBMIT ? ERR_SET(ERR_IO, "the disk is full") : 0;
}

static void an_observers_failure_ends_the_run_with_its_words(void **state) {
    (void)state;
    static const struct kit_step script[] = {{TARGET_SET, 0.5, 0, 0}};
    open_bench(&bench, 1, script, 1);
    bench.config.observer.journal = (struct event_sink){.put = failing_put};
    add_bar(&bench, 0, 0, 1000, 1000);
    add_bar(&bench, 0, 1, 1000, 1000);
    assert_int_equal(run(&bench), ERR_IO);
    assert_non_null(strstr(err_story(), "disk is full"));
    close_bench(&bench);
}

static const struct kit_step stepped_script[] = {
    {TARGET_SET, 0.5, 0, 0},  {TARGET_KEEP, 0, 0, 0}, {TARGET_KEEP, 0, 0, 0},
    {TARGET_SET, -0.2, 0, 0}, {TARGET_KEEP, 0, 0, 0}, {TARGET_SET, 0.3, 9.0, 0}};

static void open_stepped(bool quiet) {
    open_bench(&bench, 2, stepped_script, 6);
    bench.sim.params[SIM_ALLOW_SHORT] = 1;
    if (quiet) bench.config.observer = (struct backtest_observer){0};
    for (int minute = 0; minute < 20; minute++) {
        add_bar(&bench, 0, minute, 1000 + minute, 1005 - minute);
        if (minute % 3 == 0) add_bar(&bench, 1, minute, 2000 + minute, 2001);
    }
    struct kit *kit = &bench.kit;
    assert_ok(engine_new(&kit->wiring, &kit->state, &kit->config, &kit->engine));
    bench.exchange = sim_exchange_new(&kit->wiring, &bench.venue_state, &bench.sim);
    assert_non_null(bench.exchange);
    bench.memory.events = bench.events;
    bench.config.source = memory_source_port(&bench.memory);
}

static void a_run_cut_into_steps_is_the_same_run(void **state) {
    (void)state;
    uint16_t log[LOG_MAX];
    for (int quiet = 0; quiet < 2; quiet++) {
        struct backtest_result whole, cut;
        open_stepped(quiet);
        assert_ok(backtest_run(&bench.kit.wiring, bench.kit.engine, bench.exchange, &bench.config,
                               &whole));
        uint64_t said = bench.log_count;
        memcpy(log, bench.log, sizeof log);
        close_bench(&bench);
        for (int way = 0; way < 3; way++) {
            struct backtest *run;
            int64_t next_ns = 0, before_ns = 0;
            open_stepped(quiet);
            assert_ok(backtest_open(&bench.kit.wiring, bench.kit.engine, bench.exchange,
                                    &bench.config, &run));
            while (backtest_next(run, &next_ns) > 0) {
                assert_true(next_ns > before_ns);
                struct backtest_bound bound = {next_ns + way * NS_PER_MIN, UINT64_MAX};
                if (way == 2) bound = (struct backtest_bound){INT64_MAX, backtest_seq(run) + 4};
                assert_int_equal(backtest_step(run, &bound), 1);
                assert_true(backtest_now_ns(run) <= bound.until_ns);
                bound = (struct backtest_bound){next_ns - 1, UINT64_MAX};
                assert_int_equal(backtest_step(run, &bound), 0); // that is over
                bound = (struct backtest_bound){INT64_MAX, backtest_seq(run) + 1};
                assert_int_equal(backtest_step(run, &bound), 0); // its number is taken
                before_ns = next_ns;
            }
            assert_int_equal(backtest_step(run, NULL), 0);
            backtest_result(run, &cut);
            assert_memory_equal(&cut, &whole, sizeof cut);
            assert_int_equal(bench.log_count, said);
            assert_memory_equal(bench.log, log, sizeof log);
            close_bench(&bench);
        }
    }
}

static void a_command_between_two_steps_is_numbered_stamped_and_answered_at_once(void **state) {
    (void)state;
    struct backtest *run;
    int64_t next_ns;
    open_stepped(false);
    assert_ok(
        backtest_open(&bench.kit.wiring, bench.kit.engine, bench.exchange, &bench.config, &run));
    assert_int_equal(backtest_next(run, &next_ns), 1);
    assert_int_equal(backtest_seq(run), 1); // the capital
    assert_int_equal(backtest_step(run, &(struct backtest_bound){next_ns, UINT64_MAX}), 1);
    uint64_t seq = backtest_seq(run);
    union event kill;
    event_init(&kill, EVENT_KILL, INSTRUMENT_NONE, 0); // long ago: stamped now
    uint64_t before = bench.log_count;
    assert_ok(backtest_command(run, &kill));
    assert_int_equal(kill.header.seq, seq + 1);
    assert_int_equal(kill.header.ts_ns, next_ns);
    static const uint16_t expected[] = {
        EVENT_KILL,           EVENT_CANCEL,         EVENT_CANCEL,        EVENT_ORDER_ACCEPTED,
        EVENT_ORDER_ACCEPTED, EVENT_ORDER_CANCELED, EVENT_ORDER_CANCELED};
    assert_int_equal(bench.log_count - before, sizeof expected / sizeof *expected);
    assert_memory_equal(bench.log + before, expected, sizeof expected);
    assert_true(engine_halted(bench.kit.engine));
    assert_int_equal(backtest_step(run, NULL), 1);
    assert_int_equal(bench.fills, 0);
    close_bench(&bench);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_decision_fills_at_the_next_open_and_that_is_known_before_the_next_decision),
        cmocka_unit_test(all_fills_of_an_instant_come_before_its_bars),
        cmocka_unit_test(a_universe_decides_once_an_instant_after_all_its_bars),
        cmocka_unit_test(an_empty_source_is_an_error_and_not_a_flat_report),
        cmocka_unit_test(an_observers_failure_ends_the_run_with_its_words),
        cmocka_unit_test(a_run_cut_into_steps_is_the_same_run),
        cmocka_unit_test(a_command_between_two_steps_is_numbered_stamped_and_answered_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
