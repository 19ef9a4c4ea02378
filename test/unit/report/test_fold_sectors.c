// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

// AAA and CCC are of one sector, BBB of none: it counts to its class of assets. The account pays 0.07 of interest.
static void sectors_add_up_over_strategies_and_instruments(void **state) {
    (void)state;
    static const char *const sectors[RUN_INSTRUMENTS] = {"tech", NULL, "tech"};
    struct run run;
    run_open(&run, run_symbols);
    run.config.sectors = sectors;
    run_start(&run);
    int64_t now = NS_PER_DAY;
    run_deposit(&run, now, 1000000);
    report_mark(run.report, now, MONEY(1000000), MONEY(0));
    for (uint32_t i = 0; i < RUN_INSTRUMENTS; i++)
        run_bar(&run, now + NS_PER_HOUR, i, 1000, 1000, 1000, 1000);
    run_trade(&run, now + 2 * NS_PER_HOUR, 0, 0, 1, 10, 1010, 150); // -1.00 of slippage
    run_trade(&run, now + 2 * NS_PER_HOUR, 1, 0, 1, 2, 1000, 25);
    run_trade(&run, now + 2 * NS_PER_HOUR, 1, 2, -1, 5, 1000, 0);
    run_trade(&run, now + 2 * NS_PER_HOUR, 1, 1, -1, 4, 1000, 0);
    run_bar(&run, now + 3 * NS_PER_HOUR, 0, 1100, 1100, 1100, 1100); // 12 x 1.00
    run_bar(&run, now + 3 * NS_PER_HOUR, 2, 1020, 1020, 1020, 1020); // -5 x 0.20
    run_cash(&run, now + 4 * NS_PER_HOUR, -30, CASH_BORROW_FEE, 1, 1);
    run_cash(&run, now + 4 * NS_PER_HOUR, -7, CASH_INTEREST, STRATEGY_NONE, INSTRUMENT_NONE);
    report_mark(run.report, now + 4 * NS_PER_HOUR, MONEY(1000788), MONEY(30000));
    assert_ok(report_end(run.report));
    assert_true(report_difference(run.report).m == 0);
    assert_table(&run, "sectors",
                 "sector,instruments,prices,slippage,fees,borrow,funding,income,profit\r\n"
                 "tech,2,11.00,-1.00,-1.75,0.00,0.00,0.00,8.25\r\n"
                 "equity,1,0.00,0.00,0.00,-0.30,0.00,0.00,-0.30\r\n"
                 "account: interest,0,0.00,0.00,0.00,0.00,0.00,-0.07,-0.07\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sectors_add_up_over_strategies_and_instruments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
