// SPDX-License-Identifier: Apache-2.0
#include "quant/series/regression.h"

#include "harness.h"
#include "series.h"

enum { ROWS = 120, FACTORS = 3 };

static struct arena arena;
static double y[ROWS], x[FACTORS * ROWS];
static const double *const factors[] = {x, x + ROWS, x + 2 * ROWS};

static int setup(void **state) {
    series_factors(y, x, ROWS, 7);
    return arena_init(&arena, 64 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

static void all_near(const double *actual, const double *wanted, size_t count, double relative) {
    for (size_t i = 0; i < count; i++) near(actual[i], wanted[i], relative);
}

// Certified values of NIST's Statistical Reference Datasets, Linear Regression.
static void longley_equals_the_certified_values(void **state) {
    static const double employed[] = {60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761,
                                      66019, 67857, 68169, 66513, 68655, 69564, 69331, 70551};
    static const double data[6][16] = {
        {83, 88.5, 88.2, 89.5, 96.2, 98.1, 99, 100, 101.2, 104.6, 108.4, 110.8, 112.6, 114.2, 115.7,
         116.9},
        {234289, 259426, 258054, 284599, 328975, 346999, 365385, 363112, 397469, 419180, 442769,
         444546, 482704, 502601, 518173, 554894},
        {2356, 2325, 3682, 3351, 2099, 1932, 1870, 3578, 2904, 2822, 2936, 4681, 3813, 3931, 4806,
         4007},
        {1590, 1456, 1616, 1650, 3099, 3594, 3547, 3350, 3048, 2857, 2798, 2637, 2552, 2514, 2572,
         2827},
        {107608, 108632, 109773, 110929, 112075, 113270, 115094, 116219, 117388, 118734, 120445,
         121950, 123366, 125368, 127852, 130081},
        {1947, 1948, 1949, 1950, 1951, 1952, 1953, 1954, 1955, 1956, 1957, 1958, 1959, 1960, 1961,
         1962}};
    const double *columns[6];
    for (size_t j = 0; j < 6; j++) columns[j] = data[j];
    struct regression fit;
    assert_ok(regression_fit(employed, columns, 6, 16,
                             &(struct regression_options){.intercept = true}, &arena, &fit));
    static const double coefficients[] = {-3482258.63459582, 15.0618722713733,  -0.0358191792925910,
                                          -2.02022980381683, -1.03322686717359, -0.0511041056535807,
                                          1829.15146461355};
    static const double errors[] = {890420.383607373,  84.9149257747669,  0.0334910077722432,
                                    0.488399681651699, 0.214274163161675, 0.226073200069370,
                                    455.478499142212};
    all_near(fit.coefficients, coefficients, 7, 1e-9);
    all_near(fit.errors, errors, 7, 1e-10);
    near(fit.deviation, 304.854073561965, 1e-12);
    near(fit.r2, 0.995479004577296, 1e-13);
    near(fit.f, 330.285339234588, 1e-11);
}

static void wampler_equals_the_certified_values(void **state) {
    static const double third[] = {759,   -2048, 2048,  -2048, 2523,  -2048, 2048,
                                   -2048, 1838,  -2048, 2048,  -2048, 1838,  -2048,
                                   2048,  -2048, 2523,  -2048, 2048,  -2048, 759};
    double power[5][21], one[21], tenth[21], noisy[21];
    const double *columns[5];
    for (size_t i = 0; i < 21; i++) {
        double t = (double)i, p = 1, scale = 1;
        one[i] = tenth[i] = 1;
        for (size_t j = 0; j < 5; j++) {
            p *= t;
            scale *= 10;
            power[j][i] = p;
            one[i] += p;
            tenth[i] += p / scale;
        }
        noisy[i] = one[i] + third[i];
    }
    for (size_t j = 0; j < 5; j++) columns[j] = power[j];
    struct regression_options options = {.intercept = true};
    struct regression fit;
    assert_ok(regression_fit(one, columns, 5, 21, &options, &arena, &fit));
    all_near(fit.coefficients, (double[]){1, 1, 1, 1, 1, 1}, 6, 2e-9);
    assert_ok(regression_fit(tenth, columns, 5, 21, &options, &arena, &fit));
    all_near(fit.coefficients, (double[]){1, 0.1, 0.01, 0.001, 0.0001, 0.00001}, 6, 1e-11);
    assert_ok(regression_fit(noisy, columns, 5, 21, &options, &arena, &fit));
    all_near(fit.coefficients, (double[]){1, 1, 1, 1, 1, 1}, 6, 1e-8);
    static const double errors[] = {2152.32624678170, 2363.55173469681, 779.343524331583,
                                    101.475507550350, 5.64566512170752, 0.112324854679312};
    all_near(fit.errors, errors, 6, 1e-11);
    near(fit.deviation, 2360.14502379268, 1e-12);
    near(fit.r2, 0.999995559025820, 1e-14);
}

// statsmodels 0.15.0, OLS(y, add_constant(x)).fit() with cov_type nonrobust, HC1 and HAC.
static void errors_of_every_kind_equal_those_of_statsmodels(void **state) {
    static const double coefficients[] = {0.12196490361804871, 1.6114328686603034,
                                          -1.0058519407768576};
    static const double classical[] = {0.03824213265352758, 0.14868210708373072,
                                       0.12973505998119836, 0.1346713693043765};
    static const double classical_t[] = {3.189280909698384, 10.838108904071563, -7.753123488150613};
    static const double classical_p[] = {0.0018342848668074785, 2.489498747150395e-19,
                                         3.787145330979169e-12, 0.9984237218561907};
    struct regression_options options = {.intercept = true};
    struct regression fit;
    assert_ok(regression_fit(y, factors, FACTORS, ROWS, &options, &arena, &fit));
    all_near(fit.coefficients, coefficients, 3, 1e-13);
    near(fit.coefficients[3], -0.00026662712042664627, 1e-10);
    all_near(fit.errors, classical, 4, 1e-13);
    all_near(fit.t, classical_t, 3, 1e-13);
    all_near(fit.p, classical_p, 4, 1e-12);
    const double summary[] = {fit.r2,  fit.adjusted_r2,    fit.f,   fit.f_p, fit.durbin_watson,
                              fit.ssr, fit.log_likelihood, fit.aic, fit.bic};
    static const double numbers[] = {0.645689642216718,     0.6365264433085296, 70.46552723413252,
                                     5.107894502680528e-26, 1.2311488731019642, 20.10438632460432,
                                     -63.079400399363266,   134.15880079872653, 145.3087677698547};
    all_near(summary, numbers, 9, 1e-12);

    options.errors = REGRESSION_HC1;
    static const double hc1[] = {0.038713624775504454, 0.16144701390990432, 0.12371298413293202,
                                 0.1314866606617336};
    static const double hc1_p[] = {0.0020741454924561534, 2.6084071357261914e-17};
    assert_ok(regression_fit(y, factors, FACTORS, ROWS, &options, &arena, &fit));
    all_near(fit.errors, hc1, 4, 1e-12);
    all_near(fit.p, hc1_p, 2, 1e-12);
    near(fit.f, 62.740387553756875, 1e-12);
    near(fit.f_p, 3.536130812341317e-24, 1e-11);

    options = (struct regression_options){
        .intercept = true, .errors = REGRESSION_HAC, .lags = 6, .normal = true};
    static const double hac[] = {0.05711159387042521, 0.1625602773517222, 0.13347812615339263,
                                 0.1239674540740453};
    static const double hac_p[] = {0.03271576869848624, 3.661150752476842e-23};
    assert_ok(regression_fit(y, factors, FACTORS, ROWS, &options, &arena, &fit));
    all_near(fit.errors, hac, 4, 1e-12);
    all_near(fit.p, hac_p, 2, 1e-11);
    near(fit.f, 67.47034297415046, 1e-12);

    options.small_sample = true;
    options.normal = false;
    static const double small[] = {0.05808793115572398, 0.16533928681601914, 0.1357599688144649,
                                   0.1260867093665986};
    static const double small_p[] = {0.03792661857249827, 9.315433311727725e-17};
    assert_ok(regression_fit(y, factors, FACTORS, ROWS, &options, &arena, &fit));
    all_near(fit.errors, small, 4, 1e-12);
    all_near(fit.p, small_p, 2, 1e-12);
    near(fit.f, 65.22133154167872, 1e-12);

    options = (struct regression_options){0};
    static const double bare[] = {1.5594410577283222, -1.0045221994001095, 0.030750618324034598};
    assert_ok(regression_fit(y, factors, FACTORS, ROWS, &options, &arena, &fit));
    all_near(fit.coefficients, bare, 3, 1e-12);
    near(fit.r2, 0.6199283423600553, 1e-13);
    near(fit.adjusted_r2, 0.6101829152410825, 1e-13);
    near(fit.f, 63.61222907851257, 1e-12);
}

static void what_cannot_be_estimated_is_told(void **state) {
    struct regression_options options = {.intercept = true};
    struct regression fit;
    double sum[ROWS], flat[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        sum[i] = 2 * x[i] - x[ROWS + i] + 1;
        flat[i] = 3;
    }
    const double *dependent[] = {x, x + ROWS, sum}, *constant[] = {x, flat};
    assert_int_equal(regression_fit(y, dependent, 3, ROWS, &options, &arena, &fit), ERR_ARGUMENT);
    assert_string_equal(err_story(), "factor 3 is a linear combination of the constant and the "
                                     "factors before it: leave one of them out");
    assert_int_equal(regression_fit(y, constant, 2, ROWS, &options, &arena, &fit), ERR_ARGUMENT);
    assert_string_equal(err_story(), "factor 2 is constant: its coefficient cannot be told from "
                                     "the intercept");
    assert_int_equal(regression_fit(y, factors, 3, 4, &options, &arena, &fit), ERR_ARGUMENT);
    assert_string_equal(err_story(), "4 coefficients need more than 4 complete rows; there are 4");
    options.errors = REGRESSION_HAC;
    options.lags = ROWS;
    assert_int_equal(regression_fit(y, factors, 3, ROWS, &options, &arena, &fit), ERR_ARGUMENT);
    options = (struct regression_options){0};
    assert_int_equal(regression_fit(y, NULL, 0, ROWS, &options, &arena, &fit), ERR_ARGUMENT);
    options.intercept = true;
    assert_ok(regression_fit(flat, factors, 3, ROWS, &options, &arena, &fit));
    assert_true(isnan(fit.r2));
    struct arena small;
    assert_ok(arena_init(&small, 4096));
    assert_int_equal(regression_fit(y, factors, 3, ROWS, &options, &small, &fit), ERR_NOMEM);
    arena_fini(&small);
}

static void rolling_coefficients_equal_those_of_each_window(void **state) {
    enum { N = 700 };
    static double ys[N], xs[FACTORS * N], alpha[N], betas[N * FACTORS], r2[N];
    const double *columns[] = {xs, xs + N, xs + 2 * N};
    series_factors(ys, xs, N, 99);
    for (size_t i = 0; i < N; i++) xs[i] += 1e3; // a level
    for (size_t i = 300; i < 400; i++) xs[N + i] = 0.25;
    for (size_t window = 5; window <= 120; window = 3 * window + 1) {
        assert_ok(regression_rolling(ys, columns, FACTORS, N, window, &arena, alpha, betas, r2));
        for (size_t i = 0; i < N; i++) {
            bool flat = i >= 300 + window - 1 && i < 400;
            if (i + 1 < window || flat) {
                assert_true(isnan(alpha[i]) && isnan(r2[i]) && isnan(betas[i * FACTORS + 2]));
                continue;
            }
            const double *part[FACTORS];
            for (size_t j = 0; j < FACTORS; j++) part[j] = columns[j] + i + 1 - window;
            struct regression fit;
            assert_ok(regression_fit(ys + i + 1 - window, part, FACTORS, window,
                                     &(struct regression_options){.intercept = true}, &arena,
                                     &fit));
            double loose = window < 10 ? 1e-7 : 1e-10; // five rows can be nearly collinear
            assert_true(fabs(alpha[i] - fit.coefficients[0]) <
                        loose * fmax(1e3, fabs(fit.coefficients[0])));
            for (size_t j = 0; j < FACTORS; j++)
                assert_true(fabs(betas[i * FACTORS + j] - fit.coefficients[j + 1]) <
                            loose * fmax(1, fabs(fit.coefficients[j + 1])));
            assert_true(fabs(r2[i] - fit.r2) < 1e-10);
        }
    }
    assert_int_equal(regression_rolling(ys, columns, 3, N, 4, &arena, alpha, betas, r2),
                     ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(longley_equals_the_certified_values, setup, teardown),
        cmocka_unit_test_setup_teardown(wampler_equals_the_certified_values, setup, teardown),
        cmocka_unit_test_setup_teardown(errors_of_every_kind_equal_those_of_statsmodels, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_estimated_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(rolling_coefficients_equal_those_of_each_window, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
