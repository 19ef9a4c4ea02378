// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = in[0][i];
        for (size_t j = 1; j < period && j <= i; j++) out[0][i] = fmin(out[0][i], in[0][i - j]);
        if (i + 1 < period) out[0][i] = NAN;
    }
}

static void min_equals_its_definition(void **state) {
    twin_check("min", "period=1", twin);
    twin_check("min", "period=2", twin);
    twin_check("min", "period=20", twin);
    twin_check("min", "period=333", twin);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(min_equals_its_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
