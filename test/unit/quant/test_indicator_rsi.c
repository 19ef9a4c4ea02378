// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

// Wilder's recursion, ((p - 1) previous + x) / p, afresh for every row.
static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        long double gain = 0, loss = 0;
        for (size_t j = 1; j <= i; j++) {
            long double change = in[0][j] - in[0][j - 1];
            long double keep = j <= period ? 1 : (period - 1.0L) / (long double)period;
            gain = gain * keep + (change > 0 ? change : 0) / (long double)period;
            loss = loss * keep - (change < 0 ? change : 0) / (long double)period;
        }
        out[0][i] = i < period ? NAN : gain + loss == 0 ? 0 : (double)(100 * gain / (gain + loss));
    }
}

static void rsi_equals_its_definition(void **state) {
    twin_check("rsi", "period=2", twin);
    twin_check("rsi", "period=14", twin);
    twin_check("rsi", "period=100", twin);
}

static void rsi_equals_the_reference(void **state) {
    golden_check("rsi", "period=7", "value", "expected", "RSI_7", 1e-9);
    golden_check("rsi", "period=14", "value", "expected", "RSI_14", 1e-9);
}

static void rsi_equals_values_worked_by_hand(void **state) {
    // Changes +1 +1 -1 +2 -2, period 2. Row 2: gain 1, loss 0: 100. Row 3: gain 0.5, loss 0.5: 50.
    // Row 4: gain 1.25, loss 0.25: 83.33. Row 5: gain 0.625, loss 1.125: 35.71.
    static const double closes[] = {10, 11, 12, 11, 13, 11};
    static const double expected[] = {NAN, NAN, 100, 50, 1.25 / 1.5 * 100, 0.625 / 1.75 * 100};
    const struct indicator *rsi = indicator_find("rsi");
    double params[] = {2};
    double memory[16];
    assert_true(rsi->state_size(params) <= sizeof memory);
    rsi->init(memory, params);
    for (size_t i = 0; i < 6; i++) {
        double out;
        rsi->update(memory, &closes[i], &out);
        assert_true(isnan(expected[i]) ? isnan(out) : fabs(out - expected[i]) < 1e-12);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rsi_equals_its_definition),
        cmocka_unit_test(rsi_equals_the_reference),
        cmocka_unit_test(rsi_equals_values_worked_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
