// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void one_fill_that_nobody_asked_for_halts(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "fill_without_order");
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_tell(&kit, RISK_FACT_STRANGE, 0, 0);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_HALT);
    kit.params[0] = 1;
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_tell(&kit, RISK_FACT_STRANGE, 0, 0);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_HALT);
    risk_kit_tell(&kit, RISK_FACT_RESUMED, 0, 0);
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_fill_that_nobody_asked_for_halts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
