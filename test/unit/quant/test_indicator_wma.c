// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        long double sum = 0;
        out[0][i] = NAN;
        if (i + 1 < period) continue;
        for (size_t j = 0; j < period; j++) sum += (long double)(period - j) * in[0][i - j];
        out[0][i] = (double)(sum / ((long double)period * (period + 1) / 2));
    }
}

static void wma_equals_its_definition(void **state) {
    twin_check("wma", "period=1", twin);
    twin_check("wma", "period=2", twin);
    twin_check("wma", "period=20", twin);
    twin_check("wma", "period=111", twin);
}

static void wma_equals_the_reference(void **state) {
    golden_check("wma", "period=5", "value", "expected", "WMA_5", 1e-9);
    golden_check("wma", "period=20", "value", "expected", "WMA_20", 1e-9);
    golden_check("wma", "period=50", "value", "expected", "WMA_50", 1e-9);
}

static void wma_does_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("wma", "period=20", twin, 2000000, 20) <= 1e-14);
    assert_true(drift("wma", "period=1000", twin, 2000000, 1000) <= 1e-13);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wma_equals_its_definition),
        cmocka_unit_test(wma_equals_the_reference),
        cmocka_unit_test(wma_does_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
