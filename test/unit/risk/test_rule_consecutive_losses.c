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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fifth_loss_in_a_row_pauses_its_strategy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
