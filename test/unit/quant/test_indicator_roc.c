// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++)
        out[0][i] = i < period ? NAN : 100 * (in[0][i] / in[0][i - period] - 1);
}

static void roc_equals_its_definition(void **state) {
    twin_check("roc", "period=1", twin);
    twin_check("roc", "period=10", twin);
    twin_check("roc", "period=333", twin);
}

static void roc_equals_the_reference(void **state) {
    golden_check("roc", "period=7", "value", "expected", "ROC_7", 1e-9);
    golden_check("roc", "period=14", "value", "expected", "ROC_14", 1e-9);
}

static void roc_from_zero_is_undefined(void **state) {
    const struct indicator *roc = indicator_find("roc");
    double params[] = {1}, memory[8], out;
    assert_true(roc->state_size(params) <= sizeof memory);
    roc->init(memory, params);
    roc->update(memory, (double[]){0}, &out);
    roc->update(memory, (double[]){5}, &out);
    assert_true(isnan(out));
    roc->update(memory, (double[]){6}, &out);
    assert_true(fabs(out - 20) < 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roc_equals_its_definition),
        cmocka_unit_test(roc_equals_the_reference),
        cmocka_unit_test(roc_from_zero_is_undefined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
