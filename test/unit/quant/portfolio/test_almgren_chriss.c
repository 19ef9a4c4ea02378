// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include <math.h>

#include "quant/portfolio/almgren_chriss.h"

// The paper's example: a million shares in five days, one trade a day.
static const struct almgren_chriss paper = {.aversion = 1e-6,
                                            .sigma = 0.95,
                                            .eta = 2.5e-6,
                                            .gamma = 2.5e-7,
                                            .epsilon = 0.0625,
                                            .days = 5,
                                            .steps = 5};

// Section 3.4: "for lambda = 1e-6 ... kappa ~ 0.61 / day".
static void kappa_is_the_published_one(void **state) {
    assert_true(fabs(almgren_chriss_kappa(&paper) - 0.61) < 0.005);
    struct almgren_chriss model = paper;
    model.aversion = 0;
    assert_true(almgren_chriss_kappa(&model) == 0);
    model.gamma = 10 * model.eta; // its steps of a day are too long
    assert_true(isnan(almgren_chriss_kappa(&model)));
}

static void kappa_solves_its_equation(void **state) {
    for (double aversion = 1e-9; aversion < 1e-2; aversion *= 3) {
        struct almgren_chriss model = paper;
        model.aversion = aversion;
        double kappa = almgren_chriss_kappa(&model);
        double squared = aversion * 0.95 * 0.95 / (2.5e-6 - 1.25e-7);
        assert_true(fabs(2 * (cosh(kappa) - 1) / squared - 1) < 1e-9);
    }
}

static void what_is_left_is_a_ratio_of_sinh_and_even_without_risk(void **state) {
    for (double day = 0; day <= 5; day += 0.25) {
        double exact = sinh(0.61 * (5 - day)) / sinh(0.61 * 5);
        assert_true(fabs(almgren_chriss_left(0.61, day, 5) - exact) < 1e-14);
        assert_true(fabs(almgren_chriss_left(0, day, 5) - (1 - day / 5)) < 1e-15);
        assert_true(almgren_chriss_left(1e6, day, 5) == (day == 0)); // no overflow
    }
}

// Closed forms of the even trajectory, equations 10 and 11 of the paper.
static void cost_and_variance_of_even_trading_are_the_closed_forms(void **state) {
    double x = 1e6;
    double cost = 0.5 * 2.5e-7 * x * x + 0.0625 * x + (2.5e-6 - 1.25e-7) * x * x / 5;
    double variance = 0.95 * 0.95 * x * x * 5 / 3 * (1 - 1.0 / 5) * (1 - 1.0 / 10);
    assert_true(fabs(almgren_chriss_cost(&paper, 0, x) / cost - 1) < 1e-12);
    assert_true(fabs(almgren_chriss_variance(&paper, 0, x) / variance - 1) < 1e-12);
}

// No other trajectory of the family, steeper or flatter, has less E + lambda V.
static void the_trajectory_is_the_best_of_its_family(void **state) {
    double kappa = almgren_chriss_kappa(&paper);
    double best = almgren_chriss_cost(&paper, kappa, 1e6) +
                  paper.aversion * almgren_chriss_variance(&paper, kappa, 1e6);
    for (double other = 0.01; other < 3; other += 0.01) {
        double value = almgren_chriss_cost(&paper, other, 1e6) +
                       paper.aversion * almgren_chriss_variance(&paper, other, 1e6);
        assert_true(value >= best * (1 - 1e-12));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kappa_is_the_published_one),
        cmocka_unit_test(kappa_solves_its_equation),
        cmocka_unit_test(what_is_left_is_a_ratio_of_sinh_and_even_without_risk),
        cmocka_unit_test(cost_and_variance_of_even_trading_are_the_closed_forms),
        cmocka_unit_test(the_trajectory_is_the_best_of_its_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
