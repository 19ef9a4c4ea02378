// SPDX-License-Identifier: Apache-2.0
#include "quant/series/performance.h"

#include <math.h>

#include "base/timestamp.h"
#include "golden.h"
#include "harness.h"

static void near(double actual, double expected) {
    if (!(fabs(actual - expected) <= 1e-14 * fmax(1, fabs(expected))))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static void measures_equal_the_reference(void **state) {
    static double scratch[GOLDEN_ROWS_MAX];
    for (enum golden_set set = GOLDEN_DAILY; set < GOLDEN_SETS; set++) {
        const struct golden *g = golden_load(set);
        const double *r = g->returns;
        size_t n = g->count;
        golden_equal(g, "n", (double)n);
        golden_equal(g, "total_return", performance_total_return(r, n));
        golden_equal(g, "cagr", performance_cagr(r, n, g->periods));
        golden_equal(g, "vol_ann", performance_volatility(r, n, g->periods));
        golden_equal(g, "mean", performance_mean(r, n));
        golden_equal(g, "std_ddof1", performance_deviation(r, n));
        golden_equal(g, "sharpe_rf0", performance_sharpe(r, n, g->periods, 0));
        golden_equal(g, "sharpe_rf", performance_sharpe(r, n, g->periods, g->rf));
        golden_equal(g, "downside_dev_period_mar0", performance_downside(r, n, 0));
        golden_equal(g, "sortino_mar0", performance_sortino(r, n, g->periods));
        golden_equal(g, "omega_0", performance_omega(r, n, 0));
        golden_equal(g, "profit_factor", performance_profit_factor(r, n));
        golden_equal(g, "tail_ratio_type7", performance_tail_ratio(r, n, scratch));
        golden_equal(g, "var95_hist_type7", performance_var(r, n, 0.95, scratch));
        golden_equal(g, "cvar95_mean_le", performance_cvar(r, n, 0.95, scratch));
        golden_equal(g, "hit_rate_gt0", performance_hit_rate(r, n));
        golden_equal(g, "best", performance_best(r, n));
        golden_equal(g, "worst", performance_worst(r, n));
        golden_equal(g, "skew_population", performance_skew(r, n));
        golden_equal(g, "kurtosis_population_nonexcess", performance_kurtosis(r, n));
        golden_equal(g, "skew_sample_adjusted", performance_skew_sample(r, n));
        golden_equal(g, "excess_kurt_sample_adjusted", performance_excess_kurtosis_sample(r, n));
        golden_equal(g, "stability_r2_cumlog", performance_stability(r, n));
    }
}

static void measures_of_bacons_series_equal_the_book(void **state) {
    const struct golden *g = golden_load(GOLDEN_MONTHLY);
    golden_equal(g, "published_bacon/downside_deviation_mar0_005/computed",
                 performance_downside(g->returns, g->count, 0.005));
    golden_equal(g, "published_bacon/bernardo_ledoit_omega0/computed",
                 performance_omega(g->returns, g->count, 0));
    assert_true(fabs(performance_omega(g->returns, g->count, 0) - 1.78) < 0.005);
}

static void measures_equal_values_worked_by_hand(void **state) {
    static const double r[] = {0.1, -0.05, 0.02, -0.01};
    double scratch[4];
    // 1.1 0.95 1.02 0.99 = 1.0552410; mean 0.015; deviations 0.085 -0.065 0.005 -0.025, squares
    // 0.0121.
    near(performance_total_return(r, 4), 1.1 * 0.95 * 1.02 * 0.99 - 1);
    near(performance_cagr(r, 4, 2), sqrt(1.1 * 0.95 * 1.02 * 0.99) - 1);
    near(performance_mean(r, 4), 0.015);
    near(performance_deviation(r, 4), sqrt(0.0121 / 3));
    near(performance_sharpe(r, 4, 4, 0.02), 2 * 0.01 / sqrt(0.0121 / 3));
    near(performance_downside(r, 4, 0), sqrt((0.0025 + 0.0001) / 4));
    near(performance_omega(r, 4, 0), 2);
    near(performance_omega(r, 4, 0.02), 0.08 / 0.10);
    near(performance_hit_rate(r, 4), 0.5);
    // Sorted -0.05 -0.01 0.02 0.1; place 0.05 * 3 = 0.15.
    near(performance_quantile(r, 4, 0.05, scratch), -0.044);
    near(performance_quantile(r, 4, 1, scratch), 0.1);
    near(performance_quantile(r, 4, 0, scratch), -0.05);
    near(performance_var(r, 4, 0.95, scratch), 0.044);
    near(performance_cvar(r, 4, 0.95, scratch), 0.05);
}

static void the_tail_holds_the_order_statistic_that_the_level_names(void **state) {
    double r[11], scratch[11];
    for (size_t i = 0; i < 11; i++) r[i] = 0.01 * (double)(i * 7 % 11) - 0.03;
    // Sorted -0.03 -0.02 -0.01 ...; 10 % of 11 is the second, 20 % the third, 50 % the sixth.
    near(performance_var(r, 11, 0.9, scratch), 0.02);
    near(performance_cvar(r, 11, 0.9, scratch), 0.025);
    near(performance_cvar(r, 11, 0.8, scratch), 0.02);
    near(performance_cvar(r, 11, 0.5, scratch), 0.005);
}

static void what_has_no_value_is_nan(void **state) {
    static const double flat[] = {0.01, 0.01, 0.01, 0.01};
    double scratch[4];
    assert_true(isnan(performance_total_return(flat, 0)) && isnan(performance_cagr(flat, 0, 252)));
    assert_true(isnan(performance_mean(flat, 0)) && isnan(performance_deviation(flat, 1)));
    assert_true(isnan(performance_sharpe(flat, 4, 252, 0)));
    assert_true(isnan(performance_sortino(flat, 4, 252)) && isnan(performance_omega(flat, 4, 0)));
    assert_true(isnan(performance_skew(flat, 4)) && isnan(performance_kurtosis(flat, 4)));
    assert_true(isnan(performance_skew_sample(flat, 2)));
    assert_true(isnan(performance_excess_kurtosis_sample(flat, 3)));
    assert_true(isnan(performance_stability(flat, 1)));
    assert_true(isnan(performance_quantile(flat, 0, 0.5, scratch)));
    assert_true(isnan(performance_quantile(flat, 4, 1.5, scratch)));
    assert_true(isnan(performance_quantile((double[]){1, NAN}, 2, 0.5, scratch)));
    assert_true(isnan(performance_hit_rate(flat, 0)) && isnan(performance_best(flat, 0)));
}

static void a_total_loss_grows_by_minus_one(void **state) {
    static const double ruin[] = {0.5, -1, 0.5};
    near(performance_total_return(ruin, 3), -1);
    near(performance_cagr(ruin, 3, 252), -1);
    assert_true(isnan(performance_cagr((double[]){-1.5}, 1, 252)));
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void quantiles_equal_those_of_a_sorted_copy(void **state) {
    enum { N = 1000 };
    static double values[N], sorted[N], scratch[N];
    unsigned seed = 7;
    for (size_t n = 1; n <= N; n = n * 2 + 1) {
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525u + 1013904223u;
            values[i] = (double)(int)(seed >> 16) / (n % 3 == 0 ? 4096 : 1) - 3; // ties when coarse
        }
        memcpy(sorted, values, n * sizeof *values);
        qsort(sorted, n, sizeof *sorted, ascending);
        for (size_t k = 0; k < n; k++) {
            double q = n == 1 ? 0 : (double)k / (double)(n - 1);
            assert_true(fabs(performance_quantile(values, n, q, scratch) - sorted[k]) < 1e-6);
        }
    }
}

static void rolling_sharpe_equals_the_sharpe_of_each_window(void **state) {
    enum { N = 500, WINDOW = 63 };
    static double r[N], rolling[N], scratch[2 * WINDOW];
    unsigned seed = 11;
    for (size_t i = 0; i < N; i++) {
        seed = seed * 1664525u + 1013904223u;
        r[i] = i >= 200 && i < 300 ? 0.001 : ((double)(seed >> 8) / 16777216.0 - 0.5) * 0.02;
    }
    performance_rolling_sharpe(r, N, WINDOW, 252, 0.02, scratch, rolling);
    for (size_t i = 0; i < N; i++) {
        double one =
            i + 1 < WINDOW ? NAN : performance_sharpe(&r[i + 1 - WINDOW], WINDOW, 252, 0.02);
        if (i >= 200 + WINDOW - 1 && i < 300)
            one = NAN; // a constant window, up to rounding of its mean
        assert_int_equal(isnan(rolling[i]), isnan(one));
        if (!isnan(one)) assert_true(fabs(rolling[i] - one) <= 1e-11 * fmax(1, fabs(one)));
    }
}

static void months_compound_to_years_and_years_to_the_total(void **state) {
    const struct golden *g = golden_load(GOLDEN_DAILY);
    static int32_t dates[GOLDEN_ROWS_MAX];
    for (size_t i = 0; i < g->count; i++)
        assert_ok(date_parse(g->labels[i], strlen(g->labels[i]), &dates[i]));
    struct performance_year years[16];
    size_t count = 0;
    assert_ok(performance_months(dates, g->returns, g->count, 16, years, &count));
    assert_int_equal(count, 9);
    double total = 1;
    for (size_t y = 0; y < count; y++) {
        assert_int_equal(years[y].year, 2010 + (int)y);
        double year = 1;
        for (size_t m = 0; m < 12; m++) {
            assert_int_equal(isnan(years[y].months[m]), y == 8 && m > 3);
            if (!isnan(years[y].months[m])) year *= 1 + years[y].months[m];
        }
        near(years[y].total, year - 1);
        total *= 1 + years[y].total;
    }
    near(total - 1, performance_total_return(g->returns, g->count));
}

static void months_refuse_falling_dates_and_too_many_years(void **state) {
    struct performance_year years[2];
    size_t count = 99;
    static const double r[] = {0.01, 0.02, 0.03};
    int32_t falling[] = {100, 101, 99};
    assert_int_equal(performance_months(falling, r, 3, 2, years, &count), ERR_ARGUMENT);
    int32_t apart[] = {0, 400, 800};
    assert_int_equal(performance_months(apart, r, 3, 2, years, &count), ERR_FULL);
    assert_int_equal(count, 99);
    int32_t same[] = {0, 0, 31}; // two returns on 1970-01-01, one on 1970-02-01
    assert_ok(performance_months(same, r, 3, 2, years, &count));
    assert_int_equal(count, 1);
    near(years[0].months[0], 1.01 * 1.02 - 1);
    near(years[0].months[1], 0.03);
    assert_true(isnan(years[0].months[2]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_equal_the_reference),
        cmocka_unit_test(measures_of_bacons_series_equal_the_book),
        cmocka_unit_test(measures_equal_values_worked_by_hand),
        cmocka_unit_test(the_tail_holds_the_order_statistic_that_the_level_names),
        cmocka_unit_test(what_has_no_value_is_nan),
        cmocka_unit_test(a_total_loss_grows_by_minus_one),
        cmocka_unit_test(quantiles_equal_those_of_a_sorted_copy),
        cmocka_unit_test(rolling_sharpe_equals_the_sharpe_of_each_window),
        cmocka_unit_test(months_compound_to_years_and_years_to_the_total),
        cmocka_unit_test(months_refuse_falling_dates_and_too_many_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
