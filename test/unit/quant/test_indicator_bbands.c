// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = out[2][i] = NAN;
        if (i + 1 < period) continue;
        const double *window = &in[0][i + 1 - period];
        double sd = sqrt(twin_squares(window, period) / (double)period);
        out[0][i] = twin_mean(window, period) + params[1] * sd;
        out[1][i] = twin_mean(window, period);
        out[2][i] = twin_mean(window, period) - params[1] * sd;
    }
}

static void bbands_equal_their_definition(void **state) {
    twin_check("bbands", "period=2", twin);
    twin_check("bbands", "period=20 width=2", twin);
    twin_check("bbands", "period=111 width=1.5", twin);
}

static void bbands_equal_the_reference(void **state) {
    golden_check("bbands", "period=20", "upper", "expected", "BBANDS_UPPER_20_2_2", 1e-6);
    golden_check("bbands", "period=20", "middle", "expected", "BBANDS_MIDDLE_20_2_2", 1e-9);
    golden_check("bbands", "period=20", "lower", "expected", "BBANDS_LOWER_20_2_2", 1e-6);
    golden_check("bbands", "period=20", "upper", "independent", "BBANDS_UPPER_20_2_2", 1e-9);
    golden_check("bbands", "period=20", "lower", "independent", "BBANDS_LOWER_20_2_2", 1e-9);
}

static void bbands_do_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("bbands", "period=20", twin, 2000000, 20) <= 1e-13);
    assert_true(drift("bbands", "period=1000", twin, 2000000, 1000) <= 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bbands_equal_their_definition),
        cmocka_unit_test(bbands_equal_the_reference),
        cmocka_unit_test(bbands_do_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
