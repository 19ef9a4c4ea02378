// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

// 100 to 110, down to 88 after three hours, back after five; and 121 to 120.
static void drawdowns_have_depth_dates_and_lengths(void **state) {
    (void)state;
    static const int64_t equity[] = {10000, 11000, 9900, 8800, 11000, 12100, 12000};
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    run_deposit(&run, NS_PER_DAY, 10000);
    for (int i = 0; i < 7; i++)
        report_mark(run.report, NS_PER_DAY + i * NS_PER_HOUR, MONEY(equity[i]), MONEY(0));
    assert_ok(report_end(run.report));
    assert_table(
        &run, "drawdowns",
        "rank,depth,peak,trough,recovery,to_trough,length,loss\r\n"
        "1,-0.19999999999999996,1970-01-02T01:00:00Z,1970-01-02T03:00:00Z,"
        "1970-01-02T04:00:00Z,7200.000000000,10800.000000000,-22.00\r\n"
        "2,-0.008264462809917328,1970-01-02T05:00:00Z,1970-01-02T06:00:00Z,,3600.000000000,"
        "3600.000000000,-1.00\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawdowns_have_depth_dates_and_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
