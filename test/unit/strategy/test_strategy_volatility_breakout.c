// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

// Inputs: channel's upper, middle, lower; short and long average true range. In a usual regime with ranges of 4
// the margin is 0.25 x 1 x 4 = 1: a close above 111 breaks out of 90..110.
static void it_buys_a_close_clearly_above_the_channel(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_breakout", 1);
    assert_keeps(ASK(&probe, 111, 110, 100, 90, 4, 4));
    assert_sets(ASK(&probe, 112, 110, 100, 90, 4, 4), 1);
    assert_int_equal(probe.targets[0].reason, 1);
    assert_true(probe.targets[0].stop == 100); // 112 - 3 x 4
}

static void a_wild_regime_asks_for_more_and_takes_less(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_breakout", 1);
    // Regime 8 / 4 = 2: margin 0.25 x 2 x 8 = 4, strength 1 / 2.
    assert_keeps(ASK(&probe, 114, 110, 100, 90, 8, 4));
    assert_sets(ASK(&probe, 114.5, 110, 100, 90, 8, 4), 0.5);
    probe.position[0] = 1;
    // The strength is the entry's.
    assert_sets(ASK(&probe, 115, 110, 100, 90, 4, 4), 0.5);
}

static void a_calm_regime_asks_for_less(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_breakout", 1);
    // Regime 2 / 8, held at 1/2: margin 0.25 x 0.5 x 2 = 0.25; strength at most 1.
    assert_keeps(ASK(&probe, 110.25, 110, 100, 90, 2, 8));
    assert_sets(ASK(&probe, 110.5, 110, 100, 90, 2, 8), 1);
}

static void above_the_largest_regime_nothing_is_entered(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_breakout", 1);
    assert_keeps(ASK(&probe, 200, 110, 100, 90, 10.5, 4));
    assert_sets(ASK(&probe, 200, 110, 100, 90, 10, 4), 0.4);
}

static void the_stop_follows_the_price_and_never_retreats(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_breakout", 1);
    assert_sets(ASK(&probe, 112, 110, 100, 90, 4, 4), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 120, 113, 102, 91, 4, 4), 1);
    assert_true(probe.targets[0].stop == 108);
    assert_sets(ASK(&probe, 118, 121, 105, 91, 4, 4), 1);
    assert_true(probe.targets[0].stop == 108);
    assert_sets(ASK(&probe, 119, 121, 105, 91, 2, 4), 1);
    assert_true(probe.targets[0].stop == 113);
}

static void it_leaves_below_the_middle_of_the_channel(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_breakout", 1);
    assert_sets(ASK(&probe, 112, 110, 100, 90, 4, 4), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 101, 113, 101, 90, 4, 4), 1);
    assert_sets(ASK(&probe, 100.9, 113, 101, 90, 4, 4), 0);
    assert_int_equal(probe.targets[0].reason, 3);
}

static void after_a_stop_the_breakout_must_lapse(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_breakout", 1);
    assert_sets(ASK(&probe, 112, 110, 100, 90, 4, 4), 1);
    probe.position[0] = 1;
    assert_sets(ASK(&probe, 113, 110, 100, 90, 4, 4), 1);
    probe.position[0] = 0;
    assert_sets(ASK(&probe, 112, 110, 100, 90, 4, 4), 0);
    assert_int_equal(probe.targets[0].reason, 4);
    assert_keeps(ASK(&probe, 112, 110, 100, 90, 4, 4));
    assert_keeps(ASK(&probe, 109, 110, 100, 90, 4, 4));
    assert_sets(ASK(&probe, 112, 110, 100, 90, 4, 4), 1);
}

static void with_both_sides_it_sells_below_the_channel_short(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_breakout", 1);
    assert_keeps(ASK(&probe, 88, 110, 100, 90, 4, 4));
    probe_set(&probe, "sides", "both");
    assert_keeps(ASK(&probe, 89, 110, 100, 90, 4, 4));
    assert_sets(ASK(&probe, 88, 110, 100, 90, 4, 4), -1);
    assert_true(probe.targets[0].stop == 100);
    probe.position[0] = -1;
    assert_sets(ASK(&probe, 80, 110, 100, 90, 4, 4), -1);
    assert_true(probe.targets[0].stop == 92);
    assert_sets(ASK(&probe, 101, 110, 100, 90, 4, 4), 0);
}

static void undefined_inputs_and_a_market_that_never_moved_say_nothing(void **state) {
    const double inputs[] = {110, 100, 90, 4, 4};
    assert_never_trades_on_nan("volatility_breakout", 112, inputs);
    struct probe probe;
    probe_open(&probe, "volatility_breakout", 1);
    assert_keeps(ASK(&probe, 112, 110, 110, 110, 0, 0));
}

static void the_short_range_must_be_shorter(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_breakout", 1);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "atr_short", "100");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_buys_a_close_clearly_above_the_channel),
        cmocka_unit_test(a_wild_regime_asks_for_more_and_takes_less),
        cmocka_unit_test(a_calm_regime_asks_for_less),
        cmocka_unit_test(above_the_largest_regime_nothing_is_entered),
        cmocka_unit_test(the_stop_follows_the_price_and_never_retreats),
        cmocka_unit_test(it_leaves_below_the_middle_of_the_channel),
        cmocka_unit_test(after_a_stop_the_breakout_must_lapse),
        cmocka_unit_test(with_both_sides_it_sells_below_the_channel_short),
        cmocka_unit_test(undefined_inputs_and_a_market_that_never_moved_say_nothing),
        cmocka_unit_test(the_short_range_must_be_shorter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
