// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

// Alpha has 60,000 of 100,000 and makes 600 on the first day, nothing on the second; beta loses 400 of 40,000 and
// wins them back.
static void strategies_have_equity_of_their_own(void **state) {
    (void)state;
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    int64_t now = NS_PER_DAY + 1;
    run_deposit(&run, now, 10000000);
    report_mark(run.report, now, MONEY(10000000), MONEY(0));
    run_trade(&run, now + 1, 0, 0, 1, 100, 1000, 0);
    run_trade(&run, now + 2, 1, 1, -1, 100, 2000, 0);
    run_bar(&run, now + 3, 0, 1600, 1600, 1600, 1600);
    run_bar(&run, now + 3, 1, 2400, 2400, 2400, 2400);
    report_mark(run.report, now + 3, MONEY(10020000), MONEY(400000));
    now += NS_PER_DAY;
    run_bar(&run, now, 1, 2000, 2000, 2000, 2000);
    report_mark(run.report, now, MONEY(10060000), MONEY(360000));
    assert_ok(report_end(run.report));
    assert_true(report_difference(run.report).m == 0);
    struct text text;
    text_init(&text, 1 << 16);
    assert_ok(report_csv(run.report, "strategies", &text));
    const char *alpha = strstr(text_string(&text), "alpha,"), *beta = strstr(alpha, "beta,");
    assert_true(strncmp(alpha, "alpha,0.6,60600.00,600.00,0.01", 30) == 0);
    // Max drawdown of 1 %, then trades and the rest.
    assert_true(strncmp(beta, "beta,0.4,40000.00,0.00,", 23) == 0);
    assert_non_null(strstr(beta, ",-0.01000000000000"));
    assert_non_null(strstr(beta, ",0,,,0.00,2000.00\r\n"));
    text_fini(&text);
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strategies_have_equity_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
