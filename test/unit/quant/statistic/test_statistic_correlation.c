// SPDX-License-Identifier: Apache-2.0
#include "call.h"
#include "quant/series/covariance.h"
#include "series.h"

enum { ROWS = 120, COUNT = 4 };

static double data[COUNT * ROWS];
static const double *const columns[] = {data, data + ROWS, data + 2 * ROWS, data + 3 * ROWS};

static int setup(void **state) {
    series_factors(data, data + ROWS, ROWS, 7);
    return 0;
}

static double entry(const struct call *call, const char *name, size_t row, size_t column) {
    const struct statistic_value *value = call_value(call, name);
    assert_true(row < value->rows && column < value->columns);
    return value->values[row * value->columns + column];
}

// The numbers are scipy's and scikit-learn's, as in test_rank.c and test_covariance.c.
static void matrices_hold_what_the_pairs_give(void **state) {
    static const char *const methods[] = {"pearson", "spearman", "kendall"};
    for (size_t m = 0; m < 3; m++) {
        struct call matrix, pair;
        char settings[32];
        snprintf(settings, sizeof settings, "method=%s", methods[m]);
        assert_ok(call_begin(&matrix, "correlation_matrix", settings, columns, COUNT, ROWS));
        for (size_t i = 0; i < COUNT; i++)
            for (size_t j = 0; j < COUNT; j++) {
                const double *two[] = {columns[i], columns[j]};
                assert_ok(call_begin(&pair, methods[m], "", two, 2, ROWS));
                assert_true(fabs(entry(&matrix, "matrix", i, j) - call_number(&pair, "value")) <
                            1e-15);
                double p = call_number(&pair, "p");
                if (i != j) assert_true(fabs(entry(&matrix, "p", i, j) - p) <= 1e-12 * p);
                call_end(&pair);
            }
        call_end(&matrix);
    }
    struct call call;
    assert_ok(call_begin(&call, "pearson", "", columns, 2, ROWS));
    assert_true(fabs(call_number(&call, "value") - 0.6797603840016883) < 1e-14);
    call_end(&call);
}

static void covariances_are_those_of_the_library(void **state) {
    struct call call;
    double s[COUNT * COUNT], scratch[COUNT * ROWS], shrinkage;
    assert_ok(call_begin(&call, "covariance_matrix", "ddof=0", columns, COUNT, ROWS));
    covariance_of(columns, COUNT, ROWS, 0, scratch, s);
    assert_memory_equal(call_value(&call, "matrix")->values, s, sizeof s);
    call_end(&call);
    assert_ok(call_begin(&call, "covariance_shrunk", "target=constant", columns, COUNT, ROWS));
    assert_ok(covariance_shrink(columns, COUNT, ROWS, COVARIANCE_CONSTANT, scratch, s, &shrinkage));
    assert_memory_equal(call_value(&call, "matrix")->values, s, sizeof s);
    assert_true(call_number(&call, "shrinkage") == shrinkage);
    call_end(&call);
    assert_ok(call_begin(&call, "covariance_ewma", "correlation=true", columns, COUNT, ROWS));
    assert_true(entry(&call, "matrix", 1, 1) == 1);
    assert_true(fabs(entry(&call, "matrix", 0, 1) -
                     0.1455507648615047 / sqrt(0.41300266424407456 * 0.09694324537432392)) < 1e-14);
    call_end(&call);
    assert_ok(call_begin(&call, "correlation_cleaned", "", columns, COUNT, ROWS));
    assert_true(call_number(&call, "kept") == 1);
    assert_true(fabs(entry(&call, "matrix", 0, 1) - 0.44979482789823516) < 1e-14);
    call_end(&call);
}

static void the_nearest_correlation_matrix_is_highams(void **state) {
    static const double a[] = {1, 1, 0}, b[] = {1, 1, 1}, c[] = {0, 1, 1};
    const double *example[] = {a, b, c};
    struct call call;
    assert_ok(call_begin(&call, "nearest_psd", "correlation=true", example, 3, 3));
    assert_true(fabs(entry(&call, "matrix", 0, 1) - 0.7607) < 5e-5);
    call_end(&call);
    assert_int_equal(call_begin(&call, "nearest_psd", "", example, 2, 3), ERR_ARGUMENT);
    call_end(&call);
}

static void what_has_no_correlation_is_told(void **state) {
    double flat[ROWS]; // whose sum over their number is not 0.1
    for (size_t i = 0; i < ROWS; i++) flat[i] = 0.1;
    const double *two[] = {data, flat};
    struct call call;
    assert_int_equal(call_begin(&call, "correlation_cleaned", "", two, 2, ROWS), ERR_ARGUMENT);
    assert_string_equal(err_story(), "column 2 does not vary: it correlates with nothing");
    call_end(&call);
    assert_int_equal(call_begin(&call, "correlation_matrix", "", two, 2, 1), ERR_ARGUMENT);
    call_end(&call);
    assert_int_equal(call_begin(&call, "covariance_matrix", "", two, 2, 1), ERR_ARGUMENT);
    call_end(&call);
    assert_ok(call_begin(&call, "correlation_matrix", "", two, 2, ROWS));
    assert_true(isnan(entry(&call, "matrix", 0, 1)) && isnan(entry(&call, "matrix", 1, 1)));
    assert_true(entry(&call, "matrix", 0, 0) == 1);
    call_end(&call);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(matrices_hold_what_the_pairs_give, setup),
        cmocka_unit_test_setup(covariances_are_those_of_the_library, setup),
        cmocka_unit_test(the_nearest_correlation_matrix_is_highams),
        cmocka_unit_test_setup(what_has_no_correlation_is_told, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
