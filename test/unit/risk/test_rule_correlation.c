// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

// Two that move alike, one against them, one by itself; one more return each time.
static void run(struct risk_kit *kit, int steps) {
    int64_t prices[RISK_KIT_INSTRUMENTS] = {100000, 200000, 300000, 400000};
    uint64_t seed = 11;
    risk_kit_model(kit);
    for (int i = 0; i <= steps; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        int64_t move = (int64_t)(seed >> 40) % 200 - 100, alone = (int64_t)(seed >> 20) % 200 - 100;
        risk_kit_step(kit, prices);
        prices[0] += move * prices[0] / 10000;
        prices[1] += move * prices[1] / 10000;
        prices[2] -= move * prices[2] / 10000;
        prices[3] += alone * prices[3] / 10000;
    }
}

static void what_moves_as_something_held_is_not_added(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "correlation");
    run(&kit, 200);
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW);
    risk_kit_hold(&kit, 0, 5);
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_ALLOW); // the same is no other
    assert_int_equal(risk_kit_check(&kit, 1, 5), RISK_VETO);
    assert_true(kit.result.limit == 0.7 && kit.result.value > 0.999 && kit.result.value <= 1);
    assert_int_equal(risk_kit_check(&kit, 1, -5), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 2, 5), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 2, -5), RISK_VETO); // the opposite, short
    assert_int_equal(risk_kit_check(&kit, 3, 5), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 3, -5), RISK_ALLOW);
    kit.params[0] = 1;
    assert_int_equal(risk_kit_check(&kit, 1, 5), RISK_ALLOW);
    kit.params[0] = -0.5; // nothing but hedges
    assert_int_equal(risk_kit_check(&kit, 3, 5), RISK_VETO);
    assert_int_equal(risk_kit_check(&kit, 2, 5), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void an_open_order_counts_on_its_side(void **state) {
    (void)state;
    static const struct {
        int64_t held, worked;
        enum risk_verdict buy, sell;
    } rows[] = {{0, 5, RISK_VETO, RISK_ALLOW},  {0, -5, RISK_ALLOW, RISK_VETO},
                {5, -5, RISK_VETO, RISK_ALLOW}, {5, -6, RISK_VETO, RISK_VETO},
                {-5, 5, RISK_ALLOW, RISK_VETO}, {-5, 6, RISK_VETO, RISK_VETO}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct risk_kit kit;
        risk_kit_open(&kit, "correlation");
        run(&kit, 200);
        if (rows[i].held != 0) risk_kit_hold(&kit, 0, rows[i].held);
        risk_kit_work(&kit, 0, rows[i].worked);
        assert_int_equal(risk_kit_check(&kit, 1, 5), rows[i].buy);
        assert_int_equal(risk_kit_check(&kit, 1, -5), rows[i].sell);
        risk_kit_close(&kit);
    }
}

static void what_has_too_few_returns_counts_as_correlated(void **state) {
    (void)state;
    for (int steps = 19; steps <= 20; steps++) {
        struct risk_kit kit;
        risk_kit_open(&kit, "correlation");
        run(&kit, steps);
        assert_int_equal(risk_kit_check(&kit, 1, 5), RISK_ALLOW); // nothing else is held
        risk_kit_hold(&kit, 0, 5);
        assert_int_equal(risk_kit_check(&kit, 3, 5), steps == 19 ? RISK_VETO : RISK_ALLOW);
        if (steps == 19) {
            assert_true(kit.result.value == 1);
            kit.params[0] = 1; // which is not more than 1
            assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
            kit.params[0] = 0.7;
        }
        kit.model.known[0] = 19;
        risk_model_restored(&kit.model); // the state was written to
        assert_int_equal(risk_kit_check(&kit, 3, 5), RISK_VETO);
        kit.model.known[0] = 20;
        kit.model.known[3] = 19;
        risk_model_restored(&kit.model);
        assert_int_equal(risk_kit_check(&kit, 3, 5), RISK_VETO);
        risk_kit_close(&kit);
    }
}

// The same where one that moves alike, but is not held, has each of the others looked at by itself.
static void returns_are_enough_from_their_number_on(void **state) {
    (void)state;
    for (int steps = 19; steps <= 20; steps++) {
        struct risk_kit kit;
        risk_kit_open(&kit, "correlation");
        run(&kit, steps);
        risk_kit_hold(&kit, 3, 5);
        assert_int_equal(risk_kit_check(&kit, 1, 5), steps == 19 ? RISK_VETO : RISK_ALLOW);
        risk_kit_close(&kit);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_moves_as_something_held_is_not_added),
        cmocka_unit_test(an_open_order_counts_on_its_side),
        cmocka_unit_test(returns_are_enough_from_their_number_on),
        cmocka_unit_test(what_has_too_few_returns_counts_as_correlated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
