// SPDX-License-Identifier: Apache-2.0
// Runs in lanes and on the event engine are the same runs: every member of the score, to the last bit.
#include "world.h"

#include <math.h>

#include "base/prng.h"
#include "research/sweep/lanes.h"

enum { BARS = 1500, RUNS = 60, SEEDS = 12 };

static struct world world;
static struct arena arena;
static struct log data;
static struct trial_config config;
static struct space space;

static const struct kind {
    const char *strategy;
    const char *axes[4];
} cross = {"sma_cross", {"fast=1:60", "slow=2:200"}},
  held[] = {
      {"momentum", {"lookback=2:60", "trend=2:90", "threshold=0:3:0.5", "stop_atr=0:5:0.5"}},
      {"mean_reversion", {"window=5:60", "entry=0.5:2:0.1", "exit=-1:0.4:0.1", "stop=2.1:4:0.1"}},
      {"volatility_breakout", {"channel=2:60", "margin=0:1:0.1", "stop_atr=0.5:4:0.25"}},
};

static void open_kind(const struct kind *kind, uint64_t seed, int64_t volume_share_ppm) {
    assert_ok(arena_init(&arena, (size_t)1 << 26));
    world_init(&world, 8);
    uint32_t index = world_instrument(&world, "X");
    // Two decimals more than money has: values are rounded.
    if (volume_share_ppm == 0 && seed % 4 != 0) world.instruments.items[index].qty_decimals = 8;
    // And so many that products have more than 64 bits.
    if (volume_share_ppm == 0 && seed % 4 == 3) world.instruments.items[index].qty_decimals = 12;
    struct engine_strategy_config *strategy =
        world_trade(&world, strategy_find(kind->strategy), 0, 1);
    params_defaults(strategy->strategy->params, strategy->strategy->param_count, strategy->params);
    strategy->sizing_params[0] = seed % 3 == 0 ? 1 : 0.7;
    assert_ok(sim_config_set_fee(&world.sim, seed % 2 ? "maker_taker" : "per_order"));
    world.sim.fee_params[1] = seed % 2 ? 10 : 1;
    if (seed % 4 == 1) assert_ok(sim_config_set_slip(&world.sim, "fixed"));
    world.sim.params[SIM_VOLUME_SHARE] = (double)volume_share_ppm / 1e6;
    world_walk(&world, seed, BARS);
    world_sort(&world);
    struct world_source source = {.events = world.events, .count = world.count, .batch = 100};
    assert_ok(log_read(&data, &arena, world_source_port(&source)));
    world_build(&world);
    config = (struct trial_config){.engine = &world.config,
                                   .sim = &world.sim,
                                   .log = &data,
                                   .capital = world.capital,
                                   .days_a_year = 365,
                                   .from_ns = INT64_MIN};
    space_init(&space, strategy->strategy->params, strategy->strategy->param_count,
               strategy->params);
    for (int i = 0; i < 4 && kind->axes[i] != NULL; i++)
        assert_ok(space_add(&space, &arena, kind->axes[i]));
}

static void open_world(uint64_t seed, int64_t volume_share_ppm) {
    open_kind(&cross, seed, volume_share_ppm);
}

static void close_world(void) {
    world_fini(&world);
    arena_fini(&arena);
}

static uint32_t draw(struct prng *prng, uint64_t *points) {
    uint32_t count = 0;
    double values[PARAMS_MAX];
    int (*check)(const double *) = world.strategies[0].strategy->check;
    while (count < RUNS) {
        points[count] = prng_below(prng, space.points);
        space_values(&space, points[count], values);
        count += check == NULL || check(values) == 0;
    }
    return count;
}

// How many of the runs the lanes did; each is held against the engine's.
static uint32_t compare(uint64_t seed) {
    struct lanes lanes;
    struct trial trial;
    struct prng prng;
    uint64_t points[RUNS];
    static struct score_result results[RUNS];
    uint8_t left[RUNS];
    uint32_t done = 0;
    uint64_t days = log_days(&data, config.from_ns, NULL);
    struct returns returns = {calloc(returns_size(RUNS, days), 1), RUNS, days};
    double *expected_returns = calloc(days, sizeof(double));
    assert_null(lanes_refusal(&config));
    prng_seed(&prng, seed);
    uint32_t count = draw(&prng, points);
    assert_ok(lanes_init(&lanes));
    assert_ok(trial_init(&trial));
    assert_ok(lanes_open(&lanes, &config, &space));
    assert_ok(lanes_run(&lanes, points, count, results, left, &returns));
    for (uint32_t i = 0; i < count; i++) {
        double params[PARAMS_MAX] = {0};
        struct score_result expected;
        if (left[i]) continue;
        space_values(&space, points[i], params);
        assert_ok(trial_run(&trial, &config, params, expected_returns, days, &expected));
        assert_int_equal(expected.days, days);
        for (uint64_t day = 0; day < days; day++)
            if (returns_get(&returns, i, day) != expected_returns[day])
                fail_msg("day %llu of %llu, run %u: %.17g is not %.17g", (unsigned long long)day,
                         (unsigned long long)days, i, returns_get(&returns, i, day),
                         expected_returns[day]);
        assert_int_equal(results[i].engine, SCORE_BY_LANES);
        results[i].engine = expected.engine;
        if (memcmp(&results[i], &expected, sizeof expected) != 0)
            fail_msg("seed %llu fast %g slow %g: equity %lld is not %lld, fills %llu %llu",
                     (unsigned long long)seed, params[0], params[1], (long long)results[i].equity.m,
                     (long long)expected.equity.m, (unsigned long long)results[i].fills,
                     (unsigned long long)expected.fills);
        done++;
    }
    lanes_fini(&lanes);
    trial_fini(&trial);
    free(returns.tiles);
    free(expected_returns);
    return done;
}

static void runs_in_lanes_are_those_of_the_event_engine_to_the_last_bit(void **state) {
    (void)state;
    uint32_t done = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        open_world(seed, 0);
        done += compare(seed);
        close_world();
    }
    assert_true(done > SEEDS * RUNS / 2);
}

// What comes before a run is for its inputs alone.
static void runs_that_begin_later_are_those_of_the_event_engine_too(void **state) {
    (void)state;
    uint32_t done = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        open_world(seed, 0);
        config.from_ns = world.events[100 * seed].header.ts_ns + (int64_t)(seed % 2);
        done += compare(seed);
        close_world();
    }
    assert_true(done > SEEDS * RUNS / 2);
}

// Strategies with a protective stop: it is hit at the open and within a bar, also in the one that it is entered in.
static void strategies_with_stops_are_those_of_the_event_engine_to_the_last_bit(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof held / sizeof *held; k++) {
        uint32_t done = 0;
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            open_kind(&held[k], seed, seed % 4 == 0 ? 60000 : 0); // orders are cut
            if (seed % 3 == 2) config.from_ns = world.events[90 * seed].header.ts_ns;
            done += compare(seed);
            close_world();
        }
        assert_true(done > SEEDS * RUNS * 7 / 10);
    }
}

// Little of a bar's volume: orders are cut. Their rests stay in the lane, but for some that change meanwhile.
static void what_a_lane_is_not_sure_of_it_leaves(void **state) {
    (void)state;
    uint32_t done = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        open_world(seed, 100000 >> (seed % 4));
        done += compare(seed);
        close_world();
    }
    assert_true(done < SEEDS * RUNS);
    assert_true(done > SEEDS * RUNS / 2);
}

static void what_lanes_do_not_know_is_refused_in_words(void **state) {
    (void)state;
    open_world(1, 0);
    struct engine_strategy_config *strategy = &world.strategies[0];
    assert_null(lanes_refusal(&config));
    strategy->strategy = strategy_find("turtle");
    assert_string_equal(lanes_refusal(&config), "lanes do not know the strategy");
    strategy->strategy = strategy_find("sma_cross");
    strategy->sizing_params[0] = 1.5;
    assert_string_equal(lanes_refusal(&config),
                        "sizes are no fixed fraction of the equity up to 1");
    strategy->sizing_params[0] = 1;
    world.risk.enabled[risk_rule_find("drawdown")] = 1;
    assert_string_equal(lanes_refusal(&config), "risk rules beside the usual ones are on");
    world.risk.enabled[risk_rule_find("drawdown")] = 0;
    world.sim.params[SIM_DEBIT_RATE] = 0.05;
    assert_string_equal(lanes_refusal(&config), "the venue's costs or faults are not simple");
    world.sim.params[SIM_DEBIT_RATE] = 0;
    strategy->stop_count = 1;
    assert_non_null(strstr(lanes_refusal(&config), "stops"));
    strategy->stop_count = 0;
    const uint32_t flags[1] = {0};
    world.config.risk_flags = flags;
    assert_string_equal(lanes_refusal(&config), "what may be traded is restricted");
    world.config.risk_flags = NULL;
    assert_null(lanes_refusal(&config));
    close_world();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_in_lanes_are_those_of_the_event_engine_to_the_last_bit),
        cmocka_unit_test(runs_that_begin_later_are_those_of_the_event_engine_too),
        cmocka_unit_test(strategies_with_stops_are_those_of_the_event_engine_to_the_last_bit),
        cmocka_unit_test(what_a_lane_is_not_sure_of_it_leaves),
        cmocka_unit_test(what_lanes_do_not_know_is_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
