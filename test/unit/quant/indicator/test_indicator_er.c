// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i < period) continue;
        long double path = 0;
        for (size_t j = i + 1 - period; j <= i; j++) path += fabs(in[0][j] - in[0][j - 1]);
        double net = fabs(in[0][i] - in[0][i - period]);
        out[0][i] = path == 0 ? 0 : (double)(net / path);
    }
}

static void er_equals_its_definition(void **state) {
    twin_check("er", "period=1", twin);
    twin_check("er", "period=10", twin);
    twin_check("er", "period=111", twin);
}

static void er_of_a_straight_line_is_one_and_of_a_zigzag_is_small(void **state) {
    const struct indicator *er = indicator_find("er");
    double params[] = {8}, memory[32], out = 0;
    assert_true(er->state_size(params) <= sizeof memory);
    er->init(memory, params);
    for (int i = 0; i < 20; i++) er->update(memory, (double[]){100 + 0.1 * i}, &out);
    assert_true(out <= 1 && out > 1 - 1e-12);
    // Seven steps up and one down of the same size: (7 - 1) / 8.
    er->init(memory, params);
    for (int i = 0; i < 9; i++) er->update(memory, (double[]){i < 8 ? i : 6}, &out);
    assert_true(fabs(out - 0.75) < 1e-15);
}

static void er_does_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("er", "period=20", twin, 2000000, 21) <= 1e-13);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(er_equals_its_definition),
        cmocka_unit_test(er_of_a_straight_line_is_one_and_of_a_zigzag_is_small),
        cmocka_unit_test(er_does_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
