// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/model.h"

static void it_models_nothing(void **state) {
    const struct queue_model *model = queue_model_at((size_t)queue_model_find("fifo"));
    assert_true(model->by_order && model->behind == NULL);
    assert_int_equal(model->param_count, 0);
    assert_false(queue_model_at((size_t)queue_model_find("risk_averse"))->by_order);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_models_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
