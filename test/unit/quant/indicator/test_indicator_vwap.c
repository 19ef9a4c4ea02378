// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        long double value = 0, volume = 0;
        out[0][i] = NAN;
        if (i + 1 < period) continue;
        for (size_t j = i + 1 - period; j <= i; j++) {
            value += ((long double)in[0][j] + in[1][j] + in[2][j]) / 3 * in[3][j];
            volume += in[3][j];
        }
        if (volume > 0) out[0][i] = (double)(value / volume);
    }
}

static void vwap_equals_its_definition(void **state) {
    twin_check("vwap", "period=10", twin);
    twin_check("vwap", "period=20", twin);
    twin_check("vwap", "period=111", twin);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vwap_equals_its_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
