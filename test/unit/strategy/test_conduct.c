// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "strategy/conduct.h"
#include "strategy/strategy.h"

static void every_mode_and_cause_has_a_name_of_its_own(void **state) {
    (void)state;
    for (uint32_t i = 0; i < STRATEGY_MODE_COUNT; i++)
        for (uint32_t k = 0; k < i; k++)
            assert_string_not_equal(strategy_mode_name(i), strategy_mode_name(k));
    for (uint32_t i = 0; i < CAUSE_COUNT; i++)
        for (uint32_t k = 0; k < i; k++)
            assert_string_not_equal(strategy_cause_name(i), strategy_cause_name(k));
    assert_null(strategy_mode_name(STRATEGY_MODE_COUNT));
    assert_null(strategy_cause_name(CAUSE_COUNT));
}

static void limits_are_off_by_default_but_that_of_faults(void **state) {
    (void)state;
    double values[CONDUCT_COUNT];
    params_defaults(conduct_params, CONDUCT_COUNT, values);
    assert_ok(params_check(conduct_params, CONDUCT_COUNT, "limits", values));
    assert_true(values[CONDUCT_FAULTS] == 1 && values[CONDUCT_CLOSE] == 1);
    assert_true(values[CONDUCT_LOSS] == 0 && values[CONDUCT_ORDERS] == 0 &&
                values[CONDUCT_DECISIONS] == 0);
}

// A name that another one begins with is not that name.
static void a_parameter_is_wired_when_an_input_names_it_whole(void **state) {
    (void)state;
    static const struct param params[] = {{.name = "fast"}, {.name = "fast_2"}, {.name = "sides"}};
    static const char *const inputs[] = {"sma(close, 20)", "ema(close, $fast_2) @ 1d"};
    const struct strategy strategy = {
        .params = params, .param_count = 3, .inputs = inputs, .input_count = 2};
    assert_false(strategy_param_is_wired(&strategy, 0));
    assert_true(strategy_param_is_wired(&strategy, 1));
    assert_false(strategy_param_is_wired(&strategy, 2));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mode_and_cause_has_a_name_of_its_own),
        cmocka_unit_test(limits_are_off_by_default_but_that_of_faults),
        cmocka_unit_test(a_parameter_is_wired_when_an_input_names_it_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
