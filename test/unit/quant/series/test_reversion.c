// SPDX-License-Identifier: Apache-2.0
#include "quant/series/reversion.h"

#include "harness.h"
#include "quant/series/performance.h"
#include "series.h"

enum { ROWS = 150 };

static double walk[ROWS], stationary[ROWS], steps[2][ROWS - 1];
static const double *const series[] = {walk, stationary};

static int setup(void **state) {
    series_walk(walk, ROWS, 11, 1);
    series_walk(stationary, ROWS, 12, 0.8);
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 1; i < ROWS; i++) steps[s][i - 1] = series[s][i] - series[s][i - 1];
    return 0;
}

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

// statsmodels 0.15.0, OLS: speed, level, half-lives.
static void half_lives_equal_those_of_a_regression(void **state) {
    static const double wanted[2][4] = {
        {-0.028176480985261845, -4.578697095243762, 24.60020401137058, 24.251979537045848},
        {-0.20617704388567407, 0.027968565930063714, 3.3619027972110125, 3.002004034599327}};
    for (size_t s = 0; s < 2; s++) {
        struct reversion_half_life h = reversion_half_life(series[s], ROWS);
        near(h.speed, wanted[s][0], 1e-12);
        near(h.level, wanted[s][1], 1e-11);
        near(h.value, wanted[s][2], 1e-12);
        near(h.discrete, wanted[s][3], 1e-12);
    }
    double away[] = {1, 2, 4, 8.5, 17}, flat[] = {3, 3, 3, 3}, exact[] = {1, 0.5, 0.25, 0.125};
    assert_true(isnan(reversion_half_life(away, 5).value));
    assert_true(isnan(reversion_half_life(flat, 4).speed));
    assert_true(isnan(reversion_half_life(exact, 2).speed));
    near(reversion_half_life(exact, 4).discrete, 1, 1e-14);
}

// arch 8.0.0, VarianceRatio: of lags 2, 5, 10, for alike errors and for others: ratio, z, p.
static void variance_ratios_equal_those_of_arch(void **state) {
    static const double wanted[2][3][2][3] = {
        {{{1.0078038929493571, 0.09525865330555988, 0.9241093831402805},
          {1.0078038929493571, 0.09520689361977855, 0.9241504945456602}},
         {{1.009811646500323, 0.05466563639155159, 0.9564048465945119},
          {1.009811646500323, 0.05303349107611891, 0.9577052232309209}},
         {{0.7693487714023725, -0.8338664118885799, 0.4043562663408573},
          {0.7693487714023725, -0.8141952943991606, 0.4155330807596733}}},
        {{{0.8347389700727693, -2.017267952920173, 0.0436675580584065},
          {0.8347389700727693, -2.192348628772285, 0.028354342939325594}},
         {{0.6795896403028652, -1.785167883770894, 0.07423408963402567},
          {0.6795896403028652, -1.8801715924329763, 0.06008469585357412}},
         {{0.6633600452450559, -1.2170442484810877, 0.22358738088894725},
          {0.6633600452450559, -1.259923024958538, 0.20769713174474935}}}};
    static const size_t lags[] = {2, 5, 10};
    for (size_t s = 0; s < 2; s++)
        for (size_t l = 0; l < 3; l++)
            for (int robust = 0; robust < 2; robust++) {
                struct reversion_ratio r =
                    reversion_variance_ratio(series[s], ROWS, lags[l], robust);
                near(r.value, wanted[s][l][robust][0], 1e-12);
                near(r.z, wanted[s][l][robust][1], 1e-10);
                near(r.p, wanted[s][l][robust][2], 1e-10);
            }
    assert_true(isnan(reversion_variance_ratio(walk, 3, 2, 1).value));
    assert_true(isnan(reversion_variance_ratio(walk, ROWS, 1, 1).value));
    double flat[] = {1, 1, 1, 1, 1};
    assert_true(isnan(reversion_variance_ratio(flat, 5, 2, 1).value));
}

// statsmodels 0.15.0, runstest_1samp without correction, about the mean.
static void runs_equal_those_of_statsmodels(void **state) {
    static const double wanted[2][2] = {{-11.789750419448373, 4.4084550080381507e-32},
                                        {-7.537103417621913, 4.8052524703515105e-14}};
    for (size_t s = 0; s < 2; s++) {
        double mean = performance_mean(series[s], ROWS);
        struct reversion_runs r = reversion_runs(series[s], ROWS, mean);
        near(r.z, wanted[s][0], 1e-12);
        near(r.p, wanted[s][1], 1e-10);
    }
    double eight[] = {1, 1, -1, -1, -1, 1, -1, 1}; // 5 runs, 4 on each side: 2 4 4 / 8 + 1 expected
    struct reversion_runs r = reversion_runs(eight, 8, 0);
    assert_true(r.runs == 5 && r.expected == 5 && r.z == 0 && r.p == 1);
    assert_true(isnan(reversion_runs(eight, 2, 0).z));
}

// The definitions in numpy.
static void hurst_exponents_equal_their_definition(void **state) {
    static const double range[] = {0.5537077067919562, 0.5036382607844303},
                        levels[] = {0.3882118312036342, 0.30847488829719755};
    for (size_t s = 0; s < 2; s++) {
        near(reversion_hurst_range(steps[s], ROWS - 1, 8), range[s], 1e-12);
        near(reversion_hurst_levels(series[s], ROWS, 20), levels[s], 1e-12);
    }
    double flat[ROWS] = {0};
    assert_true(isnan(reversion_hurst_levels(flat, ROWS, 20)));
    assert_true(isnan(reversion_hurst_range(flat, ROWS, 8)));
    assert_true(isnan(reversion_hurst_range(steps[0], 12, 8)));
}

static void long_random_walks_have_an_exponent_of_a_half(void **state) {
    enum { LONG = 20000 };
    static double level[LONG], step[LONG];
    series_walk(level, LONG, 77, 1);
    for (size_t i = 1; i < LONG; i++) step[i] = level[i] - level[i - 1];
    assert_true(fabs(reversion_hurst_levels(level, LONG, 50) - 0.5) < 0.03);
    assert_true(fabs(reversion_hurst_range(step + 1, LONG - 1, 128) - 0.5) < 0.06);
    struct reversion_ratio r = reversion_variance_ratio(level, LONG, 10, 1);
    assert_true(fabs(r.value - 1) < 0.06 && r.p > 0.01);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(half_lives_equal_those_of_a_regression, setup),
        cmocka_unit_test_setup(variance_ratios_equal_those_of_arch, setup),
        cmocka_unit_test_setup(runs_equal_those_of_statsmodels, setup),
        cmocka_unit_test_setup(hurst_exponents_equal_their_definition, setup),
        cmocka_unit_test(long_random_walks_have_an_exponent_of_a_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
