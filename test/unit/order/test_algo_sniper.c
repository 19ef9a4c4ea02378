// SPDX-License-Identifier: Apache-2.0
#include "algo_kit.h"

static void it_takes_within_its_limit_and_waits_beyond_it(void **state) {
    for (int32_t side = -1; side <= 1; side += 2)
        for (int64_t away = -20; away <= 20; away++) {
            struct algo_kit kit;
            algo_kit_init(&kit, "sniper", 1000); // a thousandth of 10,000: 10
            kit.view.side = side;
            kit.view.last = PRICE(10000 + side * away);
            algo_kit_step(&kit, NS_PER_S);
            assert_int_equal(kit.out.order_count, away <= 10);
            if (away > 10) continue;
            assert_int_equal(kit.out.orders[0].tif, TIF_IOC);
            assert_int_equal(kit.out.orders[0].limit_price.m, 10000 + side * 10);
            assert_int_equal(kit.out.orders[0].qty.m, 1000);
        }
}

static void it_takes_what_stands_there_unless_that_is_too_little(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "sniper", 1000);
    kit.view.bid = PRICE(9990);
    kit.view.ask = PRICE(10005);
    kit.view.ask_qty = QTY(99);
    algo_kit_step(&kit, 0);
    assert_int_equal(kit.out.order_count, 0);
    kit.view.ask_qty = QTY(100);
    algo_kit_step(&kit, 0);
    assert_int_equal(kit.out.orders[0].qty.m, 100);
    kit.view.ask_qty = QTY(5000);
    algo_kit_step(&kit, 0);
    assert_int_equal(kit.out.orders[0].qty.m, 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_takes_within_its_limit_and_waits_beyond_it),
        cmocka_unit_test(it_takes_what_stands_there_unless_that_is_too_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
