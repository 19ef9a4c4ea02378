// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

enum { COUNT = 4 };

// Returns over the lookback in per cent; the last asset is the safe one.
static void open_universe(struct probe *probe, const double *returns) {
    probe_open(probe, "dual_momentum", COUNT);
    probe_set(probe, "rebalance", "3");
    probe_set(probe, "safe", "4");
    memcpy(probe->inputs, returns, COUNT * sizeof *returns);
}
#define RETURNS(...) ((const double[COUNT]){__VA_ARGS__})

// NaN: no target.
static void assert_weights(const struct probe *probe, const double *weights) {
    for (uint32_t i = 0; i < COUNT; i++) {
        const struct strategy_target *target = &probe->targets[i];
        if (isnan(weights[i]) ? target->kind != TARGET_KEEP
                              : target->kind == TARGET_KEEP || target->weight != weights[i])
            fail_msg("instrument %u: kind %u, weight %g, not %g", i, target->kind, target->weight,
                     weights[i]);
    }
}

static void the_strongest_is_held_while_it_rises(void **state) {
    struct probe probe;
    open_universe(&probe, RETURNS(5, 12, -3, 40));
    probe_decide(&probe);
    assert_weights(&probe, RETURNS(NAN, 1, NAN, NAN));
    assert_int_equal(probe.targets[1].kind, TARGET_REBALANCE);
    assert_int_equal(probe.targets[1].reason, 1);
}

static void when_nothing_beats_the_hurdle_the_safe_one_is_held(void **state) {
    struct probe probe;
    open_universe(&probe, RETURNS(1, 2, -3, -8));
    probe_set(&probe, "hurdle", "2");
    probe_decide(&probe);
    assert_weights(&probe, RETURNS(NAN, NAN, NAN, 1));
    assert_int_equal(probe.targets[3].reason, 2);
}

static void without_a_safe_one_it_is_cash(void **state) {
    struct probe probe;
    open_universe(&probe, RETURNS(-1, -2, -3, -8));
    probe_set(&probe, "safe", "0");
    probe_decide(&probe);
    assert_weights(&probe, RETURNS(NAN, NAN, NAN, NAN));
    open_universe(&probe, RETURNS(-1, -2, -3, -8));
    probe_set(&probe, "safe", "9");
    probe_decide(&probe);
    assert_weights(&probe, RETURNS(NAN, NAN, NAN, NAN));
}

static void of_several_parts_each_is_judged_by_itself(void **state) {
    struct probe probe;
    open_universe(&probe, RETURNS(-1, 7, -3, 1));
    probe_set(&probe, "hold", "2");
    probe_decide(&probe);
    assert_weights(&probe, RETURNS(NAN, 0.5, NAN, 0.5));
}

static void it_ranks_anew_only_when_it_is_time(void **state) {
    struct probe probe;
    open_universe(&probe, RETURNS(5, 12, -3, 1));
    probe_decide(&probe);
    probe.position[1] = 10;
    probe.inputs[1] = -20;
    for (int i = 0; i < 2; i++) {
        probe_decide(&probe);
        assert_weights(&probe, RETURNS(NAN, 1, NAN, NAN));
        assert_int_equal(probe.targets[1].kind, TARGET_SET);
    }
    probe_decide(&probe);
    assert_weights(&probe, RETURNS(1, 0, NAN, NAN));
    assert_int_equal(probe.targets[1].reason, 3);
}

static void equal_returns_rank_by_place(void **state) {
    struct probe probe;
    open_universe(&probe, RETURNS(-1, 6, 6, 6));
    probe_decide(&probe);
    assert_weights(&probe, RETURNS(NAN, 1, NAN, NAN));
}

static void assets_without_history_or_bars_are_not_ranked(void **state) {
    struct probe probe;
    open_universe(&probe, RETURNS(NAN, NAN, NAN, 1));
    probe_set(&probe, "rebalance", "1");
    probe_decide(&probe);
    assert_weights(&probe, RETURNS(NAN, NAN, NAN, NAN));
    probe.inputs[2] = 3;
    probe.inputs[1] = 9;
    probe.fresh[1] = probe.fresh[3] = 0;
    for (int missed = 1; missed <= 5; missed++) {
        probe_decide(&probe);
        assert_weights(&probe, RETURNS(NAN, 1, NAN, NAN));
    }
    probe_decide(&probe);
    assert_weights(&probe, RETURNS(NAN, NAN, 1, NAN));
    probe.inputs[2] = -1; // and the safe one has stopped too: cash
    probe_decide(&probe);
    assert_weights(&probe, RETURNS(NAN, NAN, NAN, NAN));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_strongest_is_held_while_it_rises),
        cmocka_unit_test(when_nothing_beats_the_hurdle_the_safe_one_is_held),
        cmocka_unit_test(without_a_safe_one_it_is_cash),
        cmocka_unit_test(of_several_parts_each_is_judged_by_itself),
        cmocka_unit_test(it_ranks_anew_only_when_it_is_time),
        cmocka_unit_test(equal_returns_rank_by_place),
        cmocka_unit_test(assets_without_history_or_bars_are_not_ranked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
