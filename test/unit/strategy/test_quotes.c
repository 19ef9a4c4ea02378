// SPDX-License-Identifier: Apache-2.0
#include "strategy/quotes.h"

#include "book_desk.h"

static void a_price_is_there_once(void **state) {
    struct quotes quotes = {.count = 0};
    quotes_add(&quotes, 5);
    quotes_add(&quotes, 7);
    quotes_add(&quotes, 5);
    assert_int_equal(quotes.count, 2);
}

static void what_stands_stays_what_left_goes_what_misses_comes(void **state) {
    struct desk *desk = desk_new("grid_maker");
    const struct quotes bids = {{9900, 9890, 9880}, 3};
    desk->working[0] = (struct strategy_working){1, 9900, 2, 1, ORDER_WORKING};
    desk->working[1] = (struct strategy_working){2, 9700, 2, 1, ORDER_PARTIALLY_FILLED};
    desk->working[2] = (struct strategy_working){3, 9600, 2, 1, ORDER_SUBMITTED};
    desk->working[3] = (struct strategy_working){4, 9890, 2, 1, ORDER_PENDING_CANCEL};
    desk->working[4] = (struct strategy_working){5, 9700, 2, -1, ORDER_WORKING};
    desk->view.working_count = 5;
    quotes_move(&desk->view, 1, &bids, 2.5, &desk->out);
    assert_int_equal(desk->out.cancel_count, 1);
    assert_int_equal(desk->out.cancels[0], 2);
    assert_int_equal(desk->out.order_count, 1);
    const struct strategy_order *order = desk_order(desk, 1);
    assert_true(order->limit_price == 988 && order->qty == 2.5);
    assert_true(order->type == ORDER_LIMIT && order->flags == ORDER_POST_ONLY);
    desk_free(desk);
}

static void an_order_that_is_about_right_keeps_its_place(void **state) {
    struct desk *desk = desk_new("grid_maker");
    desk->working[0] = (struct strategy_working){1, 9903, 2, 1, ORDER_WORKING};
    desk->working[1] = (struct strategy_working){2, 9901, 2, 1, ORDER_WORKING};
    desk->working[2] = (struct strategy_working){3, 9900, 2, -1, ORDER_WORKING};
    desk->working[3] = (struct strategy_working){4, 9900, 2, 1, ORDER_PENDING_CANCEL};
    desk->view.working_count = 4;
    assert_int_equal(quotes_hold(&desk->view, 1, 9900, 2), 9901);
    assert_int_equal(quotes_hold(&desk->view, 1, 9900, 0), 9900);
    assert_int_equal(quotes_hold(&desk->view, 1, 9905, 2), 9903);
    assert_int_equal(quotes_hold(&desk->view, 1, 9906, 2), 9906);
    assert_int_equal(quotes_hold(&desk->view, -1, 9902, 2), 9900);
    desk_free(desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_price_is_there_once),
        cmocka_unit_test(what_stands_stays_what_left_goes_what_misses_comes),
        cmocka_unit_test(an_order_that_is_about_right_keeps_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
