// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

// Wilder's running sums, afresh over whole columns.
struct sums {
    long double plus, minus, range;
};

static void add_row(const double *const *in, size_t i, size_t period, bool ranges,
                    struct sums *sums) {
    double up = in[0][i] - in[0][i - 1], down = in[1][i - 1] - in[1][i];
    long double keep = i >= period ? ((long double)period - 1) / (long double)period : 1;
    sums->plus = sums->plus * keep + (up > down && up > 0 ? up : 0);
    sums->minus = sums->minus * keep + (down > up && down > 0 ? down : 0);
    if (!ranges) return;
    double close = in[2][i - 1];
    sums->range = sums->range * keep +
                  fmax(in[0][i] - in[1][i], fmax(fabs(in[0][i] - close), fabs(in[1][i] - close)));
}

static void dm(const double *const *in, size_t count, size_t period, bool plus, double *ret) {
    struct sums sums = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0) add_row(in, i, period, false, &sums);
        ret[i] = i == 0 || i + 1 < period ? NAN : (double)(plus ? sums.plus : sums.minus);
    }
}

static void di(const double *const *in, size_t count, size_t period, bool plus, double *ret) {
    struct sums sums = {0};
    for (size_t i = 0; i < count; i++) {
        if (i > 0) add_row(in, i, period, true, &sums);
        long double movement = plus ? sums.plus : sums.minus;
        long double share = sums.range >= 1e-14L ? movement / sums.range : 0;
        ret[i] = i < period ? NAN : (double)(period > 1 ? 100 * share : share);
    }
}

static void dx(const double *const *in, size_t count, const double *params, double *const *out) {
    struct sums sums = {0};
    double last = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) add_row(in, i, (size_t)params[0], false, &sums);
        long double total = sums.plus + sums.minus;
        if (i >= params[0] && total >= 1e-14L)
            last = (double)(100 * fabsl(sums.plus - sums.minus) / total);
        out[0][i] = i < params[0] ? NAN : last;
    }
}

static void adx(const double *const *in, size_t count, const double *params, double *const *out) {
    dx(in, count, params, out);
    long double adx = 0, n = params[0];
    for (size_t i = 0; i < count; i++) {
        if (i >= n) adx = i < 2 * n ? adx + out[0][i] / n : ((n - 1) * adx + out[0][i]) / n;
        out[0][i] = i + 1 < 2 * n ? NAN : (double)adx;
    }
}

static void adxr(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t back = (size_t)params[0] - 1;
    adx(in, count, params, out);
    for (size_t i = count; i > 0; i--)
        out[0][i - 1] = i - 1 < back ? NAN : (out[0][i - 1] + out[0][i - 1 - back]) / 2;
}

#define SIDE(name, function, plus)                                                                 \
    static void name(const double *const *in, size_t count, const double *params,                  \
                     double *const *out) {                                                         \
        function(in, count, (size_t)params[0], plus, out[0]);                                      \
    }

SIDE(plus_dm, dm, true)
SIDE(minus_dm, dm, false)
SIDE(plus_di, di, true)
SIDE(minus_di, di, false)

static void movements_equal_their_definitions(void **state) {
    static const char *const periods[] = {"period=1", "period=2", "period=14", "period=100"};
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        twin_check("plus_dm", periods[i], plus_dm);
        twin_check("minus_dm", periods[i], minus_dm);
        twin_check("plus_di", periods[i], plus_di);
        twin_check("minus_di", periods[i], minus_di);
        if (i == 0) continue;
        twin_check("dx", periods[i], dx);
        twin_check("adx", periods[i], adx);
        twin_check("adxr", periods[i], adxr);
    }
}

static void movements_equal_the_reference(void **state) {
    static const char *const functions[][2] = {
        {"adx", "ADX"}, {"dx", "DX"}, {"plus_di", "PLUS_DI"}, {"minus_di", "MINUS_DI"}};
    for (size_t i = 0; i < 4; i++) {
        char column[20];
        snprintf(column, sizeof column, "%s_7", functions[i][1]);
        golden_check(functions[i][0], "timeperiod=7", "value", "expected", column, 1e-9);
        snprintf(column, sizeof column, "%s_14", functions[i][1]);
        golden_check(functions[i][0], "timeperiod=14", "value", "expected", column, 1e-9);
    }
}

static double feed(const struct indicator *row, double *memory, double high, double low,
                   double close) {
    double out;
    row->update(memory, (double[]){high, low, close}, &out);
    return out;
}

static void a_bar_that_grows_both_ways_alike_has_neither_direction(void **state) {
    static const char *const names[] = {"adx", "plus_di", "minus_di", "plus_dm", "minus_dm"};
    for (size_t k = 0; k < 5; k++) {
        const struct indicator *row = indicator_find(names[k]);
        double params[] = {2}, memory[16], out = 1;
        assert_true(row->state_size(params) <= sizeof memory);
        row->init(memory, params);
        for (int i = 0; i < 6; i++) out = feed(row, memory, 10 + i, 10 - i, 10);
        assert_true(out == 0);
    }
}

static void adx_of_a_market_that_stands_still_is_zero_then_keeps_its_last(void **state) {
    const struct indicator *row = indicator_find("adx");
    double params[] = {2}, memory[16], out = 1;
    row->init(memory, params);
    for (int i = 0; i < 6; i++) out = feed(row, memory, 10, 10, 10);
    assert_true(out == 0);
    for (int i = 1; i < 60; i++) out = feed(row, memory, 10 + i, 10 + i, 10 + i);
    assert_true(fabs(out - 100) < 1e-12);
    for (int i = 0; i < 5; i++) out = feed(row, memory, 69, 69, 69);
    assert_true(fabs(out - 100) < 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(movements_equal_their_definitions),
        cmocka_unit_test(movements_equal_the_reference),
        cmocka_unit_test(a_bar_that_grows_both_ways_alike_has_neither_direction),
        cmocka_unit_test(adx_of_a_market_that_stands_still_is_zero_then_keeps_its_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
