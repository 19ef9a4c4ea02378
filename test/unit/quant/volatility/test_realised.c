// SPDX-License-Identifier: Apache-2.0
#include "quant/volatility/realised.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/math/normal.h"

static void is(double actual, double expected) {
    if (!(fabs(actual - expected) <= 1e-14 * fabs(expected)))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static void small_samples_equal_a_hand_computation(void **state) {
    const double r[] = {1, -2, 3, 2}, pi = acos(-1);
    double scratch[4];
    is(realised_variance(r, 4), 18);
    is(realised_bipower(r, 4), pi / 2 * (2 + 6 + 6));
    is(realised_quadpower(r, 4), 4 * pi * pi / 4 * 12);
    double m = pow(2, 2.0 / 3) * tgamma(7.0 / 6) / tgamma(0.5);
    is(realised_tripower(r, 4), 4 * (pow(6, 4.0 / 3) + pow(12, 4.0 / 3)) / pow(m, 3));
    // Pairs -1, 1, 5: 27 / 2; the grids have (4 - 2 + 1) / 2 = 1.5 steps on average of 4.
    is(realised_two_scale(r, 4, 2, false, scratch), 13.5 - 1.5 / 4 * 18);
    is(realised_two_scale(r, 4, 2, true, scratch), (13.5 - 1.5 / 4 * 18) / (1 - 1.5 / 4));
    // Autocovariances -2 - 6 + 6 = -2 and 3 - 4 = -1; Parzen at 1/3 and 2/3: 5/9 and 2/27.
    is(realised_kernel(r, 4, 0), 18);
    is(realised_kernel(r, 4, 2), 18 + 2 * (5.0 / 9 * -2 + 2.0 / 27 * -1));
}

static void too_few_returns_have_no_measure(void **state) {
    const double r[] = {1, -2, 3};
    double scratch[4];
    assert_true(isnan(realised_variance(r, 0)) && isnan(realised_bipower(r, 1)));
    assert_true(isnan(realised_tripower(r, 2)) && isnan(realised_quadpower(r, 3)));
    assert_true(isnan(realised_jump_test(r, 3, true).z) && isnan(realised_kernel(r, 0, 1)));
    assert_true(isnan(realised_two_scale(r, 3, 4, true, scratch)));
    assert_int_equal(realised_kernel_bandwidth(r, 1, scratch), 0);
}

static void zeros_have_no_jump(void **state) {
    const double still[6] = {0}, once[6] = {0, 0, 1};
    struct realised_jump test = realised_jump_test(still, 6, false);
    assert_true(test.variance == 0 && test.jump == 0 && isnan(test.z) && isnan(test.p));
    test = realised_jump_test(once, 6, false);
    assert_true(test.jump == 1 && test.bipower == 0);
    is(test.z, sqrt(6 / (acos(-1) * acos(-1) / 4 + acos(-1) - 5)));
    double scratch[2];
    assert_int_equal(realised_kernel_bandwidth(still, 6, scratch), 0);
}

static double gauss(struct prng *prng) {
    return normal_quantile((double)((prng_next(prng) >> 12) | 1) * 0x1p-52);
}

enum { DAYS = 400, MINUTES = 780 };

// A day of constant volatility: integrated variance 1.
static void day(struct prng *prng, double noise, double jump, double *ret_returns) {
    double before = noise * gauss(prng);
    for (size_t i = 0; i < MINUTES; i++) {
        double after = noise * gauss(prng);
        ret_returns[i] = gauss(prng) / sqrt(MINUTES) + after - before;
        before = after;
    }
    ret_returns[MINUTES / 3] += jump;
}

// Under no jump 5 % of the days are beyond the 5 % point; a jump of a day's deviation is seen.
static void the_jump_test_has_its_size_and_power(void **state) {
    struct prng prng;
    prng_seed(&prng, 3);
    for (int tripower = 0; tripower < 2; tripower++) {
        int false_alarms = 0, seen = 0;
        for (int i = 0; i < DAYS; i++) {
            double r[MINUTES];
            day(&prng, 0, 0, r);
            false_alarms += realised_jump_test(r, MINUTES, tripower != 0).p < 0.05;
            day(&prng, 0, 1, r);
            seen += realised_jump_test(r, MINUTES, tripower != 0).p < 0.001;
        }
        assert_in_range(false_alarms, 8, 36); // 20, within 3.6 deviations
        assert_in_range(seen, DAYS - 4, DAYS);
    }
}

static void two_scales_and_the_kernel_take_out_the_noise(void **state) {
    struct prng prng;
    prng_seed(&prng, 4);
    double plain = 0, scales = 0, kernel = 0, scratch[MINUTES];
    for (int i = 0; i < DAYS; i++) {
        double r[MINUTES];
        day(&prng, 0.03, 0, r);
        plain += realised_variance(r, MINUTES) / DAYS;
        scales += realised_two_scale(r, MINUTES, 30, true, scratch) / DAYS;
        kernel +=
            realised_kernel(r, MINUTES, realised_kernel_bandwidth(r, MINUTES, scratch)) / DAYS;
    }
    // 1 + 2 n noise^2 = 2.4.
    assert_true(fabs(plain - 2.404) < 0.03);
    // Of the slow scale's 30-step returns there are 751 instead of 780.
    double share = 751.0 / 780 / 30;
    assert_true(fabs(scales - (751.0 / 780 - share) / (1 - share)) < 0.04);
    assert_true(fabs(kernel - 1) < 0.06);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_samples_equal_a_hand_computation),
        cmocka_unit_test(too_few_returns_have_no_measure),
        cmocka_unit_test(zeros_have_no_jump),
        cmocka_unit_test(the_jump_test_has_its_size_and_power),
        cmocka_unit_test(two_scales_and_the_kernel_take_out_the_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
