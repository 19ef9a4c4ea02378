// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        out[0][i] = NAN;
        if (i < period) continue;
        double *returns = malloc(period * sizeof *returns);
        for (size_t j = 0; j < period; j++)
            returns[j] = log(in[0][i - period + 1 + j] / in[0][i - period + j]);
        out[0][i] = sqrt(twin_squares(returns, period) / (double)(period - 1) * params[1]);
        free(returns);
    }
}

static void vol_equals_its_definition(void **state) {
    twin_check("vol", "period=2", twin);
    twin_check("vol", "period=20", twin);
    twin_check("vol", "period=111 periods_per_year=365", twin);
}

static void vol_does_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("vol", "period=20", twin, 2000000, 21) <= 1e-13);
}

static void vol_passes_over_values_that_have_no_logarithm(void **state) {
    const struct indicator *vol = indicator_find("vol");
    static const double values[] = {100, 0, 110, -5, 99};
    double params[] = {2, 1}, memory[32], out = 0;
    assert_true(vol->state_size(params) <= sizeof memory);
    vol->init(memory, params);
    for (size_t i = 0; i < 5; i++) {
        vol->update(memory, &values[i], &out);
        assert_int_equal(isnan(out), i < 4);
    }
    // Two returns a and b: the sample deviation is |a - b| / sqrt(2).
    assert_true(fabs(out - fabs(log(1.1) - log(0.9)) / sqrt(2)) < 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vol_equals_its_definition),
        cmocka_unit_test(vol_does_not_drift_in_two_million_rows),
        cmocka_unit_test(vol_passes_over_values_that_have_no_logarithm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
