// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void a_fall_within_the_window_halts_at_its_limit(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "fast_drawdown");
    assert_int_equal(risk_kit_at(&kit, 0, 1000000), RISK_ALLOW);
    assert_int_equal(risk_kit_at(&kit, 1, 980001), RISK_ALLOW);
    assert_int_equal(risk_kit_at(&kit, 914, 980000), RISK_HALT); // the peak's part is inside
    assert_true(kit.result.limit == 0.02 && kit.result.value >= 0.02 && !kit.result.flatten);
    assert_int_equal(risk_kit_at(&kit, 915, 980000), RISK_ALLOW);
    assert_int_equal(risk_kit_at(&kit, 916, 1100000), RISK_ALLOW);
    assert_int_equal(risk_kit_at(&kit, 917, 1078000), RISK_HALT);
    risk_kit_tell(&kit, RISK_FACT_RESUMED, 0, 0);
    assert_int_equal(risk_kit_at(&kit, 918, 1078000), RISK_ALLOW);
    kit.params[0] = 0;
    assert_int_equal(risk_kit_at(&kit, 919, 1078000), RISK_ALLOW);
    assert_int_equal(risk_kit_at(&kit, 920, 1077999), RISK_HALT);
    risk_kit_close(&kit);
}

static void time_before_1970_is_time_as_well(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "fast_drawdown");
    assert_int_equal(risk_kit_at(&kit, -900, 1000000), RISK_ALLOW);
    assert_int_equal(risk_kit_at(&kit, -1, 980001), RISK_ALLOW);
    assert_int_equal(risk_kit_at(&kit, 0, 980000), RISK_HALT);
    assert_int_equal(risk_kit_at(&kit, 14, 980000), RISK_HALT); // the window moves by 15 s
    assert_int_equal(risk_kit_at(&kit, 15, 980000), RISK_ALLOW);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fall_within_the_window_halts_at_its_limit),
        cmocka_unit_test(time_before_1970_is_time_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
