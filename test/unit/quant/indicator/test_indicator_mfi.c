// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        long double up = 0, down = 0;
        for (size_t j = 0; j < params[0] && j < i; j++) {
            size_t k = i - j;
            double price = (in[0][k] + in[1][k] + in[2][k]) / 3;
            double before = (in[0][k - 1] + in[1][k - 1] + in[2][k - 1]) / 3;
            if (price > before) up += (long double)price * in[3][k];
            if (price < before) down += (long double)price * in[3][k];
        }
        out[0][i] = up + down < 1 ? 0 : (double)(100 * up / (up + down));
        if (i < params[0]) out[0][i] = NAN;
    }
}

// Windows without volume are among the rows.
static void mfi_equals_its_definition(void **state) {
    twin_check("mfi", "period=2", twin);
    twin_check("mfi", "period=14", twin);
    twin_check("mfi", "period=100", twin);
}

static void mfi_equals_the_reference(void **state) {
    golden_check("mfi", "timeperiod=7", "value", "expected", "MFI_7", 1e-9);
    golden_check("mfi", "timeperiod=14", "value", "expected", "MFI_14", 1e-9);
}

static void less_money_than_one_counts_as_none(void **state) {
    const struct indicator *row = indicator_find("mfi");
    double params[] = {2}, memory[16], out;
    assert_true(row->state_size(params) <= sizeof memory);
    row->init(memory, params);
    for (int i = 0; i < 3; i++) row->update(memory, (double[]){1 + i, 1 + i, 1 + i, 0.19}, &out);
    assert_true(out == 0); // (2 + 3) 0.19
    row->update(memory, (double[]){4, 4, 4, 0.19}, &out);
    assert_true(out == 100); // (3 + 4) 0.19
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mfi_equals_its_definition),
        cmocka_unit_test(mfi_equals_the_reference),
        cmocka_unit_test(less_money_than_one_counts_as_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
