// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/model.h"

static int64_t offset(int64_t price, int64_t tick, double bps, double ticks) {
    const struct slip_model *model = slip_model_at((size_t)slip_model_find("fixed"));
    double params[] = {bps, ticks};
    struct slip_view view = {.price = PRICE(price), .tick = PRICE(tick)};
    return model->offset(&view, params);
}

static void a_share_of_the_price_is_lost(void **state) {
    assert_int_equal(offset(10000, 1, 10, 0), 10);
    assert_int_equal(offset(10001, 1, 10, 0), 11); // 10.001, rounded up
    assert_int_equal(offset(INT64_C(4000000000000), 1, 0.1, 0), 40000000);
}

static void ticks_are_lost(void **state) {
    assert_int_equal(offset(10000, 25, 0, 3), 75);
    assert_int_equal(offset(10000, 25, 10, 3), 85);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_of_the_price_is_lost),
        cmocka_unit_test(ticks_are_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
