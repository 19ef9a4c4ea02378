// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"

#include "strategy/strategy.h"

enum { HALF_SPREAD, INTERVAL, SKEW, LEVELS, QTY_ORDER, MAX_POSITION, MIN_STEP, PARAMS };

struct desk {
    struct arena arena;
    struct book_l2 book;
    const struct strategy *strategy;
    double params[PARAMS_MAX];
    double position;
    struct strategy_working working[STRATEGY_WORKING_MAX];
    struct strategy_view view;
    struct strategy_out out;
};

// A book of 999 at 1001 in ticks of 0.1; half a spread of 1 %, a grid of 0.5 %, three orders a side.
static struct desk *desk_new(void) {
    struct desk *desk = calloc(1, sizeof *desk);
    const struct book_l2_config config = {.window = 256, .level_max = 16};
    struct book_l2_change change;
    assert_ok(arena_init(&desk->arena, 1 << 20));
    assert_ok(book_l2_init(&desk->book, &desk->arena, &config));
    assert_ok(book_l2_set(&desk->book, 1, 9990, 5, &change));
    assert_ok(book_l2_set(&desk->book, -1, 10010, 5, &change));
    desk->strategy = strategy_find("grid_maker");
    assert_non_null(desk->strategy);
    assert_int_equal(desk->strategy->param_count, PARAMS);
    desk->params[HALF_SPREAD] = 0.01;
    desk->params[INTERVAL] = 0.005;
    desk->params[SKEW] = 0.001;
    desk->params[LEVELS] = 3;
    desk->params[QTY_ORDER] = 2;
    desk->params[MAX_POSITION] = 10;
    desk->view = (struct strategy_view){.params = desk->params,
                                        .instrument_count = 1,
                                        .position = &desk->position,
                                        .book = &desk->book,
                                        .tick = 0.1,
                                        .lot = 1,
                                        .working = desk->working};
    return desk;
}

static void desk_free(struct desk *desk) {
    arena_fini(&desk->arena);
    free(desk);
}

static void ask_it(struct desk *desk) {
    desk->out = (struct strategy_out){0};
    desk->strategy->decide(&desk->view, NULL, &desk->out);
}

static void assert_orders(const struct desk *desk, const double *prices, const int *sides,
                          uint32_t count) {
    assert_int_equal(desk->out.order_count, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct strategy_order *order = &desk->out.orders[i];
        assert_true(fabs(order->limit_price - prices[i]) < 1e-9);
        assert_int_equal(order->side, sides[i]);
        assert_int_equal(order->flags, ORDER_POST_ONLY);
        assert_true(order->qty == 2);
    }
}

static void the_grid_stands_on_multiples_of_its_step(void **state) {
    struct desk *desk = desk_new();
    ask_it(desk);
    // The middle is 1000: bids from 990, asks from 1010, 5 apart.
    assert_orders(desk, (const double[]){990, 985, 980, 1010, 1015, 1020},
                  (const int[]){1, 1, 1, -1, -1, -1}, 6);
    desk_free(desk);
}

static void it_leans_against_what_it_holds(void **state) {
    struct desk *desk = desk_new();
    desk->position = 6; // three orders: 0.3 % lower
    ask_it(desk);
    assert_orders(desk, (const double[]){985, 980, 975, 1010, 1015, 1020},
                  (const int[]){1, 1, 1, -1, -1, -1}, 6); // 987 and 1007, out to the grid
    desk->position = 10;                                  // the limit: no more bids
    ask_it(desk);
    assert_orders(desk, (const double[]){1005, 1010, 1015}, (const int[]){-1, -1, -1}, 3);
    desk_free(desk);
}

static void it_never_quotes_through_the_touch(void **state) {
    struct desk *desk = desk_new();
    desk->params[HALF_SPREAD] = 0;
    desk->params[LEVELS] = 1;
    desk->params[MIN_STEP] = 0.5;
    desk->params[INTERVAL] = 0;
    ask_it(desk);
    assert_orders(desk, (const double[]){999, 1001}, (const int[]){1, -1}, 2);
    desk_free(desk);
}

static void it_moves_only_orders_that_are_idle(void **state) {
    struct desk *desk = desk_new();
    desk->working[0] = (struct strategy_working){7, 9900, 2, 1, ORDER_WORKING};   // stays
    desk->working[1] = (struct strategy_working){8, 9700, 2, 1, ORDER_WORKING};   // left behind
    desk->working[2] = (struct strategy_working){9, 9600, 2, 1, ORDER_SUBMITTED}; // on its way
    desk->working[3] = (struct strategy_working){10, 9850, 2, 1, ORDER_PENDING_CANCEL};
    desk->working[4] = (struct strategy_working){11, 10300, 1, -1, ORDER_PARTIALLY_FILLED};
    desk->view.working_count = 5;
    ask_it(desk);
    assert_int_equal(desk->out.cancel_count, 2);
    assert_int_equal(desk->out.cancels[0], 8);
    assert_int_equal(desk->out.cancels[1], 11);
    // 990 is there, 985 is being canceled: its price is taken still.
    assert_orders(desk, (const double[]){980, 1010, 1015, 1020}, (const int[]){1, -1, -1, -1}, 4);
    desk_free(desk);
}

static void an_empty_side_is_no_middle(void **state) {
    struct desk *desk = desk_new();
    book_l2_clear(&desk->book, -1);
    ask_it(desk);
    assert_int_equal(desk->out.order_count, 0);
    desk_free(desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grid_stands_on_multiples_of_its_step),
        cmocka_unit_test(it_leans_against_what_it_holds),
        cmocka_unit_test(it_never_quotes_through_the_touch),
        cmocka_unit_test(it_moves_only_orders_that_are_idle),
        cmocka_unit_test(an_empty_side_is_no_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
