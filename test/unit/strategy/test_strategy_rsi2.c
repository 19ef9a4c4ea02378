// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

// Inputs: long average, RSI, short average.
static void it_buys_a_sharp_fall_above_the_long_average(void **state) {
    struct probe probe;
    probe_open(&probe, "rsi2", 1);
    assert_keeps(ASK(&probe, 100, 90, 10, 104));
    assert_keeps(ASK(&probe, 89, 90, 5, 94));
    assert_sets(ASK(&probe, 99, 90, 9.9, 103), 1);
    assert_int_equal(probe.targets[0].reason, 1);
    assert_true(isnan(probe.targets[0].stop));
}

static void it_sells_above_the_short_average(void **state) {
    struct probe probe;
    probe_open(&probe, "rsi2", 1);
    assert_sets(ASK(&probe, 99, 90, 5, 103), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 102, 90, 70, 102), 1);
    assert_sets(ASK(&probe, 102.5, 90, 72, 102), 0);
    assert_int_equal(probe.targets[0].reason, 3);
}

static void with_exit_rsi_it_sells_when_the_rsi_has_recovered(void **state) {
    struct probe probe;
    probe_open(&probe, "rsi2", 1);
    probe_set(&probe, "exit", "rsi");
    assert_sets(ASK(&probe, 99, 90, 5, 103), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 105, 90, 65, 102), 1);
    assert_sets(ASK(&probe, 101, 90, 66, 102), 0);
}

static void it_holds_on_when_the_fall_goes_on(void **state) {
    struct probe probe;
    probe_open(&probe, "rsi2", 1);
    assert_sets(ASK(&probe, 99, 90, 5, 103), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 50, 90, 1, 60), 1);
}

static void with_both_sides_it_sells_rises_in_a_fall_short(void **state) {
    struct probe probe;
    probe_open(&probe, "rsi2", 1);
    assert_keeps(ASK(&probe, 80, 90, 95, 78));
    probe_set(&probe, "sides", "both");
    assert_keeps(ASK(&probe, 80, 90, 90, 78));
    assert_sets(ASK(&probe, 80, 90, 95, 78), -1);
    probe.position[0] = -1;
    assert_sets(ASK(&probe, 79, 90, 80, 78.5), -1);
    assert_sets(ASK(&probe, 78, 90, 60, 78.5), 0);
}

static void what_was_taken_away_is_not_bought_back_at_once(void **state) {
    struct probe probe;
    probe_open(&probe, "rsi2", 1);
    assert_sets(ASK(&probe, 99, 90, 5, 103), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 98, 90, 5, 103), 1);
    probe.position[0] = 0;
    assert_sets(ASK(&probe, 98, 90, 5, 103), 0);
    assert_int_equal(probe.targets[0].reason, 4);
    assert_keeps(ASK(&probe, 98, 90, 5, 103));
    assert_keeps(ASK(&probe, 99, 90, 50, 103));
    assert_sets(ASK(&probe, 98, 90, 5, 103), 1);
}

static void undefined_inputs_say_nothing(void **state) {
    const double inputs[] = {40, 5, 200};
    assert_never_trades_on_nan("rsi2", 99, inputs);
}

static void the_exit_must_be_above_the_entry(void **state) {
    struct probe probe;
    probe_open(&probe, "rsi2", 1);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "leave", "10");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_buys_a_sharp_fall_above_the_long_average),
        cmocka_unit_test(it_sells_above_the_short_average),
        cmocka_unit_test(with_exit_rsi_it_sells_when_the_rsi_has_recovered),
        cmocka_unit_test(it_holds_on_when_the_fall_goes_on),
        cmocka_unit_test(with_both_sides_it_sells_rises_in_a_fall_short),
        cmocka_unit_test(what_was_taken_away_is_not_bought_back_at_once),
        cmocka_unit_test(undefined_inputs_say_nothing),
        cmocka_unit_test(the_exit_must_be_above_the_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
