// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

// Decided at a close of 10.00, filled at 10.03 and 9.98: 3 x 100 + 2 x 100 cents worse. Fees 1.50 + 0.50; the
// short paid 0.25 to borrow, cash earned 0.10.
static void costs_come_from_the_ledger_and_from_the_prices_at_the_orders(void **state) {
    (void)state;
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    run_deposit(&run, 1, 1000000);
    run_bar(&run, 2, 0, 1000, 1000, 1000, 1000);
    report_mark(run.report, 2, MONEY(1000000), MONEY(0));
    uint64_t id = run_submit(&run, 2, 0, 0, 1, 100, PURPOSE_TARGET);
    run_fill(&run, 3, id, 0, 100, 0, 1003, 150);
    id = run_submit(&run, 3, 0, 0, -1, 100, PURPOSE_TARGET);
    run_fill(&run, 4, id, 0, 100, 0, 998, 50);
    run_cash(&run, 5, -25, CASH_BORROW_FEE, 0, 0);
    run_cash(&run, 5, 10, CASH_INTEREST, STRATEGY_NONE, INSTRUMENT_NONE);
    report_mark(run.report, 6, MONEY(1000000 - 500 - 200 - 25 + 10), MONEY(0));
    assert_ok(report_end(run.report));
    assert_true(report_difference(run.report).m == 0);
    assert_table(&run, "costs",
                 "item,amount,of_capital,of_traded\r\n"
                 "Fees,-2.00,-0.0002,-0.0009995002498750624\r\n"
                 "Borrowing of shorts,-0.25,-2.5e-05,-0.0001249375312343828\r\n"
                 "Interest,0.10,1e-05,4.9975012493753125e-05\r\n"
                 "Funding,0.00,0,0\r\n"
                 "Dividends,0.00,0,0\r\n"
                 "\"Cash in lieu, adjustments\",0.00,0,0\r\n"
                 "Fills against the price at the order (within P&L),-5.00,-0.0005,"
                 "-0.0024987506246876563\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_come_from_the_ledger_and_from_the_prices_at_the_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
