// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    long double total = 0;
    for (size_t i = 0; i < count; i++) {
        double change = i == 0 ? 1 : in[0][i] - in[0][i - 1];
        total += change > 0 ? in[1][i] : change < 0 ? -in[1][i] : 0;
        out[0][i] = (double)total;
    }
}

static void obv_equals_its_definition(void **state) {
    twin_check("obv", "", twin);
}

static void obv_equals_the_reference(void **state) {
    golden_check("obv", "", "value", "expected", "OBV", 1e-12);
}

static void obv_keeps_small_volumes_beside_a_large_total(void **state) {
    const struct indicator *obv = indicator_find("obv");
    double memory[8], out = 0;
    assert_true(obv->state_size(NULL) <= sizeof memory);
    obv->init(memory, NULL);
    obv->update(memory, (double[]){1, 1e16}, &out);
    for (int i = 0; i < 1000000; i++) obv->update(memory, (double[]){2 + i, 0.5}, &out);
    obv->update(memory, (double[]){0, 1e16}, &out);
    assert_true(out == 500000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(obv_equals_its_definition),
        cmocka_unit_test(obv_equals_the_reference),
        cmocka_unit_test(obv_keeps_small_volumes_beside_a_large_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
