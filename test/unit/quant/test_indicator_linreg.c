// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    long double middle = (params[0] - 1) / 2;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = out[2][i] = NAN;
        if (i + 1 < period) continue;
        const double *y = &in[0][i + 1 - period];
        long double mean = 0, cross = 0, squares = 0;
        for (size_t j = 0; j < period; j++)
            mean += ((long double)y[j] - y[0]) / (long double)period;
        for (size_t j = 0; j < period; j++) {
            cross += ((long double)j - middle) * (((long double)y[j] - y[0]) - mean);
            squares += ((long double)j - middle) * ((long double)j - middle);
        }
        long double slope = cross / squares;
        out[0][i] = (double)(y[0] + mean + slope * middle);
        out[1][i] = (double)slope;
        out[2][i] = (double)(y[0] + mean - slope * middle);
    }
}

static void linreg_equals_its_definition(void **state) {
    twin_check("linreg", "period=2", twin);
    twin_check("linreg", "period=14", twin);
    twin_check("linreg", "period=111", twin);
}

static void linreg_equals_the_reference(void **state) {
    golden_check("linreg", "period=7", "value", "expected", "LINEARREG_7", 1e-9);
    golden_check("linreg", "period=7", "slope", "expected", "LINEARREG_SLOPE_7", 1e-9);
    golden_check("linreg", "period=7", "intercept", "expected", "LINEARREG_INTERCEPT_7", 1e-9);
    golden_check("linreg", "period=14", "value", "expected", "LINEARREG_14", 1e-9);
    golden_check("linreg", "period=14", "slope", "expected", "LINEARREG_SLOPE_14", 1e-9);
    golden_check("linreg", "period=14", "intercept", "expected", "LINEARREG_INTERCEPT_14", 1e-9);
}

static void linreg_does_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("linreg", "period=14", twin, 2000000, 14) <= 1e-13);
    assert_true(drift("linreg", "period=1000", twin, 2000000, 1000) <= 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linreg_equals_its_definition),
        cmocka_unit_test(linreg_equals_the_reference),
        cmocka_unit_test(linreg_does_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
