// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void an_order_may_be_repeated_when_the_window_is_over(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "duplicate");
    kit.params[0] = 2;
    risk_kit_order(&kit, 0, 10);
    assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    kit.view.now_ns = 1999999999;
    assert_int_equal(risk_kit_send(&kit), RISK_VETO);
    assert_true(kit.result.value == 1.999999999 && kit.result.limit == 2);
    kit.view.now_ns = 2000000000;
    assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    assert_int_equal(risk_kit_send(&kit), RISK_VETO);
    risk_kit_close(&kit);
}

static void whatever_differs_makes_another_order(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "duplicate");
    risk_kit_order(&kit, 0, 10);
    assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    const struct order_spec base = kit.spec;
    for (int i = 0; i < 7; i++) {
        kit.spec = base;
        if (i == 0) kit.spec.qty = QTY(11);
        if (i == 1) kit.spec.limit_price = PRICE(1);
        if (i == 2) kit.spec.stop_price = PRICE(1);
        if (i == 3) kit.spec.strategy = 1;
        if (i == 4) kit.spec.instrument = 1;
        if (i == 5) kit.spec.side = -1;
        if (i == 6) kit.spec.type = ORDER_LIMIT;
        assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
        assert_int_equal(risk_kit_send(&kit), RISK_VETO);
    }
    kit.spec = base;
    assert_int_equal(risk_kit_send(&kit), RISK_VETO); // the first is remembered behind seven others
    risk_kit_close(&kit);
}

static void more_than_can_be_remembered_is_refused(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "duplicate");
    for (int i = 1; i <= 256; i++) {
        risk_kit_order(&kit, 0, i);
        assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    }
    risk_kit_order(&kit, 0, 1000);
    assert_int_equal(risk_kit_send(&kit), RISK_VETO);
    kit.view.now_ns = 1000000000;
    assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_may_be_repeated_when_the_window_is_over),
        cmocka_unit_test(whatever_differs_makes_another_order),
        cmocka_unit_test(more_than_can_be_remembered_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
