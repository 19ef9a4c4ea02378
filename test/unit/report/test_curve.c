// SPDX-License-Identifier: Apache-2.0
#include "report/curve.h"

#include <math.h>

#include "base/prng.h"
#include "base/timestamp.h"
#include "harness.h"
#include "quant/series/drawdown.h"

static void drawdowns_over_marks_are_those_of_the_whole_series(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    static double equity[COUNT];
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct curve curve;
        struct prng prng;
        prng_seed(&prng, seed);
        curve_init(&curve);
        int64_t value = 1000000;
        for (int i = 0; i < COUNT; i++) {
            value += (int64_t)prng_below(&prng, 2001) - 990;
            if (value < 1000) value = 1000;
            equity[i] = (double)value;
            curve_mark(&curve, i * NS_PER_MIN + 1, MONEY(value), MONEY(0));
        }
        assert_ok(curve_end(&curve));
        struct drawdown top[CURVE_DRAWDOWNS_MAX];
        size_t count = drawdown_top(equity, COUNT, CURVE_DRAWDOWNS_MAX, top);
        assert_int_equal(curve.drawdown_count, count);
        for (size_t k = 0; k < count; k++) {
            const struct curve_drawdown *own = &curve.drawdowns[k];
            assert_true(own->depth == top[k].depth);
            assert_int_equal(own->peak_ns, (int64_t)top[k].peak * NS_PER_MIN + 1);
            assert_int_equal(own->trough_ns, (int64_t)top[k].trough * NS_PER_MIN + 1);
            int64_t recovery =
                top[k].recovery == DRAWDOWN_OPEN ? 0 : (int64_t)top[k].recovery * NS_PER_MIN + 1;
            assert_int_equal(own->recovery_ns, recovery);
        }
        curve_fini(&curve);
    }
}

// A dip of one mark among 300,000: the points are merged by sixteens, the dip is in one of them and in the drawdown.
static void no_mark_is_lost_when_points_are_merged(void **state) {
    (void)state;
    struct curve curve;
    curve_init(&curve);
    for (int64_t i = 0; i < 300000; i++)
        curve_mark(&curve, i, MONEY(i == 123457 ? 500 : 1000 + i), MONEY(i % 2));
    assert_ok(curve_end(&curve));
    assert_int_equal(curve.stride, 16);
    assert_int_equal(curve.point_count, 18750);
    assert_int_equal(curve.marks, 300000);
    assert_int_equal(curve.leverage.marks, 150000);
    for (size_t k = 0; k < curve.point_count; k++) {
        const struct curve_point *point = &curve.points[k];
        assert_int_equal(point->first_ns, 16 * (int64_t)k);
        assert_int_equal(point->ts_ns, 16 * (int64_t)k + 15);
        assert_true(point->equity.m == 1000 + point->ts_ns);
        assert_true(point->low.m == (k == 123457 / 16 ? 500 : 1000 + point->first_ns));
    }
    assert_int_equal(curve.drawdown_count, 1);
    assert_true(curve.drawdowns[0].depth == 500. / (1000 + 123456) - 1);
    curve_fini(&curve);
}

static void a_mark_at_midnight_is_of_the_day_that_ends(void **state) {
    (void)state;
    assert_int_equal(curve_date(date_to_ns(100)), 99);
    assert_int_equal(curve_date(date_to_ns(100) + 1), 100);
}

static void days_begin_after_the_first_mark_and_need_one(void **state) {
    (void)state;
    struct curve curve;
    curve_init(&curve);
    curve_mark(&curve, date_to_ns(10), MONEY(100), MONEY(0));
    assert_ok(curve_close_day(&curve));
    assert_int_equal(curve.day_count, 0);
    curve_mark(&curve, date_to_ns(11), MONEY(110), MONEY(0));
    assert_ok(curve_close_day(&curve));
    assert_ok(curve_close_day(&curve));
    assert_int_equal(curve.day_count, 1);
    assert_int_equal(curve.days[0].date, 10);
    assert_true(curve.days[0].base.m == 100 && curve.days[0].equity.m == 110);
    curve_fini(&curve);
}

// 100 grows to 110, 40 come, the day ends at 165: 165 / 150. The peak is 150 as well, so that 120 is 20 % below.
static void deposits_are_no_profit_and_no_recovery(void **state) {
    (void)state;
    struct curve curve;
    curve_init(&curve);
    curve_mark(&curve, 1, MONEY(100), MONEY(0));
    curve_mark(&curve, 2, MONEY(110), MONEY(0));
    assert_ok(curve_close_day(&curve));
    curve_flow(&curve, MONEY(40));
    curve_mark(&curve, 3, MONEY(120), MONEY(0));
    curve_mark(&curve, 4, MONEY(165), MONEY(0));
    assert_ok(curve_end(&curve));
    assert_true(curve.days[1].base.m == 150 && curve.days[1].equity.m == 165);
    assert_int_equal(curve.drawdown_count, 1);
    assert_true(fabs(curve.drawdowns[0].depth + 0.2) < 1e-15);
    curve_fini(&curve);
}

static void exposure_is_gross_over_equity(void **state) {
    (void)state;
    struct curve curve;
    curve_init(&curve);
    curve_mark(&curve, 1, MONEY(100), MONEY(50));
    curve_mark(&curve, 2, MONEY(200), MONEY(300));
    curve_mark(&curve, 3, MONEY((int128_t)1 << 80), MONEY((int128_t)1 << 79));
    assert_true(curve.leverage.sum == 0.5 + 1.5 + 0.5);
    assert_true(curve.leverage.max == 1.5);
    curve_fini(&curve);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawdowns_over_marks_are_those_of_the_whole_series),
        cmocka_unit_test(no_mark_is_lost_when_points_are_merged),
        cmocka_unit_test(a_mark_at_midnight_is_of_the_day_that_ends),
        cmocka_unit_test(days_begin_after_the_first_mark_and_need_one),
        cmocka_unit_test(deposits_are_no_profit_and_no_recovery),
        cmocka_unit_test(exposure_is_gross_over_equity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
