// SPDX-License-Identifier: Apache-2.0
#include "quant/series/bootstrap.h"

#include <math.h>

#include "harness.h"
#include "quant/math/normal.h"
#include "quant/series/performance.h"
#include "series.h"

enum { ROWS = 240, DRAWS = 20000 };

static struct arena arena;
static double x[ROWS];

static int setup(void **state) {
    series_walk(x, ROWS, 6, 0.3);
    for (size_t i = 0; i < ROWS; i++) x[i] += 0.02;
    return arena_init(&arena, (size_t)8 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static double deviation_at(size_t i) {
    static double mean;
    if (i == 0) mean = performance_mean(x, ROWS);
    return x[i % ROWS] - mean;
}

// Politis and Romano (1994), lemma 1: the variance of the mean of a stationary bootstrap is known.
static double stationary_variance(double block) {
    double d[ROWS], sum = 0;
    for (size_t i = 0; i < ROWS; i++) d[i] = deviation_at(i);
    for (size_t k = 0; k < ROWS; k++) {
        double covariance = 0;
        for (size_t i = 0; i < ROWS; i++) covariance += d[i] * d[(i + k) % ROWS] / ROWS;
        double weight = (1 - (double)k / ROWS) * pow(1 - 1 / block, (double)k);
        sum += (k == 0 ? 1 : 2) * weight * covariance;
    }
    return sum / ROWS;
}

// Whole blocks are drawn alike and independently.
static double block_variance(size_t block, size_t starts) {
    double d[ROWS], sum = 0, squares = 0;
    for (size_t i = 0; i < ROWS; i++) d[i] = deviation_at(i);
    for (size_t start = 0; start < starts; start++) {
        double total = 0;
        for (size_t k = 0; k < block; k++) total += d[(start + k) % ROWS];
        sum += total / (double)starts;
        squares += total * total / (double)starts;
    }
    double blocks = (double)ROWS / (double)block;
    return blocks * (squares - sum * sum) / ((double)ROWS * ROWS);
}

static void errors_of_a_mean_equal_the_exact_ones(void **state) {
    static const double blocks[] = {1, 6, 20};
    for (size_t b = 0; b < 3; b++)
        for (size_t method = 0; method < 3; method++) {
            struct bootstrap_options options = {.method = (enum bootstrap_method)method,
                                                .block = blocks[b],
                                                .draws = DRAWS,
                                                .seed = 7,
                                                .level = 0.95};
            struct bootstrap_interval interval;
            assert_ok(bootstrap_mean(x, ROWS, &options, &arena, &interval));
            size_t block = (size_t)blocks[b];
            double exact = method == 0
                               ? stationary_variance(blocks[b])
                               : block_variance(block, method == 1 ? ROWS : ROWS - block + 1);
            // The deviation of 20000 draws is within 2.5 % of the true one in 5 errors.
            assert_true(fabs(interval.error / sqrt(exact) - 1) < 0.025);
            assert_true(fabs(interval.estimate - performance_mean(x, ROWS)) < 1e-16);
            assert_true(fabs(interval.high - interval.low - 2 * 1.96 * interval.error) <
                        0.2 * interval.error);
            if (method < 2) // around the end every row is drawn as often
                assert_true(fabs(interval.bias) < 5 * interval.error / sqrt(DRAWS));
        }
}

static void the_error_of_a_sharpe_ratio_of_independent_returns_is_los(void **state) {
    enum { LONG = 2000 };
    static double r[LONG];
    uint32_t seed = 9;
    for (size_t i = 0; i < LONG; i++) { // twelve uniforms are nearly normal
        r[i] = 0.05;
        for (size_t k = 0; k < 12; k++) r[i] += series_uniform(&seed);
    }
    struct bootstrap_options options = {.block = 1, .draws = 4000, .seed = 3, .level = 0.9};
    struct bootstrap_interval interval;
    assert_ok(bootstrap_sharpe(r, LONG, 252, 0.02, &options, &arena, &interval));
    double sharpe = performance_sharpe(r, LONG, 252, 0.02), daily = sharpe / sqrt(252);
    assert_true(fabs(interval.estimate - sharpe) < 1e-12);
    // Lo, Financial Analysts Journal 58(4), 2002: sqrt((1 + SR^2 / 2) / n).
    double lo = sqrt((1 + daily * daily / 2) / LONG) * sqrt(252);
    assert_true(fabs(interval.error / lo - 1) < 0.05);
    assert_true(fabs((interval.high - interval.low) / (2 * 1.645 * lo) - 1) < 0.06);
    assert_true(fabs(interval.below - normal_cdf(-sharpe / lo)) < 0.02);
}

static void stretches_go_on_and_are_as_long_as_asked(void **state) {
    static uint32_t rows[ROWS];
    struct prng prng;
    prng_seed(&prng, 1);
    double jumps = 0;
    for (size_t draw = 0; draw < 500; draw++) {
        bootstrap_rows(&prng, BOOTSTRAP_STATIONARY, 8, ROWS, rows);
        for (size_t i = 1; i < ROWS; i++) jumps += rows[i] != (rows[i - 1] + 1) % ROWS;
        bootstrap_rows(&prng, BOOTSTRAP_MOVING, 7, ROWS, rows);
        for (size_t i = 0; i < ROWS; i++) {
            assert_true(rows[i] < ROWS);
            if (i % 7 != 0) assert_true(rows[i] == rows[i - 1] + 1);
        }
        bootstrap_rows(&prng, BOOTSTRAP_CIRCULAR, 7, ROWS, rows);
        for (size_t i = 1; i < ROWS; i++)
            if (i % 7 != 0) assert_true(rows[i] == (rows[i - 1] + 1) % ROWS);
    }
    // A jump that happens to land on the next row is not seen: 1 in 240.
    double wanted = 500.0 * (ROWS - 1) / 8 * (1 - 1.0 / ROWS);
    assert_true(fabs(jumps - wanted) < 5 * sqrt(wanted));
}

// arch 8.0.0, optimal_block_length: stationary, circular. Its autocorrelations are scaled by the rows that
// take part, which does not change the window here.
static void block_lengths_equal_those_of_arch(void **state) {
    enum { LONG = 400 };
    static double series[LONG], scratch[LONG];
    static const double rho[] = {0.9, 0.3, 0};
    static const double wanted[][2] = {{27.113562255947233, 31.037280880739242},
                                       {5.994423692374062, 6.861902176559721},
                                       {2.815797651179063, 3.223283675452892}};
    for (size_t s = 0; s < 3; s++) {
        series_walk(series, LONG, 5 + (uint32_t)s, rho[s]);
        for (size_t m = 0; m < 2; m++) {
            double block = bootstrap_block(series, LONG, (enum bootstrap_method)m, scratch);
            if (!(fabs(block / wanted[s][m] - 1) < 1e-10))
                fail_msg("%zu %zu: %.17g, expected %.17g", s, m, block, wanted[s][m]);
        }
    }
    assert_true(isnan(bootstrap_block(series, 7, BOOTSTRAP_STATIONARY, scratch)));
}

static void the_same_seed_gives_the_same_bits(void **state) {
    struct bootstrap_options options = {.draws = 100, .seed = 1, .level = 0.95};
    struct bootstrap_interval one, two, other;
    assert_ok(bootstrap_mean(x, ROWS, &options, &arena, &one));
    assert_ok(bootstrap_mean(x, ROWS, &options, &arena, &two));
    options.seed = 2;
    assert_ok(bootstrap_mean(x, ROWS, &options, &arena, &other));
    assert_memory_equal(&one, &two, sizeof one);
    assert_true(one.low != other.low && one.block == other.block && one.block > 1);
}

static void what_cannot_be_resampled_is_told(void **state) {
    static const double flat[ROWS];
    struct bootstrap_options options = {.draws = 10, .level = 0.95};
    struct bootstrap_interval interval;
    assert_int_equal(bootstrap_mean(flat, ROWS, &options, &arena, &interval), ERR_ARGUMENT);
    assert_string_equal(err_story(), "the 240 values are all equal, or too large to be squared");
    assert_int_equal(bootstrap_sharpe(x, 7, 252, 0, &options, &arena, &interval), ERR_ARGUMENT);
    options.block = 1000;
    assert_int_equal(bootstrap_mean(x, ROWS, &options, &arena, &interval), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(errors_of_a_mean_equal_the_exact_ones, setup, teardown),
        cmocka_unit_test_setup_teardown(the_error_of_a_sharpe_ratio_of_independent_returns_is_los,
                                        setup, teardown),
        cmocka_unit_test(stretches_go_on_and_are_as_long_as_asked),
        cmocka_unit_test(block_lengths_equal_those_of_arch),
        cmocka_unit_test_setup_teardown(the_same_seed_gives_the_same_bits, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_resampled_is_told, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
