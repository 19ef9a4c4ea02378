// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/var_backtest.h"

#include <math.h>
#include <stdbool.h>

#include "golden.h"
#include "harness.h"
#include "quant/stream/order_window.h"

enum { ASSETS = 12, WINDOW = 250 };

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

// The equal-weight series of twelve stocks; counts and ratios by numpy and scipy from the definitions.
static const struct forecast {
    bool ewma;
    double level;
    size_t violations, transitions[2][2];
    double kupiec, independence, coverage_p;
    size_t recent;
    enum var_zone zone;
} forecasts[] = {
    {false,
     0.95,
     97,
     {{1647, 86}, {86, 11}},
     0.3352808939070826,
     5.799614907831938,
     0.04653977755043054,
     19,
     VAR_YELLOW},
    {true,
     0.95,
     98,
     {{1642, 90}, {90, 8}},
     0.4680593394969037,
     1.41097306549932,
     0.39081686585198877,
     16,
     VAR_GREEN},
    {false,
     0.99,
     27,
     {{1779, 24}, {24, 3}},
     3.6347598151944,
     7.44092064746917,
     0.00393501639238232,
     6,
     VAR_YELLOW},
    {true,
     0.99,
     44,
     {{1745, 41}, {41, 3}},
     26.139139073910712,
     2.550208039231336,
     5.890978390954702e-07,
     10,
     VAR_RED},
};

static const double *equal_weight(size_t *ret_rows) {
    static double panel[ASSETS * GOLDEN_ROWS_MAX], series[GOLDEN_ROWS_MAX];
    *ret_rows = golden_panel("golden/risk/returns12.csv", ASSETS, panel);
    for (size_t t = 0; t < *ret_rows; t++) {
        series[t] = 0;
        for (size_t j = 0; j < ASSETS; j++) series[t] += panel[j * GOLDEN_ROWS_MAX + t] / ASSETS;
    }
    return series;
}

static void rolling_forecasts_of_twelve_stocks_violate_as_counted(void **state) {
    static double var[GOLDEN_ROWS_MAX];
    size_t count;
    const double *series = equal_weight(&count);
    for (size_t i = 0; i < sizeof forecasts / sizeof *forecasts; i++) {
        struct var_backtest test;
        if (forecasts[i].ewma) {
            var_backtest_ewma(series, count, 0.94, forecasts[i].level, var);
        } else {
            double *slots = calloc(order_window_slots(WINDOW), sizeof *slots);
            var_backtest_historical(series, count, WINDOW, forecasts[i].level, slots, var);
            free(slots);
        }
        assert_ok(var_backtest_of(series + WINDOW, var + WINDOW, count - WINDOW, forecasts[i].level,
                                  &test));
        assert_int_equal(test.count, 1831);
        assert_int_equal(test.violations, forecasts[i].violations);
        assert_memory_equal(test.transitions, forecasts[i].transitions, sizeof test.transitions);
        near(test.kupiec, forecasts[i].kupiec, 1e-9);
        near(test.independence, forecasts[i].independence, 1e-9);
        near(test.coverage, forecasts[i].kupiec + forecasts[i].independence, 1e-9);
        near(test.coverage_p, forecasts[i].coverage_p, 1e-8);
        assert_int_equal(test.recent, forecasts[i].recent);
        assert_int_equal(test.zone, forecasts[i].zone);
    }
}

// Kupiec's table (1995), as the strict region LR < 3.84 has it, and the case of J. P. Morgan in 1998 that
// Jorion computes: 20 of 252 days at 5 %.
static void kupiecs_regions_and_jorions_ratio_are_reproduced(void **state) {
    static const struct {
        double p;
        size_t count, low, high;
    } rows[] = {{0.01, 255, 1, 6},    {0.01, 510, 2, 10},   {0.01, 1000, 5, 16},
                {0.025, 255, 3, 11},  {0.025, 510, 7, 20},  {0.025, 1000, 16, 35},
                {0.05, 255, 7, 20},   {0.05, 510, 17, 35},  {0.05, 1000, 38, 64},
                {0.075, 255, 12, 27}, {0.075, 510, 28, 50}, {0.075, 1000, 60, 91},
                {0.1, 255, 17, 35},   {0.1, 510, 39, 64},   {0.1, 1000, 82, 119}};
    assert_true(fabs(var_backtest_kupiec(252, 20, 0.05) - 3.91) < 0.005);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t n = 0; n < 150; n++)
            assert_int_equal(var_backtest_kupiec(rows[i].count, n, rows[i].p) < 3.841458820694124,
                             n >= rows[i].low && n <= rows[i].high);
    near(var_backtest_kupiec(10, 0, 0.5), 20 * log(2), 1e-14);
    near(var_backtest_kupiec(10, 10, 0.5), 20 * log(2), 1e-14);
}

static void the_traffic_light_changes_where_the_committee_says(void **state) {
    for (size_t n = 0; n <= 250; n++)
        assert_int_equal(var_backtest_zone(250, n, 0.99), n < 5    ? VAR_GREEN
                                                          : n < 10 ? VAR_YELLOW
                                                                   : VAR_RED);
    assert_true(var_backtest_plus(4) == 0 && var_backtest_plus(5) == 0.4);
    assert_true(var_backtest_plus(9) == 0.85 && var_backtest_plus(40) == 1);
    assert_string_equal(var_zone_name(VAR_YELLOW), "yellow");
}

static void a_violation_is_strict_and_the_first_row_has_no_past(void **state) {
    const double returns[] = {-1, -2, -2, 0, -1.5}, var[] = {1, 1, 1, 1, 1};
    struct var_backtest test;
    assert_ok(var_backtest_of(returns, var, 5, 0.9, &test));
    assert_int_equal(test.violations, 3);
    assert_int_equal(test.transitions[0][1], 2);
    assert_int_equal(test.transitions[1][1], 1);
    assert_int_equal(test.transitions[1][0], 1);
    // Chain: from 0 both times to 1; from 1 once each. 2 (2 ln 1/2 - (3 ln 3/4 + ln 1/4)).
    near(test.independence, 2 * (2 * log(0.5) - 3 * log(0.75) - log(0.25)), 1e-13);
    assert_ok(var_backtest_of(returns, var, 1, 0.9, &test));
    assert_true(test.independence == 0 && test.violations == 0);
    double forecast[2];
    var_backtest_ewma(returns, 2, 0.94, 0.95, forecast);
    assert_true(isnan(forecast[0]));
    near(forecast[1], 1.6448536269514722, 1e-12);
}

static void what_is_no_forecast_is_refused(void **state) {
    const double returns[] = {0, 0}, var[] = {1, NAN};
    struct var_backtest test;
    assert_int_equal(var_backtest_of(returns, var, 2, 0.9, &test), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "forecast 2"));
    assert_int_equal(var_backtest_of(var, returns, 2, 0.9, &test), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "return 2"));
    assert_int_equal(var_backtest_of(returns, var, 0, 0.9, &test), ERR_ARGUMENT);
    assert_int_equal(var_backtest_of(returns, var, 1, 1, &test), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rolling_forecasts_of_twelve_stocks_violate_as_counted),
        cmocka_unit_test(kupiecs_regions_and_jorions_ratio_are_reproduced),
        cmocka_unit_test(the_traffic_light_changes_where_the_committee_says),
        cmocka_unit_test(a_violation_is_strict_and_the_first_row_has_no_past),
        cmocka_unit_test(what_is_no_forecast_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
