// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

#include <math.h>

static void tell(struct risk_kit *kit, enum risk_fact_kind kind, int64_t qty, uint32_t purpose) {
    struct order_spec spec = {.purpose = purpose};
    struct risk_fact fact = {.kind = kind, .qty = QTY(qty), .spec = &spec};
    if (kind == RISK_FACT_PARENT) fact.spec = NULL;
    kit->rule->note(&kit->view, kit->params, kit->state, &fact);
}

static void decide(struct risk_kit *kit, int64_t qty) {
    tell(kit, RISK_FACT_PARENT, qty, 0);
}

static void one_parent_with_endless_children_stops_at_child_213(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "child_orders");
    decide(&kit, 1000000);
    uint32_t passed = 0;
    for (int i = 0; i < 1000000; i++) {
        risk_kit_order(&kit, 0, 1);
        passed += risk_kit_send(&kit) == RISK_ALLOW;
    }
    assert_int_equal(passed, 212);
    assert_true(kit.result.limit == 212 && kit.result.value == 213);
    risk_kit_close(&kit);
}

static void children_add_up_to_their_parent(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "child_orders");
    decide(&kit, 100);
    risk_kit_order(&kit, 0, 60);
    assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    risk_kit_order(&kit, 0, 40);
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    risk_kit_order(&kit, 0, 41);
    assert_int_equal(risk_kit_send(&kit), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 40);
    risk_kit_order(&kit, 0, 1);
    assert_int_equal(risk_kit_send(&kit), RISK_VETO);
    decide(&kit, 100); // the same decision
    assert_int_equal(risk_kit_send(&kit), RISK_VETO);
    tell(&kit, RISK_FACT_ENDED, 30, PURPOSE_TARGET); // did not fill
    risk_kit_order(&kit, 0, 31);
    assert_int_equal(risk_kit_look(&kit), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 30);
    kit.instruments.items[0].lot = QTY(20);
    assert_int_equal(risk_kit_look(&kit), RISK_SHRINK);
    assert_int_equal(kit.result.qty.m, 20);
    kit.instruments.items[0].lot = QTY(30);
    assert_int_equal(risk_kit_look(&kit), RISK_SHRINK);
    kit.instruments.items[0].lot = QTY(31);
    assert_int_equal(risk_kit_look(&kit), RISK_VETO);
    decide(&kit, -50); // another decision
    risk_kit_order(&kit, 0, -50);
    assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    risk_kit_order(&kit, 0, -1);
    assert_int_equal(risk_kit_send(&kit), RISK_VETO);
    risk_kit_close(&kit);
}

static void what_is_no_child_is_not_counted(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "child_orders");
    risk_kit_order(&kit, 0, 7);
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW); // nothing was decided
    decide(&kit, 0);
    assert_int_equal(risk_kit_look(&kit), RISK_VETO);
    kit.spec.purpose = PURPOSE_STOP_LOSS;
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    tell(&kit, RISK_FACT_ENDED, 5, PURPOSE_TARGET); // of a decision before
    kit.spec.purpose = PURPOSE_TARGET;
    assert_int_equal(risk_kit_look(&kit), RISK_VETO);
    tell(&kit, RISK_FACT_FILLED, 7, PURPOSE_TARGET);
    assert_int_equal(risk_kit_look(&kit), RISK_VETO);
    tell(&kit, RISK_FACT_FILLED, 7, PURPOSE_STOP_LOSS);
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void values_are_told_and_the_accounts_own_orders_have_no_parent(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "child_orders");
    decide(&kit, 1);
    risk_kit_order(&kit, 0, 2);
    assert_int_equal(risk_kit_look(&kit), RISK_SHRINK);
    assert_true(kit.result.value == 2 && kit.result.limit == 1);
    decide(&kit, 0);
    assert_int_equal(risk_kit_look(&kit), RISK_VETO);
    assert_true(isinf(kit.result.value));
    decide(&kit, 7);
    risk_kit_order(&kit, 0, 7);
    assert_int_equal(risk_kit_send(&kit), RISK_ALLOW);
    tell(&kit, RISK_FACT_ENDED, 7, PURPOSE_TARGET); // all of it
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    kit.spec.strategy = RISK_KIT_STRATEGIES;
    assert_int_equal(risk_kit_look(&kit), RISK_ALLOW);
    struct risk_fact fact = {.kind = RISK_FACT_PARENT, .strategy = RISK_KIT_STRATEGIES};
    kit.rule->note(&kit.view, kit.params, kit.state, &fact);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_parent_with_endless_children_stops_at_child_213),
        cmocka_unit_test(children_add_up_to_their_parent),
        cmocka_unit_test(what_is_no_child_is_not_counted),
        cmocka_unit_test(values_are_told_and_the_accounts_own_orders_have_no_parent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
