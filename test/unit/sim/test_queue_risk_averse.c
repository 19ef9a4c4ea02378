// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/queue.h"

static void only_trades_bring_us_on_while_somebody_is_behind(void **state) {
    const struct queue_model *model = queue_model_at((size_t)queue_model_find("risk_averse"));
    assert_null(model->behind);
    struct queue_place place;
    queue_join(&place, 5);
    queue_change(model, NULL, &place, 9, 6);
    assert_true(place.front == 5);
    queue_trade(&place, 2);
    assert_true(place.front == 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_trades_bring_us_on_while_somebody_is_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
