// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static double range_of(const double *const *in, size_t i) {
    double high = in[0][i], low = in[1][i], close = in[2][i - 1];
    return fmax(high - low, fmax(fabs(high - close), fabs(low - close)));
}

static void trange(const double *const *in, size_t count, const double *params,
                   double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = i == 0 ? NAN : range_of(in, i);
}

static void atr(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) {
        long double sum = 0;
        for (size_t j = 1; j <= i; j++) {
            long double keep = j <= period ? 1 : (period - 1.0L) / (long double)period;
            sum = sum * keep + range_of(in, j) / (long double)period;
        }
        out[0][i] = i < period ? NAN : (double)sum;
    }
}

static void natr(const double *const *in, size_t count, const double *params, double *const *out) {
    atr(in, count, params, out);
    for (size_t i = 0; i < count; i++) out[0][i] *= 100 / in[2][i];
}

static void ranges_equal_their_definitions(void **state) {
    twin_check("trange", "", trange);
    twin_check("atr", "period=1", atr);
    twin_check("atr", "period=14", atr);
    twin_check("atr", "period=100", atr);
    twin_check("natr", "period=1", natr);
    twin_check("natr", "period=14", natr);
}

static void ranges_equal_the_reference(void **state) {
    golden_check("trange", "", "value", "expected", "TRANGE", 1e-9);
    golden_check("atr", "timeperiod=7", "value", "expected", "ATR_7", 1e-9);
    golden_check("atr", "timeperiod=14", "value", "expected", "ATR_14", 1e-9);
    golden_check("natr", "timeperiod=7", "value", "expected", "NATR_7", 1e-9);
    golden_check("natr", "timeperiod=14", "value", "expected", "NATR_14", 1e-9);
}

static void natr_of_a_close_of_zero_is_zero(void **state) {
    const struct indicator *natr_row = indicator_find("natr");
    double params[] = {1}, memory[8], out;
    assert_true(natr_row->state_size(params) <= sizeof memory);
    natr_row->init(memory, params);
    natr_row->update(memory, (double[]){1, -1, 0}, &out);
    natr_row->update(memory, (double[]){1, -1, 0}, &out);
    assert_true(out == 0);
    natr_row->update(memory, (double[]){1, -1, 0.5}, &out);
    assert_true(out == 400);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_equal_their_definitions),
        cmocka_unit_test(ranges_equal_the_reference),
        cmocka_unit_test(natr_of_a_close_of_zero_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
