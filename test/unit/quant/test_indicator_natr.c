// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        long double sum = 0;
        for (size_t j = 1; j <= i; j++) {
            double high = in[0][j], low = in[1][j], close = in[2][j - 1];
            double range = fmax(high - low, fmax(fabs(high - close), fabs(low - close)));
            long double keep = j <= period ? 1 : (period - 1.0L) / (long double)period;
            sum = sum * keep + range / (long double)period;
        }
        out[0][i] = i < period ? NAN : (double)(100 * sum / in[2][i]);
    }
}

static void natr_equals_its_definition(void **state) {
    twin_check("natr", "period=1", twin);
    twin_check("natr", "period=14", twin);
}

static void natr_equals_the_reference(void **state) {
    golden_check("natr", "period=7", "value", "expected", "NATR_7", 1e-9);
    golden_check("natr", "period=14", "value", "expected", "NATR_14", 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(natr_equals_its_definition),
        cmocka_unit_test(natr_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
