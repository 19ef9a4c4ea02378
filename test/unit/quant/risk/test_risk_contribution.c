// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/risk_contribution.h"

#include <jansson.h>
#include <math.h>

#include "golden.h"
#include "harness.h"
#include "quant/math/normal.h"
#include "quant/risk/tail_risk.h"
#include "quant/series/covariance.h"
#include "quant/series/performance.h"

enum { ASSETS = 12 };

static double panel[ASSETS * GOLDEN_ROWS_MAX], spare[ASSETS * GOLDEN_ROWS_MAX];
static const double *columns[ASSETS];
static double parts[4][ASSETS];
static const struct risk_contribution out = {parts[0], parts[1], parts[2], parts[3]};
// weights_in.csv, fixed.
static const double fixed[ASSETS] = {.15, .10, .05, .05, .10, .05, .10, .10, .05, .10, .10, .05};

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

static size_t load(double *covariance) {
    size_t rows = golden_panel("golden/risk/returns12.csv", ASSETS, panel);
    for (size_t j = 0; j < ASSETS; j++) columns[j] = panel + j * GOLDEN_ROWS_MAX;
    covariance_of(columns, ASSETS, rows, 1, spare, covariance);
    return rows;
}

static void twelve_stocks_give_the_shared_contributions(void **state) {
    double covariance[ASSETS * ASSETS], scratch[ASSETS], means[ASSETS], var;
    size_t rows = load(covariance);
    for (size_t j = 0; j < ASSETS; j++) means[j] = performance_mean(columns[j], rows);
    json_t *root = json_load_file(harness_shared("golden/risk/expected.json"), 0, NULL);
    json_t *wanted = json_object_get(json_object_get(root, "component_var_fixed"), "0.95");
    const char *const names[] = {"marginal", "component", "individual", "incremental_drop_asset"};
    double z = -normal_quantile(0.05);
    assert_ok(risk_contribution_normal(covariance, ASSETS, fixed, NULL, z, scratch, &var, &out));
    near(var, json_number_value(json_object_get(wanted, "var_zero_mean")), 1e-10);
    for (size_t k = 0; k < 4; k++)
        for (size_t i = 0; i < ASSETS; i++)
            near(parts[k][i],
                 json_number_value(json_array_get(json_object_get(wanted, names[k]), i)), 1e-10);
    assert_ok(risk_contribution_normal(covariance, ASSETS, fixed, means, z, scratch, &var, &out));
    near(var, json_number_value(json_object_get(wanted, "var_with_mean")), 1e-10);
    for (size_t i = 0; i < ASSETS; i++)
        near(parts[0][i],
             json_number_value(json_array_get(json_object_get(wanted, "marginal_with_mean"), i)),
             1e-10);
    json_decref(root);
}

// Jorion, chapter 7: 2 million of a currency of 5 % and 1 million of one of 12 %, uncorrelated, z = 1.65.
static void jorions_two_currencies_come_out_to_the_dollar(void **state) {
    const double covariance[] = {0.0025, 0, 0, 0.0144}, weights[] = {2e6, 1e6};
    double scratch[2], var;
    assert_ok(risk_contribution_normal(covariance, 2, weights, NULL, 1.65, scratch, &var, &out));
    assert_true(fabs(var - 257738) < 1);
    assert_true(fabs(out.individual[0] - 165000) < 1 && fabs(out.individual[1] - 198000) < 1);
    assert_true(fabs(out.component[0] - 105630) < 1 && fabs(out.component[1] - 152108) < 1);
    assert_true(fabs(out.marginal[0] - 0.0528) < 5e-5 && fabs(out.marginal[1] - 0.1521) < 5e-5);
    near(out.component[0] + out.component[1], var, 1e-15);
    near(out.incremental[0], var - 198000, 1e-12);
}

static void marginals_equal_finite_differences(void **state) {
    double covariance[ASSETS * ASSETS], scratch[ASSETS], means[ASSETS], weights[ASSETS], var;
    double marginal[ASSETS], incremental[ASSETS];
    size_t rows = load(covariance);
    for (size_t j = 0; j < ASSETS; j++) {
        means[j] = performance_mean(columns[j], rows);
        weights[j] = j % 3 == 1 ? -fixed[j] : fixed[j];
    }
    assert_ok(risk_contribution_normal(covariance, ASSETS, weights, means, 2, scratch, &var, &out));
    memcpy(marginal, parts[0], sizeof marginal);
    memcpy(incremental, parts[3], sizeof incremental);
    for (size_t i = 0; i < ASSETS; i++) {
        double at = weights[i], high, low, without;
        weights[i] = at + 1e-5;
        assert_ok(
            risk_contribution_normal(covariance, ASSETS, weights, means, 2, scratch, &high, &out));
        weights[i] = at - 1e-5;
        assert_ok(
            risk_contribution_normal(covariance, ASSETS, weights, means, 2, scratch, &low, &out));
        weights[i] = 0;
        assert_ok(risk_contribution_normal(covariance, ASSETS, weights, means, 2, scratch, &without,
                                           &out));
        weights[i] = at;
        near(marginal[i], (high - low) / 2e-5, 1e-7);
        near(incremental[i], var - without, 1e-10);
    }
}

static void parts_of_a_shortfall_add_up_to_it_and_are_its_derivatives(void **state) {
    static uint32_t order[2 * GOLDEN_ROWS_MAX];
    static double portfolio[GOLDEN_ROWS_MAX], scratch[2 * GOLDEN_ROWS_MAX];
    double covariance[ASSETS * ASSETS], es, component[ASSETS], other[ASSETS], weights[ASSETS];
    size_t rows = load(covariance);
    risk_contribution_shortfall(columns, ASSETS, rows, fixed, 0.05, order, portfolio, &es,
                                component);
    struct tail_options options = tail_options_default();
    struct tail_risk whole;
    options.level = 0.95;
    assert_ok(tail_risk_of(TAIL_LOWER, portfolio, rows, &options, scratch, &whole));
    near(es, whole.es, 1e-13);
    double sum = 0;
    memcpy(weights, fixed, sizeof weights);
    for (size_t i = 0; i < ASSETS; i++) {
        double high, low;
        sum += component[i];
        weights[i] = fixed[i] + 1e-7;
        risk_contribution_shortfall(columns, ASSETS, rows, weights, 0.05, order, portfolio, &high,
                                    other);
        weights[i] = fixed[i] - 1e-7;
        risk_contribution_shortfall(columns, ASSETS, rows, weights, 0.05, order, portfolio, &low,
                                    other);
        weights[i] = fixed[i];
        near(component[i], fixed[i] * (high - low) / 2e-7, 1e-6);
    }
    near(sum, es, 1e-13);
}

static void a_covariance_that_is_none_is_refused(void **state) {
    const double weights[] = {1, 1};
    double scratch[16], var;
    size_t column = 9;
    const double apart[] = {1, 0.5, 0.4, 1}, negative[] = {1, 0, 0, -1}, none[] = {0, 0, 0, 0};
    assert_int_equal(risk_contribution_normal(apart, 2, weights, NULL, 1, scratch, &var, &out),
                     ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "columns 1 and 0"));
    assert_int_equal(risk_contribution_normal(negative, 2, weights, NULL, 1, scratch, &var, &out),
                     ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "column 1"));
    assert_int_equal(risk_contribution_normal(none, 2, weights, NULL, 1, scratch, &var, &out),
                     ERR_ARGUMENT);
    // Correlation 2: eigenvalues 3 and -1.
    const double beyond[] = {1, 2, 2, 1};
    assert_int_equal(risk_contribution_check(beyond, 2, scratch, &column), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "eigenvalue -1"));
    assert_true(column < 2);
    const double flat[] = {1, 1, 1, 1};
    assert_ok(risk_contribution_check(flat, 2, scratch, &column));
}

// Against z sqrt(w' S w) of the changed weights, by plain loops.
static void a_changed_weight_gives_the_risk_of_the_changed_portfolio(void **state) {
    static const double s[] = {0.04, 0.018, 0.006, 0.018, 0.09, -0.01, 0.006, -0.01, 0.0225};
    double w[] = {0.5, -0.2, 0.7}, var;
    for (size_t k = 0; k < 3; k++)
        for (double weight = -1; weight < 1.5; weight += 0.25) {
            double changed[3], variance = 0;
            memcpy(changed, w, sizeof changed);
            changed[k] = weight;
            for (size_t i = 0; i < 3; i++)
                for (size_t j = 0; j < 3; j++) variance += changed[i] * s[3 * i + j] * changed[j];
            assert_ok(risk_contribution_change(s, 3, w, 1.65, k, weight, &var));
            near(var, 1.65 * sqrt(variance), 1e-13);
        }
    const double bad[] = {1, 2, 2, 1}, sides[] = {1, 0};
    assert_int_equal(risk_contribution_change(bad, 2, sides, 1, 1, -1, &var), ERR_ARGUMENT);
}

static void a_factor_multiplies_out_to_the_covariance(void **state) {
    static const double full[] = {0.04, 0.018, 0.006, 0.018, 0.09, -0.01, 0.006, -0.01, 0.0225};
    static const double flat[] = {0.04, 0.06, 0.02, 0.06, 0.09, 0.03, 0.02, 0.03, 0.01}; // rank 1
    const double *const matrices[] = {full, flat};
    double factor[9], scratch[27];
    size_t column;
    for (int m = 0; m < 2; m++) {
        assert_ok(risk_contribution_factor(matrices[m], 3, scratch, factor, &column));
        for (size_t i = 0; i < 3; i++)
            for (size_t j = 0; j < 3; j++) {
                double sum = 0;
                for (size_t k = 0; k < 3; k++) sum += factor[3 * i + k] * factor[3 * j + k];
                assert_true(fabs(sum - matrices[m][3 * i + j]) < 1e-16);
            }
    }
}

// Hull, "Options, Futures, and Other Derivatives" (9th ed., 2014), section 22.2: $4, $3, $1 and $2 million in the
// Dow Jones, FTSE 100, CAC 40 and Nikkei; covariances with equal weights and exponential ones (lambda 0.94). In
// thousands: $217.757 and $471.025, of the covariances before they were rounded for print to four digits.
static void hulls_four_indices_come_out_within_the_printed_covariances(void **state) {
    static const double equal[] = {1.227, .768,  .767,  -.095, .768,  2.010, 1.817, .394,
                                   .767,  1.817, 1.950, .407,  -.095, .394,  .407,  1.909};
    static const double recent[] = {4.801, 4.303, 4.257, -.396, 4.303, 10.314, 9.630, 2.095,
                                    4.257, 9.630, 9.535, 1.681, -.396, 2.095,  1.681, 2.541};
    static const double amounts[] = {4000, 3000, 1000, 2000};
    const double *const covariances[] = {equal, recent};
    static const double published[] = {217.757, 471.025};
    for (int c = 0; c < 2; c++) {
        double s[16], var, scratch[4];
        for (size_t i = 0; i < 16; i++) s[i] = covariances[c][i] * 1e-4;
        double z = -normal_quantile(0.01);
        assert_ok(risk_contribution_normal(s, 4, amounts, NULL, z, scratch, &var, &out));
        near(var, published[c], 2e-4);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twelve_stocks_give_the_shared_contributions),
        cmocka_unit_test(jorions_two_currencies_come_out_to_the_dollar),
        cmocka_unit_test(a_changed_weight_gives_the_risk_of_the_changed_portfolio),
        cmocka_unit_test(a_factor_multiplies_out_to_the_covariance),
        cmocka_unit_test(hulls_four_indices_come_out_within_the_printed_covariances),
        cmocka_unit_test(marginals_equal_finite_differences),
        cmocka_unit_test(parts_of_a_shortfall_add_up_to_it_and_are_its_derivatives),
        cmocka_unit_test(a_covariance_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
