// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void a_fall_from_the_peak_halts_at_its_limit(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "drawdown"); // 20 %
    kit.view.equity_peak = MONEY(1250000);
    assert_int_equal(risk_kit_watch(&kit, 1000001), RISK_ALLOW);
    assert_int_equal(risk_kit_watch(&kit, 1000000), RISK_HALT);
    kit.view.equity_peak = MONEY(1000000);
    assert_int_equal(risk_kit_watch(&kit, 1000000), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void no_fall_is_none_even_where_none_is_allowed(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "drawdown");
    kit.params[0] = 0;
    assert_int_equal(risk_kit_watch(&kit, 1000000), RISK_ALLOW);
    assert_int_equal(risk_kit_watch(&kit, 999999), RISK_HALT);
    assert_true(kit.result.flatten);
    kit.params[1] = 0;
    assert_int_equal(risk_kit_watch(&kit, 999999), RISK_HALT);
    assert_false(kit.result.flatten);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fall_from_the_peak_halts_at_its_limit),
        cmocka_unit_test(no_fall_is_none_even_where_none_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
