// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static size_t start(size_t i, size_t period) {
    return i + 1 < period ? 0 : i + 1 - period;
}

static void max(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = in[0][i];
        for (size_t j = start(i, (size_t)params[0]); j < i; j++)
            out[0][i] = fmax(out[0][i], in[0][j]);
        if (i + 1 < params[0]) out[0][i] = NAN;
    }
}

static void min(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) {
        out[0][i] = in[0][i];
        for (size_t j = start(i, (size_t)params[0]); j < i; j++)
            out[0][i] = fmin(out[0][i], in[0][j]);
        if (i + 1 < params[0]) out[0][i] = NAN;
    }
}

static void minmax(const double *const *in, size_t count, const double *params,
                   double *const *out) {
    min(in, count, params, &out[0]);
    max(in, count, params, &out[1]);
}

// Follows one row until it leaves the window or a value not worse comes.
static void follow(const double *x, size_t count, size_t period, double sign, double *ret) {
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        ret[i] = NAN;
        if (i + 1 < period) continue;
        size_t first = start(i, period);
        if (i + 1 == period || at < first) {
            at = first;
            for (size_t j = first + 1; j <= i; j++)
                if (sign * x[j] > sign * x[at]) at = j;
        } else if (sign * x[i] >= sign * x[at]) {
            at = i;
        }
        ret[i] = (double)at;
    }
}

static void maxindex(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    follow(in[0], count, (size_t)params[0], 1, out[0]);
}

static void minindex(const double *const *in, size_t count, const double *params,
                     double *const *out) {
    follow(in[0], count, (size_t)params[0], -1, out[0]);
}

static void minmaxindex(const double *const *in, size_t count, const double *params,
                        double *const *out) {
    follow(in[0], count, (size_t)params[0], -1, out[0]);
    follow(in[0], count, (size_t)params[0], 1, out[1]);
}

static void extremes_equal_their_definitions(void **state) {
    static const char *const periods[] = {"period=2",   "period=3",   "period=20",
                                          "period=255", "period=256", "period=333"};
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        twin_check("max", periods[i], max);
        twin_check("min", periods[i], min);
        twin_check("minmax", periods[i], minmax);
        twin_check("maxindex", periods[i], maxindex);
        twin_check("minindex", periods[i], minindex);
        twin_check("minmaxindex", periods[i], minmaxindex);
    }
}

static void of_equal_values_the_newest_takes_over_and_the_oldest_stays_behind(void **state) {
    // Row 3: the first full window 5 1 5 5 has its largest value first in row 0. Row 4: row 0 has left,
    // the oldest 5 follows. Row 5: a new 5 takes over.
    static const double x[] = {5, 1, 5, 5, 2, 5, 3};
    static const double expected[] = {NAN, NAN, NAN, 0, 2, 5, 5};
    const struct indicator *row = indicator_find("maxindex");
    double params[] = {4}, memory[32], out;
    assert_true(row->state_size(params) <= sizeof memory);
    row->init(memory, params);
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        row->update(memory, &x[i], &out);
        assert_true(isnan(expected[i]) ? isnan(out) : out == expected[i]);
    }
}

static void zeros_of_either_sign_are_one_value(void **state) {
    static const double x[] = {-0.0, 0.0, -0.0, -0.0, 0.0, -1.0, -0.0, 0.0, -0.0};
    double single[9], column[9], params[] = {3}, memory[16];
    static const char *const names[] = {"max", "min"};
    for (size_t k = 0; k < 2; k++) {
        const struct indicator *row = indicator_find(names[k]);
        assert_true(row->state_size(params) <= sizeof memory);
        indicator_batch(row, params, memory, (const double *[]){x}, 9, (double *[]){column});
        row->init(memory, params);
        for (size_t i = 0; i < 9; i++) row->update(memory, &x[i], &single[i]);
        assert_memory_equal(single, column, sizeof single);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extremes_equal_their_definitions),
        cmocka_unit_test(of_equal_values_the_newest_takes_over_and_the_oldest_stays_behind),
        cmocka_unit_test(zeros_of_either_sign_are_one_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
