// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void one_asset_class_stays_within_its_share(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "concentration");
    kit.params[0] = 0.5;
    kit.instruments.items[2].asset = ASSET_EQUITY;
    risk_kit_hold(&kit, 2, 450);
    assert_int_equal(risk_kit_check(&kit, 0, 500), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 501), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 500);
    assert_int_equal(risk_kit_check(&kit, 2, 50), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 2, 51), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 50);
    risk_kit_work(&kit, 1, 200);
    assert_int_equal(risk_kit_check(&kit, 0, 300), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 301), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 300);
    risk_kit_close(&kit);
}

static void above_the_limit_what_adds_nothing_passes(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "concentration");
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
    risk_kit_open(&kit, "concentration");
    risk_kit_hold(&kit, 1, 5);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_ALLOW);
    kit.board.rows[1].last = PRICE(0);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_asset_class_stays_within_its_share),
        cmocka_unit_test(above_the_limit_what_adds_nothing_passes),
        cmocka_unit_test(what_has_no_price_lets_nothing_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
