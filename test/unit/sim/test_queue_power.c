// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"

#include "sim/model.h"

static void the_share_behind_is_by_the_cubes(void **state) {
    const struct queue_model *model = queue_model_at((size_t)queue_model_find("power"));
    const double params[] = {3};
    assert_int_equal(model->param_count, 1);
    assert_true(fabs(model->behind(params, 1, 2) - 8.0 / 9) < 1e-15);
    assert_true(fabs(model->behind(params, 3, 3) - 0.5) < 1e-15);
    assert_true(fabs(model->behind(params, 5, 0) - 0) < 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_share_behind_is_by_the_cubes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
