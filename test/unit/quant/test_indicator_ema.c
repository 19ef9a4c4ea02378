// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

// Newest weight k, weights falling by 1 - k a row, and the seed's mean with what is left.
static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    long double k = 2.0L / (params[0] + 1);
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i + 1 < period) continue;
        long double sum = 0, weight = 1;
        for (size_t j = i; j >= period; j--) {
            sum += weight * k * in[0][j];
            weight *= 1 - k;
        }
        out[0][i] = (double)(sum + weight * twin_mean(in[0], period));
    }
}

static void ema_equals_its_definition(void **state) {
    twin_check("ema", "period=1", twin);
    twin_check("ema", "period=2", twin);
    twin_check("ema", "period=20", twin);
    twin_check("ema", "period=200", twin);
}

static void ema_equals_the_reference(void **state) {
    golden_check("ema", "period=5", "value", "expected", "EMA_5", 1e-9);
    golden_check("ema", "period=20", "value", "expected", "EMA_20", 1e-9);
    golden_check("ema", "period=50", "value", "expected", "EMA_50", 1e-9);
}

static void ema_does_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("ema", "period=20", twin, 2000000, 1000) <= 1e-14);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ema_equals_its_definition),
        cmocka_unit_test(ema_equals_the_reference),
        cmocka_unit_test(ema_does_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
