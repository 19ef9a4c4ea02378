// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "strategy/manual.h"

static void it_is_a_strategy_that_decides_nothing_and_is_none_of_the_registry(void **state) {
    struct strategy_target target = {.kind = TARGET_KEEP};
    struct strategy_out out = {.targets = &target};
    struct strategy_view view = {.instrument_count = 1};
    strategy_manual.decide(&view, NULL, &out);
    assert_int_equal(target.kind, TARGET_KEEP);
    assert_int_equal(out.order_count, 0);
    assert_true(strategy_is_manual(&strategy_manual));
    assert_null(strategy_find("manual"));
    for (size_t i = 0; i < strategy_count(); i++) assert_false(strategy_is_manual(strategy_at(i)));
}

static void how_many_orders_may_be_open_is_a_parameter(void **state) {
    double params[PARAMS_MAX];
    params_defaults(strategy_manual.params, strategy_manual.param_count, params);
    assert_true(params[MANUAL_ORDERS] == 1024);
    params[MANUAL_ORDERS] = 0;
    assert_true(
        params_check(strategy_manual.params, strategy_manual.param_count, "manual", params) < 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_a_strategy_that_decides_nothing_and_is_none_of_the_registry),
        cmocka_unit_test(how_many_orders_may_be_open_is_a_parameter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
