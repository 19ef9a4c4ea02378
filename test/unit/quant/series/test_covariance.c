// SPDX-License-Identifier: Apache-2.0
#include "quant/series/covariance.h"

#include "golden.h"
#include "harness.h"
#include "quant/math/linalg.h"
#include "series.h"

enum { ROWS = 120, COUNT = 4, STOCKS = 12 };

static double data[COUNT * ROWS], scratch[STOCKS * GOLDEN_ROWS_MAX];
static const double *const columns[] = {data, data + ROWS, data + 2 * ROWS, data + 3 * ROWS};

static int setup(void **state) {
    series_factors(data, data + ROWS, ROWS, 7);
    return 0;
}

static void near(double actual, double wanted, double tolerance) {
    if (!(fabs(actual - wanted) <= tolerance)) fail_msg("%.17g, expected %.17g", actual, wanted);
}

static void all_near(const double *actual, const double *wanted, size_t count, double tolerance) {
    for (size_t i = 0; i < count; i++) near(actual[i], wanted[i], tolerance);
}

static void estimators_equal_those_of_numpy_and_scikit_learn(void **state) {
    // numpy 2.4.6 cov; scikit-learn 1.9.0 LedoitWolf and OAS; the others their formulas in numpy.
    static const double sample[] = {
        0.47682609098086626,  0.13905007283305862,  -0.08334467271529702,  0.0772257219317521,
        0.13905007283305862,  0.08775476934931574,  0.002334309200281276,  0.048297557412717296,
        -0.08334467271529702, 0.002334309200281276, 0.08659932897507253,   0.0005707097452936789,
        0.0772257219317521,   0.048297557412717296, 0.0005707097452936789, 0.10689105496535084};
    static const double identity[] = {
        0.46198505453599886, 0.13263172902294318,   -0.0794976070264458,   0.07366109787767168,
        0.13263172902294318, 0.0908726843671016,    0.0022265609718822264, 0.04606821425346719,
        -0.0794976070264458, 0.0022265609718822264, 0.0897705773958756,    0.0005443666353157647,
        0.07366109787767168, 0.04606821425346719,   0.0005443666353157647, 0.10912566760270759};
    static const double oas[] = {
        0.4610741504978918,  0.13219087408872068,   -0.0792333647325794,   0.07341625557109208,
        0.13219087408872068, 0.09119532165990532,   0.0022191601003258305, 0.045915088001445344,
        -0.0792333647325794, 0.0022191601003258305, 0.09009687798478416,   0.0005425572137016987,
        0.07341625557109208, 0.045915088001445344,  0.0005425572137016987, 0.10938763375910243};
    static const double constant[] = {
        0.47285254022269235, 0.13321816618695442,   -0.0769507266969322,   0.07498449744182008,
        0.13321816618695442, 0.08702347960473811,   0.0029813488354128934, 0.046501423326593024,
        -0.0769507266969322, 0.0029813488354128934, 0.08587766790028026,   0.0013951836656115935,
        0.07498449744182008, 0.046501423326593024,  0.0013951836656115935, 0.10600029617397293};
    static const double ewma[] = {
        0.41300266424407456,  0.1455507648615047,   -0.02256168524665148, 0.10638695897030354,
        0.1455507648615047,   0.09694324537432392,  0.027033353792981888, 0.07183141900825199,
        -0.02256168524665148, 0.027033353792981888, 0.08872586031683172,  0.03640857463734912,
        0.10638695897030354,  0.07183141900825199,  0.03640857463734912,  0.13138322328726904};
    double s[COUNT * COUNT], shrinkage;
    covariance_of(columns, COUNT, ROWS, 1, scratch, s);
    all_near(s, sample, COUNT * COUNT, 1e-15);
    covariance_ewma(columns, COUNT, ROWS, 0.94, s);
    all_near(s, ewma, COUNT * COUNT, 1e-15);
    assert_ok(covariance_shrink(columns, COUNT, ROWS, COVARIANCE_IDENTITY, scratch, s, &shrinkage));
    all_near(s, identity, COUNT * COUNT, 1e-15);
    near(shrinkage, 0.03814303263078807, 1e-14);
    assert_ok(covariance_shrink(columns, COUNT, ROWS, COVARIANCE_OAS, scratch, s, &shrinkage));
    all_near(s, oas, COUNT * COUNT, 1e-15);
    near(shrinkage, 0.04134015139870875, 1e-14);
    assert_ok(covariance_shrink(columns, COUNT, ROWS, COVARIANCE_CONSTANT, scratch, s, &shrinkage));
    all_near(s, constant, COUNT * COUNT, 1e-15);
    near(shrinkage, 0.04708675963558094, 1e-14);
}

static void covariances_of_twelve_stocks_equal_the_reference(void **state) {
    static double returns[STOCKS * GOLDEN_ROWS_MAX], wanted[STOCKS * GOLDEN_ROWS_MAX];
    double s[STOCKS * STOCKS], shrinkage;
    const double *stocks[STOCKS];
    size_t rows = golden_panel("golden/risk/returns12.csv", STOCKS, returns);
    assert_int_equal(rows, 2081);
    for (size_t j = 0; j < STOCKS; j++) stocks[j] = returns + j * GOLDEN_ROWS_MAX;
    for (int shrunk = 0; shrunk < 2; shrunk++) {
        if (shrunk)
            assert_ok(covariance_shrink(stocks, STOCKS, rows, COVARIANCE_IDENTITY, scratch, s,
                                        &shrinkage));
        else
            covariance_of(stocks, STOCKS, rows, 1, scratch, s);
        const char *file =
            shrunk ? "golden/risk/cov_ledoitwolf_identity.csv" : "golden/risk/cov_sample_ddof1.csv";
        assert_int_equal(golden_panel(file, STOCKS, wanted), STOCKS);
        for (size_t i = 0; i < STOCKS; i++)
            for (size_t j = 0; j < STOCKS; j++) {
                double value = wanted[j * GOLDEN_ROWS_MAX + i];
                near(s[i * STOCKS + j], value, 1e-12 * fabs(value));
            }
    }
    const char *file = "golden/risk/expected.json";
    near(shrinkage, golden_file_number(file, "shrinkage/lw_identity_shrinkage"), 1e-13);
    double mean = 0;
    for (size_t i = 0; i < STOCKS; i++) mean += s[i * STOCKS + i] / STOCKS;
    near(mean, golden_file_number(file, "shrinkage/lw_identity_target_mu"), 1e-16);
}

static void a_correlation_matrix_goes_back_to_its_covariance(void **state) {
    double s[COUNT * COUNT], again[COUNT * COUNT], deviations[COUNT];
    covariance_of(columns, COUNT, ROWS, 1, scratch, s);
    memcpy(again, s, sizeof s);
    assert_ok(covariance_to_correlation(again, COUNT, deviations));
    for (size_t i = 0; i < COUNT; i++) assert_true(again[i * COUNT + i] == 1);
    covariance_from_correlation(again, COUNT, deviations);
    all_near(again, s, COUNT * COUNT, 1e-16);
    s[5] = 0;
    assert_int_equal(covariance_to_correlation(s, COUNT, deviations), ERR_ARGUMENT);
    assert_string_equal(err_story(), "column 2 does not vary: it correlates with nothing");
}

static void clipping_keeps_what_stands_out_of_noise(void **state) {
    // numpy: eigh of corrcoef, those up to the edge replaced by their mean, diagonal scaled to 1.
    static const double wanted[] = {0.9999999999999998,
                                    0.44979482789823516,
                                    -0.2066652927224941,
                                    0.3881028648647759,
                                    0.44979482789823516,
                                    1.0000000000000002,
                                    -0.20449468401251097,
                                    0.38402661457742826,
                                    -0.20666529272249407,
                                    -0.20449468401251097,
                                    1.0,
                                    -0.17644705495108232,
                                    0.3881028648647759,
                                    0.38402661457742826,
                                    -0.1764470549510823,
                                    1.0};
    double s[COUNT * COUNT], deviations[COUNT], edge;
    double work[COUNT * COUNT + 3 * COUNT];
    size_t kept;
    covariance_of(columns, COUNT, ROWS, 1, scratch, s);
    assert_ok(covariance_to_correlation(s, COUNT, deviations));
    assert_ok(covariance_clip(s, COUNT, ROWS, work, &edge, &kept));
    near(edge, (1 + sqrt(4.0 / 120)) * (1 + sqrt(4.0 / 120)), 1e-15);
    assert_int_equal(kept, 1);
    all_near(s, wanted, COUNT * COUNT, 1e-14);
}

static void the_nearest_correlation_matrix_is_highams(void **state) {
    double work[3 * 16 + 3 * 4];
    // Higham (2002), section 4: printed to four digits.
    double example[] = {1, 1, 0, 1, 1, 1, 0, 1, 1};
    static const double printed[] = {1, 0.7607, 0.1573, 0.7607, 1, 0.7607, 0.1573, 0.7607, 1};
    assert_ok(covariance_nearest_correlation(example, 3, 1e-12, work));
    all_near(example, printed, 9, 5e-5);
    // The same alternation run in numpy to 1e-16.
    double four[] = {1, -0.9, 0.8, 0.3, -0.9, 1, 0.7, -0.2, 0.8, 0.7, 1, 0.9, 0.3, -0.2, 0.9, 1};
    static const double wanted[] = {
        1.0, -0.6117466238153689, 0.4706794785482313,    0.4379022566194368,   -0.6117466238153689,
        1.0, 0.3496545692916226,  -0.053293608069094514, 0.47067947854823117,  0.3496545692916226,
        1.0, 0.7323925078329423,  0.4379022566194368,    -0.05329360806909453, 0.7323925078329424,
        1.0};
    static const double semidefinite[] = {
        1.1906741382060129,  -0.6974801298685711,  0.5743886065935823, 0.40751006586921185,
        -0.6974801298685711, 1.2151015244329415,   0.4603723791662182, -0.08581081429024397,
        0.5743886065935823,  0.4603723791662182,   1.266950207897572,  0.7727908462354668,
        0.4075100658692119,  -0.08581081429024395, 0.7727908462354668, 1.0606186784004963};
    double copy[16], values[4], vectors[16], rest[8];
    memcpy(copy, four, sizeof four);
    assert_ok(covariance_nearest_correlation(copy, 4, 1e-13, work));
    all_near(copy, wanted, 16, 1e-10);
    assert_ok(linalg_eigen(copy, 4, rest, values, vectors));
    assert_true(values[0] > -1e-14);
    memcpy(copy, four, sizeof four);
    assert_ok(covariance_nearest(copy, 4, work));
    all_near(copy, semidefinite, 16, 1e-14);
}

static void what_has_no_covariance_is_told(void **state) {
    double s[COUNT * COUNT], shrinkage;
    assert_int_equal(
        covariance_shrink(columns, COUNT, 1, COVARIANCE_IDENTITY, scratch, s, &shrinkage),
        ERR_ARGUMENT);
    double flat[] = {2, 2, 2}, rising[] = {1, 2, 3};
    const double *pair[] = {rising, flat};
    assert_int_equal(covariance_shrink(pair, 2, 3, COVARIANCE_CONSTANT, scratch, s, &shrinkage),
                     ERR_ARGUMENT);
    const double *all_flat[] = {flat, flat};
    assert_ok(covariance_shrink(all_flat, 2, 3, COVARIANCE_IDENTITY, scratch, s, &shrinkage));
    assert_true(shrinkage == 0 && s[0] == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(estimators_equal_those_of_numpy_and_scikit_learn, setup),
        cmocka_unit_test(covariances_of_twelve_stocks_equal_the_reference),
        cmocka_unit_test_setup(a_correlation_matrix_goes_back_to_its_covariance, setup),
        cmocka_unit_test_setup(clipping_keeps_what_stands_out_of_noise, setup),
        cmocka_unit_test(the_nearest_correlation_matrix_is_highams),
        cmocka_unit_test_setup(what_has_no_covariance_is_told, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
