// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void an_old_price_of_what_is_held_lets_nothing_raise_risk(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "stale_data");
    kit.params[0] = 5;
    assert_int_equal(risk_kit_at(&kit, 6, 1), RISK_ALLOW); // nothing is held
    risk_kit_hold(&kit, 1, 5);
    assert_int_equal(risk_kit_at(&kit, 5, 1), RISK_ALLOW);
    assert_int_equal(risk_kit_at(&kit, 5.000000001, 1), RISK_REDUCE);
    kit.board.rows[1].ts_ns = 1;
    assert_int_equal(risk_kit_at(&kit, 5.000000001, 1), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_price_of_what_is_held_lets_nothing_raise_risk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
