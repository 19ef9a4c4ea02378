// SPDX-License-Identifier: Apache-2.0
#include "feed_run.h"

// 10 ms there, 5 ms back.
static void ways_there_and_back_are_told_apart(void **state) {
    struct run run;
    feed_session(&run);
    assert_table(&run, "latencies",
                 "way,count,min,mean,median,p90,p99,max\r\n"
                 "Orders to the venue,3,0.010000000,0.010000000,0.010000000,0.010000000,"
                 "0.010000000,0.010000000\r\n"
                 "Cancels to the venue,2,0.010000000,0.010000000,0.010000000,0.010000000,"
                 "0.010000000,0.010000000\r\n"
                 "Replaces to the venue,0,,,,,,\r\n"
                 "Reports back to us,8,0.005000000,0.005000000,0.005000000,0.005000000,"
                 "0.005000000,0.005000000\r\n"
                 "Round trip from an order to its answer,3,0.015000000,0.015000000,"
                 "0.015000000,0.015000000,0.015000000,0.015000000\r\n"
                 "The feed to us,1,0.005000000,0.005000000,0.005000000,"
                 "0.005000000,0.005000000,0.005000000\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ways_there_and_back_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
