// SPDX-License-Identifier: Apache-2.0
#include "probe.h"

enum { COUNT = 6 };

// Per instrument: rate of change over the lookback and over the skip in per cent, volatility.
static void give(struct probe *probe, uint32_t instrument, double roc, double skip, double vol) {
    double *inputs = &probe->inputs[instrument * 3];
    inputs[0] = roc;
    inputs[1] = skip;
    inputs[2] = vol;
}

// Two are held of six, ranked anew every third decision.
static void open_universe(struct probe *probe) {
    probe_open(probe, "cross_momentum", COUNT);
    probe_set(probe, "hold", "2");
    probe_set(probe, "rebalance", "3");
    for (uint32_t i = 0; i < COUNT; i++) give(probe, i, 10.0 * i, 0, 0.2);
}

static void assert_weights(const struct probe *probe, const double *weights) {
    for (uint32_t i = 0; i < COUNT; i++) {
        const struct strategy_target *target = &probe->targets[i];
        if (isnan(weights[i]) ? target->kind != TARGET_KEEP
                              : target->kind == TARGET_KEEP || target->weight != weights[i])
            fail_msg("instrument %u: kind %u, weight %g, not %g", i, target->kind, target->weight,
                     weights[i]);
    }
}
#define WEIGHTS(...) ((const double[COUNT]){__VA_ARGS__})

static void the_best_are_held_in_equal_parts(void **state) {
    struct probe probe;
    open_universe(&probe);
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(NAN, NAN, NAN, NAN, 0.5, 0.5));
    assert_int_equal(probe.targets[5].reason, 1);
}

// A rise of 50 % of which 40 % came in the skipped time is 1.5 / 1.4 - 1 = 7 %; one of 20 %, all before, is more.
static void what_rose_in_the_skipped_time_does_not_count(void **state) {
    struct probe probe;
    open_universe(&probe);
    for (uint32_t i = 0; i < COUNT; i++) give(&probe, i, 1, 0, 0.2);
    give(&probe, 1, 50, 40, 0.2);
    give(&probe, 2, 20, 0, 0.2);
    give(&probe, 3, 5, -10, 0.2); // 1.05 / 0.9 - 1 = 17 %
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(NAN, NAN, 0.5, 0.5, NAN, NAN));
}

static void it_ranks_anew_only_when_it_is_time(void **state) {
    struct probe probe;
    open_universe(&probe);
    probe_decide(&probe);
    probe.position[4] = probe.position[5] = 10;
    give(&probe, 0, 99, 0, 0.2);
    for (int i = 0; i < 2; i++) {
        probe_decide(&probe);
        assert_weights(&probe, WEIGHTS(NAN, NAN, NAN, NAN, 0.5, 0.5));
        assert_int_equal(probe.targets[5].kind, TARGET_SET);
    }
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(0.5, NAN, NAN, NAN, 0, 0.5));
    assert_int_equal(probe.targets[0].kind, TARGET_REBALANCE);
    assert_int_equal(probe.targets[4].kind, TARGET_SET);
    assert_int_equal(probe.targets[5].kind, TARGET_REBALANCE); // kept, but brought back to its part
    assert_int_equal(probe.targets[4].reason, 3);
    probe.position[4] = 0; // sold
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(0.5, NAN, NAN, NAN, NAN, 0.5));
}

static void equal_scores_rank_by_position(void **state) {
    struct probe probe;
    open_universe(&probe);
    for (uint32_t i = 0; i < COUNT; i++) give(&probe, i, 7, 0, 0.2);
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(0.5, 0.5, NAN, NAN, NAN, NAN));
}

static void instruments_without_history_are_not_ranked_and_their_part_stays_cash(void **state) {
    struct probe probe;
    open_universe(&probe);
    for (uint32_t i = 0; i < COUNT; i++) give(&probe, i, NAN, NAN, NAN);
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(NAN, NAN, NAN, NAN, NAN, NAN));
    // The first that can be ranked is, without waiting for the next time.
    give(&probe, 3, -10, 0, 0.2);
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(NAN, NAN, NAN, 0.5, NAN, NAN));
}

static void instruments_that_stopped_trading_are_not_ranked(void **state) {
    struct probe probe;
    open_universe(&probe);
    probe_set(&probe, "rebalance", "1");
    probe.fresh[5] = 0;
    for (int missed = 1; missed <= 5; missed++) {
        probe_decide(&probe);
        assert_weights(&probe, WEIGHTS(NAN, NAN, NAN, NAN, 0.5, 0.5));
    }
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(NAN, NAN, NAN, 0.5, 0.5, NAN));
    probe.fresh[5] = 1;
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(NAN, NAN, NAN, NAN, 0.5, 0.5));
}

static void with_absolute_nothing_that_fell_is_bought(void **state) {
    struct probe probe;
    open_universe(&probe);
    probe_set(&probe, "absolute", "true");
    for (uint32_t i = 0; i < COUNT; i++) give(&probe, i, -5, 0, 0.2);
    give(&probe, 2, 1, 0, 0.2);
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(NAN, NAN, 0.5, NAN, NAN, NAN));
}

// Volatilities 0.1 and 0.3: parts 10 and 10/3, of 40/3: three quarters and one.
static void inverse_volatility_gives_the_calm_more(void **state) {
    struct probe probe;
    open_universe(&probe);
    probe_set(&probe, "weighting", "inverse_vol");
    give(&probe, 5, 50, 0, 0.1);
    give(&probe, 4, 40, 0, 0.3);
    give(&probe, 3, 99, 0, 0); // no volatility, no rank
    give(&probe, 2, 99, 0, NAN);
    probe_decide(&probe);
    assert_int_equal(probe.targets[2].kind, TARGET_KEEP);
    assert_int_equal(probe.targets[3].kind, TARGET_KEEP);
    assert_true(fabs(probe.targets[5].weight - 0.75) < 1e-15);
    assert_true(fabs(probe.targets[4].weight - 0.25) < 1e-15);
}

static void with_both_sides_each_leg_has_half(void **state) {
    struct probe probe;
    open_universe(&probe);
    probe_set(&probe, "sides", "both");
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(-0.25, -0.25, NAN, NAN, 0.25, 0.25));
    assert_int_equal(probe.targets[0].reason, 2);
    // Three that can be ranked: two are winners, one is left to sell.
    open_universe(&probe);
    probe_set(&probe, "sides", "both");
    for (uint32_t i = 0; i < 3; i++) give(&probe, i, NAN, 0, 0.2);
    probe_decide(&probe);
    assert_weights(&probe, WEIGHTS(NAN, NAN, NAN, -0.25, 0.25, 0.25));
}

static void skip_must_be_less_than_lookback(void **state) {
    struct probe probe;
    probe_open(&probe, "cross_momentum", 1);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "lookback", "21");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_are_held_in_equal_parts),
        cmocka_unit_test(what_rose_in_the_skipped_time_does_not_count),
        cmocka_unit_test(it_ranks_anew_only_when_it_is_time),
        cmocka_unit_test(equal_scores_rank_by_position),
        cmocka_unit_test(instruments_without_history_are_not_ranked_and_their_part_stays_cash),
        cmocka_unit_test(instruments_that_stopped_trading_are_not_ranked),
        cmocka_unit_test(with_absolute_nothing_that_fell_is_bought),
        cmocka_unit_test(inverse_volatility_gives_the_calm_more),
        cmocka_unit_test(with_both_sides_each_leg_has_half),
        cmocka_unit_test(skip_must_be_less_than_lookback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
