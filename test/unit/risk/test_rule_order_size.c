// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void an_order_above_the_limit_is_refused_and_one_at_it_passes(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "order_size");
    kit.params[0] = 100;
    assert_int_equal(risk_kit_check(&kit, 0, 100), RISK_ALLOW);
    assert_int_equal(risk_kit_check(&kit, 0, 101), RISK_VETO);
    assert_int_equal(risk_kit_check(&kit, 0, -101), RISK_VETO);
    assert_true(kit.result.limit == 100 && kit.result.value == 101);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_above_the_limit_is_refused_and_one_at_it_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
