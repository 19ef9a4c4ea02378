// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        long double sum = 0;
        for (size_t j = 0; j < period && j <= i; j++) sum += in[0][i - j];
        out[0][i] = i + 1 < period ? NAN : (double)sum;
    }
}

static void sum_equals_its_definition(void **state) {
    twin_check("sum", "period=2", twin);
    twin_check("sum", "period=30", twin);
    twin_check("sum", "period=333", twin);
}

static void sum_does_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("sum", "period=30", twin, 2000000, 30) <= 1e-14);
    assert_true(drift("sum", "period=1000", twin, 2000000, 1000) <= 1e-13);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sum_equals_its_definition),
        cmocka_unit_test(sum_does_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
