// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void bad_fills_in_a_row_let_nothing_raise_risk(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "slippage");
    for (int i = 0; i < 2; i++) risk_kit_tell(&kit, RISK_FACT_EXECUTED, 1011, 0);
    risk_kit_tell(&kit, RISK_FACT_EXECUTED, 1010, 0); // at the limit
    for (int i = 0; i < 2; i++) risk_kit_tell(&kit, RISK_FACT_EXECUTED, 1011, 0);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_tell(&kit, RISK_FACT_EXECUTED, 1011, 0);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_REDUCE);
    risk_kit_tell(&kit, RISK_FACT_RESUMED, 0, 0);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void without_a_last_price_nothing_slips(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "slippage");
    kit.params[1] = 1;
    struct risk_fact fact = {.kind = RISK_FACT_EXECUTED, .side = 1, .price = PRICE(5)};
    kit.rule->note(&kit.view, kit.params, kit.state, &fact);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_fills_in_a_row_let_nothing_raise_risk),
        cmocka_unit_test(without_a_last_price_nothing_slips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
