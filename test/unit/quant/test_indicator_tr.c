// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    out[0][0] = NAN;
    for (size_t i = 1; i < count; i++) {
        double high = in[0][i], low = in[1][i], close = in[2][i - 1];
        out[0][i] = fmax(high - low, fmax(fabs(high - close), fabs(low - close)));
    }
}

static void tr_equals_its_definition(void **state) {
    twin_check("tr", "", twin);
}

static void tr_equals_the_reference(void **state) {
    golden_check("tr", "", "value", "expected", "TRANGE", 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tr_equals_its_definition),
        cmocka_unit_test(tr_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
