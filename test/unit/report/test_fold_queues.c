// SPDX-License-Identifier: Apache-2.0
#include "feed_run.h"

// Two bids two ticks behind 10.00: one filled whole after 890 ms, one by half after 995 ms.
static void orders_stand_by_their_distance_and_fill_by_it(void **state) {
    struct run run;
    feed_session(&run);
    assert_table(&run, "queues",
                 "distance,orders,touched,fill_ratio,qty_ratio,filled,canceled,ahead,wait_median,"
                 "wait_p90\r\n"
                 "2 to 3 ticks behind,2,2,1,0.75,1,0,50,0.890000000,0.995000000\r\n");
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_stand_by_their_distance_and_fill_by_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
