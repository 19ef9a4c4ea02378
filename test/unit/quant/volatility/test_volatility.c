// SPDX-License-Identifier: Apache-2.0
#include "quant/volatility/volatility.h"

#include <math.h>

#include "harness.h"

// Bars of powers of 2, so that every logarithm is a multiple of l = ln 2.
static const double opens[] = {1, 2, 4}, highs[] = {9, 4, 8}, lows[] = {1, 1, 4};
static const double closes[] = {1, 2, 8};
static const struct volatility_bars bars = {opens, highs, lows, closes, 3};

static void is(double actual, double expected) {
    if (!(fabs(actual - expected) <= 1e-15 * fabs(expected)))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static void estimates_equal_a_hand_computation(void **state) {
    double l = log(2);
    // Returns l and 2 l: mean 1.5 l, sum of squared deviations 0.5 l^2.
    is(volatility_close_to_close(&bars, 252), sqrt(252 * 0.5 * l * l));
    // Ranges 2 l and l, moves 0 and l; the first bar, with a high of 9, does not count.
    is(volatility_parkinson(&bars, 252), sqrt(252 * 2.5 * l * l / (4 * l)));
    is(volatility_garman_klass(&bars, 252), sqrt(252 * (2.5 * l * l - (2 * l - 1) * l * l) / 2));
    // (l)(l) + (-l)(-l) in the first of the two, 0 (l) + (-l) 0 in the second.
    is(volatility_rogers_satchell(&bars, 252), sqrt(252 * l * l));
    // Overnight l and l: no variance. Daytime 0 and l: 0.5 l^2. k = 0.34 / (1.34 + 3).
    double k = 0.34 / 4.34;
    is(volatility_yang_zhang(&bars, 252), sqrt(252 * (k * 0.5 + (1 - k)) * l * l));
    is(volatility_ewma(&bars, 0.75, 1), 0.75 * l * l + 0.25 * 4 * l * l);
    is(volatility_ewma(&bars, 0.75, 2), 2.5 * l * l);
}

static void too_few_bars_have_no_estimate(void **state) {
    struct volatility_bars two = bars, one = bars;
    two.count = 2;
    one.count = 1;
    assert_true(isnan(volatility_close_to_close(&two, 252)));
    assert_true(isnan(volatility_yang_zhang(&two, 252)));
    assert_true(isnan(volatility_parkinson(&one, 252)));
    assert_true(isnan(volatility_garman_klass(&one, 252)));
    assert_true(isnan(volatility_rogers_satchell(&one, 252)));
    assert_true(isnan(volatility_ewma(&two, 0.94, 2)));
}

static void the_first_bar_that_cannot_be_is_named(void **state) {
    double zero[] = {1, 2, 0}, below[] = {9, 0.5, 8};
    struct volatility_bars bad = bars;
    assert_ok(volatility_check(&bars, 3));
    assert_int_equal(volatility_check(&bars, 4), ERR_ARGUMENT);
    assert_string_equal(err_story(), "needs at least 4 rows, there are 3");
    bad.close = zero;
    assert_int_equal(volatility_check(&bad, 2), ERR_ARGUMENT);
    assert_string_equal(err_story(), "row 3: close is 0; a price is above 0");
    bad.close = NULL;
    assert_ok(volatility_check(&bad, 2));
    bad.high = below;
    assert_int_equal(volatility_check(&bad, 2), ERR_ARGUMENT);
    assert_string_equal(err_story(), "row 2: high 0.5 is below low 1");
}

static void a_variance_below_0_is_told_by_the_bar_that_makes_it(void **state) {
    double far[] = {1, 2, 0.001};
    struct volatility_bars bad = bars;
    bad.close = far;
    assert_ok(volatility_check(&bad, 2));
    assert_true(isnan(volatility_garman_klass(&bad, 252)));
    assert_int_equal(volatility_outside(&bad), ERR_ARGUMENT);
    assert_string_equal(err_story(), "row 3: close 0.001 is outside low 4 to high 8");
}

// Against the C library in long double, over ratios from next to 1 to far from it.
static void a_logarithm_of_a_ratio_keeps_its_digits(void **state) {
    for (double base = 1e-8; base < 1e9; base *= 7.3)
        for (double step = 1e-15; step < 1e15; step *= 3.7) {
            double to[] = {base * (1 + step), base / (1 + step)};
            for (int i = 0; i < 2; i++) {
                long double less = ((long double)to[i] - base) / base;
                long double expected =
                    fabsl(less) < 0.5L ? log1pl(less) : logl((long double)to[i] / base);
                double actual = volatility_log_ratio(to[i], base);
                if (!(fabsl(actual - expected) <= 8e-16L * fabsl(expected)))
                    fail_msg("%.17g over %.17g: %.17g, expected %.17Lg", to[i], base, actual,
                             expected);
            }
        }
    assert_true(volatility_log_ratio(3, 3) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(estimates_equal_a_hand_computation),
        cmocka_unit_test(too_few_bars_have_no_estimate),
        cmocka_unit_test(the_first_bar_that_cannot_be_is_named),
        cmocka_unit_test(a_variance_below_0_is_told_by_the_bar_that_makes_it),
        cmocka_unit_test(a_logarithm_of_a_ratio_keeps_its_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
