// SPDX-License-Identifier: Apache-2.0
#include "report/markout.h"

#include <math.h>

#include "feed_run.h"

static const struct markout_sum *sum_at(const struct run *run, enum markout_group group,
                                        int horizon) {
    return &run->report->venue_side->instruments[0].markouts.sums[group][horizon];
}

static void horizons_stand_in_order_around_the_fill(void **state) {
    for (int h = 1; h < MARKOUT_HORIZONS; h++)
        assert_true(markout_horizon_ns(h) > markout_horizon_ns(h - 1));
    for (int h = 0; h < MARKOUT_HORIZONS; h++)
        assert_int_equal(markout_horizon_ns(h), -markout_horizon_ns(MARKOUT_HORIZONS - 1 - h));
    assert_int_equal(markout_horizon_ns(0), -5 * NS_PER_MIN);
    assert_int_equal(markout_horizon_ns(8), 10 * MS);
}

// Bought 2 at 9.98 with the middle at 10.01 before, 1 at 9.98 with the middle at 9.95: see feed_session.
static void moves_are_signed_and_of_the_middle_that_was_met(void **state) {
    struct run run;
    feed_session(&run);
    const struct markout_sum *sum = sum_at(&run, MARKOUT_MAKER_BUY, 8); // 10 ms: 9.99, 9.95
    assert_int_equal(sum->count, 2);
    double first = (999 - 1001) / 1001.0 * 1e4, second = 0;
    assert_float_equal(sum->mean, (first + second) / 2, 1e-9);
    assert_float_equal(markout_error(sum), fabs(first - second) / 2, 1e-9);
    assert_true(sum->moved.m == 2 * (999 - 1001));
    assert_float_equal(sum->effective,
                       2 * (1001 - 998) / 1001.0 * 1e4 + 2 * (995 - 998) / 995.0 * 1e4, 1e-9);
    assert_float_equal(sum->impact, -2 * first, 1e-9);
    sum = sum_at(&run, MARKOUT_MAKER_BUY, 11); // 5 s: 9.89 at 6,000, 9.89 at 6,105
    assert_true(sum->moved.m == 2 * (989 - 1001) + (989 - 995));
    sum = sum_at(&run, MARKOUT_MAKER_BUY, 14); // 60 s
    assert_int_equal(sum->count, 2);
    sum = sum_at(&run, MARKOUT_MAKER_BUY, 15); // 5 min: beyond the feed
    assert_int_equal(sum->count, 0);
    sum = sum_at(&run, MARKOUT_MAKER_BUY, 6); // 100 ms before: 10.01; 10.01 at 1,005
    assert_true(sum->moved.m == (999 - 995));
    sum = sum_at(&run, MARKOUT_TAKER_SELL, 11); // sold at 9.90 with the middle at 9.91
    assert_true(sum->count == 1 && sum->moved.m == -(989 - 991));
    assert_float_equal(sum->effective, 2 * (991 - 990) / 991.0 * 1e4, 1e-9);
    assert_true(isnan(markout_error(sum)));
    run_close(&run);
}

static void sums_of_parts_are_the_sum_of_the_whole(void **state) {
    struct markout_sum all = {0}, parts[2] = {{0}, {0}};
    double values[] = {3, -1, 4, 1, -5, 9};
    double mean = 11 / 6.0, squares = 0;
    for (int i = 0; i < 6; i++) {
        struct markout_sum one = {.count = 1, .mean = values[i], .moved = MONEY(i)};
        markout_merge(&parts[i % 2], &one);
        squares += (values[i] - mean) * (values[i] - mean);
    }
    markout_merge(&all, &parts[0]);
    markout_merge(&all, &parts[1]);
    markout_merge(&all, &(struct markout_sum){0});
    assert_int_equal(all.count, 6);
    assert_float_equal(all.mean, mean, 1e-12);
    assert_float_equal(all.squares, squares, 1e-12);
    assert_true(all.moved.m == 15);
}

// A fill a nanosecond: more than can wait. Nothing is lost but what waited too long, and that is counted.
static void too_many_fills_give_up_the_oldest(void **state) {
    struct run run;
    feed_open(&run);
    struct touches touches = {0};
    struct markouts markouts;
    markouts_init(&markouts, run.report->ledger, &touches, 0);
    assert_ok(touches_add(&touches, -1, PRICE(99), PRICE(101)));
    enum { N = MARKOUT_WAITING_MAX + 5 };
    for (int64_t i = 0; i < N; i++) {
        const struct markout_fill fill = {.ts_ns = i,
                                          .price = PRICE(99),
                                          .qty = QTY(1),
                                          .worth = MONEY(99),
                                          .side = 1,
                                          .group = MARKOUT_MAKER_BUY};
        assert_ok(markouts_add(&markouts, &fill));
    }
    assert_int_equal(markouts.given_up, 5 * MARKOUT_AFTER);
    assert_true(markouts.spread[0].m == N && markouts.bought.m == 99 * N);
    assert_ok(touches_add(&touches, 400 * NS_PER_S, PRICE(109), PRICE(111)));
    assert_ok(touches_add(&touches, 400 * NS_PER_S + 1, PRICE(109), PRICE(111)));
    markouts_end(&markouts);
    assert_int_equal(markouts.sums[MARKOUT_MAKER_BUY][15].count, MARKOUT_WAITING_MAX);
    assert_int_equal(markouts.sums[MARKOUT_MAKER_BUY][15].mean, 0);
    markouts_fini(&markouts);
    touches_fini(&touches);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(horizons_stand_in_order_around_the_fill),
        cmocka_unit_test(moves_are_signed_and_of_the_middle_that_was_met),
        cmocka_unit_test(sums_of_parts_are_the_sum_of_the_whole),
        cmocka_unit_test(too_many_fills_give_up_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
