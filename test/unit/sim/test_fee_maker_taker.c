// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/model.h"

static int64_t fee(enum liquidity liquidity, int64_t value, double maker, double taker) {
    const struct fee_model *model = fee_model_at((size_t)fee_model_find("maker_taker"));
    double params[] = {maker, taker};
    struct fee_view view = {.value = MONEY(value), .money_decimals = 2, .liquidity = liquidity};
    return model->fee(&view, params);
}

static void each_side_of_liquidity_pays_its_rate(void **state) {
    assert_int_equal(fee(LIQUIDITY_MAKER, 1000000, 2, 5), 200);
    assert_int_equal(fee(LIQUIDITY_TAKER, 1000000, 2, 5), 500);
    assert_int_equal(fee(LIQUIDITY_TAKER, 0, 2, 5), 0);
}

static void fees_are_rounded_up_and_rebates_down(void **state) {
    assert_int_equal(fee(LIQUIDITY_TAKER, 1, 0, 1), 1);
    assert_int_equal(fee(LIQUIDITY_TAKER, 10001, 0, 1), 2);
    assert_int_equal(fee(LIQUIDITY_MAKER, 19999, -1, 0), -1);
    assert_int_equal(fee(LIQUIDITY_MAKER, 20000, -1, 0), -2);
}

// 0.1 has no exact binary form; the fee of exact bps is exact all the same.
static void exact_rates_give_exact_fees(void **state) {
    assert_int_equal(fee(LIQUIDITY_TAKER, INT64_C(1000000000000), 0, 0.1), 10000000);
    assert_int_equal(fee(LIQUIDITY_TAKER, INT64_C(1000000000000), 0, 7.3), 730000000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_side_of_liquidity_pays_its_rate),
        cmocka_unit_test(fees_are_rounded_up_and_rebates_down),
        cmocka_unit_test(exact_rates_give_exact_fees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
