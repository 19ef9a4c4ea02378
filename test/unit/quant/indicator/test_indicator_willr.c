// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        double high = in[0][i], low = in[1][i];
        for (size_t j = 1; j < params[0] && j <= i; j++) {
            high = fmax(high, in[0][i - j]);
            low = fmin(low, in[1][i - j]);
        }
        out[0][i] = high > low ? 100 * (in[2][i] - high) / (high - low) : 0;
        if (i + 1 < params[0]) out[0][i] = NAN;
    }
}

static void willr_equals_its_definition(void **state) {
    twin_check("willr", "period=2", twin);
    twin_check("willr", "period=14", twin);
    twin_check("willr", "period=255", twin);
    twin_check("willr", "period=333", twin);
}

static void willr_equals_the_reference(void **state) {
    golden_check("willr", "timeperiod=7", "value", "expected", "WILLR_7", 1e-9);
    golden_check("willr", "timeperiod=14", "value", "expected", "WILLR_14", 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(willr_equals_its_definition),
        cmocka_unit_test(willr_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
