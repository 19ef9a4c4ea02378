// SPDX-License-Identifier: Apache-2.0
#include "feed_run.h"

// Flat for 1 s, 2 held for 105 ms, 3 until 3 s, 2 until 70 s: 139.895 unit seconds over 3 units opened.
static void inventory_is_that_of_the_path(void **state) {
    struct run run;
    feed_session(&run);
    assert_table(&run, "inventory",
                 "strategy,instrument,fills,traded,highest,lowest,end,mean,mean_size,long,short,"
                 "flat,limit,at_limit,turnover,held,half_life\r\n"
                 "alpha,AAA,3,4,3,0,2,1.9985,1.9985,0.9857142857142858,0,0.014285714285714285,3,"
                 "0.027071428571428573,1.0007505629221918,46.631666667,\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inventory_is_that_of_the_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
