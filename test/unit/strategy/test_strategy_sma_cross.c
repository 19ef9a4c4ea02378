// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

// Inputs: fast average, slow average.
static void it_is_long_above_and_flat_below(void **state) {
    struct probe probe;
    probe_open(&probe, "sma_cross", 1);
    assert_sets(ASK(&probe, 100, 101, 100), 1);
    assert_int_equal(probe.targets[0].reason, 1);
    assert_sets(ASK(&probe, 100, 99, 100), 0);
    assert_int_equal(probe.targets[0].reason, 2);
    assert_sets(ASK(&probe, 100, 100.5, 100), 1);
}

static void with_both_sides_it_is_short_below(void **state) {
    struct probe probe;
    probe_open(&probe, "sma_cross", 1);
    probe_set(&probe, "sides", "both");
    assert_sets(ASK(&probe, 100, 99, 100), -1);
    assert_sets(ASK(&probe, 100, 101, 100), 1);
}

static void equal_averages_say_nothing(void **state) {
    struct probe probe;
    probe_open(&probe, "sma_cross", 1);
    assert_keeps(ASK(&probe, 100, 100, 100));
}

static void undefined_averages_say_nothing(void **state) {
    const double inputs[] = {101, 100};
    assert_never_trades_on_nan("sma_cross", 100, inputs);
}

static void fast_must_be_less_than_slow(void **state) {
    struct probe probe;
    probe_open(&probe, "sma_cross", 1);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "fast", "50");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
    assert_string_equal(err_story(), "fast (50) must be less than slow (50)");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_long_above_and_flat_below),
        cmocka_unit_test(with_both_sides_it_is_short_below),
        cmocka_unit_test(equal_averages_say_nothing),
        cmocka_unit_test(undefined_averages_say_nothing),
        cmocka_unit_test(fast_must_be_less_than_slow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
