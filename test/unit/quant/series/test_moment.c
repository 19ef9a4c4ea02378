// SPDX-License-Identifier: Apache-2.0
#include "quant/series/moment.h"

#include "harness.h"
#include "quant/series/performance.h"
#include "quant/series/rank.h"
#include "series.h"

enum { ROWS = 60, LAGS = 8 };

static double x[ROWS], sorted[ROWS];

static int setup(void **state) {
    double scratch[ROWS];
    series_walk(x, ROWS, 3, 0.7);
    memcpy(sorted, x, sizeof x);
    rank_sort(sorted, ROWS, scratch);
    return 0;
}

static void near(double actual, double wanted, double tolerance) {
    if (!(fabs(actual - wanted) <= tolerance)) fail_msg("%.17g, expected %.17g", actual, wanted);
}

// numpy 2.4.6 quantile with method interpolated_inverted_cdf, hazen, weibull, linear, median_unbiased and
// normal_unbiased.
static void quantiles_of_every_type_equal_those_of_numpy(void **state) {
    static const double q[] = {0, 0.013, 0.1, 0.25, 0.5, 0.8, 0.99, 1};
    static const double wanted[6][8] = {
        {-0.6767460814242869, -0.6767460814242869, -0.3802695703048913, -0.3000198292982394,
         -0.06421040890682045, 0.2803762668371201, 0.8635143740609601, 1.0179290189599361},
        {-0.6767460814242869, -0.6481137111722401, -0.37429226851546243, -0.29317254104744017,
         -0.0635180425772186, 0.2924414989548262, 0.9921932448101065, 1.0179290189599361},
        {-0.6767460814242869, -0.6767460814242869, -0.3790741099470055, -0.2965961851728398,
         -0.0635180425772186, 0.2996806382254498, 1.0179290189599361, 1.0179290189599361},
        {-0.6767460814242869, -0.5983138386267158, -0.36951042708391935, -0.28974889692204053,
         -0.0635180425772186, 0.2852023596842026, 0.8660879514759425, 1.0179290189599361},
        {-0.6767460814242869, -0.6647136686874149, -0.37588621565931013, -0.29431375575590674,
         -0.0635180425772186, 0.29485454537836747, 1.0179290189599361, 1.0179290189599361},
        {-0.6767460814242869, -0.6605636793086213, -0.3754877288733482, -0.2940284520787901,
         -0.0635180425772186, 0.2942512837724822, 1.0179290189599361, 1.0179290189599361}};
    for (int type = 4; type <= 9; type++)
        for (size_t i = 0; i < 8; i++)
            near(moment_quantile(sorted, ROWS, q[i], type), wanted[type - 4][i], 2e-15);
    double scratch[ROWS];
    for (double p = 0; p <= 1; p += 0.01)
        near(moment_quantile(sorted, ROWS, p, 7), performance_quantile(x, ROWS, p, scratch), 1e-15);
    assert_true(isnan(moment_quantile(sorted, 0, 0.5, 7)));
    assert_true(isnan(moment_quantile(sorted, ROWS, 1.1, 6)));
    assert_true(moment_quantile(sorted, 1, 0.3, 6) == sorted[0]);
    // Whole positions are the order statistics themselves.
    for (size_t k = 0; k < 11; k++) {
        static const double ten[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        near(moment_quantile(ten, 11, (double)k / 10, 7), (double)k, 1e-15);
    }
}

// scipy 1.17.1: median_abs_deviation, lmoment, jarque_bera.
static void robust_and_l_moments_equal_those_of_scipy(void **state) {
    double scratch[2 * ROWS], median, p;
    static const double wanted[] = {0.2679424390642255, -0.0635180425772186};
    near(moment_mad(x, ROWS, scratch, &median), wanted[0], 1e-16);
    near(median, wanted[1], 0);
    static const double l_wanted[] = {-0.007901197964905064, 0.20229897913453626,
                                      0.10978487709989172, 0.08845850444698365};
    struct moment_l l = moment_l_of(sorted, ROWS);
    near(l.location, l_wanted[0], 1e-16);
    near(l.scale, l_wanted[1], 1e-15);
    near(l.skew, l_wanted[2], 1e-14);
    near(l.kurtosis, l_wanted[3], 1e-13);
    static const double jb[] = {2.817523215551626, 0.24444581558512335};
    near(moment_jarque_bera(x, ROWS, &p), jb[0], 1e-13);
    near(p, jb[1], 1e-14);
}

static void l_moments_equal_their_definition_over_all_samples(void **state) {
    // Expectations over all pairs, triples and quadruples of eight values.
    double pair = 0, triple = 0, quadruple = 0, n = 0, m = 0, k = 0;
    for (size_t a = 0; a < 8; a++)
        for (size_t b = a + 1; b < 8; b++, n++) {
            pair += sorted[b] - sorted[a];
            for (size_t c = b + 1; c < 8; c++, m++) {
                triple += sorted[c] - 2 * sorted[b] + sorted[a];
                for (size_t d = c + 1; d < 8; d++, k++)
                    quadruple += sorted[d] - 3 * sorted[c] + 3 * sorted[b] - sorted[a];
            }
        }
    struct moment_l l = moment_l_of(sorted, 8);
    double scale = pair / n / 2;
    near(l.scale, scale, 1e-15);
    near(l.skew, triple / m / 3 / scale, 1e-14);
    near(l.kurtosis, quadruple / k / 4 / scale, 1e-14);
    double flat[] = {2, 2, 2, 2};
    l = moment_l_of(flat, 4);
    assert_true(l.location == 2 && l.scale == 0 && isnan(l.skew) && isnan(l.kurtosis));
}

// statsmodels 0.15.0: acf, pacf(method="ldb"), acorr_ljungbox(model_df=2).
static void autocorrelations_equal_those_of_statsmodels(void **state) {
    static const double acf[] = {1.0,
                                 0.6422021573091423,
                                 0.4158417995318574,
                                 0.21094710893909438,
                                 -0.05353490876964168,
                                 -0.2820901995236921,
                                 -0.2792190286762756,
                                 -0.3198007287965349,
                                 -0.24621351099506966};
    static const double pacf[] = {1.0,
                                  0.6422021573091423,
                                  0.0058174370898404736,
                                  -0.0992071218839155,
                                  -0.2636539377434241,
                                  -0.23498377454537475,
                                  0.12406890250373374,
                                  -0.09089729835646333,
                                  0.053969694439478404};
    static const double box[] = {26.00365817578578, 37.09467156069895, 39.99879612040974,
                                 40.18917950648015, 45.571335071615,   50.942137838776354,
                                 58.12050996776346, 62.45724969751446};
    static const double box_p[] = {NAN,
                                   NAN,
                                   2.541194285564785e-10,
                                   1.875126424794433e-09,
                                   6.995692399422572e-10,
                                   2.29523310296137e-10,
                                   2.970453159238337e-11,
                                   1.4238099516453261e-11};
    double scratch[ROWS], r[LAGS + 1], partial[LAGS + 1], q[LAGS], p[LAGS];
    moment_autocorrelation(x, ROWS, LAGS, scratch, r);
    moment_partial(r, LAGS, scratch, partial);
    moment_ljung_box(r, LAGS, ROWS, 2, q, p);
    for (size_t k = 0; k <= LAGS; k++) {
        near(r[k], acf[k], 1e-15);
        near(partial[k], pacf[k], 1e-14);
        if (k == LAGS) break;
        near(q[k], box[k], 1e-13);
        if (k < 2)
            assert_true(isnan(p[k]));
        else
            near(p[k], box_p[k], 1e-11 * box_p[k]);
    }
    double flat[] = {0.1, 0.1, 0.1, 0.1, 0.1};
    moment_autocorrelation(flat, 5, 2, scratch, r);
    assert_true(isnan(r[0]) && isnan(r[2]));
}

// numpy 2.4.6 histogram; the number of bins of bins="auto".
static void histograms_equal_those_of_numpy(void **state) {
    static const double edges[] = {-0.6767460814242869, -0.4346496385122551, -0.19255319560022321,
                                   0.0495432473118087,  0.2916396902238405,  0.5337361331358723,
                                   0.7758325760479043,  1.0179290189599361};
    static const double counts[] = {5.0, 17.0, 12.0, 14.0, 8.0, 3.0, 1.0};
    double e[8], c[7];
    moment_histogram(x, ROWS, 7, e, c);
    for (size_t i = 0; i < 8; i++) near(e[i], edges[i], 1e-15);
    for (size_t i = 0; i < 7; i++) near(c[i], counts[i], 0);
    assert_int_equal(moment_bins(sorted, ROWS, 1000), 7);
    static double y[120], factors[360], scratch[120];
    series_factors(y, factors, 120, 7);
    rank_sort(y, 120, scratch);
    assert_int_equal(moment_bins(y, 120, 1000), 11);
    assert_int_equal(moment_bins(y, 120, 5), 5);
    // Edges belong to the bin on their right.
    double tenths[] = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}, ten[10], ends[11];
    moment_histogram(tenths, 11, 10, ends, ten);
    for (size_t i = 0; i < 11; i++) {
        size_t bin = 0;
        while (bin < 9 && tenths[i] >= ends[bin + 1]) bin++;
        ten[bin]--;
    }
    for (size_t i = 0; i < 10; i++) near(ten[i], 0, 0);
    double flat[] = {3, 3}, three[4], in[3];
    moment_histogram(flat, 2, 3, three, in);
    assert_true(three[0] == 2.5 && three[3] == 3.5 && in[1] == 2);
    assert_int_equal(moment_bins(flat, 2, 10), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(quantiles_of_every_type_equal_those_of_numpy, setup),
        cmocka_unit_test_setup(robust_and_l_moments_equal_those_of_scipy, setup),
        cmocka_unit_test_setup(l_moments_equal_their_definition_over_all_samples, setup),
        cmocka_unit_test_setup(autocorrelations_equal_those_of_statsmodels, setup),
        cmocka_unit_test_setup(histograms_equal_those_of_numpy, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
