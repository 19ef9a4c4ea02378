// SPDX-License-Identifier: Apache-2.0
#include "harness.h"
#include "twin.h"

static void mom(const double *const *in, size_t count, const double *params, double *const *out) {
    size_t period = (size_t)params[0];
    for (size_t i = 0; i < count; i++) out[0][i] = i < period ? NAN : in[0][i] - in[0][i - period];
}

// Values of x / old of rows of which the first have no old value; the four ratios come of it.
static double ratio(const double *const *in, size_t i, const double *params) {
    return i < params[0] ? NAN : in[0][i] / in[0][i - (size_t)params[0]];
}

static void roc(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = 100 * (ratio(in, i, params) - 1);
}

static void rocp(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = ratio(in, i, params) - 1;
}

static void rocr(const double *const *in, size_t count, const double *params, double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = ratio(in, i, params);
}

static void rocr100(const double *const *in, size_t count, const double *params,
                    double *const *out) {
    for (size_t i = 0; i < count; i++) out[0][i] = 100 * ratio(in, i, params);
}

static void changes_equal_their_definitions(void **state) {
    static const char *const periods[] = {"period=1", "period=10", "period=333"};
    for (size_t i = 0; i < 3; i++) {
        twin_check("mom", periods[i], mom);
        twin_check("roc", periods[i], roc);
        twin_check("rocp", periods[i], rocp);
        twin_check("rocr", periods[i], rocr);
        twin_check("rocr100", periods[i], rocr100);
    }
}

static void changes_equal_the_reference(void **state) {
    golden_check("mom", "timeperiod=7", "value", "expected", "MOM_7", 1e-9);
    golden_check("mom", "timeperiod=14", "value", "expected", "MOM_14", 1e-9);
    golden_check("roc", "timeperiod=7", "value", "expected", "ROC_7", 1e-9);
    golden_check("roc", "timeperiod=14", "value", "expected", "ROC_14", 1e-9);
}

static void a_change_from_zero_is_zero(void **state) {
    static const char *const names[] = {"roc", "rocp", "rocr", "rocr100"};
    static const double of_fifth[] = {20, 0.2, 1.2, 120}; // from 5 to 6
    for (size_t i = 0; i < 4; i++) {
        const struct indicator *row = indicator_find(names[i]);
        double params[] = {1}, memory[8], out;
        assert_true(row->state_size(params) <= sizeof memory);
        row->init(memory, params);
        row->update(memory, (double[]){0}, &out);
        row->update(memory, (double[]){5}, &out);
        assert_true(out == 0);
        row->update(memory, (double[]){6}, &out);
        assert_true(fabs(out - of_fifth[i]) < 1e-13);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_equal_their_definitions),
        cmocka_unit_test(changes_equal_the_reference),
        cmocka_unit_test(a_change_from_zero_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
