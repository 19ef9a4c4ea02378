// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

// Inputs: entry channel's upper and lower, exit channel's, failsafe channel's, average true range. With a range of
// 2 at 112 a unit is 0.01 x 112 / 2 = 0.56 of the equity.
#define QUIET 110, 90, 108, 95, 120, 80, 2

static void it_buys_one_unit_of_equal_risk_above_the_channel(void **state) {
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    assert_keeps(ASK(&probe, 110, QUIET));
    assert_sets(ASK(&probe, 112, QUIET), 0.01 * 112 / 2);
    assert_int_equal(probe.targets[0].reason, 1);
    assert_true(probe.targets[0].stop == 108); // 112 - 2 x 2
}

// A range of 8: a unit is 0.01 x 112 / 8 = 0.14. Half a range further, at 116 and 120, there is another.
static void it_adds_units_at_half_ranges_up_to_four(void **state) {
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    assert_sets(ASK(&probe, 112, 110, 90, 108, 80, 120, 80, 8), 0.14);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 115, 110, 90, 108, 80, 120, 80, 8), 0.14);
    assert_true(probe.targets[0].stop == 96);
    assert_sets(ASK(&probe, 116, 110, 90, 108, 80, 120, 80, 8), 2 * 0.14);
    assert_int_equal(probe.targets[0].reason, 3);
    assert_true(probe.targets[0].stop == 100); // of all units, from the latest
    assert_sets(ASK(&probe, 121, 110, 90, 108, 80, 130, 80, 8), 3 * 0.14);
    assert_sets(ASK(&probe, 126, 110, 90, 108, 80, 130, 80, 8), 4 * 0.14);
    assert_sets(ASK(&probe, 140, 110, 90, 108, 80, 150, 80, 8), 4 * 0.14);
    assert_true(probe.targets[0].stop == 110); // 126 - 16
}

static void an_entry_that_is_not_filled_yet_is_not_added_to(void **state) {
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    assert_sets(ASK(&probe, 112, 110, 90, 108, 80, 120, 80, 8), 0.14);
    assert_sets(ASK(&probe, 118, 110, 90, 108, 80, 120, 80, 8), 0.14);
}

static void all_units_together_are_at_most_the_whole(void **state) {
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    assert_sets(ASK(&probe, 112, 110, 90, 108, 80, 120, 80, 1), 1); // 1.12
    assert_true(probe.targets[0].stop == 110);
}

static void it_leaves_below_the_short_channel(void **state) {
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    assert_sets(ASK(&probe, 112, QUIET), 0.56);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 111, 112, 90, 112, 111, 120, 80, 2), 0.56);
    assert_sets(ASK(&probe, 110.5, 112, 90, 112, 111, 120, 80, 2), 0);
    assert_int_equal(probe.targets[0].reason, 4);
}

// The first breakout gains from 112 to 119 before the short channel ends it: the next one is passed over, but not
// beyond the failsafe channel.
static void a_breakout_after_one_that_gained_is_passed_over(void **state) {
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    assert_sets(ASK(&probe, 112, QUIET), 0.56);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 119, 125, 90, 125, 119.5, 140, 80, 2), 0);
    probe.position[0] = 0;
    assert_keeps(ASK(&probe, 126, 125, 90, 124, 110, 140, 80, 2));
    struct probe copy = probe;
    assert_sets(ASK(&copy, 141, 125, 90, 124, 110, 140, 80, 2), 0.01 * 141 / 2);
    // The one passed over is stopped at 126 - 4: it would have lost, so the next is taken.
    assert_keeps(ASK(&probe, 121, 125, 90, 124, 110, 140, 80, 2));
    assert_sets(ASK(&probe, 127, 125, 90, 124, 110, 140, 80, 2), 0.01 * 127 / 2);
}

static void the_second_system_passes_nothing_over(void **state) {
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    probe_set(&probe, "skip_after_win", "false");
    assert_sets(ASK(&probe, 112, QUIET), 0.56);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 119, 125, 90, 125, 119.5, 140, 80, 2), 0);
    probe.position[0] = 0;
    assert_sets(ASK(&probe, 126, 125, 90, 124, 110, 140, 80, 2), 0.63);
}

static void after_a_stop_the_breakout_must_lapse(void **state) {
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    assert_sets(ASK(&probe, 112, QUIET), 0.56);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 112.5, QUIET), 0.56);
    probe.position[0] = 0;
    assert_sets(ASK(&probe, 111, QUIET), 0);
    assert_int_equal(probe.targets[0].reason, 5);
    assert_keeps(ASK(&probe, 111, QUIET));
    assert_keeps(ASK(&probe, 109, QUIET));
    assert_sets(ASK(&probe, 112, QUIET), 0.56);
}

static void with_both_sides_it_sells_falls_short(void **state) {
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    assert_keeps(ASK(&probe, 88, QUIET));
    probe_open(&probe, "turtle", 1);
    probe_set(&probe, "sides", "both");
    assert_sets(ASK(&probe, 88, QUIET), -0.44);
    assert_true(probe.targets[0].stop == 92);
    probe.position[0] = -1;
    assert_sets(ASK(&probe, 87, QUIET), -0.88);
    assert_true(probe.targets[0].stop == 91);
    assert_sets(ASK(&probe, 91, 110, 90, 90.5, 85, 120, 80, 2), 0);
}

static void undefined_inputs_and_a_market_that_never_moved_say_nothing(void **state) {
    const double inputs[] = {110, 90, 108, 95, 120, 80, 1};
    assert_never_trades_on_nan("turtle", 112, inputs);
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    assert_keeps(ASK(&probe, 112, 110, 90, 108, 95, 120, 80, 0));
}

static void the_exit_channel_must_be_shorter(void **state) {
    struct probe probe;
    probe_open(&probe, "turtle", 1);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "exit", "20");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_buys_one_unit_of_equal_risk_above_the_channel),
        cmocka_unit_test(it_adds_units_at_half_ranges_up_to_four),
        cmocka_unit_test(an_entry_that_is_not_filled_yet_is_not_added_to),
        cmocka_unit_test(all_units_together_are_at_most_the_whole),
        cmocka_unit_test(it_leaves_below_the_short_channel),
        cmocka_unit_test(a_breakout_after_one_that_gained_is_passed_over),
        cmocka_unit_test(the_second_system_passes_nothing_over),
        cmocka_unit_test(after_a_stop_the_breakout_must_lapse),
        cmocka_unit_test(with_both_sides_it_sells_falls_short),
        cmocka_unit_test(undefined_inputs_and_a_market_that_never_moved_say_nothing),
        cmocka_unit_test(the_exit_channel_must_be_shorter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
