// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

// The line's value at a position and its slope, by ordinary least squares in two passes.
static long double line(const double *y, size_t period, long double at, long double *ret_slope) {
    long double middle = ((long double)period - 1) / 2, mean = 0, cross = 0, squares = 0;
    for (size_t j = 0; j < period; j++) mean += ((long double)y[j] - y[0]) / (long double)period;
    for (size_t j = 0; j < period; j++) {
        cross += ((long double)j - middle) * (((long double)y[j] - y[0]) - mean);
        squares += ((long double)j - middle) * ((long double)j - middle);
    }
    *ret_slope = cross / squares;
    return y[0] + mean + *ret_slope * (at - middle);
}

enum what { NEWEST, NEXT, OLDEST, SLOPE, ANGLE };

static void fit(const double *x, size_t count, size_t period, enum what what, double *ret) {
    for (size_t i = 0; i < count; i++) {
        ret[i] = NAN;
        if (i + 1 < period) continue;
        const double *y = &x[i + 1 - period];
        long double slope, last = (long double)period - 1;
        long double value = line(y, period,
                                 what == OLDEST ? 0
                                 : what == NEXT ? last + 1
                                                : last,
                                 &slope);
        ret[i] = (double)(what == SLOPE ? slope : value);
        if (what == ANGLE) ret[i] = (double)(atanl(slope) * 180 / acosl(-1));
    }
}

#define TWIN(name, what)                                                                           \
    static void name(const double *const *in, size_t count, const double *params,                  \
                     double *const *out) {                                                         \
        fit(in[0], count, (size_t)params[0], what, out[0]);                                        \
    }

TWIN(linearreg, NEWEST)
TWIN(linearreg_angle, ANGLE)
TWIN(linearreg_intercept, OLDEST)
TWIN(linearreg_slope, SLOPE)
TWIN(tsf, NEXT)

static void lines_equal_their_definition(void **state) {
    static const char *const periods[] = {"period=2", "period=14", "period=111"};
    for (size_t i = 0; i < 3; i++) {
        twin_check("linearreg", periods[i], linearreg);
        twin_check("linearreg_angle", periods[i], linearreg_angle);
        twin_check("linearreg_intercept", periods[i], linearreg_intercept);
        twin_check("linearreg_slope", periods[i], linearreg_slope);
        twin_check("tsf", periods[i], tsf);
    }
}

static void lines_equal_the_reference(void **state) {
    static const char *const functions[][2] = {{"linearreg", "LINEARREG"},
                                               {"linearreg_slope", "LINEARREG_SLOPE"},
                                               {"linearreg_intercept", "LINEARREG_INTERCEPT"}};
    for (size_t i = 0; i < 3; i++) {
        char column[40];
        snprintf(column, sizeof column, "%s_7", functions[i][1]);
        golden_check(functions[i][0], "timeperiod=7", "value", "expected", column, 1e-9);
        snprintf(column, sizeof column, "%s_14", functions[i][1]);
        golden_check(functions[i][0], "timeperiod=14", "value", "expected", column, 1e-9);
    }
}

static void lines_do_not_drift_in_two_million_rows(void **state) {
    assert_true(drift("linearreg", "period=14", linearreg, 2000000, 14) <= 1e-13);
    assert_true(drift("linearreg", "period=1000", linearreg, 2000000, 1000) <= 1e-12);
    assert_true(drift("linearreg_slope", "period=1000", linearreg_slope, 2000000, 1000) <= 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_equal_their_definition),
        cmocka_unit_test(lines_equal_the_reference),
        cmocka_unit_test(lines_do_not_drift_in_two_million_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
