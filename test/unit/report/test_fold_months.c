// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

static void daily_returns_are_compounded_by_month(void **state) {
    (void)state;
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    int64_t start = date_to_ns(date_from_civil(2021, 1, 30)) + NS_PER_HOUR;
    run_deposit(&run, start, 10000);
    report_mark(run.report, start, MONEY(10000), MONEY(0));
    report_mark(run.report, start + 1, MONEY(11000), MONEY(0));
    report_mark(run.report, start + 2 * NS_PER_DAY, MONEY(12100), MONEY(500));
    report_mark(run.report, start + 3 * NS_PER_DAY, MONEY(10890), MONEY(500));
    assert_ok(report_end(run.report));
    struct text text;
    text_init(&text, 1 << 16);
    assert_ok(report_csv(run.report, "months", &text));
    double january = 0, february = 0;
    const char *row = strchr(text_string(&text), '\n') + 1;
    assert_int_equal(sscanf(row, "2021,%lf,%lf,", &january, &february), 2);
    assert_true(january > 0.0999999 && january < 0.1000001);
    assert_true(february > -0.0100001 && february < -0.0099999); // 1.1 x 0.9 - 1
    text_fini(&text);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daily_returns_are_compounded_by_month),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
