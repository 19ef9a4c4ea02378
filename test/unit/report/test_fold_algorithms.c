// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "execution_run.h"

// Sent at 3, heard to be accepted at 5, filled at 9 and at 13: 2 to accepted, (4 + 8) / 2 from there, (6 + 10) / 2 in
// all. 300 at 10.00 were ordered and 200 filled at 10.06: 12.00 of 3,000.00, of which the arrival at 10.02 makes 4.00
// delay; a hundred at 10.20 missed is 20.00.
static void each_hop_and_each_algorithm_has_its_mean(void **state) {
    struct run run;
    run_open(&run, run_symbols);
    run_start(&run);
    run_deposit(&run, 1, 1000000);
    run_bar(&run, 2, 0, 1000, 1000, 1000, 1000);
    tell(&run, 2, ALGO_STARTED, 0, 1000, 0, 0);
    run_bar(&run, 3, 0, 1002, 1002, 1002, 1002);
    uint64_t id = run_submit(&run, 3, 0, 0, 1, 200, PURPOSE_TARGET);
    tell(&run, 3, ALGO_CHILD, id, 1004, 1003, 1005);
    union event event;
    event_init(&event, EVENT_ORDER_ACCEPTED, 0, 5);
    event.order.order_id = id;
    assert_ok(report_put(run.report, &event.header));
    run_fill(&run, 9, id, 0, 100, 0, 1006, 0);
    run_fill(&run, 13, id, 0, 100, 0, 1006, 0);
    tell(&run, 15, ALGO_ENDED, 0, 1020, 0, 0);
    assert_ok(report_end(run.report));
    static const char *const tables[] = {"executions", "algorithms"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(cell_of(&run, tables[i], "decision_to_send").integer, 1);
        assert_int_equal(cell_of(&run, tables[i], "send_to_accept").integer, 2);
        assert_int_equal(cell_of(&run, tables[i], "accept_to_fill").integer, 6);
        assert_int_equal(cell_of(&run, tables[i], "children").integer, 1);
    }
    assert_int_equal(cell_of(&run, "executions", "send_to_fill").integer, 8);
    assert_int_equal(cell_of(&run, "algorithms", "parents").integer, 1);
    static const struct {
        const char *column;
        double number;
    } shares[] = {{"ordered_value", 3000},      {"filled_share", 2 / 3.0}, {"delay", 4 / 3000.0},
                  {"timing", 4 / 3000.0},       {"spread", 2 / 3000.0},    {"impact", 2 / 3000.0},
                  {"opportunity", 20 / 3000.0}, {"shortfall", 32 / 3000.0}};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        double number = cell_of(&run, "algorithms", shares[i].column).number;
        if (!(fabs(number - shares[i].number) <= 1e-12 * shares[i].number))
            fail_msg("%s: %.12g", shares[i].column, number);
    }
    run_close(&run);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_hop_and_each_algorithm_has_its_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
