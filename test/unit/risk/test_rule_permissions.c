// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void a_strategy_does_what_it_is_permitted(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "permissions");
    assert_int_equal(risk_kit_check(&kit, 0, -5), RISK_ALLOW); // nobody said anything
    uint32_t may[RISK_KIT_INSTRUMENTS] = {
        RISK_MAY_LONG | RISK_MAY_SEND(ORDER_MARKET), RISK_MAY_SHORT | RISK_MAY_SEND(ORDER_MARKET),
        RISK_MAY_LONG | RISK_MAY_SHORT | RISK_MAY_SEND(ORDER_LIMIT), 0};
    kit.view.permissions = may;
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, -1), RISK_VETO);
    assert_true(kit.result.limit == may[0] && kit.result.value == RISK_MAY_SHORT);
    assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_VETO);
    assert_true(kit.result.value == RISK_MAY_LONG);
    assert_int_equal(risk_kit_check(&kit, 1, -1), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 2, 1), RISK_VETO);
    assert_true(kit.result.value == RISK_MAY_SEND(ORDER_MARKET));
    kit.spec.type = ORDER_LIMIT;
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 3, 1), RISK_VETO);
    kit.spec.strategy = RISK_KIT_STRATEGIES; // the account's own
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void what_it_holds_may_be_closed_but_not_turned(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "permissions");
    uint32_t may[RISK_KIT_INSTRUMENTS] = {RISK_MAY_LONG | RISK_MAY_SEND(ORDER_MARKET),
                                          RISK_MAY_SHORT | RISK_MAY_SEND(ORDER_MARKET)};
    kit.view.permissions = may;
    risk_kit_hold(&kit, 0, 10);
    risk_kit_hold(&kit, 1, -10);
    assert_int_equal(risk_kit_check(&kit, 0, -10), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, -11), RISK_VETO);
    assert_int_equal(risk_kit_check(&kit, 1, 10), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 1, 11), RISK_VETO);
    risk_kit_work(&kit, 0, -4);
    risk_kit_work(&kit, 0, 3); // of the other side: need not fill
    assert_int_equal(risk_kit_check(&kit, 0, -6), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, -7), RISK_VETO);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_strategy_does_what_it_is_permitted),
        cmocka_unit_test(what_it_holds_may_be_closed_but_not_turned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
