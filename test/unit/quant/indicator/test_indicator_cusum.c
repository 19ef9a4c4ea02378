// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

// The largest sum of drifted rows that ends here and begins after the last alarm: what the recursion
// with its max is.
static void sums(const double *z, size_t begin, size_t i, double drift, double sign,
                 double *ret_sum, size_t *ret_rows) {
    double sum = 0;
    *ret_sum = 0;
    *ret_rows = 0;
    for (size_t k = i + 1; k-- > begin;) {
        sum += sign * z[k] - drift;
        if (sum > *ret_sum) *ret_sum = sum;
    }
    // Rows since the recursion was last at 0: the longest stretch all of whose beginnings are > 0.
    double forward = 0;
    for (size_t k = begin; k <= i; k++) {
        forward = fmax(0, forward + sign * z[k] - drift);
        *ret_rows = forward > 0 ? *ret_rows + 1 : 0;
    }
}

static void twin(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t baseline = (size_t)params[2], begin = 0;
    double *z = malloc(count * sizeof *z);
    double origin = 0, mean = 0, deviation = 1;
    bool learned = baseline == 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t c = 0; c < 4; c++) out[c][i] = NAN;
        if (!learned) {
            size_t n = i + 1 - begin;
            double squares = twin_squares(&in[0][begin], n);
            if (n < baseline || !(squares > 0)) continue;
            origin = in[0][begin];
            for (size_t k = begin; k <= i; k++) z[k] = in[0][k] - origin;
            mean = twin_mean(&z[begin], n);
            deviation = sqrt(squares / (double)(n - 1));
            learned = true;
            begin = i + 1;
            continue;
        }
        z[i] = (in[0][i] - origin - mean) / deviation;
        double up, down;
        size_t up_rows, down_rows;
        sums(z, begin, i, params[0], 1, &up, &up_rows);
        sums(z, begin, i, params[0], -1, &down, &down_rows);
        out[0][i] = up;
        out[1][i] = down;
        out[2][i] = fmax(up, down) > params[1] ? (up >= down ? 1 : -1) : 0;
        out[3][i] = (double)(up >= down ? up_rows : down_rows);
        if (out[2][i] == 0) continue;
        begin = i + 1;
        learned = baseline == 0;
    }
    free(z);
}

static void cusum_equals_its_definition(void **state) {
    twin_check_within("cusum", "baseline=20", twin, 1e-9);
    twin_check_within("cusum", "baseline=50 drift=1 threshold=4", twin, 1e-9);
    twin_check_within("cusum", "baseline=0 drift=100 threshold=30", twin, 1e-9);
}

static void cusum_equals_the_textbook(void **state) {
    // Montgomery, Introduction to Statistical Quality Control, table of the tabular CUSUM: target 10,
    // K = 1/2, H = 5; C+ is 5.28 in period 29, having been above 0 for 7 periods.
    static const double x[] = {9.45, 7.99,  9.29,  11.66, 12.16, 10.18, 8.04,  11.46, 9.20, 10.34,
                               9.03, 11.47, 10.51, 9.40,  10.08, 9.37,  10.62, 10.31, 8.52, 10.84,
                               10.9, 9.33,  12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31};
    const struct indicator *indicator = indicator_find("cusum");
    const double params[] = {0.5, 5, 0};
    double state_bytes[24], out[4];
    assert_true(indicator->state_size(params) <= sizeof state_bytes);
    indicator->init(state_bytes, params);
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        double d = x[i] - 10;
        indicator_apply(indicator, state_bytes, &d, out);
        assert_true((out[2] != 0) == (i == 28));
        if (i == 1) assert_true(fabs(out[1] - 1.56) < 1e-12); // C- of period 2
        if (i == 22) assert_true(fabs(out[0] - 1.79) < 1e-12 && out[3] == 1);
    }
    assert_true(fabs(out[0] - 5.28) < 1e-12 && out[2] == 1 && out[3] == 7);
    indicator_apply(indicator, state_bytes, &(double){0.6}, out);
    assert_true(fabs(out[0] - 0.1) < 1e-12 && out[1] == 0); // both sums began again
}

static void a_baseline_of_one_row_is_refused(void **state) {
    const double params[] = {0.5, 5, 1};
    assert_int_equal(indicator_check(indicator_find("cusum"), params), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cusum_equals_its_definition),
        cmocka_unit_test(cusum_equals_the_textbook),
        cmocka_unit_test(a_baseline_of_one_row_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
