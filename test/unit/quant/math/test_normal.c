// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"
#include "quant/math/normal.h"

static void assert_near(double actual, double expected, double relative) {
    if (!(fabs(actual - expected) <= relative * fabs(expected)))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static void cdf_equals_the_complementary_error_function(void **state) {
    for (double x = -8; x <= 8; x += 0.0078125)
        assert_near(normal_cdf(x), 0.5 * erfc(-x / sqrt(2)), 1e-13);
    for (double x = -37; x < -8; x += 0.125)
        assert_near(normal_cdf(x), 0.5 * erfc(-x / sqrt(2)), 1e-12);
}

static void cdf_equals_printed_values(void **state) {
    // Abramowitz and Stegun, tables 26.1 and 26.2.
    assert_near(normal_cdf(1), 0.841344746068543, 1e-15);
    assert_near(normal_cdf(2), 0.977249868051821, 1e-15);
    assert_true(normal_cdf(0) == 0.5);
    assert_near(normal_cdf(-5), 2.866515719e-7, 1e-9);
    assert_true(normal_cdf(INFINITY) == 1 && normal_cdf(-INFINITY) == 0);
    assert_true(isnan(normal_cdf(NAN)));
}

static void quantile_equals_printed_values(void **state) {
    assert_near(normal_quantile(0.95), 1.6448536269514722, 1e-14);
    assert_near(normal_quantile(0.975), 1.959963984540054, 1e-14);
    assert_near(normal_quantile(0.01), -2.3263478740408408, 1e-14);
    assert_true(normal_quantile(0.5) == 0);
    assert_true(normal_quantile(0) == -INFINITY && normal_quantile(1) == INFINITY);
    assert_true(isnan(normal_quantile(-0.1)) && isnan(normal_quantile(1.1)));
    assert_true(isnan(normal_quantile(NAN)));
}

static void the_upper_half_mirrors_the_lower_to_the_last_bit(void **state) {
    for (double p = 0.25; p > 1e-16; p /= 2)
        assert_true(normal_quantile(1 - p) == -normal_quantile(1 - (1 - p)));
}

static void quantile_inverts_the_cdf_down_to_the_far_tail(void **state) {
    for (double p = 1e-300; p < 0.5; p *= 1.7)
        assert_near(normal_cdf(normal_quantile(p)), p, 1e-11);
    for (double x = -6; x < 0; x += 0.01)
        assert_true(fabs(normal_quantile(normal_cdf(x)) - x) <= 1e-14 * fmax(1, fabs(x)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cdf_equals_the_complementary_error_function),
        cmocka_unit_test(cdf_equals_printed_values),
        cmocka_unit_test(quantile_equals_printed_values),
        cmocka_unit_test(the_upper_half_mirrors_the_lower_to_the_last_bit),
        cmocka_unit_test(quantile_inverts_the_cdf_down_to_the_far_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
