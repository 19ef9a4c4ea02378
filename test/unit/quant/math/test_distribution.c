// SPDX-License-Identifier: Apache-2.0
#include "quant/math/distribution.h"

#include <math.h>

#include "harness.h"
#include "quant/math/normal.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

// Reference values: mpmath 1.3 at 40 digits, of the doubles as written.

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

static void log_gamma_equals_the_reference(void **state) {
    static const double table[][2] = {{0.5, 0.572364942924700087},    {1.5, -0.120782237635245222},
                                      {2.5, 0.28468287047291916},     {0.001, 6.90717888538385366},
                                      {10.25, 13.3680236714760463},   {100, 359.134205369575399},
                                      {100000.0, 1051287.70897365689}};
    for (size_t i = 0; i < COUNT(table); i++) {
        double value = distribution_log_gamma(table[i][0]);
        assert_true(fabs(value - table[i][1]) <= 1e-15 * fmax(1, fabs(table[i][1])));
    }
    double factorial = 1;
    for (int n = 1; n < 20; n++) {
        factorial *= n;
        assert_true(fabs(distribution_log_gamma(n + 1) - log(factorial)) < 1e-14);
    }
    assert_true(isnan(distribution_log_gamma(0)) && isnan(distribution_log_gamma(-0.5)));
}

static void digamma_equals_the_reference(void **state) {
    static const double table[][2] = {{0.5, -1.963510026021423479440976},
                                      {1, -0.5772156649015328606065121},
                                      {1.5, 0.03648997397857652055902367},
                                      {10, 2.251752589066721107647456},
                                      {1000, 6.907255195648812050142859}};
    for (size_t i = 0; i < COUNT(table); i++)
        assert_true(fabs(distribution_digamma(table[i][0]) - table[i][1]) <=
                    1e-13 * fmax(1, fabs(table[i][1])));
    assert_true(isnan(distribution_digamma(0)));
}

static void chi_squared_equals_the_reference_in_both_tails(void **state) {
    static const double table[][4] = {// x, df, below, above
                                      {0.001, 1, 0.025227120630039612, 0.97477287936996039},
                                      {0.5, 1, 0.52049987781304654, 0.47950012218695346},
                                      {3.84, 1, 0.9499564787512949, 0.050043521248705103},
                                      {30, 2, 0.9999996940976795, 3.0590232050182579e-7},
                                      {2, 5, 0.15085496391539036, 0.84914503608460964},
                                      {11.07, 5, 0.94999038137759452, 0.050009618622405482},
                                      {80, 20, 0.99999999607406777, 3.9259322262861882e-9},
                                      {950, 1000, 0.13087593425431157, 0.86912406574568843},
                                      {1100, 1000, 0.98538559187370481, 0.014614408126295194},
                                      {0.1, 0.5, 0.51655532083046563, 0.48344467916953437},
                                      {10100, 10000, 0.76098467475982489, 0.23901532524017511},
                                      {300, 50, 1.0, 2.3141364165140699e-37}};
    for (size_t i = 0; i < COUNT(table); i++) {
        const double *row = table[i];
        near(distribution_chi2_cdf(row[0], row[1]), row[2], 1e-13);
        near(distribution_chi2_tail(row[0], row[1]), row[3], 1e-13);
        if (row[2] < 1) // a p near 1 itself tells no more than that of x
            near(distribution_chi2_quantile(row[2], row[1]), row[0], 1e-13 + 1e-15 / row[3]);
    }
    near(distribution_chi2_quantile(0.95, 2), -2 * log(0.05), 1e-14);
    assert_true(distribution_chi2_cdf(-1, 3) == 0 && distribution_chi2_tail(0, 3) == 1);
    assert_true(isnan(distribution_chi2_cdf(1, 0)) && isnan(distribution_chi2_quantile(1.5, 2)));
    assert_true(distribution_chi2_quantile(0, 2) == 0 && isinf(distribution_chi2_quantile(1, 2)));
}

static void students_t_equals_the_reference(void **state) {
    static const double table[][3] = {
        // x, df, outside
        {0.001, 3, 0.99926489496946094},   {0.7, 1, 0.61119977557157044},
        {2.5, 1, 0.2422378831816868},      {1.96, 5, 0.10728795250529417},
        {12, 4, 0.00027642854850297295},   {3, 30, 0.0053899640656519466},
        {40, 2.5, 0.00014195634290493383}, {2.2, 2000, 0.027920899883260938},
        {6, 815, 2.9660145520626806e-9},   {0.3, 100000, 0.76417777919033764}};
    for (size_t i = 0; i < COUNT(table); i++) {
        const double *row = table[i];
        near(distribution_t_two_sided(row[0], row[1]), row[2], 1e-13);
        near(distribution_t_two_sided(-row[0], row[1]), row[2], 1e-13);
        near(distribution_t_cdf(-row[0], row[1]), row[2] / 2, 1e-13);
        near(distribution_t_cdf(row[0], row[1]), 1 - row[2] / 2, 1e-15);
        near(distribution_t_quantile(row[2] / 2, row[1]), -row[0], 1e-12);
    }
    static const double densities[][3] = {{0.5, 1, 0.25464790894703254},
                                          {2, 4, 0.06629126073623883},
                                          {1.5, 30, 0.12896160173967176},
                                          {3, 250, 0.0047078917523943258},
                                          {0.1, 100000, 0.39695153534854518}};
    for (size_t i = 0; i < COUNT(densities); i++)
        near(distribution_t_pdf(densities[i][0], densities[i][1]), densities[i][2], 1e-13);
    near(distribution_t_quantile(0.75, 1), 1, 1e-14); // Cauchy
    assert_true(distribution_t_quantile(0.5, 7) == 0 && isinf(distribution_t_quantile(1, 7)));
    near(distribution_t_quantile(0.975, INFINITY), normal_quantile(0.975), 1e-15);
    near(distribution_t_two_sided(1.96, INFINITY), distribution_normal_two_sided(1.96), 1e-15);
    assert_true(distribution_t_two_sided(1e200, 3) < 1e-300);
    assert_true(isnan(distribution_t_cdf(1, -1)) && isnan(distribution_t_quantile(2, 3)));
}

static void f_equals_the_reference_in_both_tails(void **state) {
    static const double table[][5] = {// x, df1, df2, below, above
                                      {0.01, 1, 10, 0.077679281435591681, 0.92232071856440832},
                                      {1, 3, 815, 0.60780827304795644, 0.39219172695204356},
                                      {4, 3, 815, 0.99233703231581728, 0.0076629676841827156},
                                      {50, 3, 815, 1.0, 1.143945995871247e-29},
                                      {2.5, 10, 10, 0.91774633677727991, 0.08225366322272009},
                                      {0.2, 40, 7, 0.00039227603774433232, 0.99960772396225567},
                                      {1.05, 1000, 2000, 0.81569845136172809, 0.18430154863827191}};
    for (size_t i = 0; i < COUNT(table); i++) {
        const double *row = table[i];
        near(distribution_f_cdf(row[0], row[1], row[2]), row[3], 1e-13);
        near(distribution_f_tail(row[0], row[1], row[2]), row[4], 2e-13);
        if (row[3] < 1) near(distribution_f_quantile(row[3], row[1], row[2]), row[0], 1e-12);
    }
    // The square of a t variable is F with 1 and df.
    near(distribution_f_tail(2.3 * 2.3, 1, 17), distribution_t_two_sided(2.3, 17), 1e-13);
    assert_true(isnan(distribution_f_cdf(1, 0, 3)) && isinf(distribution_f_quantile(1, 2, 3)));
}

static void quantiles_invert_probabilities(void **state) {
    for (double df = 0.3; df < 1e4; df *= 2.7)
        for (double p = 1e-9; p < 1; p = p < 0.05 ? p * 13 : p + 0.09) {
            near(distribution_chi2_cdf(distribution_chi2_quantile(p, df), df), p, 1e-12);
            near(distribution_t_cdf(distribution_t_quantile(p, df), df), p, 1e-12);
            near(distribution_f_cdf(distribution_f_quantile(p, df, 9), df, 9), p, 1e-12);
        }
}

static void gamma_and_beta_agree_with_closed_forms(void **state) {
    for (double x = 0.01; x < 600; x *= 1.9) {
        near(distribution_gamma_upper(1, x), exp(-x), 1e-13);
        near(distribution_gamma_upper(3, x), exp(-x) * (1 + x + x * x / 2), 1e-13);
    }
    for (double x = 0.001; x < 1; x += 0.037) {
        near(distribution_beta(1, 4, x, 1 - x), 1 - pow(1 - x, 4), 1e-12);
        near(distribution_beta(5, 1, x, 1 - x), pow(x, 5), 1e-13);
    }
    assert_true(isnan(distribution_beta(0, 1, 0.5, 0.5)) && isnan(distribution_gamma_lower(1, -1)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_gamma_equals_the_reference),
        cmocka_unit_test(digamma_equals_the_reference),
        cmocka_unit_test(chi_squared_equals_the_reference_in_both_tails),
        cmocka_unit_test(students_t_equals_the_reference),
        cmocka_unit_test(f_equals_the_reference_in_both_tails),
        cmocka_unit_test(quantiles_invert_probabilities),
        cmocka_unit_test(gamma_and_beta_agree_with_closed_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
