// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "call.h"
#include "golden.h"

// The variances are checked in test_bootstrap.c; here that each row resamples what it says.
static void intervals_hold_the_value_of_the_series(void **state) {
    const struct golden *g = golden_load(GOLDEN_DAILY);
    const double *column = g->returns;
    static const char *const settings[] = {"draws=500", "draws=500 method=circular block=10",
                                           "draws=500 method=moving block=5"};
    for (size_t i = 0; i < 3; i++) {
        struct call call;
        assert_ok(call_begin(&call, "bootstrap_mean", settings[i], &column, 1, g->count));
        golden_equal(g, "mean", call_number(&call, "value"));
        assert_true(call_number(&call, "low") < call_number(&call, "value"));
        assert_true(call_number(&call, "high") > call_number(&call, "value"));
        // 2081 days of 1.075 %: the plain error of the mean, within what dependence adds or takes.
        double plain = 0.010750208247597193 / sqrt(2081);
        assert_true(fabs(call_number(&call, "error") / plain - 1) < 0.25);
        call_end(&call);
    }
    struct call call;
    assert_ok(call_begin(&call, "bootstrap_sharpe", "draws=500 rf=0.02", &column, 1, g->count));
    golden_equal(g, "sharpe_rf", call_number(&call, "value"));
    assert_true(call_number(&call, "below") < 0.05 && call_number(&call, "block") >= 1);
    // Lo (2002): about sqrt(252 / 2081).
    assert_true(fabs(call_number(&call, "error") / sqrt(252.0 / 2081) - 1) < 0.25);
    call_end(&call);
}

static void too_few_rows_are_told(void **state) {
    static const double few[7] = {1, 2, 3};
    const double *column = few;
    struct call call;
    assert_int_equal(call_begin(&call, "bootstrap_mean", "", &column, 1, 7), ERR_ARGUMENT);
    assert_string_equal(err_story(), "needs 8 complete rows or more; there are 7");
    call_end(&call);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_hold_the_value_of_the_series),
        cmocka_unit_test(too_few_rows_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
