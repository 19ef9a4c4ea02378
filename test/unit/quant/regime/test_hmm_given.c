// SPDX-License-Identifier: Apache-2.0
#include "quant/regime/hmm_given.h"

#include <math.h>

#include "harness.h"

static void set(double *values, const char *name, const char *text) {
    assert_ok(params_set(hmm_given_params, HMM_GIVEN_PARAMS, name, text, values));
}

static void the_table_makes_a_model(void **state) {
    double values[HMM_GIVEN_PARAMS];
    struct hmm model;
    params_defaults(hmm_given_params, HMM_GIVEN_PARAMS, values);
    assert_null(hmm_given(values, &model));
    assert_true(model.states == 2 && model.columns == 1);
    assert_true(fabs(model.start[0] - 0.5) < 1e-15 && model.move[1][1] == 0.98);
    set(values, "states", "3");
    set(values, "move_10", "0.1");
    set(values, "move_12", "0.25");
    set(values, "mean_2", "-4");
    set(values, "sigma_2", "3");
    set(values, "start", "state_2");
    assert_null(hmm_given(values, &model));
    assert_true(model.move[1][0] == 0.1 && model.move[1][2] == 0.25 && model.move[1][1] == 0.65);
    assert_true(model.mean[2][0] == -4 && model.covariance[2][0][0] == 9);
    assert_true(model.start[2] == 1 && model.start[0] == 0);
    set(values, "start", "equal");
    assert_null(hmm_given(values, &model));
    assert_true(model.start[1] == 1.0 / 3);
}

static void models_that_are_none_are_told(void **state) {
    double values[HMM_GIVEN_PARAMS];
    struct hmm model;
    params_defaults(hmm_given_params, HMM_GIVEN_PARAMS, values);
    set(values, "start", "state_2");
    assert_non_null(strstr(hmm_given(values, &model), "beyond the number of states"));
    set(values, "start", "stationary");
    set(values, "move_01", "0");
    set(values, "move_10", "0");
    assert_non_null(strstr(hmm_given(values, &model), "falls apart"));
    set(values, "states", "3");
    set(values, "move_20", "0.6");
    set(values, "move_21", "0.5");
    assert_non_null(strstr(hmm_given(values, &model), "more than 1"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_makes_a_model),
        cmocka_unit_test(models_that_are_none_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
