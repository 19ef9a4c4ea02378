// SPDX-License-Identifier: Apache-2.0
#include "quant/portfolio/black_litterman.h"

#include "quant/math/linalg.h"
#include "stocks.h"

enum { COUNTRIES = 7 };

static struct arena arena;
static double covariance[COUNTRIES * COUNTRIES], equilibrium[COUNTRIES], mean[COUNTRIES],
    posterior[COUNTRIES * COUNTRIES], weights[COUNTRIES];
static struct black_litterman_result result = {equilibrium, mean, posterior, weights};

static int setup(void **state) {
    return arena_init(&arena, (size_t)1 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

// He and Litterman (1999), tables 1 and 2: Australia, Canada, France, Germany, Japan, Britain, America.
static const double vol[] = {0.16, 0.203, 0.248, 0.271, 0.21, 0.2, 0.187};
static const double correlation[][COUNTRIES] = {{1, 0.488, 0.478, 0.515, 0.439, 0.512, 0.491},
                                                {0, 1, 0.664, 0.655, 0.31, 0.608, 0.779},
                                                {0, 0, 1, 0.861, 0.355, 0.783, 0.668},
                                                {0, 0, 0, 1, 0.354, 0.777, 0.653},
                                                {0, 0, 0, 0, 1, 0.405, 0.306},
                                                {0, 0, 0, 0, 0, 1, 0.652},
                                                {0, 0, 0, 0, 0, 0, 1}};
static const double market[] = {0.016, 0.022, 0.052, 0.055, 0.116, 0.124, 0.615};
// Germany above the rest of Europe by 5 % a year, Canada above America by 3 %, and above Japan.
static const double views[] = {
    0, 0, -0.052 / 0.176, 1, 0, -0.124 / 0.176, 0, 0, 1, 0, 0, 0, 0, -1, 0, 1, 0, 0, -1, 0, 0};
static const double value[] = {0.05, 0.03};

static struct black_litterman countries(size_t view_count) {
    for (size_t i = 0; i < COUNTRIES; i++)
        for (size_t j = 0; j < COUNTRIES; j++)
            covariance[i * COUNTRIES + j] =
                vol[i] * vol[j] * (i < j ? correlation[i][j] : correlation[j][i]);
    return (struct black_litterman){.count = COUNTRIES,
                                    .covariance = covariance,
                                    .market = market,
                                    .aversion = 2.5,
                                    .tau = 0.05,
                                    .view_count = view_count,
                                    .views = views,
                                    .view_value = value};
}

// Tables 2 and 4 to 8, printed to a tenth of a per cent: the equilibrium; the first view; both; the second at 4 %; the
// first half as sure; a third that says what the others imply, which leaves the weights where they were. `moved` is
// the weight less the market's over 1 + tau.
static void the_published_tables_are_met(void **state) {
    static const double equal[] = {0.039, 0.069, 0.084, 0.09, 0.043, 0.068, 0.076};
    static const struct {
        size_t views;
        double second,
            doubt; // the second view's value; by how much the first one's variance is multiplied
        double mean[COUNTRIES], weights[COUNTRIES], moved[COUNTRIES];
    } tables[] = {
        {1,
         0,
         1,
         {0.043, 0.076, 0.093, 0.11, 0.045, 0.07, 0.081},
         {0.015, 0.021, -0.04, 0.354, 0.11, -0.095, 0.586},
         {0, 0, -0.089, 0.302, 0, -0.213, 0}},
        {2,
         0.03,
         1,
         {0.044, 0.087, 0.095, 0.112, 0.046, 0.07, 0.075},
         {0.015, 0.419, -0.034, 0.336, 0.11, -0.082, 0.188},
         {0, 0.398, -0.084, 0.284, 0, -0.2, -0.398}},
        {2,
         0.04,
         1,
         {0.044, 0.091, 0.095, 0.113, 0.046, 0.07, 0.073},
         {0.015, 0.533, -0.033, 0.331, 0.11, -0.078, 0.073},
         {0, 0.513, -0.082, 0.278, 0, -0.196, -0.513}},
        {2,
         0.04,
         2,
         {0.043, 0.089, 0.093, 0.106, 0.046, 0.069, 0.072},
         {0.015, 0.539, -0.005, 0.236, 0.11, -0.011, 0.068},
         {0, 0.518, -0.054, 0.184, 0, -0.13, -0.518}},
        {3,
         0.04,
         2,
         {0},
         {0.015, 0.539, -0.005, 0.236, 0.11, -0.011, 0.068},
         {0, 0.518, -0.054, 0.184, 0, -0.13, -0.518}},
    };
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        const double values[] = {0.05, tables[t].second, 0.0412};
        double variance[3], spread[COUNTRIES], moved[COUNTRIES];
        struct black_litterman model = countries(tables[t].views);
        for (size_t k = 0; k < 3; k++) {
            linalg_apply(covariance, COUNTRIES, COUNTRIES, views + k * COUNTRIES, spread);
            variance[k] = 0.05 * linalg_dot(views + k * COUNTRIES, spread, COUNTRIES);
        }
        variance[0] *= tables[t].doubt;
        model.view_value = values;
        model.view_variance = variance;
        assert_ok(black_litterman(&model, &arena, &result));
        for (size_t i = 0; i < COUNTRIES; i++) moved[i] = weights[i] - market[i] / 1.05;
        all_near(equilibrium, equal, COUNTRIES, 5e-4);
        if (t < 4) all_near(mean, tables[t].mean, COUNTRIES, 5.2e-4);
        all_near(weights, tables[t].weights, COUNTRIES, 5.2e-4);
        all_near(moved, tables[t].moved, COUNTRIES, 5.2e-4);
    }
}

static void the_reference_is_met_to_the_last_digits(void **state) {
    double wanted[COUNTRIES];
    for (size_t count = 1; count <= 2; count++) {
        char key[64];
        struct black_litterman model = countries(count);
        assert_ok(black_litterman(&model, &arena, &result));
        const char *view = count == 1 ? "view1" : "view12";
        stocks_expected("black_litterman/Pi", COUNTRIES, wanted);
        all_near(equilibrium, wanted, COUNTRIES, 1e-15);
        snprintf(key, sizeof key, "black_litterman/%s/mu", view);
        stocks_expected(key, COUNTRIES, wanted);
        all_near(mean, wanted, COUNTRIES, 1e-15);
        snprintf(key, sizeof key, "black_litterman/%s/w_star", view);
        stocks_expected(key, COUNTRIES, wanted);
        all_near(weights, wanted, COUNTRIES, 1e-13);
        snprintf(key, sizeof key, "black_litterman/%s/post_cov_diag", view);
        stocks_expected(key, COUNTRIES, wanted);
        for (size_t i = 0; i < COUNTRIES; i++) near(posterior[i * COUNTRIES + i], wanted[i], 1e-15);
    }
}

// The other form: M = inverse(inverse(tau S) + P' inverse(Omega) P), mu = M (inverse(tau S) Pi + P'
// inverse(Omega) Q).
static void the_form_with_precisions_gives_the_same(void **state) {
    double precision[COUNTRIES * COUNTRIES], m[COUNTRIES * COUNTRIES], right[COUNTRIES];
    double again[COUNTRIES], spread[COUNTRIES];
    struct black_litterman model = countries(2);
    assert_ok(black_litterman(&model, &arena, &result));
    for (size_t i = 0; i < COUNTRIES * COUNTRIES; i++) m[i] = 0.05 * covariance[i];
    assert_int_equal(linalg_cholesky(m, COUNTRIES), COUNTRIES);
    linalg_cholesky_inverse(m, COUNTRIES, precision);
    linalg_apply(precision, COUNTRIES, COUNTRIES, equilibrium, right);
    for (size_t k = 0; k < 2; k++) {
        const double *view = views + k * COUNTRIES;
        linalg_apply(covariance, COUNTRIES, COUNTRIES, view, spread);
        double omega = 0.05 * linalg_dot(view, spread, COUNTRIES);
        linalg_add(value[k] / omega, view, COUNTRIES, right);
        for (size_t i = 0; i < COUNTRIES; i++)
            linalg_add(view[i] / omega, view, COUNTRIES, precision + i * COUNTRIES);
    }
    assert_int_equal(linalg_cholesky(precision, COUNTRIES), COUNTRIES);
    linalg_cholesky_inverse(precision, COUNTRIES, m);
    linalg_apply(m, COUNTRIES, COUNTRIES, right, again);
    all_near(mean, again, COUNTRIES, 1e-14);
    for (size_t i = 0; i < COUNTRIES * COUNTRIES; i++)
        near(posterior[i], covariance[i] + m[i], 1e-15);
}

static void without_views_the_market_comes_back(void **state) {
    struct black_litterman model = countries(0);
    assert_ok(black_litterman(&model, &arena, &result));
    for (size_t i = 0; i < COUNTRIES; i++) {
        assert_true(mean[i] == equilibrium[i]);
        near(weights[i], market[i] / 1.05, 1e-15);
    }
}

static void a_view_that_says_nothing_or_is_said_twice_is_named(void **state) {
    static const double twice[] = {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    static const double nothing[COUNTRIES] = {0}, certain[] = {0, 0};
    struct black_litterman model = countries(1);
    model.views = nothing;
    assert_int_equal(black_litterman(&model, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "view 1 says nothing: its weights are all 0");
    model = countries(2);
    model.views = twice;
    model.view_variance = certain;
    assert_int_equal(black_litterman(&model, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "view 2 repeats those before it with certainty");
    model.tau = 0;
    assert_int_equal(black_litterman(&model, &arena, &result), ERR_ARGUMENT);
    assert_string_equal(err_story(), "tau is a number above 0, not 0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_tables_are_met),
        cmocka_unit_test(the_reference_is_met_to_the_last_digits),
        cmocka_unit_test(the_form_with_precisions_gives_the_same),
        cmocka_unit_test(without_views_the_market_comes_back),
        cmocka_unit_test(a_view_that_says_nothing_or_is_said_twice_is_named),
    };
    return cmocka_run_group_tests_name("quant/black_litterman", tests, setup, teardown);
}
