// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>
#include <stdlib.h>

#include "research/overfit/redraw.h"

enum { COUNT = 60, PATHS = 400 };

static struct arena arena;
static double returns[COUNT];
static double scratch[4 * 1024];

static int open_arena(void **state) {
    (void)state;
    struct prng prng;
    prng_seed(&prng, 1);
    for (int i = 0; i < COUNT; i++) returns[i] = 0.04 * (prng_double(&prng) - 0.45);
    return arena_init(&arena, (size_t)1 << 26);
}

static int close_arena(void **state) {
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void assert_about(double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance)) fail_msg("%.17g is not %.17g", got, want);
}

static struct redraw draw(enum redraw_method method, size_t length, double block) {
    struct redraw redraw;
    struct redraw_config config = {.method = method,
                                   .returns = returns,
                                   .count = COUNT,
                                   .length = length,
                                   .block = block,
                                   .paths = PATHS,
                                   .seed = 3};
    assert_ok(redraw_init(&redraw, &arena, &config));
    assert_true(redraw_scratch(&redraw) <= sizeof scratch / sizeof *scratch);
    redraw_run(&redraw, 0, PATHS, scratch);
    return redraw;
}

static double product_of(const double *values, size_t count) {
    double wealth = 1;
    for (size_t i = 0; i < count; i++) wealth *= 1 + values[i];
    return wealth;
}

static void another_order_ends_where_the_run_ended(void **state) {
    (void)state;
    struct redraw redraw = draw(REDRAW_SHUFFLE, COUNT, 0);
    double least = 0, most = -1;
    for (int i = 0; i < PATHS; i++) {
        assert_about(redraw.finals[i], product_of(returns, COUNT), 1e-12);
        assert_true(redraw.points[i] == 1);
        assert_true(redraw.points[REDRAW_POINTS * PATHS + i] == redraw.finals[i]);
        least = fmin(least, redraw.drawdowns[i]);
        most = fmax(most, redraw.drawdowns[i]);
    }
    assert_true(least < most && most < 0);
    arena_rewind(&arena, 0);
}

// Blocks as long as the series from a random place on, around the end: each path is a rotation of it, and its
// drawdown is worked out here from that.
static void a_whole_series_as_a_block_is_a_rotation(void **state) {
    (void)state;
    struct redraw redraw = draw(REDRAW_BLOCKS, COUNT, 1e12);
    for (int path = 0; path < PATHS; path++) {
        bool found = false;
        for (int from = 0; from < COUNT && !found; from++) {
            double wealth = 1, peak = 1, worst = 0, middle = 0;
            for (int i = 0; i < COUNT; i++) {
                wealth *= 1 + returns[(from + i) % COUNT];
                peak = fmax(peak, wealth);
                worst = fmin(worst, wealth / peak - 1);
                if (i + 1 == 6) middle = wealth; // a tenth of the way: point 5 of 50
            }
            found = redraw.finals[path] == wealth && redraw.drawdowns[path] == worst &&
                    redraw.points[5 * PATHS + path] == middle;
        }
        assert_true(found);
    }
    arena_rewind(&arena, 0);
}

static void draws_have_the_mean_of_what_they_are_drawn_from(void **state) {
    (void)state;
    double mean = 0;
    for (int i = 0; i < COUNT; i++) mean += returns[i] / COUNT;
    struct redraw_spread spread;
    for (int m = 0; m < 2; m++) {
        struct redraw redraw = draw(m == 0 ? REDRAW_BOOTSTRAP : REDRAW_BLOCKS, 200, 4);
        redraw_spread_of(&redraw, scratch, &spread);
        // The deviation of the end is about 0.012 sqrt(200) = 17 %; of the mean of 400 ends under 1 %, twice that in
        // blocks.
        assert_about(spread.mean / pow(1 + mean, 200), 1, 0.06);
        assert_true(spread.finals[0] < spread.finals[3] && spread.finals[3] < spread.finals[6]);
        assert_true(spread.drawdowns[0] < spread.drawdowns[6] && spread.drawdowns[6] <= 0);
        assert_about(spread.bands[REDRAW_POINTS][3], spread.finals[3], 0);
        arena_rewind(&arena, 0);
    }
}

static void garch_paths_have_the_variance_of_the_model(void **state) {
    (void)state;
    struct redraw redraw;
    struct redraw_config config = {.method = REDRAW_GARCH,
                                   .returns = returns,
                                   .count = COUNT,
                                   .length = 100,
                                   .spec = {GARCH_PLAIN, GARCH_NORMAL, GARCH_MEAN_E2},
                                   .params = {0.001, 1e-6, 0.05, 0, 0.9, 0},
                                   .first = 2e-5,
                                   .paths = PATHS,
                                   .seed = 3};
    double sum = 0, squares = 0;
    assert_ok(redraw_init(&redraw, &arena, &config));
    redraw_run(&redraw, 0, PATHS, scratch);
    for (int i = 0; i < PATHS; i++) {
        double log_growth = log(redraw.finals[i]);
        sum += log_growth;
        squares += log_growth * log_growth;
    }
    double mean = sum / PATHS, variance = squares / PATHS - mean * mean;
    // Mean 100 (mu - h / 2), variance 100 h with h = omega / (1 - 0.95) = 2e-5; errors of a mean and a variance of 400.
    assert_about(mean, 100 * (0.001 - 1e-5), 3 * sqrt(2e-3 / PATHS));
    assert_about(variance / 2e-3, 1, 3 * sqrt(2.0 / PATHS) + 0.05);
    arena_rewind(&arena, 0);
}

static void paths_are_the_same_whoever_makes_them(void **state) {
    (void)state;
    for (enum redraw_method method = 0; method < REDRAW_GARCH; method++) {
        struct redraw one = draw(method, COUNT, 5), many = draw(method, COUNT, 5);
        memset(many.finals, 0, PATHS * sizeof(double));
        for (size_t from = PATHS; from >= 50; from -= 50) redraw_run(&many, from - 50, 50, scratch);
        assert_memory_equal(one.finals, many.finals, PATHS * sizeof(double));
        assert_memory_equal(one.points, many.points, (REDRAW_POINTS + 1) * PATHS * sizeof(double));
        arena_rewind(&arena, 0);
    }
}

static void a_ruin_stays_a_ruin(void **state) {
    (void)state;
    static const double ruinous[3] = {0.5, -1.5, 0.5};
    struct redraw redraw;
    struct redraw_config config = {.method = REDRAW_SHUFFLE,
                                   .returns = ruinous,
                                   .count = 3,
                                   .length = 3,
                                   .paths = PATHS,
                                   .seed = 3};
    assert_ok(redraw_init(&redraw, &arena, &config));
    redraw_run(&redraw, 0, PATHS, scratch);
    for (int i = 0; i < PATHS; i++) assert_true(redraw.finals[i] == 0 && redraw.drawdowns[i] == -1);
    arena_rewind(&arena, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_order_ends_where_the_run_ended),
        cmocka_unit_test(a_whole_series_as_a_block_is_a_rotation),
        cmocka_unit_test(draws_have_the_mean_of_what_they_are_drawn_from),
        cmocka_unit_test(garch_paths_have_the_variance_of_the_model),
        cmocka_unit_test(paths_are_the_same_whoever_makes_them),
        cmocka_unit_test(a_ruin_stays_a_ruin),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
