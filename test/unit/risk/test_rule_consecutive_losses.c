// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void the_fifth_loss_in_a_row_pauses_its_strategy(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "consecutive_losses");
    for (int i = 0; i < 4; i++) risk_kit_tell(&kit, RISK_FACT_FILLED, 0, -1);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_tell(&kit, RISK_FACT_FILLED, 0, 1); // a gain
    for (int i = 0; i < 4; i++) risk_kit_tell(&kit, RISK_FACT_FILLED, 0, -1);
    risk_kit_tell(&kit, RISK_FACT_FILLED, 0, 0); // an opening
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_tell(&kit, RISK_FACT_FILLED, 0, -1);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_PAUSE);
    assert_true(kit.result.strategy == 0 && kit.result.limit == 5 && kit.result.value == 5);
    risk_kit_tell(&kit, RISK_FACT_PAUSED, 0, 0); // once
    risk_kit_tell(&kit, RISK_FACT_FILLED, 0, -1);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_tell(&kit, RISK_FACT_RESUMED, 0, 0);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void each_strategy_has_its_own_count(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "consecutive_losses");
    kit.params[0] = 1;
    for (uint32_t i = 0; i <= RISK_KIT_STRATEGIES; i++) { // the last is the account's
        struct risk_fact loss = {
            .kind = RISK_FACT_FILLED, .strategy = i, .closed = true, .realised = MONEY(-1)};
        kit.rule->note(&kit.view, kit.params, kit.state, &loss);
    }
    struct risk_fact resumed = {.kind = RISK_FACT_RESUMED, .strategy = 0};
    kit.rule->note(&kit.view, kit.params, kit.state, &resumed);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_PAUSE);
    assert_int_equal(kit.result.strategy, 1);
    resumed.strategy = 1;
    kit.rule->note(&kit.view, kit.params, kit.state, &resumed);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    struct risk_fact even = {.kind = RISK_FACT_FILLED, .closed = true}; // neither lost nor gained
    kit.rule->note(&kit.view, kit.params, kit.state, &even);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fifth_loss_in_a_row_pauses_its_strategy),
        cmocka_unit_test(each_strategy_has_its_own_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
