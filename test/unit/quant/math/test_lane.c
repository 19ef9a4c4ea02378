// SPDX-License-Identifier: Apache-2.0
// Expected numbers: mpmath with 50 digits.
#include "quant/math/lane.h"

#include "base/prng.h"
#include "harness.h"
#include "quant/math/mathfn.h"

static bool near(double actual, double expected, double relative) {
    return fabs(actual - expected) <= relative * fabs(expected);
}

static void exponentials_have_all_their_digits(void **state) {
    static const double rows[][2] = {
        {0, 1.0},
        {1e-09, 1.000000001},
        {-0.3, 0.740818220681717874},
        {0.34657, 1.41420848495957966},
        {1, 2.71828182845904524},
        {-1, 0.367879441171442322},
        {10.5, 36315.5026742466377},
        {-37.25, 6.64554417291507054e-17},
        {300, 1.94242639524125594e+130},
        {-700, 9.85967654375977086e-305},
        {700, 1.01423205473500451e+304},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!near(lane_exp(rows[i][0]), rows[i][1], 2.3e-16))
            fail_msg("exp(%g) is %.17g", rows[i][0], lane_exp(rows[i][0]));
}

static void exponentials_end_at_nothing_and_at_infinity(void **state) {
    assert_true(lane_exp(-708.5) == 0 && lane_exp(-1e300) == 0 && lane_exp(-INFINITY) == 0);
    assert_true(isinf(lane_exp(709.5)) && isinf(lane_exp(1e300)) && isinf(lane_exp(INFINITY)));
}

static void logarithms_of_ratios_have_all_their_digits(void **state) {
    static const double rows[][3] = {
        {1, 1, 0.0},
        {100, 100.0000001, -9.99999940131823907e-10},
        {100, 99.9, 0.0010005003335834766},
        {1, 2, -0.693147180559945309},
        {3, 2, 0.405465108108164382},
        {1, 1.5, -0.405465108108164382},
        {1, 10, -2.30258509299404568},
        {5, 0.004, 7.13089883029634679},
        {1e+300, 1e-300, 1381.55105579642741},
        {2.3e-308, 1.7e+308, -1418.09013641245921},
        {1.4142135623730951, 1, 0.346573590279972723},
        {0.3, 0.1, 1.0986122886681096},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double log = lane_log_ratio(rows[i][0], rows[i][1]);
        if (!near(log, rows[i][2], 4e-16))
            fail_msg("ln(%g / %g) is %.17g", rows[i][0], rows[i][1], log);
        assert_true(lane_log_ratio(rows[i][1], rows[i][0]) == -log);
    }
}

static void both_agree_with_the_other_library(void **state) {
    struct prng prng;
    prng_seed(&prng, 6);
    for (int i = 0; i < 100000; i++) {
        double x = (double)prng_below(&prng, 1400001) / 1e3 - 700;
        double a = mathfn_exp(x / 100), b = mathfn_exp((double)prng_below(&prng, 1000) / 1e3);
        assert_true(near(lane_exp(x), mathfn_exp(x), 4e-16));
        double log = mathfn_log(a) - mathfn_log(b); // to the digits that a difference keeps
        assert_true(fabs(lane_log_ratio(a, b) - log) <= 1e-15 * (fabs(log) + 1));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exponentials_have_all_their_digits),
        cmocka_unit_test(exponentials_end_at_nothing_and_at_infinity),
        cmocka_unit_test(logarithms_of_ratios_have_all_their_digits),
        cmocka_unit_test(both_agree_with_the_other_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
