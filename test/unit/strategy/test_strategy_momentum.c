// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

// Inputs: change in per cent, trend average, directional index, average volume, average true range. The bars'
// volume is 1,000.
static void it_buys_a_confirmed_rise_with_a_stop_below(void **state) {
    struct probe probe;
    probe_open(&probe, "momentum", 1);
    assert_sets(ASK(&probe, 100, 5, 90, 25, 800, 2), 1);
    assert_int_equal(probe.targets[0].reason, 1);
    assert_true(probe.targets[0].stop == 94); // 100 - 3 x 2
    probe.position[0] = 7;
    assert_sets(ASK(&probe, 110, 5, 92, 10, 2000, 9), 1); // confirmation is for the entry alone
    assert_int_equal(probe.targets[0].reason, 2);
    assert_true(probe.targets[0].stop == 94);
}

static void each_missing_confirmation_keeps_it_out(void **state) {
    static const double rows[][5] = {
        {0, 90, 25, 800, 2},   // no change
        {-5, 90, 25, 800, 2},  // a fall
        {5, 100, 25, 800, 2},  // not above the average
        {5, 90, 19.9, 800, 2}, // no trend
        {5, 90, 25, 1001, 2},  // little volume
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct probe probe;
        probe_open(&probe, "momentum", 1);
        assert_keeps(probe_ask(&probe, 100, rows[i]));
    }
}

static void volume_that_is_never_known_is_not_asked(void **state) {
    struct probe probe;
    probe_open(&probe, "momentum", 1);
    probe.bars[0].volume = 0;
    assert_keeps(ASK(&probe, 100, 5, 90, 25, 1, 2));
    assert_sets(ASK(&probe, 100, 5, 90, 25, 0, 2), 1);
}

static void it_leaves_when_the_change_turns_or_the_average_is_crossed(void **state) {
    static const double rows[][5] = {
        {0, 90, 25, 800, 2}, {-1, 90, 25, 800, 2}, {5, 101, 25, 800, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct probe probe;
        probe_open(&probe, "momentum", 1);
        assert_sets(ASK(&probe, 100, 5, 90, 25, 800, 2), 1);
        probe.position[0] = 1;
        assert_sets(probe_ask(&probe, 100, rows[i]), 0);
        assert_int_equal(probe.targets[0].reason, 3);
        assert_true(isnan(probe.targets[0].stop));
        assert_sets(probe_ask(&probe, 100, rows[i]), 0); // until it is sold
        probe.position[0] = 0;
        assert_keeps(probe_ask(&probe, 100, rows[i]));
        // No block after its own exit.
        assert_sets(ASK(&probe, 100, 5, 90, 25, 800, 2), 1);
    }
}

static void after_a_stop_it_waits_until_the_momentum_has_lapsed(void **state) {
    struct probe probe;
    probe_open(&probe, "momentum", 1);
    assert_sets(ASK(&probe, 100, 5, 90, 25, 800, 2), 1);
    assert_sets(ASK(&probe, 100, 5, 90, 25, 800, 2), 1); // not filled yet: no stop
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 100, 5, 90, 25, 800, 2), 1);
    probe.position[0] = 0;
    assert_sets(ASK(&probe, 96, 5, 90, 25, 800, 2), 0);
    assert_int_equal(probe.targets[0].reason, 4);
    assert_keeps(ASK(&probe, 96, 5, 90, 25, 800, 2));
    assert_keeps(ASK(&probe, 96, 5, 90, 10, 800, 2)); // a weak trend is no lapse
    assert_keeps(ASK(&probe, 96, 5, 90, 25, 800, 2));
    assert_keeps(ASK(&probe, 89, 5, 90, 25, 800, 2)); // below its average: it lapsed
    assert_sets(ASK(&probe, 96, 5, 90, 25, 800, 2), 1);
}

// The stop is at 94. Bought at the open and stopped within the same bar, it was never seen to be held.
static void a_stop_within_the_first_bar_is_noticed(void **state) {
    struct probe probe;
    probe_open(&probe, "momentum", 1);
    assert_sets(ASK(&probe, 100, 5, 90, 25, 800, 2), 1);
    assert_sets(ASK(&probe, 94.5, 5, 90, 25, 800, 2), 1); // not filled yet
    assert_sets(ASK(&probe, 94, 5, 90, 25, 800, 2), 0);
    assert_int_equal(probe.targets[0].reason, 4);
    assert_keeps(ASK(&probe, 95, 5, 90, 25, 800, 2));
    // While the position is there, its stop is the venue's business.
    probe_open(&probe, "momentum", 1);
    assert_sets(ASK(&probe, 100, 5, 90, 25, 800, 2), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 93, 5, 90, 25, 800, 2), 1);
    // The same for a short one, whose stop is at 106.
    probe_open(&probe, "momentum", 1);
    probe_set(&probe, "sides", "both");
    assert_sets(ASK(&probe, 100, -5, 110, 25, 800, 2), -1);
    assert_sets(ASK(&probe, 105.5, -5, 110, 25, 800, 2), -1);
    assert_sets(ASK(&probe, 106, -5, 110, 25, 800, 2), 0);
}

static void with_both_sides_it_sells_a_confirmed_fall_short(void **state) {
    struct probe probe;
    probe_open(&probe, "momentum", 1);
    assert_keeps(ASK(&probe, 100, -5, 110, 25, 800, 2));
    probe_set(&probe, "sides", "both");
    assert_sets(ASK(&probe, 100, -5, 110, 25, 800, 2), -1);
    assert_true(probe.targets[0].stop == 106);
    probe.position[0] = -1;
    // Turned into a rise: out and long at once.
    assert_sets(ASK(&probe, 120, 5, 110, 25, 800, 2), 1);
    assert_true(probe.targets[0].stop == 114);
}

static void undefined_inputs_say_nothing(void **state) {
    const double inputs[] = {5, 90, 25, 800, 2};
    assert_never_trades_on_nan("momentum", 100, inputs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_buys_a_confirmed_rise_with_a_stop_below),
        cmocka_unit_test(each_missing_confirmation_keeps_it_out),
        cmocka_unit_test(volume_that_is_never_known_is_not_asked),
        cmocka_unit_test(it_leaves_when_the_change_turns_or_the_average_is_crossed),
        cmocka_unit_test(after_a_stop_it_waits_until_the_momentum_has_lapsed),
        cmocka_unit_test(a_stop_within_the_first_bar_is_noticed),
        cmocka_unit_test(with_both_sides_it_sells_a_confirmed_fall_short),
        cmocka_unit_test(undefined_inputs_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
