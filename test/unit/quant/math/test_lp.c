// SPDX-License-Identifier: Apache-2.0
#include "quant/math/lp.h"

#include <math.h>

#include "harness.h"

// Maximise 3 x + 5 y with x <= 4, 2 y <= 12, 3 x + 2 y <= 18 (Dantzig's textbook example in Hillier and Lieberman):
// x = 2, y = 6, value 36, prices 0, 1.5 and 1.
static const double cost[] = {-3, -5}, lower[] = {0, 0}, upper[] = {4, INFINITY};
static const double row_lower[] = {-INFINITY, -INFINITY}, row_upper[] = {12, 18};
static const int start[] = {0, 1, 3}, indices[] = {1, 0, 1};
static const double values[] = {3, 2, 2};
static const struct lp lp = {.rows = 2,
                             .columns = 2,
                             .cost = cost,
                             .lower = lower,
                             .upper = upper,
                             .row_lower = row_lower,
                             .row_upper = row_upper,
                             .start = start,
                             .index = indices,
                             .value = values};

static double scratch[4];

static void the_textbooks_optimum_has_no_residuals(void **state) {
    double x[] = {2, 6}, price[] = {-1.5, -1}, bound[] = {0, 0};
    struct lp_solution solution = {.x = x, .price = price, .bound = bound};
    struct qp_certificate certificate = lp_certify(&lp, &solution, scratch);
    assert_true(qp_residual(&certificate) == 0);
}

static void each_condition_that_fails_is_seen(void **state) {
    double x[] = {2, 6}, price[] = {-1.5, -1}, bound[] = {0, 0};
    struct lp_solution solution = {.x = x, .price = price, .bound = bound};
    x[1] = 6.06; // 12.12 of 12, and 18.12 of 18
    struct qp_certificate certificate = lp_certify(&lp, &solution, scratch);
    assert_true(fabs(certificate.feasibility - 0.12 / 12.12) < 1e-12);
    assert_true(certificate.complementarity > 1e-3 && certificate.sign == 0);
    x[1] = 6;
    price[1] = 1; // pushes up against a limit that is not there
    certificate = lp_certify(&lp, &solution, scratch);
    assert_true(certificate.sign > 0.1 && certificate.stationarity > 0.1);
    price[1] = -1;
    price[0] = -1.4;
    certificate = lp_certify(&lp, &solution, scratch);
    assert_true(fabs(certificate.stationarity - 0.2 / 5) < 1e-12);
    price[0] = -1.5;
    x[0] = 1;
    certificate = lp_certify(&lp, &solution, scratch);
    assert_true(certificate.feasibility == 0 && certificate.complementarity > 0.05);
    x[0] = -1;
    certificate = lp_certify(&lp, &solution, scratch);
    assert_true(fabs(certificate.feasibility - 1.0 / 6) < 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_textbooks_optimum_has_no_residuals),
        cmocka_unit_test(each_condition_that_fails_is_seen),
    };
    return cmocka_run_group_tests_name("quant/lp", tests, NULL, NULL);
}
