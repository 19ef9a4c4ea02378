// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void var(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++)
        out[0][i] =
            i + 1 < period ? NAN : twin_squares(&in[0][i + 1 - period], period) / (double)period;
}

static void stddev(const double *const *in, size_t count, const double *params,
                   double *const *out) {
    var(in, count, params, out);
    for (size_t i = 0; i < count; i++)
        out[0][i] = out[0][i] < 1e-14 ? 0 : params[1] * sqrt(out[0][i]); // as TA-Lib has it
}

static void deviations_equal_their_definitions(void **state) {
    twin_check("stddev", "timeperiod=2", stddev);
    twin_check("stddev", "timeperiod=20 nbdev=-2.5", stddev);
    twin_check("stddev", "timeperiod=111", stddev);
    twin_check("var", "timeperiod=1", var);
    twin_check("var", "timeperiod=16 nbdev=3", var);
    twin_check("var", "timeperiod=17", var);
    twin_check("var", "timeperiod=111", var);
}

static void deviations_equal_the_reference(void **state) {
    golden_check("stddev", "timeperiod=5", "value", "independent", "STDDEV_5", 1e-9);
    golden_check("stddev", "timeperiod=20", "value", "independent", "STDDEV_20", 1e-9);
    golden_check("stddev", "timeperiod=5", "value", "expected", "STDDEV_5", 1e-6);
    golden_check("stddev", "timeperiod=20", "value", "expected", "STDDEV_20", 1e-6);
    golden_check("var", "timeperiod=5", "value", "independent", "VAR_5", 1e-9);
    golden_check("var", "timeperiod=20", "value", "independent", "VAR_20", 1e-9);
    golden_check("var", "timeperiod=5", "value", "expected", "VAR_5", 1e-6);
    golden_check("var", "timeperiod=20", "value", "expected", "VAR_20", 1e-6);
}

static void stddev_does_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("stddev", "timeperiod=5", stddev, 2000000, 5) <= 1e-12);
    assert_true(drift("stddev", "timeperiod=20", stddev, 2000000, 20) <= 1e-12);
    assert_true(drift("stddev", "timeperiod=1000", stddev, 2000000, 1000) <= 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviations_equal_their_definitions),
        cmocka_unit_test(deviations_equal_the_reference),
        cmocka_unit_test(stddev_does_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
