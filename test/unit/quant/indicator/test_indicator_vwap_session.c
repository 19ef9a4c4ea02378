// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

enum { ROWS = 700 };

static void check(double length, double (*session)(size_t row)) {
    const struct indicator *vwap = indicator_find("vwap_session");
    struct bars *bars = malloc(sizeof *bars);
    double column[ROWS], batch[ROWS], memory[6], other[6], *out = batch;
    bars_make(bars, ROWS, 5);
    for (size_t i = 0; i < ROWS; i++) column[i] = session(i);
    const double *inputs[] = {bars->high, bars->low, bars->close, bars->volume, column};
    assert_int_equal(vwap->state_size(&length), sizeof memory);
    indicator_batch(vwap, &length, memory, inputs, ROWS, &out);
    vwap->init(other, &length);
    for (size_t i = 0; i < ROWS; i++) {
        long double value = 0, volume = 0;
        for (size_t j = 0; j <= i; j++) {
            bool same = length > 0 ? floor(column[j] / length) == floor(column[i] / length)
                                   : column[j] == column[i];
            if (!same) continue;
            value +=
                ((long double)bars->high[j] + bars->low[j] + bars->close[j]) / 3 * bars->volume[j];
            volume += bars->volume[j];
        }
        double one;
        double row[] = {bars->high[i], bars->low[i], bars->close[i], bars->volume[i], column[i]};
        indicator_apply(vwap, other, row, &one);
        assert_memory_equal(&one, &batch[i], sizeof one);
        assert_int_equal(isnan(one), !(volume > 0));
        if (volume > 0) assert_true(fabs(one - (double)(value / volume)) < 1e-12 * one);
        row[i % 5] = NAN;
        indicator_apply(vwap, other, row, &one);
        assert_true(isnan(one));
    }
    assert_memory_equal(memory, other, sizeof memory);
    free(bars);
}

static double date(size_t row) {
    return 20240101 + floor((double)row / 37);
}

static double one_session(size_t row) {
    return -5;
}

static double minutes_across_midnight(size_t row) {
    return 1704067200 - 100 * 60 + 60.0 * (double)row; // from 22:20 before 2024-01-01
}

static void vwap_session_equals_its_definition(void **state) {
    check(0, date);
    check(0, one_session);
    check(86400, minutes_across_midnight);
    check(3600, minutes_across_midnight);
}

static void a_utc_day_begins_at_midnight(void **state) {
    const struct indicator *vwap = indicator_find("vwap_session");
    double length = 86400, memory[6], out;
    vwap->init(memory, &length);
    vwap->update(memory, (double[]){10, 10, 10, 5, 1704067199}, &out);
    assert_true(out == 10);
    vwap->update(memory, (double[]){20, 20, 20, 1, 1704067200}, &out); // 2024-01-01 00:00
    assert_true(out == 20);
    vwap->update(memory, (double[]){10, 10, 10, 1, 1704153599}, &out);
    assert_true(out == 15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vwap_session_equals_its_definition),
        cmocka_unit_test(a_utc_day_begins_at_midnight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
