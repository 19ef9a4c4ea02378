// SPDX-License-Identifier: Apache-2.0
#include "feed_run.h"

static void a_cancel_that_comes_too_late_is_counted(void **state) {
    struct run run;
    feed_session(&run);
    assert_table(&run, "requests",
                 "item,count,ratio\r\n"
                 "Orders sent,3,\r\n"
                 "Orders refused because they would have taken,0,0\r\n"
                 "Orders and replaces refused by the venue's limits,0,0\r\n"
                 "Orders and replaces refused for want of margin,0,0\r\n"
                 "Cancels sent,2,\r\n"
                 "Cancels done,1,0.5\r\n"
                 "Cancels that came too late,1,0.5\r\n"
                 "Replaces sent,0,\r\n"
                 "Replaces refused or too late,0,\r\n"
                 "Fills,3,\r\n"
                 "Fills while a cancel was on its way,1,0.3333333333333333\r\n"
                 "Cancels per fill,,0.6666666666666666\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cancel_that_comes_too_late_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
