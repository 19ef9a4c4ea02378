// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

// Inputs: z-score, mean. With a mean of 100 and a spread of 2, a close of 95 has a z-score of -2.5.
static void it_buys_far_below_and_sells_near_the_mean(void **state) {
    struct probe probe;
    probe_open(&probe, "mean_reversion", 1);
    assert_keeps(ASK(&probe, 96.5, -1.75, 100));
    assert_sets(ASK(&probe, 95, -2.5, 100), 1);
    assert_int_equal(probe.targets[0].reason, 1);
    assert_true(probe.targets[0].stop == 92); // 100 - 4 x 2
    probe.position[0] = 3;
    assert_sets(ASK(&probe, 97, -1.5, 100), 1);
    assert_true(probe.targets[0].stop == 92);
    assert_sets(ASK(&probe, 99, -0.5, 100), 0);
    assert_int_equal(probe.targets[0].reason, 3);
}

static void it_gives_up_beyond_the_stop_and_waits_for_a_lapse(void **state) {
    struct probe probe;
    probe_open(&probe, "mean_reversion", 1);
    assert_sets(ASK(&probe, 95, -2.5, 100), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 92, -4, 100), 0);
    assert_int_equal(probe.targets[0].reason, 4);
    probe.position[0] = 0;
    assert_keeps(ASK(&probe, 94, -3, 100));   // still the same fall
    assert_keeps(ASK(&probe, 97, -1.5, 100)); // lapsed
    assert_sets(ASK(&probe, 95, -2.5, 100), 1);
}

static void beyond_the_stop_it_does_not_enter(void **state) {
    struct probe probe;
    probe_open(&probe, "mean_reversion", 1);
    assert_keeps(ASK(&probe, 90, -5, 100));
    assert_sets(ASK(&probe, 94, -3, 100), 1);
}

static void time_runs_out(void **state) {
    struct probe probe;
    probe_open(&probe, "mean_reversion", 1);
    probe_set(&probe, "hold_max", "2");
    assert_sets(ASK(&probe, 95, -2.5, 100), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 95, -2.5, 100), 1);
    assert_sets(ASK(&probe, 95, -2.5, 100), 0);
    assert_int_equal(probe.targets[0].reason, 5);
}

static void a_stop_order_that_was_hit_is_noticed(void **state) {
    struct probe probe;
    probe_open(&probe, "mean_reversion", 1);
    assert_sets(ASK(&probe, 95, -2.5, 100), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 95, -2.5, 100), 1);
    probe.position[0] = 0;
    assert_sets(ASK(&probe, 95, -2.5, 100), 0);
    assert_int_equal(probe.targets[0].reason, 6);
    assert_keeps(ASK(&probe, 95, -2.5, 100));
}

static void with_both_sides_it_sells_far_above_short(void **state) {
    struct probe probe;
    probe_open(&probe, "mean_reversion", 1);
    assert_keeps(ASK(&probe, 105, 2.5, 100));
    probe_set(&probe, "sides", "both");
    assert_sets(ASK(&probe, 105, 2.5, 100), -1);
    assert_true(probe.targets[0].stop == 108);
    probe.position[0] = -1;
    assert_sets(ASK(&probe, 102, 1, 100), -1);
    assert_sets(ASK(&probe, 101, 0.5, 100), 0);
}

static void undefined_inputs_say_nothing(void **state) {
    const double inputs[] = {-2.5, 100};
    assert_never_trades_on_nan("mean_reversion", 95, inputs);
}

static void thresholds_must_be_in_order(void **state) {
    struct probe probe;
    probe_open(&probe, "mean_reversion", 1);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "exit", "2");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
    probe_set(&probe, "exit", "-1");
    assert_ok(probe_check(&probe));
    probe_set(&probe, "stop", "2");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
    assert_string_equal(err_story(), "want exit (-1) < entry (2) < stop (2)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_buys_far_below_and_sells_near_the_mean),
        cmocka_unit_test(it_gives_up_beyond_the_stop_and_waits_for_a_lapse),
        cmocka_unit_test(beyond_the_stop_it_does_not_enter),
        cmocka_unit_test(time_runs_out),
        cmocka_unit_test(a_stop_order_that_was_hit_is_noticed),
        cmocka_unit_test(with_both_sides_it_sells_far_above_short),
        cmocka_unit_test(undefined_inputs_say_nothing),
        cmocka_unit_test(thresholds_must_be_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
