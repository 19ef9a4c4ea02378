// SPDX-License-Identifier: Apache-2.0
#include "base/prng.h"
#include "probe.h"

enum { COUNT = 3, FORMATION = 60 };

// A and B have one wandering cause, C one of its own: log B = w, log A = 0.5 + 0.8 w + a residual that returns.
struct market {
    struct probe probe;
    struct prng prng;
    double cause;
    double residual;
    double other;
};

static double noise(struct market *market) {
    return 0.02 * (2 * prng_double(&market->prng) - 1);
}

static void bar(struct market *market, double push) {
    struct probe *probe = &market->probe;
    market->cause += noise(market);
    market->other += noise(market);
    market->residual = 0.5 * market->residual + noise(market) / 4;
    probe->bars[0].close = 100 * exp(0.5 + 0.8 * market->cause + market->residual + push);
    probe->bars[1].close = 100 * exp(market->cause);
    probe->bars[2].close = 100 * exp(market->other);
    probe_decide(probe);
    for (uint32_t i = 0; i < COUNT; i++)
        if (probe->targets[i].kind != TARGET_KEEP) probe->position[i] = probe->targets[i].weight;
}

static void open_market(struct market *market) {
    memset(market, 0, sizeof *market);
    prng_seed(&market->prng, 5);
    probe_open(&market->probe, "pairs", COUNT);
    probe_set(&market->probe, "formation", "60");
    probe_set(&market->probe, "pairs", "1");
    probe_set(&market->probe, "p_max", "0.001");
}

static void assert_flat(const struct market *market) {
    for (uint32_t i = 0; i < COUNT; i++) assert_true(market->probe.position[i] == 0);
}

// Nothing is done before a formation is full. Pushed down by eight deviations less than the stop's, A is bought and B
// sold at the regression's slope of about 0.8.
static void it_finds_the_pair_and_buys_the_cheap_leg(void **state) {
    struct market market;
    open_market(&market);
    probe_set(&market.probe, "stop", "100");
    for (int i = 0; i < FORMATION; i++) {
        bar(&market, 0);
        assert_true(market.probe.position[2] == 0);
    }
    bar(&market, -0.08);
    const double *position = market.probe.position;
    double beta = -position[1] / position[0];
    assert_true(position[0] > 0 && position[2] == 0);
    assert_true(fabs(beta - 0.8) < 0.1);
    assert_true(fabs(position[0] - position[1] - 1) < 1e-12); // both legs together
    for (int i = 0; i < 20 && position[0] != 0; i++) bar(&market, 0);
    assert_flat(&market);
    bar(&market, 0.08);
    assert_true(position[0] < 0 && position[1] > 0);
}

static void the_moving_slope_trades_the_same_pair(void **state) {
    struct market market;
    open_market(&market);
    probe_set(&market.probe, "stop", "100");
    probe_set(&market.probe, "hedge", "kalman");
    for (int i = 0; i < FORMATION; i++) bar(&market, 0);
    bar(&market, -0.08);
    const double *position = market.probe.position;
    assert_true(position[0] > 0 && position[1] < 0 && position[2] == 0);
    assert_true(fabs(-position[1] / position[0] - 0.8) < 0.3);
}

static void beyond_the_stop_it_gives_up_and_waits(void **state) {
    struct market market;
    open_market(&market);
    probe_set(&market.probe, "stop", "30");
    for (int i = 0; i < FORMATION; i++) bar(&market, 0);
    bar(&market, -0.08);
    assert_true(market.probe.position[0] > 0);
    bar(&market, -0.5);
    assert_flat(&market);
    bar(&market, -0.08);
    assert_flat(&market);
    for (int i = 0; i < 10; i++) bar(&market, 0);
    bar(&market, -0.08);
    assert_true(market.probe.position[0] > 0);
}

static void it_gives_up_after_some_half_lives(void **state) {
    struct market market;
    open_market(&market);
    probe_set(&market.probe, "stop", "100");
    probe_set(&market.probe, "hold_half_lives", "3");
    for (int i = 0; i < FORMATION; i++) bar(&market, 0);
    bar(&market, -0.08);
    assert_true(market.probe.position[0] > 0);
    int bars = 0;
    for (; bars < 20 && market.probe.position[0] != 0; bars++) bar(&market, -0.08);
    assert_true(bars >= 2 && bars < 15);
}

static void walks_of_their_own_make_no_pair(void **state) {
    struct market market;
    open_market(&market);
    for (int i = 0; i < FORMATION + 40; i++) {
        market.residual += noise(&market) * 50; // A wanders too
        bar(&market, 0);
    }
    assert_flat(&market);
}

static void a_new_formation_without_the_pair_closes_it(void **state) {
    struct market market;
    open_market(&market);
    probe_set(&market.probe, "stop", "100");
    probe_set(&market.probe, "reform", "5");
    probe_set(&market.probe, "hold_half_lives", "0");
    for (int i = 0; i < FORMATION; i++) bar(&market, 0);
    bar(&market, -0.08);
    assert_true(market.probe.position[0] > 0);
    for (int i = 0; i < 40 && market.probe.position[0] != 0; i++) bar(&market, -0.08 - 0.01 * i);
    assert_flat(&market);
}

static void the_levels_must_be_in_order(void **state) {
    struct probe probe;
    probe_open(&probe, "pairs", COUNT);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "exit", "2");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_finds_the_pair_and_buys_the_cheap_leg),
        cmocka_unit_test(the_moving_slope_trades_the_same_pair),
        cmocka_unit_test(beyond_the_stop_it_gives_up_and_waits),
        cmocka_unit_test(it_gives_up_after_some_half_lives),
        cmocka_unit_test(walks_of_their_own_make_no_pair),
        cmocka_unit_test(a_new_formation_without_the_pair_closes_it),
        cmocka_unit_test(the_levels_must_be_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
