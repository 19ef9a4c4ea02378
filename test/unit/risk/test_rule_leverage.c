// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void positions_and_open_orders_stay_within_the_limit(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "leverage");
    kit.params[0] = 0.5;
    assert_int_equal(risk_kit_check(&kit, 0, 500), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 501), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 500);
    assert_int_equal(risk_kit_check(&kit, 0, -501), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 500);
    risk_kit_hold(&kit, 0, 100);
    risk_kit_work(&kit, 1, 150);
    risk_kit_work(&kit, 1, -50); // either fills: 150 are the worst
    assert_int_equal(risk_kit_check(&kit, 0, 250), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 251), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 250);
    assert_int_equal(risk_kit_check(&kit, 1, -301), RISK_ALLOW); // 351 short or 150 long
    assert_int_equal(risk_kit_check(&kit, 1, -350), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 1, -351), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 350);
    risk_kit_close(&kit);
}

static void above_the_limit_what_adds_nothing_passes(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "leverage");
    kit.params[0] = 0.5;
    risk_kit_hold(&kit, 0, 400);
    risk_kit_hold(&kit, 1, 300); // 700 of 500
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    assert_int_equal(risk_kit_check(&kit, 0, -800), RISK_ALLOW); // no more than before
    assert_int_equal(risk_kit_check(&kit, 0, -801), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 800);
    risk_kit_close(&kit);
}

static void what_has_no_price_lets_nothing_in(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "leverage");
    risk_kit_hold(&kit, 1, 5);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_ALLOW);
    kit.board.rows[1].last = PRICE(0);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_and_open_orders_stay_within_the_limit),
        cmocka_unit_test(above_the_limit_what_adds_nothing_passes),
        cmocka_unit_test(what_has_no_price_lets_nothing_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
