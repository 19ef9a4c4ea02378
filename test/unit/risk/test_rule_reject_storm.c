// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void as_many_refusals_as_the_limit_within_the_window_halt(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "reject_storm");
    kit.params[0] = 3;
    for (int i = 0; i < 2; i++) risk_kit_tell(&kit, RISK_FACT_REJECTED, 0, 0);
    assert_int_equal(risk_kit_at(&kit, 59, 1), RISK_ALLOW);
    risk_kit_tell(&kit, RISK_FACT_REJECTED, 0, 0);
    assert_int_equal(risk_kit_at(&kit, 59.999999999, 1), RISK_HALT);
    assert_int_equal(risk_kit_at(&kit, 60, 1), RISK_ALLOW); // the first is outside
    risk_kit_tell(&kit, RISK_FACT_RESUMED, 0, 0);
    assert_int_equal(risk_kit_at(&kit, 1, 1), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_refusals_as_the_limit_within_the_window_halt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
