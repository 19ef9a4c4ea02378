// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

// Averages of the perpetual and of the spot; a third instrument is left alone.
static void ask(struct probe *probe, double perpetual, double spot) {
    probe->inputs[0] = perpetual;
    probe->inputs[1] = spot;
    probe->inputs[2] = 5;
    probe_decide(probe);
    assert_keeps(&probe->targets[2]);
}

static void hold(struct probe *probe) {
    probe->position[0] = probe->targets[0].weight;
    probe->position[1] = probe->targets[1].weight;
}

// A premium of 0.0007 is pulled by at most 0.0005 to 0.0002 an interval, 0.219 a year; one of 0.0006 gives 0.0001,
// 0.1095 a year, as does one of 0.
static void it_sells_the_perpetual_where_funding_is_worth_it(void **state) {
    struct probe probe;
    probe_open(&probe, "carry", 3);
    ask(&probe, 10000, 10000);
    assert_keeps(&probe.targets[0]);
    ask(&probe, 10006, 10000);
    assert_keeps(&probe.targets[0]);
    ask(&probe, 10007, 10000);
    assert_sets(&probe.targets[0], -0.5);
    assert_sets(&probe.targets[1], 0.5);
}

// Exit is below 0.05 a year, 0.0000457 an interval: at 0.1095 it holds on; a premium of -0.0005 gives 0 and ends it.
static void it_holds_until_the_carry_is_gone(void **state) {
    struct probe probe;
    probe_open(&probe, "carry", 3);
    ask(&probe, 10007, 10000);
    hold(&probe);
    ask(&probe, 10000, 10000);
    assert_sets(&probe.targets[0], -0.5);
    ask(&probe, 9995, 10000);
    assert_sets(&probe.targets[0], 0);
    assert_sets(&probe.targets[1], 0);
    assert_int_equal(probe.targets[1].reason, 2);
    hold(&probe);
    ask(&probe, 9995, 10000);
    assert_keeps(&probe.targets[0]);
}

// -0.0007 + 0.0005 is -0.0002 an interval.
static void a_negative_carry_is_taken_where_it_may_be(void **state) {
    struct probe probe;
    probe_open(&probe, "carry", 3);
    ask(&probe, 9993, 10000);
    assert_keeps(&probe.targets[0]);
    probe_set(&probe, "sides", "both");
    ask(&probe, 9993, 10000);
    assert_sets(&probe.targets[0], 0.5);
    assert_sets(&probe.targets[1], -0.5);
    hold(&probe);
    ask(&probe, 10007, 10000); // and round to the other side at once
    assert_sets(&probe.targets[0], -0.5);
}

static void undefined_averages_and_a_lone_instrument_say_nothing(void **state) {
    struct probe probe;
    probe_open(&probe, "carry", 3);
    ask(&probe, NAN, 10000);
    assert_keeps(&probe.targets[0]);
    ask(&probe, 10007, NAN);
    assert_keeps(&probe.targets[1]);
    probe_open(&probe, "carry", 1);
    probe.inputs[0] = 10007;
    probe_decide(&probe);
    assert_keeps(&probe.targets[0]);
}

static void the_exit_must_be_below_the_entry(void **state) {
    struct probe probe;
    probe_open(&probe, "carry", 2);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "exit", "0.15");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_sells_the_perpetual_where_funding_is_worth_it),
        cmocka_unit_test(it_holds_until_the_carry_is_gone),
        cmocka_unit_test(a_negative_carry_is_taken_where_it_may_be),
        cmocka_unit_test(undefined_averages_and_a_lone_instrument_say_nothing),
        cmocka_unit_test(the_exit_must_be_below_the_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
