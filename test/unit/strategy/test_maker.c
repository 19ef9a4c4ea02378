// SPDX-License-Identifier: Apache-2.0
#include "strategy/maker.h"

#include <math.h>

#include "book_desk.h"

static struct maker_state *watched(struct desk *desk) {
    return (struct maker_state *)desk->state;
}

static double look(struct desk *desk, int64_t ms) {
    desk->view.now_ns += ms * 1000000;
    double middle = maker_look(watched(desk), &desk->view, 40, 10); // buckets of a tick
    desk->view.trade_count = 0;
    return middle;
}

static void trades_of_one_instant_and_side_are_one_order(void **state) {
    struct desk *desk = desk_new("grid_maker");
    struct making_estimate *estimate = &watched(desk)->estimate;
    assert_true(fabs(look(desk, 0) - 1000) < 1e-9);
    desk_trade(desk, 5, 1, 1001.05, 1);  // 1.05 above the middle: bucket 10
    desk_trade(desk, 5, 1, 1001.25, 1);  // the same order, deeper: bucket 12
    desk_trade(desk, 5, -1, 998.95, 1);  // another: bucket 10
    desk_trade(desk, 6, -1, 1000.05, 1); // sold above the middle: bucket 0
    desk_trade(desk, 6, 0, 1009, 1);     // nobody knows by whom
    desk_trade(desk, 7, 1, 1100, 1);     // beyond: the last bucket
    look(desk, 100);
    double sum = 0;
    for (int i = 0; i < MAKING_BUCKETS; i++) sum += estimate->orders[i];
    assert_true(sum == 4);
    assert_true(estimate->orders[12] == 1 && estimate->orders[10] == 1 && estimate->orders[0] == 1);
    assert_true(estimate->orders[MAKING_BUCKETS - 1] == 1);
    assert_true(estimate->seconds == 0.1);
    desk_free(desk);
}

static void an_empty_side_is_no_look(void **state) {
    struct desk *desk = desk_new("grid_maker");
    look(desk, 0);
    struct maker_state before = *watched(desk);
    book_l2_clear(&desk->book, 1);
    assert_true(isnan(look(desk, 100)));
    assert_memory_equal(&before, desk->state, sizeof before);
    desk_level(desk, 1, 9980, 5);
    assert_true(fabs(look(desk, 100) - 999.5) < 1e-9);
    assert_true(watched(desk)->estimate.seconds == 0.2);
    assert_true(fabs(watched(desk)->estimate.squares - 0.25) < 1e-9);
    desk_free(desk);
}

static void prices_that_are_not_above_nothing_are_no_look(void **state) {
    struct desk *desk = desk_new("avellaneda_stoikov");
    book_l2_clear(&desk->book, 0);
    desk_level(desk, 1, -20, 5);
    desk_level(desk, -1, 20, 5);
    assert_true(isnan(look(desk, 0)));
    desk_level(desk, -1, 21, 5);
    desk_level(desk, -1, 20, 0);
    assert_true(look(desk, 100) > 0);
    book_l2_clear(&desk->book, 0);
    desk_level(desk, 1, -40, 5);
    desk_level(desk, -1, -30, 5);
    desk_trade(desk, 9, 1, -3, 1);
    assert_true(isnan(look(desk, 100)));
    desk_ask(desk); // decides without a word
    assert_int_equal(desk->out.order_count, 0);
    desk_free(desk);
}

static void a_quote_stands_behind_its_depth_and_does_not_cross(void **state) {
    struct desk *desk = desk_new("grid_maker");
    static const struct {
        int side;
        double depth;
        bool improve, quoted;
        int64_t tick;
    } rows[] = {
        {1, 1.55, false, true, 9984},   {-1, 1.55, false, true, 10016},
        {1, 0.52, false, true, 9990},   {-1, 0.52, false, true, 10010},
        {1, 0.52, true, true, 9994},    {-1, 0.52, true, true, 10006},
        {1, -5, true, true, 10009},     {-1, -5, true, true, 9991},
        {1, INFINITY, false, false, 0}, {-1, INFINITY, false, false, 0},
        {1, NAN, false, false, 0},      {1, 999.95, false, false, 0},
        {-1, -999.95, false, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t tick = 0;
        bool quoted =
            maker_tick(&desk->view, rows[i].side, 1000, rows[i].depth, rows[i].improve, &tick);
        if (quoted != rows[i].quoted || tick != rows[i].tick)
            fail_msg("row %zu: %d at %lld", i, quoted, (long long)tick);
    }
    desk_free(desk);
}

static void a_position_at_its_limit_stops_a_side(void **state) {
    struct desk *desk = desk_new("grid_maker");
    desk->position = 9.5;
    assert_true(maker_may(&desk->view, 1, 10) && maker_may(&desk->view, -1, 10));
    desk->position = 10;
    assert_true(!maker_may(&desk->view, 1, 10) && maker_may(&desk->view, -1, 10));
    desk->position = -10;
    assert_true(maker_may(&desk->view, 1, 10) && !maker_may(&desk->view, -1, 10));
    desk_free(desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trades_of_one_instant_and_side_are_one_order),
        cmocka_unit_test(an_empty_side_is_no_look),
        cmocka_unit_test(prices_that_are_not_above_nothing_are_no_look),
        cmocka_unit_test(a_quote_stands_behind_its_depth_and_does_not_cross),
        cmocka_unit_test(a_position_at_its_limit_stops_a_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
