// SPDX-License-Identifier: Apache-2.0
#include "quant/series/attribution.h"

#include <math.h>

#include "harness.h"

static void near(double actual, double wanted) {
    assert_true(fabs(actual - wanted) < 1e-15);
}

// Bacon (2008), chapter 5: United Kingdom, Japan, United States.
static void the_parts_of_bacons_portfolio_equal_the_book(void **state) {
    static const double w[] = {0.4, 0.3, 0.3}, b[] = {0.4, 0.2, 0.4};
    static const double r[] = {0.2, -0.05, 0.06}, s[] = {0.1, -0.04, 0.08};
    double allocation[3], simple[3], selection[3], interaction[3];
    struct attribution_totals totals = attribution_brinson(
        &(struct attribution_sectors){
            .weights = w, .benchmark_weights = b, .returns = r, .benchmark_returns = s, .count = 3},
        &(struct attribution_parts){allocation, simple, selection, interaction});
    static const double wanted[4][3] = {
        {0, -0.0104, -0.0016}, {0, -0.004, -0.008}, {0.04, -0.002, -0.008}, {0, -0.001, 0.002}};
    for (size_t i = 0; i < 3; i++) {
        near(allocation[i], wanted[0][i]);
        near(simple[i], wanted[1][i]);
        near(selection[i], wanted[2][i]);
        near(interaction[i], wanted[3][i]);
    }
    near(totals.portfolio, 0.083);
    near(totals.benchmark, 0.064);
    near(totals.allocation, -0.012);
    near(totals.selection, 0.03);
    near(totals.interaction, 0.001);
    near(totals.excess, totals.allocation + totals.selection + totals.interaction);
    near(allocation[0] + allocation[1] + allocation[2], totals.allocation);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_of_bacons_portfolio_equal_the_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
