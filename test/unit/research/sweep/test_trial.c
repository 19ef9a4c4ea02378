// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include "research/sweep/trial.h"

enum { BARS = 3000 };

static struct world world;
static struct arena arena;
static struct log data;
static struct trial_config config;

static int open_world(void **state) {
    (void)state;
    world_init(&world, 8);
    world_instrument(&world, "X");
    struct engine_strategy_config *strategy =
        world_trade(&world, strategy_find("mean_reversion"), 0, 1);
    (void)strategy;
    world_walk(&world, 11, BARS);
    world_sort(&world);
    struct world_source source = {.events = world.events, .count = world.count, .batch = 100};
    if (arena_init(&arena, (size_t)1 << 26) < 0) return -1;
    if (log_read(&data, &arena, world_source_port(&source)) < 0) return -1;
    world_build(&world);
    config = (struct trial_config){.engine = &world.config,
                                   .sim = &world.sim,
                                   .log = &data,
                                   .capital = world.capital,
                                   .days_a_year = 365,
                                   .from_ns = INT64_MIN};
    return 0;
}

static int close_world(void **state) {
    (void)state;
    world_fini(&world);
    arena_fini(&arena);
    return 0;
}

// The world keeps every event and mark: its numbers are counted from that record.
static void a_trial_is_the_run_that_a_backtest_is(void **state) {
    (void)state;
    struct trial trial;
    struct score_result result;
    uint64_t fills = 0;
    int128_t fees = 0;
    assert_ok(trial_init(&trial));
    assert_ok(trial_run(&trial, &config, world.strategies[0].params, NULL, 0, &result));
    world_run(&world);
    for (const struct event_header *event = NULL; (event = world_next(&world, event)) != NULL;) {
        if (event->kind != EVENT_ORDER_FILLED) continue;
        fills++;
        fees += ((const struct order_event *)(const void *)event)->fee;
    }
    assert_true(fills > 20);
    assert_int_equal(result.fills, fills);
    assert_true(result.fees.m == fees);
    assert_true(result.equity.m == world.result.equity.m);
    assert_true(result.trades > 5);
    trial_fini(&trial);
}

// What one run leaves in a thread's memory does not reach the next.
static void trials_one_after_the_other_are_the_same_as_alone(void **state) {
    (void)state;
    struct trial trial;
    struct score_result first, between, again;
    double params[PARAMS_MAX];
    memcpy(params, world.strategies[0].params, sizeof params);
    assert_ok(trial_init(&trial));
    assert_ok(trial_run(&trial, &config, params, NULL, 0, &first));
    params[0] = 50;
    assert_ok(trial_run(&trial, &config, params, NULL, 0, &between));
    params[0] = world.strategies[0].params[0];
    assert_ok(trial_run(&trial, &config, params, NULL, 0, &again));
    assert_memory_equal(&first, &again, sizeof first);
    assert_true(first.fills_hash != between.fills_hash);
    trial_fini(&trial);
}

static void parameters_that_contradict_each_other_are_an_error(void **state) {
    (void)state;
    struct trial trial;
    struct score_result result;
    double params[PARAMS_MAX];
    memcpy(params, world.strategies[0].params, sizeof params);
    params[1] = 10; // entry beyond stop
    assert_ok(trial_init(&trial));
    assert_int_equal(trial_run(&trial, &config, params, NULL, 0, &result), ERR_ARGUMENT);
    trial_fini(&trial);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trial_is_the_run_that_a_backtest_is),
        cmocka_unit_test(trials_one_after_the_other_are_the_same_as_alone),
        cmocka_unit_test(parameters_that_contradict_each_other_are_an_error),
    };
    return cmocka_run_group_tests(tests, open_world, close_world);
}
