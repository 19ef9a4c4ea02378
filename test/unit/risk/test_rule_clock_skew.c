// SPDX-License-Identifier: Apache-2.0
#include "risk_kit.h"

static void clocks_too_far_apart_let_nothing_raise_risk(void **state) {
    (void)state;
    struct risk_kit kit;
    risk_kit_open(&kit, "clock_skew");
    struct event_header cause = {.kind = EVENT_TRADE, .ts_ns = 5000000000};
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    kit.view.cause = &cause;
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    cause.ts_ns++;
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_REDUCE);
    cause.ts_ns = -5000000001;
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_REDUCE);
    cause.kind = EVENT_CASH;
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    assert_true(kit.result.unseen);
    cause.kind = EVENT_CLOCK;
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    assert_true(kit.result.unseen);
    cause.kind = EVENT_ORDER_ACCEPTED;
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_ALLOW);
    assert_true(kit.result.unseen);
    cause.kind = EVENT_BAR;
    assert_int_equal(risk_kit_at(&kit, 0, 1), RISK_REDUCE);
    assert_false(kit.result.unseen);
    risk_kit_close(&kit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks_too_far_apart_let_nothing_raise_risk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
