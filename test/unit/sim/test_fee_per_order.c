// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/model.h"

static int64_t fee(int64_t order_value, int64_t paid, double amount, double maximum) {
    const struct fee_model *model = fee_model_at((size_t)fee_model_find("per_order"));
    double params[] = {amount, maximum};
    struct fee_view view = {
        .order_value = MONEY(order_value), .order_fees = paid, .money_decimals = 2};
    return model->fee(&view, params);
}

static void the_first_fill_pays_and_the_others_do_not(void **state) {
    assert_int_equal(fee(1000000, 0, 4.95, 0), 495);
    assert_int_equal(fee(2000000, 495, 4.95, 0), 0);
}

// 20 rupees or 0.03 % of the value, whichever is less: an Indian discount broker's intraday rate.
static void a_small_order_pays_the_percentage(void **state) {
    assert_int_equal(fee(1000000, 0, 20, 0.03), 300);
    assert_int_equal(fee(3000000, 300, 20, 0.03), 600);
    assert_int_equal(fee(9000000, 900, 20, 0.03), 1100);
    assert_int_equal(fee(9900000, 2000, 20, 0.03), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_fill_pays_and_the_others_do_not),
        cmocka_unit_test(a_small_order_pays_the_percentage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
