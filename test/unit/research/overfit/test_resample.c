// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>
#include <stdlib.h>

#include "research/overfit/entries.h"
#include "research/overfit/neighbours.h"
#include "research/overfit/resample.h"

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

static struct resample draw(enum resample_method method, size_t length, double block) {
    struct resample resample;
    struct resample_config config = {.method = method,
                                     .returns = returns,
                                     .count = COUNT,
                                     .length = length,
                                     .block = block,
                                     .paths = PATHS,
                                     .seed = 3};
    assert_ok(resample_init(&resample, &arena, &config));
    assert_true(resample_scratch(&resample) <= sizeof scratch / sizeof *scratch);
    resample_run(&resample, 0, PATHS, scratch);
    return resample;
}

static double product_of(const double *values, size_t count) {
    double wealth = 1;
    for (size_t i = 0; i < count; i++) wealth *= 1 + values[i];
    return wealth;
}

static void another_order_ends_where_the_run_ended(void **state) {
    (void)state;
    struct resample resample = draw(RESAMPLE_SHUFFLE, COUNT, 0);
    double least = 0, most = -1;
    for (int i = 0; i < PATHS; i++) {
        assert_about(resample.finals[i], product_of(returns, COUNT), 1e-12);
        assert_true(resample.points[i] == 1);
        assert_true(resample.points[RESAMPLE_POINTS * PATHS + i] == resample.finals[i]);
        least = fmin(least, resample.drawdowns[i]);
        most = fmax(most, resample.drawdowns[i]);
    }
    assert_true(least < most && most < 0);
    arena_rewind(&arena, 0);
}

// Blocks as long as the series from a random place on, around the end: each path is a rotation of it, and its drawdown is
// worked out here from that.
static void a_whole_series_as_a_block_is_a_rotation(void **state) {
    (void)state;
    struct resample resample = draw(RESAMPLE_BLOCKS, COUNT, 1e12);
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
            found = resample.finals[path] == wealth && resample.drawdowns[path] == worst &&
                    resample.points[5 * PATHS + path] == middle;
        }
        assert_true(found);
    }
    arena_rewind(&arena, 0);
}

static void draws_have_the_mean_of_what_they_are_drawn_from(void **state) {
    (void)state;
    double mean = 0;
    for (int i = 0; i < COUNT; i++) mean += returns[i] / COUNT;
    struct resample_spread spread;
    for (int m = 0; m < 2; m++) {
        struct resample resample = draw(m == 0 ? RESAMPLE_BOOTSTRAP : RESAMPLE_BLOCKS, 200, 4);
        resample_spread_of(&resample, scratch, &spread);
        // The deviation of the end is about 0.012 sqrt(200) = 17 %; of the mean of 400 ends under 1 %, twice that in blocks.
        assert_about(spread.mean / pow(1 + mean, 200), 1, 0.06);
        assert_true(spread.finals[0] < spread.finals[3] && spread.finals[3] < spread.finals[6]);
        assert_true(spread.drawdowns[0] < spread.drawdowns[6] && spread.drawdowns[6] <= 0);
        assert_about(spread.bands[RESAMPLE_POINTS][3], spread.finals[3], 0);
        arena_rewind(&arena, 0);
    }
}

static void garch_paths_have_the_variance_of_the_model(void **state) {
    (void)state;
    struct resample resample;
    struct resample_config config = {.method = RESAMPLE_GARCH,
                                     .returns = returns,
                                     .count = COUNT,
                                     .length = 100,
                                     .spec = {GARCH_PLAIN, GARCH_NORMAL, GARCH_MEAN_E2},
                                     .params = {0.001, 1e-6, 0.05, 0, 0.9, 0},
                                     .first = 2e-5,
                                     .paths = PATHS,
                                     .seed = 3};
    double sum = 0, squares = 0;
    assert_ok(resample_init(&resample, &arena, &config));
    resample_run(&resample, 0, PATHS, scratch);
    for (int i = 0; i < PATHS; i++) {
        double log_growth = log(resample.finals[i]);
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
    for (enum resample_method method = 0; method < RESAMPLE_GARCH; method++) {
        struct resample one = draw(method, COUNT, 5), many = draw(method, COUNT, 5);
        memset(many.finals, 0, PATHS * sizeof(double));
        for (size_t from = PATHS; from >= 50; from -= 50)
            resample_run(&many, from - 50, 50, scratch);
        assert_memory_equal(one.finals, many.finals, PATHS * sizeof(double));
        assert_memory_equal(one.points, many.points,
                            (RESAMPLE_POINTS + 1) * PATHS * sizeof(double));
        arena_rewind(&arena, 0);
    }
}

static void a_ruin_stays_a_ruin(void **state) {
    (void)state;
    static const double ruinous[3] = {0.5, -1.5, 0.5};
    struct resample resample;
    struct resample_config config = {.method = RESAMPLE_SHUFFLE,
                                     .returns = ruinous,
                                     .count = 3,
                                     .length = 3,
                                     .paths = PATHS,
                                     .seed = 3};
    assert_ok(resample_init(&resample, &arena, &config));
    resample_run(&resample, 0, PATHS, scratch);
    for (int i = 0; i < PATHS; i++)
        assert_true(resample.finals[i] == 0 && resample.drawdowns[i] == -1);
    arena_rewind(&arena, 0);
}

// One trade of one bar over twelve: each of the eleven places is as likely.
static void one_trade_is_held_against_every_place(void **state) {
    (void)state;
    static const double opens[12] = {10, 11, 10, 12, 13, 12, 15, 14, 16, 18, 17, 19};
    static const struct entries_trade trades[1] = {{.from = 5, .to = 6, .side = 1}};
    struct entries entries;
    double mean = 0;
    int better = 0;
    for (int i = 0; i < 11; i++) {
        mean += log(opens[i + 1] / opens[i]) / 11;
        better += opens[i + 1] / opens[i] >= 15.0 / 12;
    }
    assert_int_equal(better, 1);
    struct entries_config config = {
        .opens = opens, .bars = 12, .trades = trades, .count = 1, .draws = 20000, .seed = 4};
    assert_ok(entries_of(&config, &arena, &entries));
    assert_about(entries.own, log(1.25), 1e-15);
    assert_about(entries.mean, mean, 0.003);
    assert_about(entries.p, 1.0 / 11, 0.007); // three standard errors
    config.cost = 0.01;
    assert_ok(entries_of(&config, &arena, &entries));
    assert_about(entries.own, log(1.25) + 2 * log(0.99), 1e-15);
    assert_about(entries.p, 1.0 / 11, 0.007);
}

static void entries_that_know_are_told_from_those_that_are_lucky(void **state) {
    (void)state;
    enum { BARS = 600, TRADES = 20 };
    struct prng prng;
    double opens[BARS], sum = 0;
    int low = 0;
    prng_seed(&prng, 8);
    for (int world = 0; world < 100; world++) {
        struct entries_trade blind[TRADES], knowing[TRADES];
        double price = 100;
        for (int i = 0; i < BARS; i++) {
            opens[i] = price;
            price *= 1 + 0.02 * (prng_double(&prng) - 0.4); // it rises
        }
        for (uint32_t k = 0; k < TRADES; k++) {
            uint32_t from = 30 * k + (uint32_t)prng_below(&prng, 24);
            blind[k] = (struct entries_trade){.from = from, .to = from + 5, .side = 1};
            knowing[k] = (struct entries_trade){.from = 30 * k, .to = 30 * k + 5, .side = 1};
            for (uint32_t at = 30 * k; at < 30 * k + 24; at++)
                if (opens[at + 5] / opens[at] > opens[knowing[k].to] / opens[knowing[k].from])
                    knowing[k] = (struct entries_trade){.from = at, .to = at + 5, .side = 1};
        }
        struct entries entries;
        struct entries_config config = {.opens = opens,
                                        .bars = BARS,
                                        .trades = blind,
                                        .count = TRADES,
                                        .draws = 100,
                                        .seed = (uint64_t)world};
        assert_ok(entries_of(&config, &arena, &entries));
        sum += entries.p;
        low += entries.p < 0.05;
        config.trades = knowing;
        assert_ok(entries_of(&config, &arena, &entries));
        assert_true(entries.p < 0.02);
    }
    assert_about(sum / 100, 0.5, 0.1); // a p of no skill is uniform
    assert_true(low <= 13);
}

static void neighbours_are_those_that_were_tried_next_to_it(void **state) {
    (void)state;
    static const struct param table[] = {
        {.name = "a", .type = PARAM_INT, .unit = "", .min = 0, .max = 100, .help = ""},
        {.name = "b", .type = PARAM_INT, .unit = "", .min = 0, .max = 100, .help = ""}};
    const double base[PARAMS_MAX] = {0};
    struct space space;
    struct neighbours neighbours;
    struct neighbourhood near;
    space_init(&space, table, 2, base);
    assert_ok(space_add(&space, &arena, "a=0:4"));
    assert_ok(space_add(&space, &arena, "b=0:4"));
    // A plain of ones with a peak of nine in a corner; one point was not tried, one has no value.
    uint64_t points[24], count = 0;
    double values[24], mean;
    for (uint64_t point = 0; point < 25; point++) {
        if (point == 1) continue; // a 0, b 1
        points[count] = point;
        values[count++] = point == 0 ? 9 : point == 5 ? NAN : point == 6 ? -2 : 1;
    }
    assert_ok(neighbours_init(&neighbours, &arena, &space, points, values, count));
    neighbours_of(&neighbours, 0, 1,
                  &near); // of (0, 0): (0, 1) was not tried, (1, 0) NaN, (1, 1) -2
    assert_int_equal(near.count, 2);
    assert_int_equal(near.lost, 2);
    assert_true(near.own == 9 && near.mean == -2 && near.worst == -2 && near.median == -2);
    neighbours_of(&neighbours, 11, 1, &near); // (2, 2): eight around it
    assert_int_equal(near.count, 8);
    assert_int_equal(near.lost, 1);
    assert_true(near.median == 1 && near.worst == -2 && near.mean == 5.0 / 8);
    neighbours_of(&neighbours, 11, -1, &near);
    assert_true(near.worst == 1);
    uint64_t best = neighbours_best(&neighbours, 1, &mean);
    assert_true(mean == 1 && values[best] == 1); // somewhere in the plain, not the peak
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
        cmocka_unit_test(one_trade_is_held_against_every_place),
        cmocka_unit_test(entries_that_know_are_told_from_those_that_are_lucky),
        cmocka_unit_test(neighbours_are_those_that_were_tried_next_to_it),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
