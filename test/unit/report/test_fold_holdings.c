// SPDX-License-Identifier: Apache-2.0
#include "feed_run.h"

static void time_is_shared_out_by_position(void **state) {
    struct run run;
    feed_session(&run);
    assert_table(&run, "holdings",
                 "strategy,instrument,from,to,time,share\r\n"
                 "alpha,AAA,0,0,1.000000000,0.014285714285714285\r\n"
                 "alpha,AAA,1,2,67.105000000,0.9586428571428571\r\n"
                 "alpha,AAA,2,3,1.895000000,0.027071428571428573\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_is_shared_out_by_position),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
