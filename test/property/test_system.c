// SPDX-License-Identifier: Apache-2.0
// The whole system under orders without sense: what the engine's ledger, the broker's account and the report's own
// books say is one thing, at every moment and to the last unit, whatever was traded.
#include "report/report.h"
#include "world.h"

enum { SEEDS = 4, BARS = 250, INSTRUMENTS = 4, STRATEGIES = 4 };

struct pit {
    struct world world;
    struct report *report;
    struct report_strategy names[WORLD_STRATEGIES_MAX];
};

// The broker's account is the ledger's.
static void compare(const struct world *world) {
    const struct ledger *ledger = engine_ledger(world->engine);
    for (uint32_t c = 0; c < world->instruments.currency_count; c++)
        assert_true(ledger_balance(ledger, ACCOUNT_CASH, c).m ==
                    sim_exchange_cash(world->exchange, c).m);
    for (uint32_t i = 0; i < world->instruments.count; i++) {
        assert_true(ledger_quantity(ledger, i).m == sim_exchange_quantity(world->exchange, i).m);
        for (uint32_t s = 0; s < world->config.strategy_count; s++)
            assert_true(ledger_position(ledger, s, i)->qty.m ==
                        sim_exchange_strategy_quantity(world->exchange, s, i).m);
    }
    assert_true(ledger_equity(ledger).m == sim_exchange_equity(world->exchange).m);
}

// Everything that the accounts hold adds up, and the strategies' shares to the whole.
static void conserve(const struct world *world) {
    const struct ledger *ledger = engine_ledger(world->engine);
    int128_t sum = 0, strategies = 0;
    for (int account = 0; account < ACCOUNT_COUNT; account++)
        sum += ledger_balance(ledger, (enum ledger_account)account, 0).m;
    assert_true(sum == 0);
    for (uint32_t s = 0; s < world->config.strategy_count; s++)
        strategies += ledger_strategy_equity(ledger, s).m - ledger_budget(ledger, s).m;
    int128_t interest = ledger_balance(ledger, ACCOUNT_INTEREST, 0).m;
    assert_true(ledger_equity(ledger).m - world->capital.m + interest == strategies);
    ledger_check(ledger);
    orders_check(engine_orders(world->engine));
    sim_exchange_check(world->exchange);
}

// All that the venue said has been applied.
static void check(struct world *world) {
    compare(world);
    conserve(world);
}

static int tell_report(void *self, const struct event_header *event) {
    struct pit *pit = self;
    return report_put(pit->report, event);
}

static void add_actions(struct world *world, uint64_t seed) {
    int64_t start_ns = INT64_C(1514764800) * NS_PER_S;
    for (uint32_t k = 1; k <= 6; k++) {
        uint32_t instrument = (uint32_t)(seed + k) % INSTRUMENTS;
        int64_t ts_ns = start_ns + (int64_t)(k * BARS / 7) * NS_PER_DAY + NS_PER_HOUR;
        union event *dividend = world_event(world, EVENT_DIVIDEND, instrument, ts_ns);
        dividend->dividend.amount = 37 * k;
        dividend->dividend.decimals = 2;
        union event *split = world_event(world, EVENT_SPLIT, (instrument + 1) % INSTRUMENTS, ts_ns);
        split->split.numerator = k % 2 == 0 ? 7 : 1;
        split->split.denominator = k % 2 == 0 ? 3 : 2;
        split->split.price = PRICE(5001);
    }
    world_sort(world);
}

static void plan(struct pit *pit, uint64_t seed, bool actions) {
    struct world *world = &pit->world;
    memset(pit, 0, sizeof *pit);
    world_init(world, 8);
    for (uint32_t i = 0; i < INSTRUMENTS; i++)
        world_instrument(world, (const char[]){(char)('A' + i), '\0'});
    for (uint32_t s = 0; s < STRATEGIES; s++)
        world_trade(world, &world_chaos, s % 2, INSTRUMENTS - s % 2)->params[0] =
            (double)(seed * STRATEGIES + s + 1);
    world->capital = MONEY((int128_t)1000000 * 100000000);
    world->config.cost_method = seed % 2 == 0 ? COST_FIFO : COST_AVERAGE;
    assert_ok(sim_config_set_fee(&world->sim, seed % 3 == 0   ? "per_share"
                                              : seed % 3 == 1 ? "maker_taker"
                                                              : "tiered"));
    assert_ok(sim_config_set_slip(&world->sim, seed % 2 == 0 ? "volume_share" : "fixed"));
    world->sim.params[SIM_ALLOW_SHORT] = 1;
    world->sim.params[SIM_MARGIN_INITIAL] = 0.5;
    world->sim.params[SIM_PATH] = (double)(seed % 4);
    world->sim.params[SIM_BORROW_RATE] = 0.02;
    world->sim.params[SIM_CREDIT_RATE] = 0.01;
    world->sim.params[SIM_DEBIT_RATE] = 0.05;
    world->sim.seed = seed;
    world_walk(world, seed + 1, BARS);
    if (actions) add_actions(world, seed);
}

static void build(struct pit *pit, uint64_t seed, bool actions) {
    plan(pit, seed, actions);
    world_build(&pit->world);
}

static void open_report(struct pit *pit) {
    struct world *world = &pit->world;
    for (uint32_t s = 0; s < world->config.strategy_count; s++)
        pit->names[s] = (struct report_strategy){.name = "strategy",
                                                 .share_ppm = world->strategies[s].share_ppm};
    struct report_config config = {.instruments = &world->instruments,
                                   .strategies = pit->names,
                                   .strategy_count = world->config.strategy_count,
                                   .order_max = world->config.order_max,
                                   .lot_max = world->config.lot_max,
                                   .cost_method = world->config.cost_method,
                                   .periods_per_year = 365,
                                   .title = "chaos"};
    pit->report = report_new(&config);
    assert_non_null(pit->report);
    world->sink = (struct event_sink){tell_report, pit};
    world->on_mark = check;
}

static void close_report(struct pit *pit) {
    const struct world *world = &pit->world;
    for (size_t i = 0; i < world->mark_count; i++)
        report_mark(pit->report, world->marks[i].ts_ns, world->marks[i].equity,
                    world->marks[i].gross);
    assert_ok(report_end(pit->report));
    assert_true(report_difference(pit->report).m == 0);
    report_free(pit->report);
}

static void run_seeds(bool actions) {
    uint64_t fills = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct pit pit;
        build(&pit, seed, actions);
        open_report(&pit);
        world_run(&pit.world);
        check(&pit.world);
        close_report(&pit);
        assert_int_equal(engine_counts(pit.world.engine)->ledger_errors, 0);
        fills += engine_counts(pit.world.engine)->fills;
        world_fini(&pit.world);
    }
    assert_true(fills > 200 * SEEDS);
}

static void ledger_broker_and_report_agree_after_every_event(void **state) {
    (void)state;
    run_seeds(false);
}

static void dividends_and_splits_change_nothing_about_that(void **state) {
    (void)state;
    run_seeds(true);
}

static void how_many_events_the_source_gives_at_once_changes_nothing(void **state) {
    (void)state;
    static const int batches[] = {64, 1, 2, 7};
    struct pit first, other;
    build(&first, 3, true);
    world_run(&first.world);
    for (size_t i = 1; i < sizeof batches / sizeof *batches; i++) {
        build(&other, 3, true);
        other.world.batch = batches[i];
        world_run(&other.world);
        assert_int_equal(other.world.log_size, first.world.log_size);
        assert_memory_equal(other.world.log, first.world.log, first.world.log_size);
        assert_int_equal(other.world.result.state_hash, first.world.result.state_hash);
        world_fini(&other.world);
    }
    world_fini(&first.world);
}

// With latency the broker is ahead of what we know, also when the data ends.
static void run_fault(uint64_t seed, double reject, double disconnect, double delay_ms) {
    struct pit pit;
    plan(&pit, seed, true);
    struct world *world = &pit.world;
    world->sim.params[SIM_FAULT_REJECT] = reject;
    world->sim.params[SIM_FAULT_DISCONNECT] = disconnect;
    if (delay_ms > 0) {
        world->sim.latency_params[0] = delay_ms;
        world->sim.latency_params[1] = delay_ms;
    }
    world_build(world);
    open_report(&pit);
    world->on_mark = NULL;
    world_run(world);
    conserve(world);
    if (delay_ms == 0) compare(world);
    close_report(&pit);
    world_fini(world);
}

static void refusals_silence_and_delays_end_in_the_same_books(void **state) {
    (void)state;
    run_fault(1, 0.2, 0, 0);
    run_fault(2, 1, 0, 0);
    run_fault(3, 0.05, 0.05, 0);
    run_fault(4, 0, 0, 250);
    run_fault(5, 0.1, 0.02, 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ledger_broker_and_report_agree_after_every_event),
        cmocka_unit_test(dividends_and_splits_change_nothing_about_that),
        cmocka_unit_test(refusals_silence_and_delays_end_in_the_same_books),
        cmocka_unit_test(how_many_events_the_source_gives_at_once_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
