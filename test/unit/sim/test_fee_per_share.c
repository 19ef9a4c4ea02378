// SPDX-License-Identifier: Apache-2.0
// The broker's own published examples for the fixed schedule (USD 0.005 a share, at least 1.00, at most 1 % of
// the value): 100 shares at 25.00 cost 1.00, 1,000 shares at 25.00 cost 5.00, 1,000 shares at 0.25 cost 2.50.
#include "harness.h"

#include "sim/model.h"

static int64_t fee(int64_t qty, int64_t price, int64_t paid, int qty_decimals) {
    const struct fee_model *model = fee_model_at((size_t)fee_model_find("per_share"));
    double params[3];
    params_defaults(model->params, model->param_count, params);
    struct fee_view view = {
        .order_value = MONEY((int128_t)qty * price / decimal_pow10(qty_decimals)),
        .order_qty = QTY(qty),
        .order_fees = paid,
        .money_decimals = 2,
        .qty_decimals = qty_decimals,
    };
    return model->fee(&view, params);
}

static void published_examples_are_reproduced(void **state) {
    assert_int_equal(fee(100, 2500, 0, 0), 100);
    assert_int_equal(fee(1000, 2500, 0, 0), 500);
    assert_int_equal(fee(1000, 25, 0, 0), 250);
}

static void the_maximum_wins_over_the_minimum(void **state) {
    assert_int_equal(fee(10, 100, 0, 0), 10); // one percent of 10.00
}

static void parts_of_an_order_pay_together_what_it_costs(void **state) {
    int64_t paid = 0;
    for (int64_t qty = 50; qty <= 1000; qty += 50) paid += fee(qty, 2500, paid, 0);
    assert_int_equal(paid, 500);
}

static void fractions_of_a_share_pay_their_part(void **state) {
    // 1234.5 shares: 6.1725, rounded up
    assert_int_equal(fee(12345, 2500, 0, 1), 618);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_examples_are_reproduced),
        cmocka_unit_test(the_maximum_wins_over_the_minimum),
        cmocka_unit_test(parts_of_an_order_pay_together_what_it_costs),
        cmocka_unit_test(fractions_of_a_share_pay_their_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
