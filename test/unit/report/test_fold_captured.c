// SPDX-License-Identifier: Apache-2.0
#include "feed_run.h"

// The numbers are worked out in test_captured.c.
static void each_line_adds_up_to_the_profit(void **state) {
    struct run run;
    feed_session(&run);
    assert_table(&run, "captured",
                 "currency,horizon,spread_maker,spread_taker,selection_maker,selection_taker,"
                 "inventory,fees,rebates,other,total,unexplained\r\n"
                 "USD,0.010000000,0.03,-0.01,-0.04,0.00,-0.24,-0.04,0.02,0.00,-0.28,0.00\r\n"
                 "USD,0.100000000,0.03,-0.01,-0.12,0.00,-0.16,-0.04,0.02,0.00,-0.28,0.00\r\n"
                 "USD,1.000000000,0.03,-0.01,-0.24,0.00,-0.04,-0.04,0.02,0.00,-0.28,0.00\r\n"
                 "USD,5.000000000,0.03,-0.01,-0.30,0.02,0.00,-0.04,0.02,0.00,-0.28,0.00\r\n"
                 "USD,10.000000000,0.03,-0.01,-0.30,0.02,0.00,-0.04,0.02,0.00,-0.28,0.00\r\n"
                 "USD,30.000000000,0.03,-0.01,-0.30,0.02,0.00,-0.04,0.02,0.00,-0.28,0.00\r\n"
                 "USD,60.000000000,0.03,-0.01,-0.30,0.02,0.00,-0.04,0.02,0.00,-0.28,0.00\r\n"
                 "USD,300.000000000,0.03,-0.01,-0.30,0.02,0.00,-0.04,0.02,0.00,-0.28,0.00\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_adds_up_to_the_profit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
