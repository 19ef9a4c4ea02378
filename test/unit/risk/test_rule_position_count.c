// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void positions_and_working_orders_count_and_known_instruments_pass(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "position_count");
    kit.params[0] = 2;
    risk_kit_hold(&kit, 0, 10);
    assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_ALLOW);
    risk_kit_work(&kit, 1, -5);
    assert_int_equal(risk_kit_check(&kit, 2, 1), RISK_VETO);
    assert_true(kit.result.value == 3 && kit.result.limit == 2);
    assert_int_equal(risk_kit_check(&kit, 0, 1), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 1, 1), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_and_working_orders_count_and_known_instruments_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
