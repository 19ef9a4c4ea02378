// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

#include <math.h>

enum { ROWS = 100 };

// Returns of +-1 % and some of -4 % in the first; the second moves against it, the third not at all.
static void run(struct risk_kit *kit, int rows) {
    int64_t prices[RISK_KIT_INSTRUMENTS] = {100000000, 100000000, 100000000, 0};
    risk_kit_model(kit);
    for (int i = 0; i <= rows; i++) {
        risk_kit_step(kit, prices);
        int64_t parts = i % 20 == 7 ? -40 + i / 10 : i % 2 == 0 ? 10 : -10;
        prices[0] += parts * (prices[0] / 1000);
        prices[1] -= parts * (prices[1] / 1000);
    }
    for (int i = 0; i < RISK_KIT_INSTRUMENTS; i++) kit->board.rows[i].last = PRICE(1000);
}

// Of 1.00 in the first, from the model's own returns sorted anew.
static double loss_of_one(const struct risk_kit *kit) {
    double scratch[4096];
    struct tail_options options = tail_options_default();
    options.level = kit->params[1];
    struct tail_risk tail;
    assert_true(tail_risk_scratch(ROWS) <= 4096);
    assert_ok(tail_risk_of(TAIL_LOWER, kit->model.slots, ROWS, &options, scratch, &tail));
    return tail.var;
}

static void above_the_limit_what_adds_nothing_passes(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "var_limit");
    kit.params[2] = ROWS;
    run(&kit, ROWS);
    kit.params[0] = 0;
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    risk_kit_hold(&kit, 0, 100);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_int_equal(risk_kit_check(&kit, 0, -200), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 1, 50), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 1, 1000000), RISK_SHRINK);
    int64_t left = kit.result.qty.m;
    assert_int_equal(risk_kit_check(&kit, 1, left), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 1, left + 1), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, left);
    kit.view.equity = MONEY(0);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_true(isinf(kit.result.value));
    risk_kit_close(&kit);
}

static void a_shorter_step_is_scaled_to_a_day(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "var_limit");
    kit.params[2] = ROWS;
    kit.params[3] = 21600; // a quarter
    run(&kit, ROWS);
    int64_t most = (int64_t)floor(10.0005 / loss_of_one(&kit) / 2);
    const struct risk_case cases[] = {{most, RISK_ALLOW, 0}, {most + 1, RISK_SHRINK, most}};
    risk_kit_cases(&kit, 0, cases, 2);
    risk_kit_close(&kit);
}

static void what_has_too_few_returns_or_no_price_lets_nothing_in(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "var_limit");
    kit.params[2] = ROWS;
    run(&kit, 19);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_true(isinf(kit.result.value));
    kit.params[4] = 19;
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 3, 1), RISK_VETO); // never had a price
    risk_kit_hold(&kit, 3, 1);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    risk_kit_hold(&kit, 3, -1);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_ALLOW);
    risk_kit_hold(&kit, 1, 1);
    kit.board.rows[1].last = PRICE(0);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(above_the_limit_what_adds_nothing_passes),
        cmocka_unit_test(a_shorter_step_is_scaled_to_a_day),
        cmocka_unit_test(what_has_too_few_returns_or_no_price_lets_nothing_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
