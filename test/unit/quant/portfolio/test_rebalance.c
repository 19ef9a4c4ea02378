// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/rebalance.h"

#include <math.h>

#include "base/prng.h"
#include "stocks.h"

enum { FEW = 5 };

static struct arena arena;
static double trade[FEW], value[FEW];
static struct rebalance_result result = {.trade = trade, .value = value};

static int setup(void **state) {
    return arena_init(&arena, (size_t)1 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static void weights_within_their_bands_are_left_alone(void **state) {
    // 5/25: 60 +- 5, 30 +- 5, 10 +- 2.5.
    static const double target[] = {0.6, 0.3, 0.1};
    double held[] = {64, 28, 8};
    struct rebalance call = {
        .count = 3, .held = held, .target = target, .band_absolute = 0.05, .band_relative = 0.25};
    assert_ok(rebalance(&call, &arena, &result));
    assert_int_equal(result.outside, 0);
    assert_true(trade[0] == 0 && trade[1] == 0 && trade[2] == 0 && result.turnover == 0);
    // 7 of 100 is below 7.5; 66 of 100 above 65 by more.
    held[0] = 66;
    held[1] = 27;
    held[2] = 7;
    assert_ok(rebalance(&call, &arena, &result));
    assert_int_equal(result.outside, 2);
    assert_int_equal(result.furthest, 0);
    near(result.furthest_by, 0.01, 1e-15);
    near(trade[0], -6, 1e-12);
    near(trade[1], 3, 1e-12);
    near(trade[2], 3, 1e-12);
    near(result.turnover, 0.12, 1e-14);
    // To the edges 65 and 7.5 there is 0.5 left, which goes to the one that is below its target.
    call.to = REBALANCE_EDGE;
    assert_ok(rebalance(&call, &arena, &result));
    near(trade[0], -1, 1e-12);
    near(trade[1], 0.5 * 3 / 5.5, 1e-12);
    near(trade[2], 0.5 + 0.5 * 2.5 / 5.5, 1e-12);
}

static void costs_are_paid_from_what_is_rebalanced(void **state) {
    // 80 and 20 to halves at 1 %: s / 2 each and 1 % of 80 - s / 2 + s / 2 - 20 = 60: 0.6.
    static const double target[] = {0.5, 0.5}, cost[] = {0.01, 0.01}, held[] = {80, 20};
    struct rebalance call = {.count = 2, .held = held, .target = target, .cost = cost};
    assert_ok(rebalance(&call, &arena, &result));
    near(result.costs, 0.6, 1e-13);
    near(value[0], 49.7, 1e-13);
    near(value[1], 49.7, 1e-13);
    near(result.cash, 0, 1e-13);
    call.fee = 2;
    assert_ok(rebalance(&call, &arena, &result));
    near(result.costs, 4.6, 1e-13);
    near(value[0] + value[1], 95.4, 1e-12);
    call.fee = 60;
    assert_int_equal(rebalance(&call, &arena, &result), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "eat what would be left"));
}

static void cash_beyond_its_target_is_invested(void **state) {
    static const double target[] = {0.5, 0.4}, held[] = {50, 40};
    struct rebalance call = {
        .count = 2, .held = held, .cash = 30, .target = target, .band_absolute = 0.1};
    call.band_relative = INFINITY;
    assert_ok(rebalance(&call, &arena, &result));
    assert_int_equal(result.outside, 1);
    assert_int_equal(result.furthest, 2);
    near(trade[0], 10, 1e-12);
    near(trade[1], 8, 1e-12);
    near(result.cash, 12, 1e-12);
    // To the edge of 0.2: 24 are left.
    call.to = REBALANCE_EDGE;
    assert_ok(rebalance(&call, &arena, &result));
    near(result.cash, 24, 1e-12);
    near(trade[0] + trade[1], 6, 1e-12);
}

// Whatever is held: nothing is lost but costs, no weight passes its target, every band is kept up to what costs
// move, and weights afterwards are the wanted ones.
static void random_portfolios_keep_their_accounts(void **state) {
    struct prng prng;
    prng_seed(&prng, 17);
    for (size_t round = 0; round < 2000; round++) {
        double held[FEW], target[FEW], cost[FEW], sum = 0, total = 0;
        for (size_t i = 0; i < FEW; i++) {
            held[i] = round % 5 == i ? 0 : 1000 * prng_double(&prng);
            sum += target[i] = prng_double(&prng);
            cost[i] = 0.01 * prng_double(&prng);
        }
        for (size_t i = 0; i < FEW; i++) target[i] *= (round % 2 == 0 ? 1 : 0.8) / sum;
        struct rebalance call = {.count = FEW,
                                 .held = held,
                                 .cash = round % 3 == 0 ? 0 : 300 * prng_double(&prng),
                                 .target = target,
                                 .band_absolute = 0.06 * prng_double(&prng),
                                 .band_relative = prng_double(&prng),
                                 .to = round % 4 < 2 ? REBALANCE_TARGET : REBALANCE_EDGE,
                                 .cost = cost,
                                 .fee = 0.1};
        assert_ok(rebalance(&call, &arena, &result));
        double paid = 0;
        for (size_t i = 0; i < FEW; i++) {
            total += value[i];
            near(value[i] - held[i], trade[i], 1e-9);
            paid += cost[i] * fabs(trade[i]) + (trade[i] != 0 ? 0.1 : 0);
        }
        near(total + result.cash + result.costs, result.total, 1e-9);
        near(paid, result.costs, 1e-9);
        assert_true(result.cash >= 0);
        if (result.outside == 0) continue;
        double left = total + result.cash, slack = 2 * result.costs / result.total + 1e-12;
        for (size_t i = 0; i < FEW; i++) {
            double width = fmin(call.band_absolute, call.band_relative * target[i]);
            double before = held[i] / result.total - target[i], after = value[i] / left - target[i];
            if (call.to == REBALANCE_TARGET)
                near(after, 0, 1e-12);
            else
                assert_true(fabs(after) <= width + slack && before * after >= -slack);
        }
    }
}

static void a_number_out_of_its_range_is_named(void **state) {
    static const char *const names[] = {"A", "B"};
    double held[] = {1, -1}, target[] = {0.5, -0.5}, cost[] = {0, 1};
    struct rebalance call = {
        .count = 2, .names = names, .held = held, .target = target, .cost = cost};
    static const char *const stories[] = {"B: what is held is a value from 0 on, not -1",
                                          "B: a target is a weight from 0 on, not -0.5",
                                          "B: a cost is a share from 0 to below 1, not 1",
                                          "the targets add up to 1.1; at most 1 can be held",
                                          "the width of a band is a number from 0 on"};
    for (size_t k = 0; k < sizeof stories / sizeof *stories; k++) {
        assert_int_equal(rebalance(&call, &arena, &result), ERR_ARGUMENT);
        assert_string_equal(err_story(), stories[k]);
        if (k == 0) held[1] = 0;
        if (k == 1) target[1] = 0.6;
        if (k == 2) cost[1] = 0;
        if (k == 3) {
            target[1] = 0.5;
            call.band_absolute = -1;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_within_their_bands_are_left_alone),
        cmocka_unit_test(costs_are_paid_from_what_is_rebalanced),
        cmocka_unit_test(cash_beyond_its_target_is_invested),
        cmocka_unit_test(random_portfolios_keep_their_accounts),
        cmocka_unit_test(a_number_out_of_its_range_is_named),
    };
    return cmocka_run_group_tests_name("quant/rebalance", tests, setup, teardown);
}
