// SPDX-License-Identifier: Apache-2.0
#include "size.h"

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

// 100 trades of mean 0.02 and variance 0.01: a standard error of 0.01 leaves 0.01, Kelly 1, half of it 0.5.
static void kelly_bets_on_the_lower_end_of_the_mean(void **state) {
    struct sizing_view view = plain;
    view.trades = 100;
    view.trade_return_mean = 0.02;
    view.trade_return_var = 0.01;
    assert_near(size("kelly", SET("shrink", "0", "errors", "1"), &view, &full), 0.5);
    assert_near(size("kelly", SET("shrink", "100", "errors", "1"), &view, &full), 0.25);
    assert_near(size("kelly", SET("shrink", "0", "errors", "1.5", "fraction", "1"), &view, &full),
                0.5);
    assert_true(size("kelly", SET("errors", "2"), &view, &full) == 0);
    assert_near(size("kelly", SET("errors", "3", "floor", "0.1"), &view, &full), 0.1);
    view.trades = 400; // twice as sure: 0.005 off
    assert_near(size("kelly", SET("shrink", "0", "errors", "1"), &view, &full), 0.75);
}

// 100 trades of mean 0.02 and variance 0.01: s^2 is 0.0001, m^2 0.0004, so that 4 / 5 of Kelly's 2 is left.
static void kelly_is_shrunk_for_what_is_not_known_of_the_mean(void **state) {
    struct sizing_view view = plain;
    view.trades = 100;
    view.trade_return_mean = 0.02;
    view.trade_return_var = 0.01;
    double got =
        size("kelly", SET("shrink", "0", "fraction", "0.5", "uncertainty", "true"), &view, &full);
    assert_true(fabs(got - 0.8) < 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kelly_is_a_part_of_mean_over_variance),
        cmocka_unit_test(kelly_is_shrunk_for_what_is_not_known_of_the_mean),
        cmocka_unit_test(kelly_bets_on_the_lower_end_of_the_mean),
        cmocka_unit_test(kelly_starts_with_a_set_size_and_ends_at_the_floor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
