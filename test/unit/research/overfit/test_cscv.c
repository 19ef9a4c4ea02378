// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "base/prng.h"
#include "research/overfit/cscv.h"

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

// The definitions restated in NumPy, block by block and split by split.
static void overfitting_is_that_of_a_restatement_in_numpy(void **state) {
    (void)state;
    struct cscv cscv;
    struct returns returns = known_returns();
    assert_ok(cscv_of(&returns, 8, 252, &arena, &cscv));
    assert_int_equal(cscv.splits, 70);
    assert_about(cscv.pbo, 37.0 / 70, 1e-15);
    assert_about(cscv.loss, 37.0 / 70, 1e-15);
    assert_about(cscv.slope, -0.4363880442485824, 1e-9);
    assert_about(cscv.in_sharpe, 2.8503877826331623, 1e-11);
    assert_about(cscv.out_sharpe, -0.23684812037654224, 1e-11);
    arena_rewind(&arena, 0);
}

static double normal(struct prng *prng) {
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += prng_double(prng);
    return sum;
}

// How likely overfitting is said to be, on average over searches in which the trial 5 has an edge.
static double search(double edge, int *ret_flagged) {
    struct prng prng;
    double sum = 0;
    prng_seed(&prng, 5);
    *ret_flagged = 0;
    for (int s = 0; s < SEARCHES; s++) {
        struct returns returns = make_returns(SEARCH_TRIALS, DAYS);
        struct cscv cscv;
        for (uint64_t run = 0; run < SEARCH_TRIALS; run++)
            for (uint64_t day = 0; day < DAYS; day++)
                put(&returns, run, day, 0.01 * (normal(&prng) + (run == 5 ? edge : 0)));
        assert_ok(cscv_of(&returns, 8, 252, &arena, &cscv));
        *ret_flagged += cscv.pbo >= 0.05;
        sum += cscv.pbo;
        arena_rewind(&arena, 0);
    }
    return sum / SEARCHES;
}

static void a_search_in_noise_is_flagged_and_a_planted_edge_is_found(void **state) {
    (void)state;
    int flagged;
    double noise = search(0, &flagged);
    assert_true(noise > 0.35 && noise < 0.65);
    assert_true(flagged >= SEARCHES * 95 / 100);
    assert_true(search(0.35, &flagged) < 0.05);
}

static void trials_that_do_nothing_are_in_the_middle(void **state) {
    (void)state;
    struct returns idle = make_returns(3, DAYS);
    struct cscv cscv;
    assert_ok(cscv_of(&idle, 8, 252, &arena, &cscv));
    assert_true(cscv.pbo == 1 && cscv.loss == 0);
    arena_rewind(&arena, 0);
}

static void too_few_days_are_told_and_few_make_fewer_blocks(void **state) {
    (void)state;
    struct cscv cscv;
    struct returns returns = make_returns(4, 21), one = make_returns(1, 100);
    for (uint64_t day = 0; day < 21; day++) put(&returns, 1, day, day % 2 ? 0.1 : -0.05);
    assert_ok(cscv_of(&returns, 16, 252, &arena, &cscv));
    assert_int_equal(cscv.blocks, 10);
    returns.days = 7;
    assert_int_equal(cscv_of(&returns, 16, 252, &arena, &cscv), ERR_ARGUMENT);
    assert_int_equal(cscv_of(&one, 16, 252, &arena, &cscv), ERR_ARGUMENT);
    arena_rewind(&arena, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overfitting_is_that_of_a_restatement_in_numpy),
        cmocka_unit_test(a_search_in_noise_is_flagged_and_a_planted_edge_is_found),
        cmocka_unit_test(trials_that_do_nothing_are_in_the_middle),
        cmocka_unit_test(too_few_days_are_told_and_few_make_fewer_blocks),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
