// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

// Bought at 10.00 and 10.50, sold for 11.00 by a stop a minute later, 0.30 of fees: 100 x 11 - 1,025 - 0.30; the
// second trade goes on: 5 sold short at 8.00 stand at 7.90, 0.50 of 40.00.
static void trades_are_listed_with_prices_results_and_ends(void **state) {
    (void)state;
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    int64_t now = NS_PER_DAY;
    run_deposit(&run, now, 1000000);
    report_mark(run.report, now, MONEY(1000000), MONEY(0));
    run_trade(&run, now, 0, 0, 1, 50, 1000, 10);
    run_trade(&run, now, 0, 0, 1, 50, 1050, 10);
    run_bar(&run, now, 0, 1050, 1128, 984, 1100);
    uint64_t id = run_submit(&run, now, 0, 0, -1, 100, PURPOSE_STOP_LOSS);
    run_fill(&run, now + NS_PER_MIN, id, 0, 100, 0, 1100, 10);
    run_trade(&run, now + NS_PER_MIN, 1, 2, -1, 5, 800, 0);
    run_bar(&run, now + 2 * NS_PER_MIN, 2, 800, 800, 780, 790);
    report_mark(run.report, now + 2 * NS_PER_MIN, MONEY(1000000 + 7470 + 50), MONEY(3950));
    assert_ok(report_end(run.report));
    assert_true(report_difference(run.report).m == 0);
    assert_table(
        &run, "trades",
        "strategy,instrument,side,entry_time,exit_time,qty,entry_price,exit_price,gross,"
        "fees,income,net,open,currency,return,held,adverse,favourable,end,fills\r\n"
        "alpha,AAA,long,1970-01-02T00:00:00Z,1970-01-02T00:01:00Z,100,10.25,11.00,75.00,0.30,"
        "0.00,74.70,0.00,USD,0.0728780487804878,60.000000000,-0.040000000000000036,"
        "0.10048780487804887,stop_loss,3\r\n"
        "beta,CCC,short,1970-01-02T00:01:00Z,,5,8.00,,0.00,0.00,0.00,0.50,0.50,USD,0.0125,"
        "60.000000000,0,0.025000000000000022,open,1\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trades_are_listed_with_prices_results_and_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
