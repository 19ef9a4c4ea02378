// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < period)
            out[0][i] = NAN;
        else
            out[0][i] =
                sqrt(twin_squares(&in[0][i + 1 - period], period) / (params[0] - params[1]));
    }
}

static void stddev_equals_its_definition(void **state) {
    twin_check("stddev", "period=2", twin);
    twin_check("stddev", "period=20 ddof=1", twin);
    twin_check("stddev", "period=111", twin);
}

static void stddev_equals_the_reference(void **state) {
    golden_check("stddev", "period=5", "value", "independent", "STDDEV_5", 1e-9);
    golden_check("stddev", "period=20", "value", "independent", "STDDEV_20", 1e-9);
    golden_check("stddev", "period=5", "value", "expected", "STDDEV_5", 1e-6);
    golden_check("stddev", "period=20", "value", "expected", "STDDEV_20", 1e-6);
}

static void stddev_does_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("stddev", "period=20", twin, 2000000, 20) <= 1e-12);
    assert_true(drift("stddev", "period=1000", twin, 2000000, 1000) <= 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stddev_equals_its_definition),
        cmocka_unit_test(stddev_equals_the_reference),
        cmocka_unit_test(stddev_does_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
