// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

// Wilder's recursion, ((p - 1) previous + x) / p, afresh for every row.
static void averages(const double *const *in, size_t i, double length, long double *gain,
                     long double *loss) {
    size_t period = (size_t)length;
    *gain = *loss = 0;
    for (size_t j = 1; j <= i; j++) {
        long double change = in[0][j] - in[0][j - 1];
        long double keep = j <= period ? 1 : (period - 1.0L) / (long double)period;
        *gain = *gain * keep + (change > 0 ? change : 0) / (long double)period;
        *loss = *loss * keep - (change < 0 ? change : 0) / (long double)period;
    }
}

static void rsi(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        long double gain, loss;
        averages(in, i, params[0], &gain, &loss);
        out[0][i] = gain + loss < 1e-14 ? 0 : (double)(100 * gain / (gain + loss));
        if (i < params[0]) out[0][i] = NAN;
    }
}

static void cmo(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        long double gain, loss;
        averages(in, i, params[0], &gain, &loss);
        out[0][i] = gain + loss < 1e-14 ? 0 : (double)(100 * (gain - loss) / (gain + loss));
        if (i < params[0]) out[0][i] = NAN;
    }
}

static void strengths_equal_their_definitions(void **state) {
    twin_check("rsi", "period=2", rsi);
    twin_check("rsi", "period=14", rsi);
    twin_check("rsi", "period=100", rsi);
    twin_check("cmo", "period=2", cmo);
    twin_check("cmo", "period=14", cmo);
}

static void rsi_equals_the_reference(void **state) {
    golden_check("rsi", "timeperiod=7", "value", "expected", "RSI_7", 1e-9);
    golden_check("rsi", "timeperiod=14", "value", "expected", "RSI_14", 1e-9);
}

static void rsi_equals_values_worked_by_hand(void **state) {
    // Changes +1 +1 -1 +2 -2, period 2. Row 2: gain 1, loss 0: 100. Row 3: gain 0.5, loss 0.5: 50.
    // Row 4: gain 1.25, loss 0.25: 83.33. Row 5: gain 0.625, loss 1.125: 35.71.
    static const double closes[] = {10, 11, 12, 11, 13, 11};
    static const double expected[] = {NAN, NAN, 100, 50, 1.25 / 1.5 * 100, 0.625 / 1.75 * 100};
    const struct indicator *row = indicator_find("rsi");
    double params[] = {2};
    double memory[16];
    assert_true(row->state_size(params) <= sizeof memory);
    row->init(memory, params);
    for (size_t i = 0; i < 6; i++) {
        double out;
        row->update(memory, &closes[i], &out);
        assert_true(isnan(expected[i]) ? isnan(out) : fabs(out - expected[i]) < 1e-12);
    }
}

static void a_series_that_stands_still_has_no_strength(void **state) {
    static const char *const names[] = {"rsi", "cmo"};
    for (size_t k = 0; k < 2; k++) {
        const struct indicator *row = indicator_find(names[k]);
        double params[] = {3}, memory[16], out;
        row->init(memory, params);
        for (size_t i = 0; i < 9; i++) row->update(memory, (double[]){5}, &out);
        assert_true(out == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strengths_equal_their_definitions),
        cmocka_unit_test(rsi_equals_the_reference),
        cmocka_unit_test(rsi_equals_values_worked_by_hand),
        cmocka_unit_test(a_series_that_stands_still_has_no_strength),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
