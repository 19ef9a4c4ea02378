// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "base/prng.h"
#include "research/overfit/entries.h"

static struct arena arena;

static int open_arena(void **state) {
    (void)state;
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_trade_is_held_against_every_place),
        cmocka_unit_test(entries_that_know_are_told_from_those_that_are_lucky),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
