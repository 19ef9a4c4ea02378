// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

// The filter in the information form, with long doubles: precisions add up, and the mean solves for what
// rows and the past say together.
static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    long double mean[2] = {0, 0}, a = params[2], b = 0, c = params[2];
    for (size_t i = 0; i < count; i++) {
        long double y = in[0][i], x = in[1][i], r = params[1];
        a += params[0];
        c += params[0];
        long double error = y - mean[0] - mean[1] * x;
        long double deviation = sqrtl(a + 2 * b * x + c * x * x + r);
        long double det = a * c - b * b;
        long double i00 = c / det + 1 / r, i01 = -b / det + x / r, i11 = a / det + x * x / r;
        long double e0 = (c * mean[0] - b * mean[1]) / det + y / r;
        long double e1 = (a * mean[1] - b * mean[0]) / det + x * y / r;
        long double whole = i00 * i11 - i01 * i01;
        a = i11 / whole;
        b = -i01 / whole;
        c = i00 / whole;
        mean[0] = a * e0 + b * e1;
        mean[1] = b * e0 + c * e1;
        out[0][i] = (double)mean[0];
        out[1][i] = (double)mean[1];
        out[2][i] = i < 2 ? NAN : (double)error;
        out[3][i] = i < 2 ? NAN : (double)(error / deviation);
    }
}

static void kalman_hedge_equals_the_filter_in_its_information_form(void **state) {
    twin_check_within("kalman_hedge", "drift=0.01 noise=1", twin, 1e-9);
    twin_check_within("kalman_hedge", "drift=0.5 noise=0.25 prior=10", twin, 1e-9);
}

static void beta_follows_a_relation_that_changes(void **state) {
    const struct indicator *row = indicator_find("kalman_hedge");
    double params[3], memory[8], out[4];
    params_defaults(row->params, row->param_count, params);
    row->init(memory, params);
    for (size_t i = 0; i < 4000; i++) {
        double x = 10 + 3 * sin((double)i * 0.37), beta = i < 2000 ? 2 : -1;
        row->update(memory, (const double[]){1 + beta * x, x}, out);
        if (i == 1999) assert_true(fabs(out[1] - 2) < 1e-3 && fabs(out[0] - 1) < 1e-2);
        if (i == 2000) assert_true(out[3] < -10);
    }
    assert_true(fabs(out[1] + 1) < 1e-3 && fabs(out[2]) < 1e-2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kalman_hedge_equals_the_filter_in_its_information_form),
        cmocka_unit_test(beta_follows_a_relation_that_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
