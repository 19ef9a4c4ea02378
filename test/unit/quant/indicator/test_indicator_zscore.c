// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i + 1 < period) continue;
        const double *window = &in[0][i + 1 - period];
        bool equal = true;
        for (size_t j = 1; j < period; j++) equal = equal && window[j] == window[0];
        if (equal) continue;
        // Differences of neighbours are exact; a mean rounded at the level of the series is not.
        long double deviation = 0;
        for (size_t j = 0; j < period; j++)
            deviation += ((long double)in[0][i] - window[j]) / (long double)period;
        double sd = sqrt(twin_squares(window, period) / (double)period);
        out[0][i] = (double)deviation / sd;
    }
}

static void zscore_equals_its_definition(void **state) {
    twin_check("zscore", "period=2", twin);
    twin_check("zscore", "period=20", twin);
    twin_check("zscore", "period=111", twin);
}

static void zscore_does_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("zscore", "period=20", twin, 2000000, 20) <= 1e-12);
    assert_true(drift("zscore", "period=1000", twin, 2000000, 1000) <= 1e-12);
}

static void zscore_of_equal_values_is_undefined_after_any_jump(void **state) {
    const struct indicator *zscore = indicator_find("zscore");
    double params[] = {5};
    double memory[64];
    assert_true(zscore->state_size(params) <= sizeof memory);
    for (size_t jump = 0; jump < 12; jump++) {
        zscore->init(memory, params);
        for (size_t i = 0; i < 40; i++) {
            double x = i <= jump ? 1e9 + 0.1 * (double)i : 0.1, out;
            zscore->update(memory, &x, &out);
            if (i >= jump + 5) assert_true(isnan(out));
            if (i > jump && i >= 4 && i < jump + 5) assert_true(out < 0);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zscore_equals_its_definition),
        cmocka_unit_test(zscore_does_not_drift_in_two_million_rows),
        cmocka_unit_test(zscore_of_equal_values_is_undefined_after_any_jump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
