// SPDX-License-Identifier: Apache-2.0
#include "algo_kit.h"

static void it_shows_a_part_and_nothing_more_while_that_works(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "iceberg", 1000);
    kit.view.bid = PRICE(9990);
    kit.view.ask = PRICE(10010);
    algo_kit_step(&kit, 0);
    assert_int_equal(kit.out.order_count, 1);
    assert_int_equal(kit.out.orders[0].type, ORDER_LIMIT);
    assert_int_equal(kit.out.orders[0].qty.m, 100);
    assert_int_equal(kit.out.orders[0].limit_price.m, 9990);
    kit.children[0] = (struct algo_child){.id = 7, .leaves = QTY(40), .limit_price = PRICE(9990)};
    kit.view.child_count = 1;
    algo_kit_step(&kit, 1);
    assert_int_equal(kit.out.order_count + kit.out.cancel_count, 0);
    kit.view.bid = PRICE(9995);
    algo_kit_step(&kit, 2);
    assert_int_equal(kit.out.order_count, 0);
    assert_int_equal(kit.out.cancel_count, 1);
    assert_int_equal(kit.out.cancels[0], 7);
    kit.children[0].canceling = 1; // asked once
    algo_kit_step(&kit, 3);
    assert_int_equal(kit.out.cancel_count, 0);
}

static void a_seller_rests_at_the_offer_on_the_tick_and_behind_it(void **state) {
    struct algo_kit kit;
    algo_kit_init(&kit, "iceberg", 1000);
    kit.view.side = -1;
    kit.view.tick = PRICE(5);
    kit.view.ask = PRICE(10012); // of a middle: off the tick
    kit.params[ALGO_PARAM_FIRST + 1] = 3;
    algo_kit_step(&kit, 0);
    assert_int_equal(kit.out.orders[0].limit_price.m, 10015 + 15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_shows_a_part_and_nothing_more_while_that_works),
        cmocka_unit_test(a_seller_rests_at_the_offer_on_the_tick_and_behind_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
