// SPDX-License-Identifier: Apache-2.0
#include "runs.h"

static void orders_that_ended_unfilled_are_counted_by_reason(void **state) {
    (void)state;
    struct run run;
    orders_run(&run);
    assert_table(&run, "order_ends",
                 "state,reason,count\r\n"
                 "canceled,no_liquidity,1\r\n"
                 "rejected,not_shortable,1\r\n"
                 "expired,time,1\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_that_ended_unfilled_are_counted_by_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
