// SPDX-License-Identifier: Apache-2.0
#include "report/series.h"

#include <math.h>

#include "base/timestamp.h"
#include "harness.h"

static void mark(struct curve *curve, int64_t ts_ns, int64_t equity) {
    curve_mark(curve, ts_ns, MONEY(equity), MONEY(0));
}

static void end_day(struct curve *curve) {
    assert_ok(curve_close_day(curve));
}

// Equity 100, 110, (+90 deposited) 220, 110 in cents; the benchmark trades on the first and the third day.
static void days_and_benchmark_stand_side_by_side(void **state) {
    (void)state;
    struct curve curve;
    struct benchmark benchmark = {0};
    struct series series;
    curve_init(&curve);
    mark(&curve, date_to_ns(10) + 1, 10000);
    mark(&curve, date_to_ns(10) + 5, 11000);
    end_day(&curve);
    curve_flow(&curve, MONEY(9000));
    mark(&curve, date_to_ns(11) + 5, 22000);
    end_day(&curve);
    mark(&curve, date_to_ns(12) + 5, 11000);
    assert_ok(curve_end(&curve));
    assert_ok(benchmark_add(&benchmark, date_to_ns(10) + 1, 50));
    assert_ok(benchmark_add(&benchmark, date_to_ns(10) + 2, 51));
    assert_ok(benchmark_add(&benchmark, date_to_ns(10) + 9, 55));
    assert_ok(benchmark_add(&benchmark, date_to_ns(12) + 9, 44));
    assert_ok(series_init(&series, &curve, &benchmark, 2, 252));
    assert_int_equal(series.count, 3);
    const double equity[] = {100, 110, 220, 110}, growth[] = {1, 1.1, 1.21, 0.605};
    const double prices[] = {50, 55, 55, 44}, depth[] = {0, 0, 0, -0.5};
    for (int i = 0; i < 4; i++) {
        assert_true(series.equity[i] == equity[i]);
        assert_true(fabs(series.growth[i] - growth[i]) < 1e-15);
        assert_true(fabs(series.drawdown[i] - depth[i]) < 1e-15);
        assert_true(series.benchmark[i] == prices[i]);
    }
    assert_true(fabs(series.returns[1] - 0.1) < 1e-15); // 220 / (110 + 90)
    assert_true(fabs(series.benchmark_returns[0] - 0.1) < 1e-15);
    assert_true(series.benchmark_returns[1] == 0);
    assert_int_equal(series.benchmark_from, 0);
    assert_int_equal(series.dates[2], 12);
    assert_int_equal(series.window, 20);
    assert_true(isnan(series.rolling_sharpe[2]));
    series_fini(&series);
    benchmark_fini(&benchmark);
    curve_fini(&curve);
}

static void a_benchmark_that_begins_later_is_missing_before(void **state) {
    (void)state;
    struct curve curve;
    struct benchmark benchmark = {0};
    struct series series;
    curve_init(&curve);
    mark(&curve, date_to_ns(10) + 1, 100);
    for (int day = 10; day < 14; day++) {
        mark(&curve, date_to_ns(day) + 5, 100);
        end_day(&curve);
    }
    assert_ok(benchmark_add(&benchmark, date_to_ns(11) + 1, 10));
    assert_ok(benchmark_add(&benchmark, date_to_ns(12) + 1, 20));
    assert_ok(series_init(&series, &curve, &benchmark, 2, 252));
    assert_true(isnan(series.benchmark[0]) && isnan(series.benchmark[1]));
    assert_true(series.benchmark[2] == 10 && series.benchmark[3] == 20);
    assert_int_equal(series.benchmark_from, 2);
    series_fini(&series);
    benchmark_fini(&benchmark);
    curve_fini(&curve);
}

// The benchmark is older than the run: what counts at the start is the last price known then.
static void a_benchmark_that_begins_earlier_starts_at_its_last_price(void **state) {
    (void)state;
    struct curve curve;
    struct benchmark benchmark = {0};
    struct series series;
    curve_init(&curve);
    mark(&curve, date_to_ns(12) + 5, 100);
    mark(&curve, date_to_ns(13) + 5, 100);
    assert_ok(curve_end(&curve));
    assert_ok(benchmark_add(&benchmark, date_to_ns(10) + 5, 7));
    assert_ok(benchmark_add(&benchmark, date_to_ns(11) + 5, 8));
    assert_ok(benchmark_add(&benchmark, date_to_ns(12) + 5, 9));
    assert_ok(benchmark_add(&benchmark, date_to_ns(13) + 5, 18));
    assert_ok(series_init(&series, &curve, &benchmark, 2, 252));
    assert_true(series.benchmark[0] == 9);
    assert_true(series.benchmark_returns[0] == 1);
    series_fini(&series);
    benchmark_fini(&benchmark);
    curve_fini(&curve);
}

static void a_benchmark_of_no_price_or_out_of_order_is_refused(void **state) {
    (void)state;
    struct benchmark benchmark = {0};
    assert_int_equal(benchmark_add(&benchmark, 5, 0), ERR_ARGUMENT);
    assert_int_equal(benchmark_add(&benchmark, 5, NAN), ERR_ARGUMENT);
    assert_ok(benchmark_add(&benchmark, 5, 1));
    assert_int_equal(benchmark_add(&benchmark, 4, 1), ERR_ARGUMENT);
    benchmark_fini(&benchmark);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_benchmark_stand_side_by_side),
        cmocka_unit_test(a_benchmark_that_begins_later_is_missing_before),
        cmocka_unit_test(a_benchmark_that_begins_earlier_starts_at_its_last_price),
        cmocka_unit_test(a_benchmark_of_no_price_or_out_of_order_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
