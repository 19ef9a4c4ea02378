// SPDX-License-Identifier: Apache-2.0
#include "feed_run.h"

// The filled ones lived for 890 ms and 0; only the first of them waited in a queue.
static void orders_end_with_the_queue_that_the_venue_told(void **state) {
    struct run run;
    feed_session(&run);
    assert_table(&run, "queue_ends",
                 "end,orders,share,life,queued,ahead_joined,ahead_end,passed\r\n"
                 "filled,2,0.6666666666666666,0.445000000,1,50,0,60\r\n"
                 "\"canceled, filled in part\",1,0.3333333333333333,1.000000000,1,50,0,70\r\n"
                 "\"canceled, unfilled\",0,0,,0,,,\r\n"
                 "refused,0,0,,0,,,\r\n"
                 "expired,0,0,,0,,,\r\n"
                 "working at the end,0,0,,0,,,\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_end_with_the_queue_that_the_venue_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
