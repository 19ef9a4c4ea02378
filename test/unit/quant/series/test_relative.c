// SPDX-License-Identifier: Apache-2.0
#include "quant/series/relative.h"

#include <math.h>

#include "golden.h"
#include "harness.h"

static void measures_equal_the_reference(void **state) {
    for (enum golden_set set = GOLDEN_DAILY; set < GOLDEN_SETS; set++) {
        const struct golden *g = golden_load(set);
        const double *r = g->returns, *b = g->benchmark;
        size_t n = g->count;
        double a = g->periods, rf = g->rf;
        golden_equal(g, "beta", relative_beta(r, b, n));
        golden_equal(g, "up_beta", relative_beta_side(r, b, n, 1));
        golden_equal(g, "down_beta", relative_beta_side(r, b, n, -1));
        golden_equal(g, "corr", relative_correlation(r, b, n));
        golden_equal(g, "alpha_period", relative_alpha(r, b, n, a, rf));
        golden_equal(g, "alpha_ann_simple", relative_alpha_simple(r, b, n, a, rf));
        golden_equal(g, "alpha_ann_geometric", relative_alpha_compound(r, b, n, a, rf));
        golden_equal(g, "tracking_error_ann", relative_tracking_error(r, b, n, a));
        golden_equal(g, "information_ratio", relative_information_ratio(r, b, n, a));
        golden_equal(g, "up_capture_geometric", relative_capture(r, b, n, a, 1));
        golden_equal(g, "down_capture_geometric", relative_capture(r, b, n, a, -1));
        golden_equal(g, "up_capture_sum", relative_capture_sum(r, b, n, 1));
        golden_equal(g, "down_capture_sum", relative_capture_sum(r, b, n, -1));
        golden_equal(g, "treynor_ann", relative_treynor(r, b, n, a, rf));
        golden_equal(g, "m2_ann", relative_m2(r, b, n, a, rf));
    }
}

static void a_levered_copy_has_its_leverage_as_beta_and_no_alpha(void **state) {
    double b[] = {0.01, -0.02, 0.015, 0.003, -0.007}, r[5];
    for (size_t i = 0; i < 5; i++) r[i] = 2 * b[i];
    assert_true(fabs(relative_beta(r, b, 5) - 2) < 1e-14);
    assert_true(fabs(relative_correlation(r, b, 5) - 1) < 1e-14);
    assert_true(fabs(relative_alpha(r, b, 5, 252, 0)) < 1e-17);
    assert_true(fabs(relative_capture_sum(r, b, 5, 1) - 2) < 1e-14);
}

static void what_has_no_value_is_nan(void **state) {
    static const double flat[] = {0.01, 0.01, 0.01}, r[] = {0.02, -0.01, 0.03};
    assert_true(isnan(relative_beta(r, flat, 3)) && isnan(relative_correlation(r, flat, 3)));
    assert_true(isnan(relative_beta(r, r, 1)) && isnan(relative_tracking_error(r, flat, 1, 12)));
    assert_true(isnan(relative_information_ratio(r, r, 3, 12)));
    assert_true(isnan(relative_capture(r, flat, 3, 12, -1)));
    assert_true(isnan(relative_capture_sum(r, flat, 3, -1)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_equal_the_reference),
        cmocka_unit_test(a_levered_copy_has_its_leverage_as_beta_and_no_alpha),
        cmocka_unit_test(what_has_no_value_is_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
