// SPDX-License-Identifier: Apache-2.0
#include "quant/series/bacon.h"

#include <math.h>

#include "golden.h"
#include "harness.h"

// Bacon (2008) as printed, and the same from PerformanceAnalytics to every digit.
static void measures_of_bacons_series_equal_the_book(void **state) {
    const struct golden *g = golden_load(GOLDEN_MONTHLY);
    const double *r = g->returns, *b = g->benchmark;
    size_t n = g->count;
    double scratch[32];
    const struct {
        const char *name;
        double value;
        double printed;
        double half_digit;
    } rows[] = {
        {"downside_potential", bacon_lower_moment(r, n, 0.005, 1), 0.0137, 5e-5},
        {"downside_frequency", bacon_downside_frequency(r, n, 0.005), 0.458, 5e-4},
        {"upside_frequency", bacon_upside_frequency(r, n, 0.005), 0.542, 5e-4},
        {"upside_risk", bacon_upside_risk(r, n, 0.005), 0.02937, 5e-6},
        {"upside_potential", bacon_upper_moment(r, n, 0.005, 1), 0.01771, 5e-6},
        {"omega_sharpe", bacon_kappa(r, n, 0.005, 1), 0.29, 5e-3},
        {"kappa_l2", bacon_kappa(r, n, 0.005, 2), 0.157, 5e-4},
        {"mean_abs_dev", bacon_mean_absolute_deviation(r, n), 0.031, 5e-4},
        {"pain_ratio", bacon_pain_ratio(r, n, 12, 0, scratch), 2.59, 5e-3},
        {"martin_ratio", bacon_martin_ratio(r, n, 12, 0, scratch), 1.7, 1e-2},
        {"volatility_skewness_ratio_sqrt", bacon_volatility_skewness(r, n, 0.005), 1.15, 5e-3},
        {"skew_kurt", bacon_skew_kurtosis(r, n), -0.034, 5e-4},
        {"m_squared", bacon_m2(r, b, n, 12, 0), 0.10062, 5e-6},
        {"jensen_alpha", bacon_alpha(r, b, n, 12, 0), -0.014, 5e-4},
        {"burke_ratio", bacon_burke_ratio(r, n, 12, 0), 0.74, 5e-3},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char key[96];
        snprintf(key, sizeof key, "published_bacon/%s/computed", rows[i].name);
        golden_equal(g, key, rows[i].value);
        assert_true(fabs(rows[i].value - rows[i].printed) <= rows[i].half_digit);
    }
}

// PerformanceAnalytics 2.1, UpDownRatios and InformationRatio, printed to six digits.
static void ratios_of_compound_returns_equal_those_of_the_package(void **state) {
    const struct golden *g = golden_load(GOLDEN_DAILY);
    const double *r = g->returns, *b = g->benchmark;
    assert_true(fabs(bacon_capture(r, b, g->count, 1) - 1.59222) < 5e-6);
    assert_true(fabs(bacon_capture(r, b, g->count, -1) - 1.00047) < 5e-6);
    assert_true(fabs(bacon_information_ratio(r, b, g->count, 252) - 0.418081) < 5e-7);
}

static void measures_equal_values_worked_by_hand(void **state) {
    static const double r[] = {-0.01, -0.02, 0.04, -0.03}, b[] = {-0.02, 0.01, 0.02, -0.01};
    // Over 0: gains 0.04, losses 0.06 in all, 0.0014 squared.
    assert_true(fabs(bacon_upside_potential_ratio(r, 4, 0) - 0.01 / sqrt(0.0014 / 4)) < 1e-15);
    assert_true(fabs(bacon_kappa(r, 4, 0, 3) + 0.005 / cbrt(0.000036 / 4)) < 1e-14);
    // What equals the threshold counts on neither side.
    assert_true(bacon_upside_frequency(r, 4, -0.02) == 0.5);
    assert_true(bacon_downside_frequency(r, 4, -0.02) == 0.25);
    // The first return opens no fall; the others are of 2 % and 3 %.
    double growth = 0.99 * 0.98 * 1.04 * 0.97 - 1;
    assert_true(fabs(bacon_burke_ratio(r, 4, 4, 0) - growth / sqrt(0.0013)) < 1e-14);
    assert_true(fabs(bacon_capture(r, b, 4, 1) - (0.98 * 1.04 - 1) / (1.01 * 1.02 - 1)) < 1e-14);
}

static void what_has_no_value_is_nan(void **state) {
    static const double up[] = {0.01, 0.02}, flat[] = {0.01, 0.01};
    double scratch[3];
    assert_true(isnan(bacon_kappa(up, 2, 0, 2)) && isnan(bacon_burke_ratio(up, 2, 12, 0)));
    assert_true(isnan(bacon_pain_ratio(up, 2, 12, 0, scratch)));
    assert_true(isnan(bacon_volatility_skewness(up, 2, 0)));
    assert_true(isnan(bacon_information_ratio(flat, flat, 2, 12)) &&
                isnan(bacon_m2(flat, up, 2, 12, 0)));
    assert_true(isnan(bacon_capture(up, up, 2, -1)) && isnan(bacon_upside_frequency(up, 0, 0)));
    assert_true(isnan(bacon_mean_absolute_deviation(up, 0)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_of_bacons_series_equal_the_book),
        cmocka_unit_test(ratios_of_compound_returns_equal_those_of_the_package),
        cmocka_unit_test(measures_equal_values_worked_by_hand),
        cmocka_unit_test(what_has_no_value_is_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
