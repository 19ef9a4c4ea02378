// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

static void orders_are_listed_from_their_sending_to_their_end(void **state) {
    (void)state;
    struct run run;
    orders_run(&run);
    assert_table(
        &run, "orders",
        "sequence,sent,ended,strategy,instrument,side,type,tif,purpose,qty,limit_price,stop_price,"
        "state,reason,filled,fill_price,fills\r\n"
        "1,1970-01-02T00:00:10Z,1970-01-02T00:00:10Z,alpha,AAA,buy,market,gtc,target,10,,,filled,"
        "none,10,10.00,1\r\n"
        "2,1970-01-02T00:00:20Z,1970-01-02T00:00:22Z,alpha,BBB,buy,market,gtc,strategy,9,,,"
        "canceled,"
        "no_liquidity,4,20.00,1\r\n"
        "1,1970-01-02T00:00:30Z,1970-01-02T00:00:31Z,beta,CCC,sell,market,gtc,target,7,,,rejected,"
        "not_shortable,0,,0\r\n"
        "2,1970-01-02T00:00:40Z,1970-01-02T00:00:41Z,beta,CCC,buy,market,gtc,target,7,,,expired,"
        "time,"
        "0,,0\r\n"
        "3,1970-01-02T00:00:50Z,,beta,CCC,buy,market,gtc,stop_loss,3,,,submitted,none,0,,0\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_listed_from_their_sending_to_their_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
