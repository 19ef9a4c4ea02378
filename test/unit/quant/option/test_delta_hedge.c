// SPDX-License-Identifier: Apache-2.0
// Held against paths whose answer is known: a price that stands still, one that jumps once, and walks whose realised
// volatility is the one that was paid for, more, and less.
#include "quant/option/delta_hedge.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/math/sample.h"
#include "quant/option/option.h"

enum { BARS = 2000 };

static struct hedge_bar bars[BARS];

static const struct hedge_options plain = {.strike = 100, .rate = 0.01, .quantity = 1};

static void mark(struct hedge_bar *bar, double years, double spot, double vol) {
    struct option_terms terms = {
        .side = OPTION_CALL, .spot = spot, .strike = 100, .years = years, .rate = 0.01};
    *bar = (struct hedge_bar){.years = years, .spot = spot, .call = option_price(&terms, vol)};
    terms.side = OPTION_PUT;
    bar->put = option_price(&terms, vol);
}

// A quarter of a year of `count` bars at 20 % implied; the price walks with `vol`.
static void walk(size_t count, double vol, uint64_t seed) {
    struct prng prng;
    double spot = 100, step = 0.2 / (double)count;
    prng_seed(&prng, seed);
    for (size_t i = 0; i < count; i++) {
        mark(&bars[i], 0.25 - step * (double)i, spot, 0.2);
        spot *= exp(vol * sqrt(step) * sample_normal(&prng) - 0.5 * vol * vol * step);
    }
}

static double parts(const struct hedge_result *result) {
    return result->gamma + result->theta + result->vega + result->delta + result->rest +
           result->hedge_cost + result->spread_cost;
}

static void the_parts_add_up_to_what_legs_and_hedge_earned(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct hedge_options options = plain;
        struct hedge_result result;
        options.quantity = seed % 2 == 0 ? -3 : 2;
        options.band = seed % 3 == 0 ? 0.1 : 0;
        options.cost = 0.0002;
        options.spread = 0.05;
        walk(300, 0.1 * (double)(1 + seed % 4), seed);
        assert_true(delta_hedge(bars, 300, &options, &result));
        assert_true(fabs(parts(&result) - result.total) < 1e-9);
        double legs = bars[299].call + bars[299].put - bars[0].call - bars[0].put;
        assert_true(fabs(result.options - options.quantity * legs) < 1e-9);
        assert_true(result.hedge_cost < 0 && result.spread_cost < 0);
        assert_true(options.band > 0 || fabs(result.delta) < 1e-9); // hedged at every bar
    }
}

static void a_price_that_stands_still_costs_time_alone(void **state) {
    (void)state;
    struct hedge_result result;
    for (size_t i = 0; i < BARS; i++) mark(&bars[i], 0.25 - 1e-4 * (double)i, 100, 0.2);
    assert_true(delta_hedge(bars, BARS, &plain, &result));
    assert_true(result.gamma == 0 && result.delta == 0 && result.hedge == 0);
    assert_true(result.total < 0 && fabs(result.total - result.theta) < 1e-3 * fabs(result.theta));
    assert_true(fabs(result.vega) < 1e-9 && fabs(result.vol_first - 0.2) < 1e-9);
    assert_true(result.realised == 0 && result.unknown == 0);
}

static void a_change_of_volatility_alone_is_vega(void **state) {
    (void)state;
    struct hedge_result result;
    mark(&bars[0], 0.25, 100, 0.2);
    mark(&bars[1], 0.25 - 1e-9, 100, 0.201);
    assert_true(delta_hedge(bars, 2, &plain, &result));
    assert_true(result.vega > 0 && fabs(result.total - result.vega) < 1e-3 * result.vega);
    assert_true(fabs(result.vol_last - 0.201) < 1e-9);
}

static void a_small_jump_is_gamma_and_twice_the_jump_four_times_that(void **state) {
    (void)state;
    struct hedge_result one, two;
    mark(&bars[0], 0.25, 100, 0.2);
    mark(&bars[1], 0.25 - 1e-12, 100.1, 0.2);
    assert_true(delta_hedge(bars, 2, &plain, &one));
    mark(&bars[1], 0.25 - 1e-12, 100.2, 0.2);
    assert_true(delta_hedge(bars, 2, &plain, &two));
    assert_true(fabs(one.total - one.gamma) < 0.01 * one.gamma);
    assert_true(fabs(two.gamma / one.gamma - 4) < 1e-9);
}

// Bought at 20 %: over many paths nothing is earned where 20 % is realised, something at 30 %, and a loss at 10 %.
static void what_is_earned_goes_with_realised_less_implied(void **state) {
    (void)state;
    static const double vols[] = {0.1, 0.2, 0.3};
    double mean[3] = {0};
    for (int v = 0; v < 3; v++)
        for (uint64_t seed = 1; seed <= 200; seed++) {
            struct hedge_result result;
            walk(100, vols[v], seed);
            assert_true(delta_hedge(bars, 100, &plain, &result));
            mean[v] += result.total / 200;
        }
    assert_true(mean[0] < -2 && fabs(mean[1]) < 0.2 && mean[2] > 2);
}

static void what_cannot_be_hedged_is_refused(void **state) {
    (void)state;
    struct hedge_result result;
    walk(10, 0.2, 1);
    assert_false(delta_hedge(bars, 1, &plain, &result));
    bars[0].call = 0;
    assert_false(delta_hedge(bars, 10, &plain, &result));
    walk(10, 0.2, 1);
    bars[5].put = 0; // later: the last volatility is used, and counted
    assert_true(delta_hedge(bars, 10, &plain, &result));
    assert_int_equal(result.unknown, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_add_up_to_what_legs_and_hedge_earned),
        cmocka_unit_test(a_price_that_stands_still_costs_time_alone),
        cmocka_unit_test(a_change_of_volatility_alone_is_vega),
        cmocka_unit_test(a_small_jump_is_gamma_and_twice_the_jump_four_times_that),
        cmocka_unit_test(what_is_earned_goes_with_realised_less_implied),
        cmocka_unit_test(what_cannot_be_hedged_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
