// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

static void instruments_that_were_not_traded_are_left_out(void **state) {
    (void)state;
    struct run run;
    orders_run(&run);
    assert_table(&run, "instruments",
                 "instrument,profit,realised,open,trades,hit_rate,profit_factor,best,worst,fees,"
                 "traded,position\r\n"
                 "AAA,-1.50,0.00,0.00,0,,,0.00,0.00,0.00,100.00,10\r\n"
                 "BBB,0.00,0.00,0.00,0,,,0.00,0.00,0.00,80.00,4\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instruments_that_were_not_traded_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
