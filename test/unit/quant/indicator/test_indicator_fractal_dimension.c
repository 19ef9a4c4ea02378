// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "naive.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0], half = period / 2;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i + 1 < period) continue;
        double n[3]; // range a row of the newer half, the older half and the whole
        for (int k = 0; k < 3; k++) {
            size_t last = k == 1 ? i - half : i, rows = k == 2 ? period : half;
            double high = in[0][last], low = in[1][last];
            for (size_t j = last + 1 - rows; j < last; j++) {
                high = fmax(high, in[0][j]);
                low = fmin(low, in[1][j]);
            }
            n[k] = (high - low) / (double)rows;
        }
        if (n[0] + n[1] > 0) out[0][i] = (log(n[0] + n[1]) - log(n[2])) / log(2);
    }
}

static void fractal_dimension_equals_its_definition(void **state) {
    twin_check("fractal_dimension", "", twin);
    twin_check("fractal_dimension", "period=2", twin);
    twin_check("fractal_dimension", "period=200", twin);
}

static void a_line_has_one_dimension_and_a_filled_range_two(void **state) {
    const struct indicator *dimension = indicator_find("fractal_dimension");
    double params[] = {8}, memory[64], out;
    dimension->init(memory, params);
    for (int i = 0; i < 20; i++) dimension->update(memory, (double[]){i + 1, i}, &out);
    assert_true(out == 1);
    for (int i = 0; i < 20; i++) dimension->update(memory, (double[]){5, 4}, &out);
    assert_true(out == 2);
    for (int i = 0; i < 20; i++) dimension->update(memory, (double[]){5, 5}, &out);
    assert_true(isnan(out));
    assert_int_equal(indicator_check(dimension, (double[]){9}), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fractal_dimension_equals_its_definition),
        cmocka_unit_test(a_line_has_one_dimension_and_a_filled_range_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
