// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

// alpha buys 10 AAA: the last price at the order is 10.00, it fills at 10.10 with a fee of 1.50 and stands at 11.00:
// prices 10 x 1.00, slippage -10 x 0.10. A dividend of 0.20 a share is income. beta sells 4 BBB short at 20.00, where
// it stands, and pays 0.30 for borrowing. The account pays interest of 0.07.
static void profit_by_strategy_instrument_and_cause_adds_up_to_the_accounts(void **state) {
    (void)state;
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    int64_t now = NS_PER_DAY;
    run_deposit(&run, now, 1000000);
    report_mark(run.report, now, MONEY(1000000), MONEY(0));
    run_bar(&run, now + NS_PER_HOUR, 0, 1000, 1000, 1000, 1000);
    run_bar(&run, now + NS_PER_HOUR, 1, 2000, 2000, 2000, 2000);
    run_trade(&run, now + 2 * NS_PER_HOUR, 0, 0, 1, 10, 1010, 150);
    run_trade(&run, now + 2 * NS_PER_HOUR, 1, 1, -1, 4, 2000, 0);
    run_bar(&run, now + 3 * NS_PER_HOUR, 0, 1100, 1100, 1100, 1100);
    union event dividend;
    event_init(&dividend, EVENT_DIVIDEND, 0, now + 3 * NS_PER_HOUR);
    dividend.dividend.amount = 20;
    dividend.dividend.decimals = 2;
    assert_ok(report_put(run.report, &dividend.header));
    run_cash(&run, now + 4 * NS_PER_HOUR, -30, CASH_BORROW_FEE, 1, 1);
    run_cash(&run, now + 4 * NS_PER_HOUR, -7, CASH_INTEREST, STRATEGY_NONE, INSTRUMENT_NONE);
    // 10.00 - 1.00 - 1.50 + 2.00 - 0.30 - 0.07
    report_mark(run.report, now + 4 * NS_PER_HOUR, MONEY(1000913), MONEY(19000));
    assert_ok(report_end(run.report));
    assert_true(report_difference(run.report).m == 0);
    assert_table(&run, "attribution",
                 "strategy,instrument,prices,slippage,fees,borrow,funding,income,profit\r\n"
                 "alpha,AAA,10.00,-1.00,-1.50,0.00,0.00,2.00,9.50\r\n"
                 "beta,BBB,0.00,0.00,0.00,-0.30,0.00,0.00,-0.30\r\n"
                 "account,interest,0.00,0.00,0.00,0.00,0.00,-0.07,-0.07\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(profit_by_strategy_instrument_and_cause_adds_up_to_the_accounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
