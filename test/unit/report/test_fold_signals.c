// SPDX-License-Identifier: Apache-2.0
#include "market/target.h"
#include "runs.h"

static void decide(struct run *run, int64_t ts_ns, uint32_t reason, int64_t qty, int64_t position) {
    struct target_event event = {
        .header = {.ts_ns = ts_ns, .kind = EVENT_TARGET, .size = sizeof event},
        .reason = reason,
        .qty = QTY(qty),
        .position = QTY(position),
    };
    assert_ok(report_put(run->report, &event.header));
}

static void begin(struct run *run) {
    static const char *const reasons[] = {NULL, "enter", "turn"};
    run_open(run, run_symbols);
    run->strategies[0].reasons = reasons;
    run->strategies[0].reason_count = 3;
    run_start(run);
    run_deposit(run, NS_PER_DAY, 1000000);
    report_mark(run->report, NS_PER_DAY, MONEY(1000000), MONEY(0));
    run_bar(run, NS_PER_DAY + NS_PER_HOUR, 0, 1000, 1000, 1000, 1000);
    run_bar(run, NS_PER_DAY + NS_PER_HOUR, 1, 2000, 2000, 2000, 2000);
}

// alpha enters 10 AAA at 10.00, filled at 10.10, and turns round at 11.00 by 15 that fill at 10.90: 10 of them, two
// thirds of fee and slippage, are still of the first signal. It stands at 10.00. beta bought 4 BBB by an order that no
// decision was behind, and gets a dividend of 0.20 a share. The account pays 0.07 of interest.
static void what_a_position_earns_is_of_the_signal_that_opened_it(void **state) {
    (void)state;
    struct run run;
    int64_t now = NS_PER_DAY + 2 * NS_PER_HOUR;
    begin(&run);
    decide(&run, now, 1, 10, 0);
    run_trade(&run, now, 0, 0, 1, 10, 1010, 150);
    decide(&run, now, 2, 12, 10); // more of the same side changes nothing
    uint64_t id = run_submit(&run, now, 1, 1, 1, 4, PURPOSE_STRATEGY);
    run_fill(&run, now, id, 1, 4, 0, 2000, 0);
    run_bar(&run, now, 0, 1100, 1100, 1100, 1100);
    decide(&run, now, 2, -5, 10);
    run_trade(&run, now, 0, 0, -1, 15, 1090, 300);
    run_bar(&run, now + NS_PER_HOUR, 0, 1000, 1000, 1000, 1000);
    union event dividend;
    event_init(&dividend, EVENT_DIVIDEND, 1, now + NS_PER_HOUR);
    dividend.dividend.amount = 20;
    dividend.dividend.decimals = 2;
    assert_ok(report_put(run.report, &dividend.header));
    run_cash(&run, now + NS_PER_HOUR, -7, CASH_INTEREST, STRATEGY_NONE, INSTRUMENT_NONE);
    report_mark(run.report, now + NS_PER_HOUR, MONEY(1000873), MONEY(13000));
    assert_ok(report_end(run.report));
    assert_true(report_difference(run.report).m == 0);
    assert_table(
        &run, "signals",
        "strategy,signal,side,positions,prices,slippage,fees,borrow,funding,income,profit\r\n"
        "alpha,enter,long,1,10.00,-2.00,-3.50,0.00,0.00,0.00,4.50\r\n"
        "alpha,turn,short,1,5.00,-0.50,-1.00,0.00,0.00,0.00,3.50\r\n"
        "beta,order: strategy,long,1,0.00,0.00,0.00,0.00,0.00,0.80,0.80\r\n"
        "account,interest,,0,0.00,0.00,0.00,0.00,0.00,-0.07,-0.07\r\n");
    run_close(&run);
}

// Two positions of one signal, with a dividend between them that is paid late, and one of a code without a name.
static void what_comes_while_flat_is_of_the_signal_before(void **state) {
    (void)state;
    struct run run;
    int64_t now = NS_PER_DAY + 2 * NS_PER_HOUR;
    begin(&run);
    decide(&run, now, 1, 10, 0);
    run_trade(&run, now, 0, 0, 1, 10, 1000, 0);
    decide(&run, now, 2, 0, 10);
    run_trade(&run, now, 0, 0, -1, 10, 1000, 50);
    run_cash(&run, now, 33, CASH_ADJUSTMENT, 0, 0);
    decide(&run, now, 9, -10, 0);
    run_trade(&run, now, 0, 0, -1, 10, 1000, 0);
    decide(&run, now, 2, 0, -10);
    run_trade(&run, now, 0, 0, 1, 10, 1000, 0);
    decide(&run, now, 1, 10, 0);
    run_trade(&run, now, 0, 0, 1, 10, 1000, 0);
    report_mark(run.report, now + NS_PER_HOUR, MONEY(999983), MONEY(10000));
    assert_ok(report_end(run.report));
    assert_table(
        &run, "signals",
        "strategy,signal,side,positions,prices,slippage,fees,borrow,funding,income,profit\r\n"
        "alpha,enter,long,2,0.00,0.00,-0.50,0.00,0.00,0.33,-0.17\r\n"
        "alpha,reason 9,short,1,0.00,0.00,0.00,0.00,0.00,0.00,0.00\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_position_earns_is_of_the_signal_that_opened_it),
        cmocka_unit_test(what_comes_while_flat_is_of_the_signal_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
