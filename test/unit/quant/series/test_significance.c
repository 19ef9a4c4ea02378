// SPDX-License-Identifier: Apache-2.0
#include "quant/series/significance.h"

#include <math.h>

#include "golden.h"
#include "harness.h"

static void measures_equal_the_reference(void **state) {
    for (enum golden_set set = GOLDEN_DAILY; set < GOLDEN_SETS; set++) {
        const struct golden *g = golden_load(set);
        struct sharpe_sample sample = significance_sample(g->returns, g->count);
        double luck = significance_expected_max(0.5 / g->periods, 100);
        golden_equal(g, "sr_period", sample.sharpe);
        golden_equal(g, "psr_0", significance_probability(&sample, 0));
        golden_equal(g, "psr_annual_sr_1", significance_probability(&sample, 1 / sqrt(g->periods)));
        golden_equal(g, "dsr_sr0_period", luck);
        golden_equal(g, "dsr_100trials_annualvar_0.5", significance_probability(&sample, luck));
        golden_equal(g, "min_track_record_len_95_sr0", significance_track_record(&sample, 0, 0.95));
    }
}

static void probabilities_equal_the_papers(void **state) {
    // 2012: annual ratio 1.59 over 24 months; normal, then skew -2.448 and kurtosis 10.164.
    struct sharpe_sample fund = {1.59 / sqrt(12), 24, 0, 3};
    assert_true(fabs(significance_probability(&fund, 0) - 0.982) < 5e-4);
    fund.skew = -2.448;
    fund.kurtosis = 10.164;
    assert_true(fabs(significance_probability(&fund, 0) - 0.913) < 7e-4);
    // 2014: annual ratio 2.5 over 1250 days, skew -3, kurtosis 10, variance 1/2 a year among N
    // trials.
    struct sharpe_sample best = {2.5 / sqrt(250), 1250, -3, 10};
    double luck = significance_expected_max(0.5 / 250, 100);
    assert_true(fabs(luck - 0.1132) < 5e-5);
    assert_true(fabs(significance_probability(&best, luck) - 0.9004) < 5e-5);
    luck = significance_expected_max(0.5 / 250, 46);
    assert_true(fabs(significance_probability(&best, luck) - 0.9505) < 5e-5);
}

static void the_track_record_is_where_the_probability_reaches_the_confidence(void **state) {
    struct sharpe_sample sample = {0.1, 0, -0.5, 5};
    sample.count = significance_track_record(&sample, 0.02, 0.99);
    assert_true(fabs(significance_probability(&sample, 0.02) - 0.99) < 1e-12);
    assert_true(isnan(significance_track_record(&sample, 0.1, 0.95)));
    assert_true(isnan(significance_track_record(&sample, 0, 1)));
    assert_true(isnan(significance_expected_max(0.1, 1)));
    assert_true(isnan(significance_expected_max(-0.1, 10)));
    sample.count = 1;
    assert_true(isnan(significance_probability(&sample, 0)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_equal_the_reference),
        cmocka_unit_test(probabilities_equal_the_papers),
        cmocka_unit_test(the_track_record_is_where_the_probability_reaches_the_confidence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
