// SPDX-License-Identifier: Apache-2.0
#include "algo_kit.h"

static void it_trades_its_share_of_what_the_market_trades(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "pov", 1000);
    assert_int_equal(algo_kit_step(&kit, 0), 0);
    int64_t market = 0;
    for (int64_t m = 1; m < 60; m++) {
        market += 37 * m % 211;
        kit.view.market_qty = QTY(market);
        algo_kit_step(&kit, m * NS_PER_S);
        assert_int_equal(kit.view.filled.m, market / 10 < 1000 ? market / 10 : 1000);
    }
}

static void it_never_asks_for_more_than_the_parent_and_counts_what_works(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "pov", 1000);
    kit.view.market_qty = QTY(INT64_MAX);
    kit.view.working = QTY(400);
    assert_int_equal(algo_kit_step(&kit, NS_PER_S), 600);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_trades_its_share_of_what_the_market_trades),
        cmocka_unit_test(it_never_asks_for_more_than_the_parent_and_counts_what_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
