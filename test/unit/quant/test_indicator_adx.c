// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    long double plus = 0, minus = 0, range = 0, dx = 0, adx = 0;
    long double n = (long double)period;
    for (size_t i = 0; i < count; i++) {
        out[0][i] = out[1][i] = out[2][i] = NAN;
        if (i == 0) continue;
        double up = in[0][i] - in[0][i - 1], down = in[1][i - 1] - in[1][i], close = in[2][i - 1];
        if (i >= period) {
            plus *= (n - 1) / n;
            minus *= (n - 1) / n;
            range *= (n - 1) / n;
        }
        plus += up > down && up > 0 ? up : 0;
        minus += down > up && down > 0 ? down : 0;
        range += fmax(in[0][i] - in[1][i], fmax(fabs(in[0][i] - close), fabs(in[1][i] - close)));
        if (i < period) continue;
        out[1][i] = (double)(100 * plus / range);
        out[2][i] = (double)(100 * minus / range);
        if (plus + minus > 0)
            dx = 100 * (plus > minus ? plus - minus : minus - plus) / (plus + minus);
        adx = i < 2 * period ? adx + dx / n : ((n - 1) * adx + dx) / n;
        if (i + 1 >= 2 * period) out[0][i] = (double)adx;
    }
}

static void adx_equals_its_definition(void **state) {
    twin_check("adx", "period=2", twin);
    twin_check("adx", "period=14", twin);
    twin_check("adx", "period=100", twin);
}

static void adx_equals_the_reference(void **state) {
    golden_check("adx", "period=7", "adx", "expected", "ADX_7", 1e-9);
    golden_check("adx", "period=7", "plus_di", "expected", "PLUS_DI_7", 1e-9);
    golden_check("adx", "period=7", "minus_di", "expected", "MINUS_DI_7", 1e-9);
    golden_check("adx", "period=14", "adx", "expected", "ADX_14", 1e-9);
    golden_check("adx", "period=14", "plus_di", "expected", "PLUS_DI_14", 1e-9);
    golden_check("adx", "period=14", "minus_di", "expected", "MINUS_DI_14", 1e-9);
}

static void adx_counts_neither_direction_when_a_bar_grows_both_ways_alike(void **state) {
    const struct indicator *adx = indicator_find("adx");
    double params[] = {2}, memory[16], out[3];
    assert_true(adx->state_size(params) <= sizeof memory);
    adx->init(memory, params);
    for (int i = 0; i < 6; i++) adx->update(memory, (double[]){10 + i, 10 - i, 10}, out);
    assert_true(out[0] == 0 && out[1] == 0 && out[2] == 0);
}

static void adx_of_a_market_that_stands_still_is_zero_then_keeps_its_last(void **state) {
    const struct indicator *adx = indicator_find("adx");
    double params[] = {2}, memory[16], out[3];
    adx->init(memory, params);
    for (int i = 0; i < 6; i++) adx->update(memory, (double[]){10, 10, 10}, out);
    assert_true(out[0] == 0 && out[1] == 0 && out[2] == 0);
    for (int i = 1; i < 60; i++) adx->update(memory, (double[]){10 + i, 10 + i, 10 + i}, out);
    assert_true(fabs(out[0] - 100) < 1e-12 && out[1] == 100 && out[2] == 0);
    for (int i = 0; i < 5; i++) adx->update(memory, (double[]){69, 69, 69}, out);
    assert_true(fabs(out[0] - 100) < 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adx_equals_its_definition),
        cmocka_unit_test(adx_equals_the_reference),
        cmocka_unit_test(adx_counts_neither_direction_when_a_bar_grows_both_ways_alike),
        cmocka_unit_test(adx_of_a_market_that_stands_still_is_zero_then_keeps_its_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
