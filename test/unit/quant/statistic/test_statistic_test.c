// SPDX-License-Identifier: Apache-2.0
#include "call.h"
#include "series.h"

enum { ROWS = 150, LONG = 200 };

static double walk[ROWS], stationary[ROWS], y[LONG], x1[LONG], x2[LONG];
static const double *const pair[] = {y, x1, x2};

static int setup(void **state) {
    series_walk(walk, ROWS, 11, 1);
    series_walk(stationary, ROWS, 12, 0.8);
    series_walk(x1, LONG, 21, 1);
    series_walk(x2, LONG, 22, 1);
    series_walk(y, LONG, 23, 0.6);
    for (size_t i = 0; i < LONG; i++) {
        x1[i] += 10;
        y[i] += 3 + 0.8 * x1[i] - 0.4 * x2[i];
    }
    return 0;
}

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

// The numbers are statsmodels' and arch's, as in test_unitroot.c and test_reversion.c.
static void rows_give_what_other_programs_give(void **state) {
    static const struct {
        const char *name;
        const char *settings;
        const char *output;
        bool reverts;
        double wanted;
    } rows[] = {
        {"adf", "", "statistic", true, -4.87949659602723},
        {"adf", "", "p", true, 3.822489416962855e-05},
        {"adf", "", "lags", true, 7},
        {"adf", "choose=fixed lags=3 trend=linear", "p", false, 0.25567586184757657},
        {"adf", "choose=bic", "critical_5", false, -2.8811408028842043},
        {"adf", "choose=bic", "rows", false, 149},
        {"kpss", "lags=5", "statistic", false, 2.2413184918601776},
        {"kpss", "trend=linear", "p", false, 0.018419980549819477},
        {"phillips_perron", "lags=4", "statistic", true, -4.113611645670394},
        {"mean_reversion", "", "value", true, 3.3619027972110125},
        {"mean_reversion", "", "discrete", true, 3.002004034599327},
        {"variance_ratio", "lag=5", "z", true, -1.8801715924329763},
        {"variance_ratio", "lag=5 robust=false", "p", true, 0.07423408963402567},
        {"runs_test", "", "z", false, -10.814104903544484},
        {"runs_test", "about=mean", "z", false, -11.789750419448373},
        {"hurst_exponent", "", "value", false, 0.3882118312036342},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct call call;
        const double *column = rows[i].reverts ? stationary : walk;
        assert_ok(call_begin(&call, rows[i].name, rows[i].settings, &column, 1, ROWS));
        near(call_number(&call, rows[i].output), rows[i].wanted, 1e-10);
        call_end(&call);
    }
}

static void engle_granger_gives_the_relation_and_the_spread(void **state) {
    struct call call;
    assert_ok(call_begin(&call, "engle_granger", "choose=fixed lags=2", pair, 3, LONG));
    near(call_number(&call, "statistic"), -6.607401701766363, 1e-10);
    near(call_number(&call, "critical_5"), -3.78396163851758, 1e-13);
    const double *b = call_value(&call, "coefficient")->values;
    assert_int_equal(call_value(&call, "coefficient")->rows, 3);
    for (size_t i = 0; i < LONG; i++)
        assert_true(fabs(y[i] - b[0] - b[1] * x1[i] - b[2] * x2[i] -
                         call_value(&call, "spread")->values[i]) < 1e-12);
    call_end(&call);
}

static void johansen_gives_a_row_a_hypothesis(void **state) {
    struct call call;
    assert_ok(call_begin(&call, "johansen", "", pair, 3, LONG));
    assert_true(call_number(&call, "rank") == 1);
    near(call_value(&call, "trace")->values[0], 56.22968527581809, 1e-9);
    near(call_value(&call, "largest")->values[1], 9.145922929469664, 1e-9);
    assert_true(call_value(&call, "trace_5")->values[0] == 29.7961);
    assert_true(call_value(&call, "largest_1")->values[2] == 6.6349);
    const struct statistic_value *vectors = call_value(&call, "vectors");
    assert_true(vectors->rows == 3 && vectors->columns == 3);
    near(vectors->values[1] / vectors->values[0], -0.8, 0.1);
    call_end(&call);
}

static void what_cannot_be_tested_is_told(void **state) {
    static const char *const names[] = {
        "adf",       "kpss",          "phillips_perron", "mean_reversion", "hurst_exponent",
        "runs_test", "variance_ratio"};
    const double *column = walk;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct call call;
        assert_int_equal(call_begin(&call, names[i], "", &column, 1, 1), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), "complete rows or more; there are 1"));
        call_end(&call);
    }
    struct call call;
    assert_int_equal(call_begin(&call, "johansen", "lags=100", pair, 3, LONG), ERR_ARGUMENT);
    call_end(&call);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rows_give_what_other_programs_give, setup),
        cmocka_unit_test_setup(engle_granger_gives_the_relation_and_the_spread, setup),
        cmocka_unit_test_setup(johansen_gives_a_row_a_hypothesis, setup),
        cmocka_unit_test_setup(what_cannot_be_tested_is_told, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
