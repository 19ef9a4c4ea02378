// SPDX-License-Identifier: Apache-2.0
#include "call.h"
#include "golden.h"
#include "quant/indicator/indicator.h"
#include "series.h"

enum { ROWS = 120 };

static double data[4 * ROWS];
static const double *const columns[] = {data, data + ROWS, data + 2 * ROWS, data + 3 * ROWS};

static int setup(void **state) {
    series_factors(data, data + ROWS, ROWS, 7);
    return 0;
}

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

// The numbers are statsmodels', as in test_regression.c.
static void a_factor_model_has_the_errors_that_were_asked_for(void **state) {
    static const struct {
        const char *settings;
        double error; // of the first factor
        double p;     // of the constant
    } rows[] = {
        {"", 0.14868210708373072, 0.0018342848668074785},
        {"errors=hc1", 0.16144701390990432, 0.0020741454924561534},
        {"errors=hac p_values=normal", 0.1625602773517222, 0.03271576869848624},
        {"errors=hac lags=6 small_sample=true", 0.16533928681601914, 0.03792661857249827},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct call call;
        assert_ok(call_begin(&call, "ols", rows[i].settings, columns, 4, ROWS));
        near(call_value(&call, "std_error")->values[1], rows[i].error, 1e-12);
        near(call_value(&call, "p")->values[0], rows[i].p, 1e-11);
        near(call_value(&call, "coefficient")->values[2], -1.0058519407768576, 1e-12);
        near(call_number(&call, "r2"), 0.645689642216718, 1e-13);
        near(call_number(&call, "condition"), 4.584943949011187, 1e-13);
        call_end(&call);
    }
}

static void beta_is_the_slope_of_a_regression_on_the_benchmark(void **state) {
    const struct golden *g = golden_load(GOLDEN_DAILY);
    const double *pair[] = {g->returns, g->benchmark};
    struct call call;
    assert_ok(call_begin(&call, "ols", "", pair, 2, g->count));
    golden_equal(g, "beta", call_value(&call, "coefficient")->values[1]);
    double corr = golden_number(g, "corr");
    near(call_number(&call, "r2"), corr * corr, 1e-10);
    call_end(&call);
}

static void residuals_and_fitted_values_add_up_to_y(void **state) {
    struct call call;
    assert_ok(call_begin(&call, "ols_residuals", "", columns, 4, ROWS));
    double squares = 0;
    for (size_t i = 0; i < ROWS; i++) {
        double e = call_value(&call, "residual")->values[i];
        assert_true(fabs(call_value(&call, "fitted")->values[i] + e - data[i]) < 1e-15);
        squares += e * e;
    }
    near(squares, 20.10438632460432, 1e-12);
    call_end(&call);
}

static void the_last_window_is_the_whole_of_as_many_rows(void **state) {
    struct call call;
    assert_ok(call_begin(&call, "rolling_regression", "window=120", columns, 4, ROWS));
    const struct statistic_value *betas = call_value(&call, "betas");
    assert_true(betas->rows == ROWS && betas->columns == 3);
    near(betas->values[(ROWS - 1) * 3], 1.6114328686603034, 1e-11);
    near(call_value(&call, "alpha")->values[ROWS - 1], 0.12196490361804871, 1e-11);
    near(call_value(&call, "r2")->values[ROWS - 1], 0.645689642216718, 1e-12);
    assert_true(isnan(betas->values[(ROWS - 2) * 3]));
    call_end(&call);
    assert_int_equal(call_begin(&call, "rolling_regression", "window=121", columns, 4, ROWS),
                     ERR_ARGUMENT);
    call_end(&call);
    assert_int_equal(call_begin(&call, "rolling_regression", "window=4", columns, 4, ROWS),
                     ERR_ARGUMENT);
    assert_string_equal(err_story(), "3 factors and a constant need a window of 5 rows or more");
    call_end(&call);
}

// The least-squares problem that it solves is in test_hedge.c.
static void a_smoothed_line_ends_where_the_filter_does(void **state) {
    const struct indicator *filter = indicator_find("kalman_hedge");
    double params[3], memory[8], out[4];
    params_defaults(filter->params, filter->param_count, params);
    filter->init(memory, params);
    for (size_t i = 0; i < ROWS; i++)
        filter->update(memory, (const double[]){data[i], data[ROWS + i]}, out);
    struct call call;
    assert_ok(call_begin(&call, "kalman_smooth", "", columns, 2, ROWS));
    double alpha = call_value(&call, "alpha")->values[ROWS - 1];
    double beta = call_value(&call, "beta")->values[ROWS - 1];
    assert_true(alpha == out[0] && beta == out[1]);
    assert_true(fabs(call_value(&call, "spread")->values[ROWS - 1] -
                     (data[ROWS - 1] - alpha - beta * data[2 * ROWS - 1])) < 1e-15);
    call_end(&call);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_factor_model_has_the_errors_that_were_asked_for, setup),
        cmocka_unit_test(beta_is_the_slope_of_a_regression_on_the_benchmark),
        cmocka_unit_test_setup(residuals_and_fitted_values_add_up_to_y, setup),
        cmocka_unit_test_setup(the_last_window_is_the_whole_of_as_many_rows, setup),
        cmocka_unit_test_setup(a_smoothed_line_ends_where_the_filter_does, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
