// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void the_days_loss_halts_at_its_limit_and_not_a_cent_before(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "daily_loss");
    kit.params[0] = 0.02; // of 10,000.00
    assert_int_equal(risk_kit_watch(&kit, 980001), RISK_ALLOW);
    assert_int_equal(risk_kit_watch(&kit, 980000), RISK_HALT);
    assert_true(kit.result.limit == 0.02 && kit.result.value >= 0.02);
    kit.view.equity_day = MONEY(980000); // a new day
    assert_int_equal(risk_kit_watch(&kit, 980000), RISK_ALLOW);
    risk_kit_close(&kit);
}

static void a_limit_of_zero_halts_at_the_first_loss_only(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "daily_loss");
    kit.params[0] = 0;
    assert_int_equal(risk_kit_watch(&kit, 1000000), RISK_ALLOW);
    assert_int_equal(risk_kit_watch(&kit, 999999), RISK_HALT);
    risk_kit_close(&kit);
}

static void a_soft_loss_reduces_and_a_hard_one_halts(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "daily_loss");
    assert_int_equal(risk_kit_at(&kit, 0, 980001), RISK_ALLOW);
    assert_int_equal(risk_kit_at(&kit, 0, 980000), RISK_REDUCE);
    assert_true(kit.result.limit == 0.02 && !kit.result.flatten);
    assert_int_equal(risk_kit_at(&kit, 0, 950001), RISK_REDUCE);
    assert_int_equal(risk_kit_at(&kit, 0, 950000), RISK_HALT);
    assert_true(kit.result.limit == 0.05 && kit.result.flatten);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_days_loss_halts_at_its_limit_and_not_a_cent_before),
        cmocka_unit_test(a_soft_loss_reduces_and_a_hard_one_halts),
        cmocka_unit_test(a_limit_of_zero_halts_at_the_first_loss_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
