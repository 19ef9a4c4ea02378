// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void long_less_short_stays_within_the_limit_either_way(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "net_exposure");
    kit.params[0] = 0.5;
    assert_int_equal(risk_kit_check(&kit, 0, 500), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 501), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 500);
    assert_int_equal(risk_kit_check(&kit, 0, -500), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, -501), RISK_SHRINK);
    risk_kit_hold(&kit, 1, -300);
    assert_int_equal(risk_kit_check(&kit, 0, 800), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 801), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 800);
    assert_int_equal(risk_kit_check(&kit, 0, -200), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, -201), RISK_SHRINK);
    risk_kit_work(&kit, 2, -150); // an open sale takes room of sales alone
    assert_int_equal(risk_kit_check(&kit, 0, 800), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, -50), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, -51), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 50);
    risk_kit_close(&kit);
}

static void what_has_no_price_lets_nothing_in(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "net_exposure");
    risk_kit_hold(&kit, 1, 5);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_ALLOW);
    kit.board.rows[1].last = PRICE(0);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_less_short_stays_within_the_limit_either_way),
        cmocka_unit_test(what_has_no_price_lets_nothing_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
