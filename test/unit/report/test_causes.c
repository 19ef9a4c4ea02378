// SPDX-License-Identifier: Apache-2.0
#include "report/causes.h"

#include "runs.h"

// 10 bought at 10.00 for 1.50, 4 of them sold at 12.00, the rest open; 0.30 paid for borrowing, 0.20 of cash.
static void causes_add_up_to_what_the_ledger_says(void **state) {
    (void)state;
    struct run run;
    struct causes causes;
    money_t amounts[CAUSE_COUNT], sums[CAUSE_COUNT] = {{0}};
    int64_t now = NS_PER_DAY;
    run_open(&run, run_symbols);
    run_start(&run);
    run_deposit(&run, now, 1000000);
    run_bar(&run, now, 0, 1000, 1000, 1000, 1000);
    run_trade(&run, now, 0, 0, 1, 10, 1000, 150);
    run_trade(&run, now, 0, 0, -1, 4, 1200, 0);
    run_bar(&run, now + NS_PER_HOUR, 0, 1100, 1100, 1100, 1100);
    assert_ok(causes_init(&causes, &run.report->view));
    union event paid;
    event_init(&paid, EVENT_CASH, 0, now);
    paid.cash.amount = MONEY(-30);
    paid.cash.reason = CASH_BORROW_FEE;
    assert_ok(report_put(run.report, &paid.header));
    causes_put(&causes, &(struct fold_step){.event = &paid.header});
    run_cash(&run, now, 20, CASH_ADJUSTMENT, 0, 0);
    assert_true(causes_of(&causes, 0, 0, amounts));
    const struct position *position = ledger_position(run.report->view.ledger, 0, 0);
    int64_t open = (int64_t)(position->value.m - position->cost.m);
    assert_true(amounts[CAUSE_PRICES].m == 4 * 200 + open && amounts[CAUSE_SLIPPAGE].m == 0);
    assert_true(amounts[CAUSE_FEES].m == -150 && amounts[CAUSE_BORROW].m == -30);
    assert_true(amounts[CAUSE_FUNDING].m == 0 && amounts[CAUSE_INCOME].m == 20);
    assert_true(causes_sum(amounts).m == 800 + open - 150 - 30 + 20);
    causes_add(&run.report->view, 0, amounts, sums);
    causes_add(&run.report->view, 0, amounts, sums);
    assert_true(causes_sum(sums).m == 2 * causes_sum(amounts).m);
    assert_false(causes_of(&causes, 1, 0, amounts));
    assert_false(causes_unallocated(&causes, 0, amounts));
    paid.cash.strategy = RUN_STRATEGIES; // of the account
    causes_put(&causes, &(struct fold_step){.event = &paid.header});
    assert_true(causes_unallocated(&causes, 0, amounts) && causes_sum(amounts).m == -30);
    run_cash(&run, now, -7, CASH_INTEREST, STRATEGY_NONE, INSTRUMENT_NONE);
    assert_true(causes_interest(&causes).m == -7);
    causes_fini(&causes);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(causes_add_up_to_what_the_ledger_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
