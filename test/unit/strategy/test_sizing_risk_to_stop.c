// SPDX-License-Identifier: Apache-2.0
#include "size.h"

// 1 % of 1,000 is 10. Long at 50 with the stop at 48 loses 2 a unit: 5 units, 250 of value, a quarter. Short
// at 50 with the stop at 55 loses 5: 2 units, 100, a tenth.
static void risk_to_stop_loses_the_set_part_at_the_stop(void **state) {
    struct strategy_target target = full;
    target.stop = 48;
    assert_near(size("risk_to_stop", DEFAULTS, &plain, &target), 0.25);
    target.weight = 0.5;
    assert_near(size("risk_to_stop", DEFAULTS, &plain, &target), 0.125);
    target.weight = -1;
    assert_true(size("risk_to_stop", DEFAULTS, &plain, &target) == 0); // the stop would gain
    target.stop = 55;
    assert_near(size("risk_to_stop", DEFAULTS, &plain, &target), -0.1);
    assert_near(size("risk_to_stop", SET("risk", "0.05"), &plain, &target), -0.5);
    target.stop = 50.5; // 1 %: would be the whole; 10 x that with 10 % risk, but for the cap
    assert_near(size("risk_to_stop", SET("risk", "0.1"), &plain, &target), -1);
    assert_near(size("risk_to_stop", SET("risk", "0.1", "cap", "3"), &plain, &target), -3);
}

// Contracts of 1 dollar on a coin at 50 lose 1/40 - 1/50 coins each at a stop of 40: 1 % of 1,000 is lost by 2,000 of
// them, which are worth 40 coins, a 25th.
static void risk_to_stop_of_an_inverse_contract_loses_coins(void **state) {
    struct strategy_target target = full;
    struct sizing_view view = plain;
    view.inverse = true;
    target.stop = 40;
    assert_near(size("risk_to_stop", DEFAULTS, &view, &target), 0.04);
}

static void risk_to_stop_needs_a_stop_and_a_price(void **state) {
    struct strategy_target target = full;
    struct sizing_view view = plain;
    assert_true(size("risk_to_stop", DEFAULTS, &view, &target) == 0);
    target.stop = 50; // no distance
    assert_true(size("risk_to_stop", DEFAULTS, &view, &target) == 0);
    target.stop = 40;
    view.price = 0;
    assert_true(size("risk_to_stop", DEFAULTS, &view, &target) == 0);
    view.price = NAN;
    assert_true(size("risk_to_stop", DEFAULTS, &view, &target) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(risk_to_stop_loses_the_set_part_at_the_stop),
        cmocka_unit_test(risk_to_stop_of_an_inverse_contract_loses_coins),
        cmocka_unit_test(risk_to_stop_needs_a_stop_and_a_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
