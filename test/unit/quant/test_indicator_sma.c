// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++)
        out[0][i] = i + 1 < period ? NAN : twin_mean(&in[0][i + 1 - period], period);
}

static void sma_equals_its_definition(void **state) {
    twin_check("sma", "period=1", twin);
    twin_check("sma", "period=2", twin);
    twin_check("sma", "period=7", twin);
    twin_check("sma", "period=333", twin);
}

static void sma_equals_the_reference(void **state) {
    golden_check("sma", "period=5", "value", "expected", "SMA_5", 1e-9);
    golden_check("sma", "period=20", "value", "expected", "SMA_20", 1e-9);
    golden_check("sma", "period=50", "value", "expected", "SMA_50", 1e-9);
}

static void sma_does_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("sma", "period=20", twin, 2000000, 20) <= 1e-14);
    assert_true(drift("sma", "period=1000", twin, 2000000, 1000) <= 1e-13);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sma_equals_its_definition),
        cmocka_unit_test(sma_equals_the_reference),
        cmocka_unit_test(sma_does_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
