// SPDX-License-Identifier: Apache-2.0
#include "feed_run.h"

static void fills_stand_against_the_book_that_they_met(void **state) {
    struct run run;
    feed_session(&run);
    assert_table(
        &run, "fills",
        "time,heard,strategy,side,liquidity,qty,price,bid,ask,mid,known_bid,known_ask,better_ticks,"
        "better_bps,effective_spread_bps,age,ahead,passed,position,fee,sequence,instrument\r\n"
        "1970-01-01T00:00:01Z,1970-01-01T00:00:01.005Z,alpha,buy,maker,2,9.98,10.00,10.02,10.010,"
        "10.00,10.02,3,29.97002997002997,59.94005994005994,0.890000000,50,60,2,-0.01,1,AAA\r\n"
        "1970-01-01T00:00:01.105Z,1970-01-01T00:00:01.110Z,alpha,buy,maker,1,9.98,9.94,9.96,9.950,"
        "10.00,10.02,-3,-30.15075376884422,-60.30150753768844,0.995000000,50,70,3,-0.01,2,AAA\r\n"
        "1970-01-01T00:00:03Z,1970-01-01T00:00:03.005Z,alpha,sell,taker,1,9.90,9.90,9.92,9.910,"
        "10.00,10.02,-1,-10.090817356205854,20.181634712411707,0.000000000,,,2,0.04,3,AAA\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_stand_against_the_book_that_they_met),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
