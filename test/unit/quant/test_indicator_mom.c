// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) out[0][i] = i < period ? NAN : in[0][i] - in[0][i - period];
}

static void mom_equals_its_definition(void **state) {
    twin_check("mom", "period=1", twin);
    twin_check("mom", "period=10", twin);
    twin_check("mom", "period=333", twin);
}

static void mom_equals_the_reference(void **state) {
    golden_check("mom", "period=7", "value", "expected", "MOM_7", 1e-9);
    golden_check("mom", "period=14", "value", "expected", "MOM_14", 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mom_equals_its_definition),
        cmocka_unit_test(mom_equals_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
