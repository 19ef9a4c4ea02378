// SPDX-License-Identifier: Apache-2.0
#include "strategy/sizing.h"

#include <math.h>

#include "harness.h"

static const struct sizing_view plain = {
    .price = 50, .equity = 1000, .volatility = NAN, .shares = 1};
static const struct strategy_target full = {.weight = 1, .confidence = 1, .stop = NAN, .take = NAN};

// The fraction that a method gives with "name=value" parameters, NULL-terminated.
static double size(const char *method, const char *const *settings, const struct sizing_view *view,
                   const struct strategy_target *target) {
    const struct sizing *sizing = sizing_find(method);
    assert_non_null(sizing);
    double params[PARAMS_MAX];
    params_defaults(sizing->params, sizing->param_count, params);
    for (; *settings != NULL; settings += 2)
        assert_ok(
            params_set(sizing->params, sizing->param_count, settings[0], settings[1], params));
    return sizing->fraction(view, params, target);
}
#define SET(...) ((const char *const[]){__VA_ARGS__, NULL, NULL})
#define DEFAULTS ((const char *const[]){NULL})

static void assert_near(double got, double want) {
    if (!(fabs(got - want) <= 1e-15 * fabs(want))) fail_msg("%.17g, not %.17g", got, want);
}

static void every_method_is_found_by_its_name_and_its_table_is_sound(void **state) {
    assert_int_equal(sizing_count(), 4);
    for (size_t i = 0; i < sizing_count(); i++) {
        const struct sizing *sizing = sizing_at(i);
        assert_ptr_equal(sizing_find(sizing->name), sizing);
        if (i > 0) assert_true(strcmp(sizing_at(i - 1)->name, sizing->name) < 0);
        assert_true(strlen(sizing->summary) > 10);
        for (size_t k = 0; k < sizing->param_count; k++) {
            const struct param *row = &sizing->params[k];
            assert_true(row->def >= row->min && row->def <= row->max);
            assert_true(strlen(row->help) > 10);
        }
    }
    assert_null(sizing_find("fixed"));
}

static void fixed_fraction_is_weight_times_fraction(void **state) {
    struct strategy_target target = full;
    assert_near(size("fixed_fraction", DEFAULTS, &plain, &target), 1);
    assert_near(size("fixed_fraction", SET("fraction", "0.25"), &plain, &target), 0.25);
    target.weight = -0.5;
    assert_near(size("fixed_fraction", SET("fraction", "0.25"), &plain, &target), -0.125);
    target.confidence = 0.5;
    assert_near(size("fixed_fraction", SET("fraction", "2"), &plain, &target), -0.5);
    target.weight = 0;
    assert_true(size("fixed_fraction", DEFAULTS, &plain, &target) == 0);
}

static void independent_targets_share_the_equity(void **state) {
    struct sizing_view view = plain;
    view.shares = 8;
    view.volatility = 0.1;
    struct strategy_target target = full;
    target.stop = 49;
    for (size_t i = 0; i < sizing_count(); i++) {
        const char *name = sizing_at(i)->name;
        view.shares = 8;
        double eighth = size(name, DEFAULTS, &view, &target);
        view.shares = 1;
        assert_near(size(name, DEFAULTS, &view, &target), 8 * eighth);
        view.shares = 0; // not said: one
        assert_near(size(name, DEFAULTS, &view, &target), 8 * eighth);
    }
}

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

// 70 trades of mean 0.01 and variance 0.01, shrunk by 70 / (70 + 30) to 0.007: Kelly 0.7, half of it 0.35.
static void kelly_is_a_part_of_mean_over_variance(void **state) {
    struct sizing_view view = plain;
    view.trades = 70;
    view.trade_return_mean = 0.01;
    view.trade_return_var = 0.01;
    assert_near(size("kelly", DEFAULTS, &view, &full), 0.35);
    assert_near(size("kelly", SET("shrink", "0"), &view, &full), 0.5);
    assert_near(size("kelly", SET("shrink", "0", "fraction", "0.25"), &view, &full), 0.25);
    view.trade_return_var = 0.0001;
    assert_near(size("kelly", DEFAULTS, &view, &full), 1);
    assert_near(size("kelly", SET("cap", "2"), &view, &full), 2);
}

static void kelly_starts_with_a_set_size_and_ends_at_the_floor(void **state) {
    struct sizing_view view = plain;
    view.trades = 29;
    view.trade_return_mean = 0.01;
    view.trade_return_var = 0.01;
    assert_near(size("kelly", DEFAULTS, &view, &full), 0.2);
    assert_near(size("kelly", SET("initial", "0.05"), &view, &full), 0.05);
    view.trades = 30;
    assert_near(size("kelly", SET("shrink", "30"), &view, &full), 0.25);
    view.trade_return_mean = -0.01;
    assert_true(size("kelly", DEFAULTS, &view, &full) == 0);
    assert_near(size("kelly", SET("floor", "0.02"), &view, &full), 0.02);
    view.trade_return_mean = 0.01;
    view.trade_return_var = 0;
    assert_true(size("kelly", DEFAULTS, &view, &full) == 0);
    view.trade_return_var = NAN;
    assert_true(size("kelly", DEFAULTS, &view, &full) == 0);
    view.trade_return_var = 1; // an edge so small that the floor is more
    assert_near(size("kelly", SET("floor", "0.02"), &view, &full), 0.02);
}

static void a_target_that_is_not_a_number_is_sized_zero(void **state) {
    struct sizing_view view = plain;
    view.volatility = 0.2;
    for (size_t i = 0; i < sizing_count(); i++) {
        struct strategy_target target = full;
        target.stop = 40;
        target.weight = NAN;
        assert_true(size(sizing_at(i)->name, DEFAULTS, &view, &target) == 0);
        target.weight = 1;
        target.confidence = NAN;
        assert_true(size(sizing_at(i)->name, DEFAULTS, &view, &target) == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_is_found_by_its_name_and_its_table_is_sound),
        cmocka_unit_test(fixed_fraction_is_weight_times_fraction),
        cmocka_unit_test(independent_targets_share_the_equity),
        cmocka_unit_test(risk_to_stop_loses_the_set_part_at_the_stop),
        cmocka_unit_test(risk_to_stop_needs_a_stop_and_a_price),
        cmocka_unit_test(volatility_target_divides_by_the_volatility),
        cmocka_unit_test(kelly_is_a_part_of_mean_over_variance),
        cmocka_unit_test(kelly_starts_with_a_set_size_and_ends_at_the_floor),
        cmocka_unit_test(a_target_that_is_not_a_number_is_sized_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
