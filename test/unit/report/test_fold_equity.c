// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

static void every_day_has_its_equity_and_return(void **state) {
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
    assert_table(&run, "equity",
                 "date,equity,return,drawdown,gross,benchmark\r\n"
                 "2021-01-30,110.00,0.10000000000000009,0,0.00,\r\n"
                 "2021-02-01,121.00,0.10000000000000009,0,5.00,\r\n"
                 "2021-02-02,108.90,-0.09999999999999998,-0.09999999999999998,5.00,\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_has_its_equity_and_return),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
