// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

// Inputs: averages of the decision, middle and long frame; average true range.
static void it_buys_when_all_three_averages_rise(void **state) {
    struct probe probe;
    probe_open(&probe, "trend_frames", 1);
    assert_keeps(ASK(&probe, 100, 95, 90, 85, 2)); // no slope yet
    assert_keeps(ASK(&probe, 101, 96, 90, 85, 2)); // the longer frames stand still
    assert_keeps(ASK(&probe, 102, 97, 91, 85, 2));
    assert_sets(ASK(&probe, 103, 98, 91, 86, 2), 1);
    assert_int_equal(probe.targets[0].reason, 1);
    assert_true(probe.targets[0].stop == 93); // 103 - 5 x 2
}

static void open_long(struct probe *probe) {
    probe_open(probe, "trend_frames", 1);
    assert_keeps(ASK(probe, 100, 95, 90, 85, 2));
    assert_sets(ASK(probe, 103, 98, 91, 86, 2), 1);
    probe->position[0] = 1;
}

static void the_short_average_alone_does_not_end_it(void **state) {
    struct probe probe;
    open_long(&probe);
    assert_sets(ASK(&probe, 99, 97, 91, 86, 2), 1);
    assert_sets(ASK(&probe, 98, 96, 92, 86, 2), 1);
    assert_int_equal(probe.targets[0].reason, 2);
    assert_true(probe.targets[0].stop == 93);
}

static void a_turn_of_the_middle_or_long_average_ends_it(void **state) {
    struct probe probe;
    open_long(&probe);
    assert_sets(ASK(&probe, 99, 97, 90, 86, 2), 0);
    assert_int_equal(probe.targets[0].reason, 3);
    open_long(&probe);
    assert_sets(ASK(&probe, 110, 99, 92, 85.5, 2), 0);
    assert_int_equal(probe.targets[0].reason, 3);
}

static void the_stop_trails(void **state) {
    struct probe probe;
    open_long(&probe);
    assert_sets(ASK(&probe, 110, 99, 91, 86, 2), 1);
    assert_true(probe.targets[0].stop == 100);
    assert_sets(ASK(&probe, 105, 99.5, 91, 86, 3), 1);
    assert_true(probe.targets[0].stop == 100);
}

static void after_a_stop_the_alignment_must_lapse(void **state) {
    struct probe probe;
    open_long(&probe);
    assert_sets(ASK(&probe, 104, 99, 91, 86, 2), 1);
    probe.position[0] = 0;
    assert_sets(ASK(&probe, 93, 99.5, 91, 86, 2), 0);
    assert_int_equal(probe.targets[0].reason, 4);
    assert_keeps(ASK(&probe, 94, 100, 91, 86, 2));
    assert_keeps(ASK(&probe, 92, 98, 91, 86, 2)); // lapsed
    assert_sets(ASK(&probe, 95, 99, 91, 86, 2), 1);
}

static void with_both_sides_it_sells_falls_short(void **state) {
    for (int both = 0; both < 2; both++) {
        struct probe probe;
        probe_open(&probe, "trend_frames", 1);
        if (both) probe_set(&probe, "sides", "both");
        assert_keeps(ASK(&probe, 100, 105, 110, 115, 2));
        const struct strategy_target *target = ASK(&probe, 98, 104, 109, 114, 2);
        if (!both) {
            assert_keeps(target);
            continue;
        }
        assert_sets(target, -1);
        assert_true(target->stop == 108);
    }
}

// While an input is undefined nothing is answered, but slopes go on being learnt from those that are.
static void undefined_inputs_say_nothing(void **state) {
    for (int i = 0; i < 4; i++) {
        struct probe probe;
        double first[] = {95, 90, 85, 2}, second[] = {98, 91, 86, 2}, third[] = {99, 92, 87, 2};
        probe_open(&probe, "trend_frames", 1);
        first[i] = second[i] = NAN;
        assert_keeps(probe_ask(&probe, 100, first));
        assert_keeps(probe_ask(&probe, 103, second));
        if (i < 3)
            assert_keeps(probe_ask(&probe, 104, third)); // its first value has no slope
        else
            assert_sets(probe_ask(&probe, 104, third), 1);
    }
}

static void the_middle_frame_must_be_shorter(void **state) {
    struct probe probe;
    probe_open(&probe, "trend_frames", 1);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "middle", "30d");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_buys_when_all_three_averages_rise),
        cmocka_unit_test(the_short_average_alone_does_not_end_it),
        cmocka_unit_test(a_turn_of_the_middle_or_long_average_ends_it),
        cmocka_unit_test(the_stop_trails),
        cmocka_unit_test(after_a_stop_the_alignment_must_lapse),
        cmocka_unit_test(with_both_sides_it_sells_falls_short),
        cmocka_unit_test(undefined_inputs_say_nothing),
        cmocka_unit_test(the_middle_frame_must_be_shorter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
