// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "book_desk.h"

// A book of 999.0 at 1001.0 in ticks of 0.1. Much traded at 1000.0, and nothing else is asked for than a large print
// (100,000 and more) near there.
static struct desk *desk_ready(void) {
    static const char *const values[][2] = {
        {"whale", "100000"}, {"imbalance", "-1"}, {"flow", "-1000000"}, {"near", "5"},
        {"row", "1"},        {"stack_age", "0s"}, {"max_spread", "20"}, {"warmup", "0s"},
        {"qty", "2"},        {"take", "30"},      {"stop", "25"},       {"hold", "10s"},
        {"bar", "1"}};
    struct desk *desk = desk_new("volume_scalper");
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        desk_set(desk, values[i][0], values[i][1]);
    for (int i = 0; i < 10; i++) desk_trade(desk, i, i % 2 ? 1 : -1, 1000, 20);
    desk_step(desk, 100);
    desk_step(desk, 2000); // the first bar is over
    assert_int_equal(desk->out.order_count, 0);
    return desk;
}

static void print(struct desk *desk, int side) {
    desk_trade(desk, 1000 + (int64_t)desk->view.decisions, side, 1000, 120);
}

static void a_large_print_at_a_level_is_joined(void **state) {
    for (int side = 1; side >= -1; side -= 2) {
        struct desk *desk = desk_ready();
        print(desk, side);
        desk_step(desk, 100);
        const struct strategy_order *order = desk_order(desk, side);
        assert_non_null(order);
        assert_true(order->type == ORDER_LIMIT && order->tif == TIF_IOC && order->qty == 2);
        assert_true(fabs(order->limit_price - (side > 0 ? 1001 : 999)) < 1e-9);
        desk_step(desk, 100); // a print is used once
        assert_int_equal(desk->out.order_count, 0);
        desk_free(desk);
    }
}

static void each_condition_alone_forbids_it(void **state) {
    static const char *const rows[][2] = {
        {"whale", "120001"},  {"imbalance", "0.01"}, {"flow", "0.01"},  {"stack_age", "60s"},
        {"max_spread", "19"}, {"warmup", "60s"},     {"memory", "50ms"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct desk *desk = desk_ready();
        desk_set(desk, rows[i][0], rows[i][1]);
        print(desk, 1);
        desk_step(desk, 0);
        bool memory = strcmp(rows[i][0], "memory") == 0;
        if (memory) { // it is young now, and not after 51 ms
            assert_int_equal(desk->out.order_count, 1);
            desk_free(desk);
            desk = desk_ready();
            desk_set(desk, rows[i][0], rows[i][1]);
            desk_set(desk, "max_spread", "1");
            print(desk, 1);
            desk_step(desk, 0);
            desk_set(desk, "max_spread", "20");
            desk_step(desk, 51);
        }
        if (desk->out.order_count != 0) fail_msg("%s", rows[i][0]);
        desk_free(desk);
    }
}

static void a_print_away_from_the_levels_is_not_joined(void **state) {
    struct desk *desk = desk_ready();
    desk_trade(desk, 99, 1, 1000.6,
               120); // it makes its own level with its own volume, if it is the most
    desk_step(desk, 100);
    assert_int_equal(desk->out.order_count, 0);
    desk_set(desk, "near", "6");
    desk_step(desk, 100);
    assert_int_equal(desk->out.order_count, 1);
    desk_free(desk);
}

static void nothing_is_begun_beside_an_order_or_right_after_a_position(void **state) {
    struct desk *desk = desk_ready();
    desk->working[0] = (struct strategy_working){8, 10010, 2, 1, ORDER_SUBMITTED};
    desk->view.working_count = 1;
    print(desk, 1);
    desk_step(desk, 100);
    assert_int_equal(desk->out.order_count, 0);
    desk->view.working_count = 0;
    desk->position = 2;
    desk->entry_price = 1001;
    desk_step(desk, 100);
    desk->position = 0;
    print(desk, 1);
    desk_step(desk, 100);
    assert_int_equal(desk->out.order_count, 0); // the pause of 2 s
    print(desk, 1);
    desk_step(desk, 2000);
    assert_int_equal(desk->out.order_count, 1);
    desk_free(desk);
}

static void a_position_has_a_target_for_all_of_it(void **state) {
    struct desk *desk = desk_ready();
    desk->position = 2;
    desk->entry_price = 1001;
    desk_step(desk, 100);
    const struct strategy_order *order = desk_order(desk, -1);
    assert_non_null(order);
    assert_true(order->type == ORDER_LIMIT && order->tif == TIF_GTC && order->qty == 2);
    assert_true((order->flags & ORDER_REDUCE_ONLY) && fabs(order->limit_price - 1004) < 1e-9);
    desk->working[0] = (struct strategy_working){8, 10040, 1.5, -1, ORDER_WORKING};
    desk->working[1] = (struct strategy_working){9, 10010, 1, 1, ORDER_WORKING};
    desk->view.working_count = 2;
    desk_step(desk, 100); // the rest of it, and what remains of the entry is taken back
    assert_non_null(desk_order(desk, -1));
    assert_true(desk_order(desk, -1)->qty == 0.5);
    assert_true(desk->out.cancel_count == 1 && desk->out.cancels[0] == 9);
    desk->working[0].leaves = 2;
    desk->view.working_count = 1;
    desk_step(desk, 100);
    assert_true(desk->out.order_count == 0 && desk->out.cancel_count == 0);
    desk_free(desk);
}

static void the_stop_and_the_clock_leave_at_once(void **state) {
    static const struct {
        double position, entry;
        int64_t ms;
        bool leaves;
    } rows[] = {
        {2, 1001.4, 100, false}, // 24 ticks below at the bid of 999.0
        {2, 1001.5, 100, true},  // 25
        {-2, 998.6, 100, false}, // 24 above at the ask
        {-2, 998.5, 100, true},  // 25
        {2, 999, 9999, false},   // 10 s from its first look
        {2, 999, 10000, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct desk *desk = desk_ready();
        int side = rows[i].position > 0 ? 1 : -1;
        desk->position = rows[i].position;
        desk->entry_price = rows[i].entry;
        desk_step(desk, 0);
        desk->working[0] = (struct strategy_working){8, 10040, 2, -side, ORDER_WORKING};
        desk->view.working_count = 1;
        if (i >= 4) desk_step(desk, rows[i].ms);
        if (i < 4) { // the first look has left already
            assert_int_equal(desk_order(desk, -side)->type == ORDER_MARKET, rows[i].leaves);
            desk_free(desk);
            continue;
        }
        const struct strategy_order *order = desk_order(desk, -side);
        assert_int_equal(order != NULL, rows[i].leaves);
        assert_int_equal(desk->out.cancel_count, rows[i].leaves);
        if (order != NULL) {
            assert_true(order->type == ORDER_MARKET && order->qty == 2);
            assert_true(order->flags & ORDER_REDUCE_ONLY);
            desk->working[0].state = ORDER_PENDING_CANCEL;
            desk_step(desk, 100); // on its way
            assert_true(desk->out.order_count == 0 && desk->out.cancel_count == 0);
            desk->view.working_count = 0;
            desk_step(desk, 100); // it ended, and something is left
            assert_non_null(desk_order(desk, -side));
        }
        desk_free(desk);
    }
}

static void an_entry_may_join_the_queue_and_waits_so_long(void **state) {
    struct desk *desk = desk_ready();
    desk_set(desk, "entry", "join");
    print(desk, 1);
    desk_step(desk, 100);
    const struct strategy_order *order = desk_order(desk, 1);
    assert_non_null(order);
    assert_true(order->tif == TIF_GTC && order->flags == ORDER_POST_ONLY);
    assert_true(fabs(order->limit_price - 999) < 1e-9);
    desk->working[0] = (struct strategy_working){8, 9990, 2, 1, ORDER_WORKING};
    desk->view.working_count = 1;
    desk_step(desk, 1999);
    assert_int_equal(desk->out.cancel_count, 0);
    desk_step(desk, 1);
    assert_true(desk->out.cancel_count == 1 && desk->out.cancels[0] == 8);
    desk_free(desk);
}

// Sellers hit the lower four of eight rows, and the bar closes above them.
static void absorption_at_a_level_is_joined_too(void **state) {
    struct desk *desk = desk_ready();
    desk_step(desk, 20000); // the bar before is over
    for (int row = 0; row < 4; row++) desk_trade(desk, 50 + row, -1, 999.7 + 0.1 * row, 9);
    for (int row = 4; row < 8; row++) desk_trade(desk, 60 + row, 1, 999.7 + 0.1 * row, 1);
    desk_step(desk, 100);
    assert_int_equal(desk->out.order_count, 0);
    desk_step(desk, 15000);
    assert_non_null(desk_order(desk, 1));
    desk_free(desk);
}

static void an_empty_side_of_the_book_decides_nothing(void **state) {
    struct desk *desk = desk_ready();
    book_l2_clear(&desk->book, -1);
    print(desk, 1);
    desk_step(desk, 100);
    assert_int_equal(desk->out.order_count, 0);
    desk->position = 2;
    desk->entry_price = 2000;
    desk_step(desk, 100);
    assert_int_equal(desk->out.order_count, 0);
    desk_free(desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_print_at_a_level_is_joined),
        cmocka_unit_test(each_condition_alone_forbids_it),
        cmocka_unit_test(a_print_away_from_the_levels_is_not_joined),
        cmocka_unit_test(nothing_is_begun_beside_an_order_or_right_after_a_position),
        cmocka_unit_test(a_position_has_a_target_for_all_of_it),
        cmocka_unit_test(the_stop_and_the_clock_leave_at_once),
        cmocka_unit_test(an_entry_may_join_the_queue_and_waits_so_long),
        cmocka_unit_test(absorption_at_a_level_is_joined_too),
        cmocka_unit_test(an_empty_side_of_the_book_decides_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
