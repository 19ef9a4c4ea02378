// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void an_order_is_cut_to_its_share_of_the_equity(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "order_notional");
    kit.params[0] = 0.25; // 2,500.00 of 10,000.00: 250 shares at 10.00
    assert_int_equal(risk_kit_check(&kit, 0, 250), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 251), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 250);
    assert_int_equal(risk_kit_check(&kit, 0, 1000), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 250);
    risk_kit_close(&kit);
}

static void less_than_a_lot_is_a_refusal(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "order_notional");
    kit.params[0] = 0.0009; // 9.00
    assert_int_equal(risk_kit_check(&kit, 0, 5), RISK_VETO);
    risk_kit_close(&kit);
}

static void an_account_without_equity_takes_no_risk(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "order_notional");
    kit.view.equity = MONEY(0);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    kit.view.equity = MONEY(-100);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_VETO);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_is_cut_to_its_share_of_the_equity),
        cmocka_unit_test(less_than_a_lot_is_a_refusal),
        cmocka_unit_test(an_account_without_equity_takes_no_risk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
