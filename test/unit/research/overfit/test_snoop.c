// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "base/prng.h"
#include "research/overfit/snoop.h"

enum { DAYS = 250, TRIALS = 12, SEARCHES = 60, SEARCH_TRIALS = 24 };

static struct arena arena;

static int open_arena(void **state) {
    (void)state;
    return arena_init(&arena, (size_t)1 << 28);
}

static int close_arena(void **state) {
    (void)state;
    arena_fini(&arena);
    return 0;
}

static struct returns make_returns(uint64_t runs, uint64_t days) {
    struct returns returns = {arena_alloc(&arena, returns_size(runs, days), 64), runs, days};
    assert_non_null(returns.tiles);
    return returns;
}

static void put(struct returns *returns, uint64_t run, uint64_t day, double value) {
    returns_tile(returns, run)[day * RETURNS_TILE + run % RETURNS_TILE] = value;
}

// Columns that NumPy makes too, of different scales; two of them with a drift.
static struct returns known_returns(void) {
    struct returns returns = make_returns(TRIALS, DAYS);
    for (int t = 0; t < DAYS; t++)
        for (int k = 0; k < TRIALS; k++) {
            double x = sin(1.7 * t * (k + 1) + 0.3 * k) + 0.5 * cos(0.11 * t * t + k) +
                       0.25 * sin(0.05 * t + k);
            x += 0.12 * (k == 3) - 0.25 * (k == 7);
            put(&returns, (uint64_t)k, (uint64_t)t, 0.01 * x * (1 + 0.4 * k));
        }
    return returns;
}

static void assert_about(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%.17g is not %.17g", got, want);
}

static void where_every_trial_loses_there_is_no_evidence(void **state) {
    (void)state;
    struct snoop snoop;
    struct returns returns = make_returns(4, DAYS);
    for (int t = 0; t < DAYS; t++)
        for (int k = 0; k < 4; k++)
            put(&returns, (uint64_t)k, (uint64_t)t,
                0.01 * sin(1.7 * t * (k + 1)) - 0.003 * (k + 1));
    struct snoop_config config = {.returns = &returns, .block = 5, .draws = 400, .seed = 9};
    assert_ok(snoop_of(&config, &arena, &snoop));
    assert_true(snoop.spa == 1 && snoop.spa_lower == 1 && snoop.spa_upper == 1);
    assert_true(snoop.reality > 0.9);
}

// 20,000 draws of the Python package arch 8.0.0 give 0.676 for the reality check (its SPA does not studentize); those
// of a restatement of Hansen's equations in NumPy 0.676, and for SPA 0.373, 0.419 and 0.438. Draws differ: to three
// standard errors.
static void reality_check_and_spa_are_those_of_others(void **state) {
    (void)state;
    struct snoop snoop;
    struct returns returns = known_returns();
    struct snoop_config config = {.returns = &returns, .block = 5, .draws = 4000, .seed = 9};
    assert_ok(snoop_of(&config, &arena, &snoop));
    assert_int_equal(snoop.trials, TRIALS);
    assert_about(snoop.reality, 0.676, 0.025);
    assert_about(snoop.spa_lower, 0.373, 0.025);
    assert_about(snoop.spa, 0.419, 0.025);
    assert_about(snoop.spa_upper, 0.438, 0.025);
    assert_true(snoop.spa_lower <= snoop.spa && snoop.spa <= snoop.spa_upper);
    arena_rewind(&arena, 0);
}

static double normal(struct prng *prng) {
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += prng_double(prng);
    return sum;
}

// Of how many searches the best trial is taken for more than luck; trial 5 has an edge.
static void search(double edge, int *ret_spa, int *ret_reality) {
    struct prng prng;
    prng_seed(&prng, 5);
    *ret_spa = *ret_reality = 0;
    for (int s = 0; s < SEARCHES; s++) {
        struct returns returns = make_returns(SEARCH_TRIALS, DAYS);
        for (uint64_t run = 0; run < SEARCH_TRIALS; run++)
            for (uint64_t day = 0; day < DAYS; day++)
                put(&returns, run, day, 0.01 * (normal(&prng) + (run == 5 ? edge : 0)));
        struct snoop_config config = {
            .returns = &returns, .block = 3, .draws = 200, .seed = (uint64_t)s};
        struct snoop snoop;
        assert_ok(snoop_of(&config, &arena, &snoop));
        *ret_spa += snoop.spa < 0.05;
        *ret_reality += snoop.reality < 0.05;
        arena_rewind(&arena, 0);
    }
}

static void a_search_in_noise_is_flagged_and_a_planted_edge_is_found(void **state) {
    (void)state;
    int spa, reality;
    search(0, &spa, &reality);
    // At a level of 5 % three of sixty are expected; more than eight have a chance of 1 in 250.
    assert_true(spa <= 8 && reality <= 8);
    search(0.35, &spa, &reality);
    assert_true(spa >= 57 && reality >= 57);
}

static void trials_that_do_nothing_take_no_part(void **state) {
    (void)state;
    struct returns returns = known_returns(), wider = make_returns(TRIALS + 9, DAYS);
    struct snoop_config config = {.returns = &returns, .block = 5, .draws = 400, .seed = 2};
    struct snoop snoop, again;
    assert_ok(snoop_of(&config, &arena, &snoop));
    for (uint64_t run = 0; run < TRIALS; run++)
        for (uint64_t day = 0; day < DAYS; day++)
            put(&wider, run + 9, day, returns_get(&returns, run, day));
    config.returns = &wider;
    assert_ok(snoop_of(&config, &arena, &again));
    assert_int_equal(again.trials, TRIALS);
    assert_true(again.spa == snoop.spa && again.reality == snoop.reality);
    struct returns idle = make_returns(3, DAYS);
    config.returns = &idle;
    assert_int_equal(snoop_of(&config, &arena, &snoop), ERR_ARGUMENT);
    arena_rewind(&arena, 0);
}

static void too_few_days_are_told(void **state) {
    (void)state;
    struct snoop snoop;
    struct returns returns = make_returns(4, 19);
    struct snoop_config config = {.returns = &returns, .block = 5, .draws = 400, .seed = 2};
    assert_int_equal(snoop_of(&config, &arena, &snoop), ERR_ARGUMENT);
    arena_rewind(&arena, 0);
}

static void excess_over_a_benchmark_is_what_is_tested(void **state) {
    (void)state;
    double benchmark[DAYS];
    struct snoop snoop;
    struct returns returns = known_returns();
    for (uint64_t day = 0; day < DAYS; day++) benchmark[day] = returns_get(&returns, 3, day);
    struct snoop_config config = {
        .returns = &returns, .benchmark = benchmark, .block = 5, .draws = 400, .seed = 2};
    assert_ok(snoop_of(&config, &arena, &snoop));
    assert_int_equal(snoop.trials, TRIALS - 1); // the one that is the benchmark does not vary
    arena_rewind(&arena, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_every_trial_loses_there_is_no_evidence),
        cmocka_unit_test(reality_check_and_spa_are_those_of_others),
        cmocka_unit_test(a_search_in_noise_is_flagged_and_a_planted_edge_is_found),
        cmocka_unit_test(trials_that_do_nothing_take_no_part),
        cmocka_unit_test(too_few_days_are_told),
        cmocka_unit_test(excess_over_a_benchmark_is_what_is_tested),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
