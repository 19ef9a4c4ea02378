// SPDX-License-Identifier: Apache-2.0
#include "averages.h"
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    naive_mama(in[0], count, params[0], params[1], out[0], out[1]);
}

static void mama_equals_its_definition(void **state) {
    twin_check_within("mama", "", twin, 1e-9);
    twin_check_within("mama", "fastlimit=0.9 slowlimit=0.1", twin, 1e-9);
    twin_check_within("mama", "fastlimit=0.01 slowlimit=0.99", twin, 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(mama_equals_its_definition)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
