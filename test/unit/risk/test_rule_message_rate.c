// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void the_window_slides_and_its_edge_is_exact(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "message_rate");
    kit.params[0] = 3;
    for (int i = 0; i < 3; i++) {
        kit.view.now_ns = i * 100000000;
        risk_kit_order(&kit, 0, 1);
        assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    }
    kit.view.now_ns = 999999999;
    assert_int_equal(risk_kit_send(&kit), RISK_VETO);
    assert_true(kit.result.value == 4 && kit.result.limit == 3);
    kit.view.now_ns = 1000000000;
    assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    assert_int_equal(risk_kit_send(&kit), RISK_VETO);
    kit.view.now_ns = 1100000000;
    assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void cancels_count_and_the_value_of_orders_is_limited(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "message_rate");
    kit.params[2] = 0.5; // 5,000.00
    risk_kit_order(&kit, 0, 300);
    assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    risk_kit_order(&kit, 0, 200);
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    risk_kit_order(&kit, 0, 201);
    assert_int_equal(risk_kit_look(&kit), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 200);
    kit.params[0] = 3;
    struct risk_fact cancel = {.kind = RISK_FACT_CANCEL, .spec = &kit.spec};
    kit.rule->note(&kit.view, kit.params, kit.state, &cancel);
    risk_kit_order(&kit, 0, 1);
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    kit.rule->note(&kit.view, kit.params, kit.state, &cancel);
    assert_int_equal(risk_kit_look(&kit), RISK_VETO);
    kit.view.now_ns = 1000000000; // the window has gone on, and the value with it
    risk_kit_order(&kit, 0, 500);
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void more_cancels_than_the_ring_holds_leave_it_full(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "message_rate");
    kit.params[0] = 1024;
    struct risk_fact cancel = {.kind = RISK_FACT_CANCEL, .notional = MONEY(1)};
    for (int i = 0; i < 5000; i++) kit.rule->note(&kit.view, kit.params, kit.state, &cancel);
    risk_kit_order(&kit, 0, 1);
    assert_int_equal(risk_kit_look(&kit), RISK_VETO);
    assert_true(kit.result.value == 1025);
    kit.view.now_ns = 1000000000;
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_window_slides_and_its_edge_is_exact),
        cmocka_unit_test(cancels_count_and_the_value_of_orders_is_limited),
        cmocka_unit_test(more_cancels_than_the_ring_holds_leave_it_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
