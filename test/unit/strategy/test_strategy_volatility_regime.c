// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

// Inputs: six estimates, the long-run volatility, the flag of a black swan.
#define ALL(vol, flag) vol, vol, vol, vol, vol, vol, vol, flag

static void open_quiet(struct probe *probe) {
    probe_open(probe, "volatility_regime", 1);
    probe_set(probe, "cut", "0");
    assert_keeps(ASK(probe, 100, ALL(0.3, 0))); // the first bar has no return
}

// Without a return the variance is (1 - 0.98 + 0.9) v = 0.92 v at once; its mean forecast over 5 bars is
// v - 0.08 v (1 - 0.98^5) / 0.02 / 5 = 0.923127 v. Half of sqrt of that and of the estimators: 0.15 / 0.3 / 0.980397.
static void it_holds_the_target_over_what_is_expected(void **state) {
    struct probe probe;
    open_quiet(&probe);
    const struct strategy_target *target = ASK(&probe, 100, ALL(0.3, 0));
    double forecast = 1 - 0.08 * (1 - pow(0.98, 5)) / 0.02 / 5;
    double want = 0.15 / (0.3 * (1 + sqrt(forecast)) / 2);
    assert_int_equal(target->kind, TARGET_SET);
    if (fabs(target->weight - want) > 1e-12) fail_msg("%.17g, not %.17g", target->weight, want);
}

static void below_the_target_it_holds_everything_and_no_more(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_regime", 1);
    probe_set(&probe, "cut", "0");
    assert_keeps(ASK(&probe, 100, ALL(0.1, 0)));
    assert_sets(ASK(&probe, 100, ALL(0.1, 0)), 1);
}

static void the_estimate_is_the_median_of_six(void **state) {
    struct probe probe, other;
    open_quiet(&probe);
    open_quiet(&other);
    double weight = ASK(&probe, 100, ALL(0.3, 0))->weight;
    double mixed = ASK(&other, 100, 9, 0.1, 0.25, 0.01, 0.35, 0.4, 0.3, 0)->weight;
    assert_true(fabs(weight - mixed) < 1e-12); // (0.25 + 0.35) / 2
}

static void small_changes_are_left_to_run(void **state) {
    struct probe probe;
    open_quiet(&probe);
    assert_int_equal(ASK(&probe, 100, ALL(0.3, 0))->kind, TARGET_SET);
    assert_keeps(ASK(&probe, 100, ALL(0.31, 0)));
    assert_int_equal(ASK(&probe, 100, ALL(0.6, 0))->kind, TARGET_SET);
}

static void a_black_swan_keeps_it_out_for_some_bars(void **state) {
    struct probe probe;
    open_quiet(&probe);
    probe_set(&probe, "guard", "2");
    assert_int_equal(ASK(&probe, 100, ALL(0.3, 0))->kind, TARGET_SET);
    assert_sets(ASK(&probe, 100, ALL(0.3, 1)), 0);
    assert_int_equal(probe.targets[0].reason, 3);
    assert_keeps(ASK(&probe, 100, ALL(0.3, 0)));
    assert_int_equal(ASK(&probe, 100, ALL(0.3, 0))->kind, TARGET_SET);
    assert_true(probe.targets[0].weight > 0);
}

// Returns of three long-run deviations a bar, 3 x 0.3 / sqrt(252): the state is wild, half of the weight is taken.
static void large_returns_make_the_state_wild(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_regime", 1);
    double close = 100, step = exp(3 * 0.3 / sqrt(252));
    assert_keeps(ASK(&probe, close, ALL(0.3, 0)));
    for (int i = 0; i < 5; i++)
        close = i % 2 ? close / step : close * step, ASK(&probe, close, ALL(0.3, 0));
    assert_int_equal(ASK(&probe, close * step, ALL(0.9, 0))->kind, TARGET_SET);
    assert_int_equal(probe.targets[0].reason, 2);
    assert_true(probe.targets[0].weight < 0.15 / 0.6 * 0.55);
}

static void the_parameters_must_agree(void **state) {
    struct probe probe;
    probe_open(&probe, "volatility_regime", 1);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "garch_beta", "0.95");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
    probe_set(&probe, "garch_beta", "0.9");
    probe_set(&probe, "wild_ratio", "0.5");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_holds_the_target_over_what_is_expected),
        cmocka_unit_test(below_the_target_it_holds_everything_and_no_more),
        cmocka_unit_test(the_estimate_is_the_median_of_six),
        cmocka_unit_test(small_changes_are_left_to_run),
        cmocka_unit_test(a_black_swan_keeps_it_out_for_some_bars),
        cmocka_unit_test(large_returns_make_the_state_wild),
        cmocka_unit_test(the_parameters_must_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
