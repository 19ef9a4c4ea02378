// SPDX-License-Identifier: Apache-2.0
#include "tail_kit.h"

static void above_the_limit_what_adds_nothing_passes(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "var_limit");
    kit.params[2] = TAIL_KIT_ROWS;
    tail_kit_run(&kit, TAIL_KIT_ROWS);
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
    kit.params[2] = TAIL_KIT_ROWS;
    kit.params[3] = 21600; // a quarter
    tail_kit_run(&kit, TAIL_KIT_ROWS);
    int64_t most = (int64_t)floor(10.0005 / tail_kit_loss(&kit, false) / 2);
    const struct risk_case cases[] = {{most, RISK_ALLOW, 0}, {most + 1, RISK_SHRINK, most}};
    risk_kit_cases(&kit, 0, cases, 2);
    risk_kit_close(&kit);
}

static void what_has_too_few_returns_or_no_price_lets_nothing_in(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "var_limit");
    kit.params[2] = TAIL_KIT_ROWS;
    tail_kit_run(&kit, 19);
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
