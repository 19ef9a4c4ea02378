// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"

#include "sim/model.h"

static void the_share_behind_is_by_the_logarithms(void **state) {
    const struct queue_model *model = queue_model_at((size_t)queue_model_find("log"));
    const double *params = NULL;
    assert_int_equal(model->param_count, 0);
    assert_true(fabs(model->behind(params, 1, 3) - 2.0 / 3) < 1e-15);
    assert_true(fabs(model->behind(params, 7, 0) - 0) < 1e-15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_share_behind_is_by_the_logarithms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
