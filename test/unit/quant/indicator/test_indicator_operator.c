// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static double apply(const char *name, double a, double b) {
    double out = 7, state = 0;
    const struct indicator *row = indicator_find(name);
    assert_non_null(row);
    row->init(&state, NULL);
    row->update(&state, (double[]){a, b}, &out);
    return out;
}

static void add(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = in[0][i] + in[1][i];
}

static void sub(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = in[0][i] - in[1][i];
}

static void mult(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = in[0][i] * in[1][i];
}

static void quotient(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = in[0][i] / in[1][i];
}

static void operators_equal_their_definitions(void **state) {
    twin_check("add", "", add);
    twin_check("sub", "", sub);
    twin_check("mult", "", mult);
    twin_check("div", "", quotient);
}

static void what_is_no_finite_number_is_undefined(void **state) {
    assert_true(isnan(apply("div", 1, 0)));
    assert_true(isnan(apply("div", -1, 0)));
    assert_true(isnan(apply("div", 0, 0)));
    assert_true(isnan(apply("div", 1e300, 1e-300)));
    assert_true(isnan(apply("mult", 1e300, 1e300)));
    assert_true(isnan(apply("add", 1.7e308, 1.7e308)));
    assert_true(isnan(apply("sub", -1.7e308, 1.7e308)));
    assert_true(apply("div", 0, -3) == 0 && apply("mult", 1e-300, 1e-300) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_equal_their_definitions),
        cmocka_unit_test(what_is_no_finite_number_is_undefined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
