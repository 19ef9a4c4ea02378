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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twelve_stocks_give_the_shared_contributions),
        cmocka_unit_test(jorions_two_currencies_come_out_to_the_dollar),
        cmocka_unit_test(marginals_equal_finite_differences),
        cmocka_unit_test(parts_of_a_shortfall_add_up_to_it_and_are_its_derivatives),
        cmocka_unit_test(a_covariance_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
