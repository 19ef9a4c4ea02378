// SPDX-License-Identifier: Apache-2.0
#include "call.h"
#include "quant/series/performance.h"
#include "series.h"

enum { ROWS = 60 };

static double x[ROWS];
static const double *const columns[] = {x};
static const double *const flat[] = {(const double[ROWS]){0}};

static int setup(void **state) {
    series_walk(x, ROWS, 3, 0.7);
    return 0;
}

static void near(double actual, double wanted, double tolerance) {
    if (!(fabs(actual - wanted) <= tolerance)) fail_msg("%.17g, expected %.17g", actual, wanted);
}

// The numbers are numpy's, scipy's and statsmodels', as in test_moment.c.
static void rows_give_what_other_programs_give(void **state) {
    static const struct {
        const char *name;
        const char *settings;
        const char *output;
        double wanted;
    } rows[] = {
        {"sample_quantile", "share=0.1 type=6", "value", -0.3790741099470055},
        {"sample_quantile", "share=0.1", "value", -0.36951042708391935},
        {"robust", "", "mad", 0.2679424390642255},
        {"robust", "", "median", -0.0635180425772186},
        {"l_moments", "", "scale", 0.20229897913453626},
        {"jarque_bera", "", "statistic", 2.817523215551626},
        {"jarque_bera", "", "p", 0.24444581558512335},
        {"ljung_box", "lags=8 fitted=2", "statistic", 62.45724969751446},
        {"ljung_box", "lags=8 fitted=2", "p", 1.4238099516453261e-11},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct call call;
        assert_ok(call_begin(&call, rows[i].name, rows[i].settings, columns, 1, ROWS));
        near(call_number(&call, rows[i].output), rows[i].wanted, 1e-13);
        call_end(&call);
    }
}

static void vectors_of_a_row_are_a_table(void **state) {
    struct call call;
    assert_ok(call_begin(&call, "autocorrelation", "lags=8", columns, 1, ROWS));
    assert_int_equal(call_value(&call, "lag")->rows, 9);
    near(call_value(&call, "value")->values[1], 0.6422021573091423, 1e-15);
    near(call_value(&call, "partial")->values[2], 0.0058174370898404736, 1e-14);
    near(call_number(&call, "band"), 1.959963984540054 / sqrt(60), 1e-15);
    call_end(&call);
    assert_ok(call_begin(&call, "quantiles", "parts=4", columns, 1, ROWS));
    assert_int_equal(call_value(&call, "share")->rows, 5);
    near(call_value(&call, "value")->values[1], -0.28974889692204053, 1e-15);
    call_end(&call);
    // Fewer rows than clusters: exact, numpy's method "hazen".
    assert_ok(call_begin(&call, "tdigest", "parts=10", columns, 1, ROWS));
    near(call_value(&call, "value")->values[1], -0.37429226851546243, 1e-15);
    assert_true(call_number(&call, "clusters") == ROWS);
    call_end(&call);
    assert_ok(call_begin(&call, "histogram", "", columns, 1, ROWS));
    assert_int_equal(call_value(&call, "count")->rows, 7);
    assert_true(call_value(&call, "count")->values[1] == 17);
    call_end(&call);
    assert_ok(call_begin(&call, "moments", "", columns, 1, ROWS));
    near(call_number(&call, "kurtosis"), performance_kurtosis(x, ROWS), 0);
    near(call_number(&call, "variance_population") * 60 / 59, call_number(&call, "variance"),
         1e-16);
    call_end(&call);
}

static void what_has_no_answer_is_told(void **state) {
    struct call call;
    assert_int_equal(call_begin(&call, "autocorrelation", "", columns, 1, 20), ERR_ARGUMENT);
    assert_string_equal(err_story(), "needs 21 complete rows or more; there are 20");
    call_end(&call);
    assert_int_equal(call_begin(&call, "ljung_box", "", flat, 1, ROWS), ERR_ARGUMENT);
    assert_string_equal(err_story(), "the 60 values are all equal, or too large to be squared");
    call_end(&call);
    assert_int_equal(call_begin(&call, "histogram", "", columns, 1, 0), ERR_ARGUMENT);
    call_end(&call);
    assert_ok(call_begin(&call, "jarque_bera", "", flat, 1, ROWS));
    assert_true(isnan(call_number(&call, "statistic")));
    call_end(&call);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rows_give_what_other_programs_give, setup),
        cmocka_unit_test_setup(vectors_of_a_row_are_a_table, setup),
        cmocka_unit_test_setup(what_has_no_answer_is_told, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
