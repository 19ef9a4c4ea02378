// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0], offset = (size_t)params[1];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = out[2][i] = NAN;
        if (i + 1 < period + offset) continue;
        size_t last = i - offset;
        double high = in[0][last], low = in[1][last];
        for (size_t j = last + 1 - period; j < last; j++) {
            high = fmax(high, in[0][j]);
            low = fmin(low, in[1][j]);
        }
        out[0][i] = high;
        out[1][i] = (high + low) / 2;
        out[2][i] = low;
    }
}

static void donchian_equals_its_definition(void **state) {
    twin_check("donchian", "period=1", twin);
    twin_check("donchian", "period=1 offset=1", twin);
    twin_check("donchian", "period=20", twin);
    twin_check("donchian", "period=20 offset=1", twin);
    twin_check("donchian", "period=333 offset=1", twin);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(donchian_equals_its_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
