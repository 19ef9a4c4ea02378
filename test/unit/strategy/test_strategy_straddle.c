// SPDX-License-Identifier: Apache-2.0
#include "probe.h"
#include "quant/option/option.h"

// A year before the end: at 100, a volatility of 0.2 and without interest a call is worth 100 (2 N(0.1) - 1) = 7.9656,
// and so is a put; their deltas are N(0.1) = 0.539828 and that less 1.
static void price(struct probe *probe, double spot, double vol) {
    for (int leg = 0; leg < 2; leg++) {
        struct option_terms terms = {
            .side = leg == 0 ? OPTION_CALL : OPTION_PUT, .spot = spot, .strike = 100, .years = 1};
        probe->bars[1 + leg].close = option_price(&terms, vol);
    }
    probe->bars[0].close = spot;
}

static void begin(struct probe *probe, const char *side) {
    probe_open(probe, "straddle", 4);
    probe_set(probe, "expiry", "19710101");
    probe_set(probe, "hour", "0");
    probe_set(probe, "share", "0.1");
    probe_set(probe, "side", side);
    price(probe, 100, 0.2);
    assert_ok(probe_check(probe));
}

static void near(double actual, double wanted) {
    if (!(fabs(actual - wanted) < 1e-5)) fail_msg("%.9g, expected %.9g", actual, wanted);
}

// 100 of 1,000 in premiums: 6.27702 straddles of a delta of 0.079656, 0.5 of the underlying sold.
static void it_opens_once_with_the_underlying_against_its_delta(void **state) {
    (void)state;
    for (int sold = 0; sold < 2; sold++) {
        struct probe probe;
        double sign = sold ? -1 : 1;
        begin(&probe, sold ? "short" : "long");
        probe_decide(&probe);
        near(probe.targets[1].weight, 0.05 * sign);
        near(probe.targets[2].weight, 0.05 * sign);
        near(probe.targets[0].weight, -0.05 * sign);
        assert_int_equal(probe.targets[0].kind, TARGET_REBALANCE);
        assert_int_equal(probe.targets[1].reason, 1);
        assert_keeps(&probe.targets[3]);
        probe_decide(&probe); // not filled: nothing new
        for (int i = 0; i < 4; i++) assert_keeps(&probe.targets[i]);
    }
}

// At 110 and the same volatility d1 = 0.576551: a delta of 2 N(d1) - 1 = 0.435757 each, of 6 of both 2.614543 shares.
static void the_hedge_follows_what_is_held_outside_the_band(void **state) {
    (void)state;
    struct probe probe;
    begin(&probe, "long");
    probe_decide(&probe);
    probe.position[1] = probe.position[2] = 6;
    probe.position[0] = -0.5;
    price(&probe, 110, 0.2);
    probe_decide(&probe);
    near(probe.targets[0].weight, -2.614543 * 110 / 1000);
    assert_int_equal(probe.targets[0].reason, 2);
    assert_keeps(&probe.targets[1]);
    probe_set(&probe, "band", "0.34"); // 2.114543 / 6.27702 is 0.33687
    probe_decide(&probe);
    assert_keeps(&probe.targets[0]);
    probe_set(&probe, "band", "0.336");
    probe_decide(&probe);
    near(probe.targets[0].weight, -2.614543 * 110 / 1000);
    probe.bars[2].close =
        0.5; // less than exercise would give... of a put of 100 at 110 nothing: the last one is kept
    probe.bars[1].close = 5; // below 10: no volatility gives that
    probe_set(&probe, "band", "0");
    probe_decide(&probe);
    assert_true(probe.targets[0].kind == TARGET_REBALANCE && isfinite(probe.targets[0].weight));
    probe.fresh[2] = 0; // a leg without a bar: nothing is known
    probe_decide(&probe);
    assert_keeps(&probe.targets[0]);
}

static void it_ends_before_the_expiry_and_stays_out(void **state) {
    (void)state;
    struct probe probe;
    begin(&probe, "long");
    probe_decide(&probe);
    probe.position[0] = -0.5;
    probe.position[1] = probe.position[2] = 6;
    probe_set(&probe, "exit", "365d");
    probe_decide(&probe);
    for (int i = 0; i < 3; i++) {
        assert_sets(&probe.targets[i], 0);
        assert_int_equal(probe.targets[i].reason, 3);
    }
    probe_decide(&probe);
    assert_keeps(&probe.targets[1]);
}

static void what_implies_no_volatility_opens_nothing(void **state) {
    (void)state;
    struct probe probe;
    begin(&probe, "long");
    probe.bars[1].close = 120; // more than the underlying
    probe_decide(&probe);
    for (int i = 0; i < 4; i++) assert_keeps(&probe.targets[i]);
    price(&probe, 100, 0.2);
    probe_decide(&probe);
    near(probe.targets[1].weight, 0.05);
    probe_open(&probe, "straddle", 2);
    probe_decide(&probe);
    assert_keeps(&probe.targets[0]);
    probe_set(&probe, "expiry", "20211301");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
    probe_set(&probe, "expiry", "20211200");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_opens_once_with_the_underlying_against_its_delta),
        cmocka_unit_test(the_hedge_follows_what_is_held_outside_the_band),
        cmocka_unit_test(it_ends_before_the_expiry_and_stays_out),
        cmocka_unit_test(what_implies_no_volatility_opens_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
