// SPDX-License-Identifier: Apache-2.0
#include "size.h"

// 15 % wanted of 60 % there is a quarter; of 5 % there thrice the equity, but for the cap.
static void volatility_target_divides_by_the_volatility(void **state) {
    struct sizing_view view = plain;
    view.volatility = 0.6;
    assert_near(size("volatility_target", DEFAULTS, &view, &full), 0.25);
    view.volatility = 0.05;
    assert_near(size("volatility_target", DEFAULTS, &view, &full), 1);
    assert_near(size("volatility_target", SET("cap", "4"), &view, &full), 0.15 / 0.05);
    struct strategy_target target = full;
    target.weight = -0.5;
    view.volatility = 0.3;
    assert_near(size("volatility_target", DEFAULTS, &view, &target), -0.25);
    const double unknown[] = {NAN, 0, -0.1};
    for (int i = 0; i < 3; i++) {
        view.volatility = unknown[i];
        assert_true(size("volatility_target", DEFAULTS, &view, &full) == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(volatility_target_divides_by_the_volatility),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
