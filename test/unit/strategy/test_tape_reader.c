// SPDX-License-Identifier: Apache-2.0
#include "strategy/tape_reader.h"

#include <math.h>

#include "harness.h"
#include "market/feed.h"

struct desk {
    struct arena arena;
    struct book_l2 book;
    struct strategy_trade trades[64];
    struct strategy_view view;
    struct tape_reader_config config;
    struct tape_reader reader;
};

static struct desk *desk_new(void) {
    struct desk *desk = calloc(1, sizeof *desk);
    const struct book_l2_config config = {.window = 4096, .level_max = 64};
    assert_ok(arena_init(&desk->arena, 1 << 20));
    assert_ok(book_l2_init(&desk->book, &desk->arena, &config));
    desk->view = (struct strategy_view){
        .now_ns = 1000000000, .book = &desk->book, .tick = 0.1, .lot = 0.5, .trades = desk->trades};
    desk->config = (struct tape_reader_config){.row_ticks = 1,
                                               .profile_ns = 100000000000,
                                               .bar_s = 10,
                                               .whale = 50000,
                                               .half_life_s = 1e15,
                                               .share_ppm = 700000,
                                               .rules = footprint_rules_default};
    return desk;
}

static void desk_free(struct desk *desk) {
    arena_fini(&desk->arena);
    free(desk);
}

static void set(struct desk *desk, int side, int64_t tick, int64_t qty) {
    struct book_l2_change change;
    assert_ok(book_l2_set(&desk->book, side, tick, qty, &change));
}

static void trade(struct desk *desk, int64_t venue_ns, int side, double price, double qty) {
    desk->trades[desk->view.trade_count++] = (struct strategy_trade){.ts_ns = desk->view.now_ns,
                                                                     .venue_ns = venue_ns,
                                                                     .price = price,
                                                                     .qty = qty,
                                                                     .best_bid = BOOK_L2_NO_BID,
                                                                     .best_ask = BOOK_L2_NO_ASK,
                                                                     .side = side};
}

static void look(struct desk *desk, int64_t ms) {
    desk->view.now_ns += ms * 1000000;
    tape_reader_look(&desk->reader, &desk->config, &desk->view);
    desk->view.trade_count = 0;
}

// 100 x 200 = 20,000 a trade.
static void a_large_print_is_all_that_one_order_took(void **state) {
    static const struct {
        int64_t venue_ns[3];
        int side[3];
        int64_t expected;
    } rows[] = {
        {{7, 7, 7}, {1, 1, 1}, 1},     {{7, 7, 8}, {1, 1, 1}, 0}, {{7, 7, 7}, {1, -1, 1}, 0},
        {{7, 7, 7}, {-1, -1, -1}, -1}, {{7, 7, 7}, {0, 0, 0}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct desk *desk = desk_new();
        for (int k = 0; k < 3; k++) {
            trade(desk, rows[i].venue_ns[k], rows[i].side[k], 100, 200);
            if (k == 1) look(desk, 1); // however decisions cut them
        }
        look(desk, 1);
        if (desk->reader.whale.side != rows[i].expected) fail_msg("row %zu", i);
        assert_int_equal(desk->reader.whale.ns != 0, rows[i].expected != 0);
        if (rows[i].expected != 0) assert_int_equal(desk->reader.whale.tick, 1000);
        desk_free(desk);
    }
}

static void the_flow_is_what_the_touch_gained_and_lost(void **state) {
    static const struct {
        int side;
        int64_t tick, qty;
        double flow; // in quantities, summed up by hand
    } rows[] = {
        {1, 9990, 8, 3},   // the bid grows by 3
        {1, 9991, 4, 7},   // a better bid of 4
        {-1, 10009, 2, 5}, // a better offer of 2
        {-1, 10009, 0, 7}, // taken
        {1, 9991, 0, 3},   // the better bid is gone
        {-1, 10010, 1, 7}, // the offer shrinks by 4
    };
    struct desk *desk = desk_new();
    look(desk, 100);
    assert_true(tape_reader_flow(&desk->reader) == 0);
    set(desk, 1, 9990, 5);
    set(desk, -1, 10010, 5);
    look(desk, 100);
    assert_true(tape_reader_flow(&desk->reader) == 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        set(desk, rows[i].side, rows[i].tick, rows[i].qty);
        look(desk, 100);
        double flow = tape_reader_flow(&desk->reader) * 5; // the mean of the touch, kept for ever
        if (!(fabs(flow - rows[i].flow) < 1e-9)) fail_msg("row %zu: %g", i, flow);
    }
    book_l2_clear(&desk->book, 1);
    look(desk, 100); // an empty side tells nothing, and nothing is compared with it
    set(desk, 1, 9000, 1000);
    set(desk, -1, 10010, 9);
    look(desk, 100);
    assert_true(fabs(tape_reader_flow(&desk->reader) * 5 - 7) < 1e-9);
    desk_free(desk);
}

static void flow_fades_by_half(void **state) {
    struct desk *desk = desk_new();
    desk->config.half_life_s = 2;
    set(desk, 1, 9990, 5);
    set(desk, -1, 10010, 5);
    look(desk, 100);
    set(desk, 1, 9990, 10);
    look(desk, 0); // the mean touch is still 5: no time has passed
    assert_true(fabs(tape_reader_flow(&desk->reader) - 1) < 1e-12);
    look(desk, 2000); // 2.5 over (5 + 7.5) / 2
    assert_true(fabs(tape_reader_flow(&desk->reader) - 2.5 / 6.25) < 1e-12);
    desk_free(desk);
}

static void the_imbalance_is_of_the_best_levels(void **state) {
    struct desk *desk = desk_new();
    assert_true(tape_reader_imbalance(&desk->book, 50) == 0);
    for (int i = 0; i < 60; i++) set(desk, 1, 9990 - i, i < 50 ? 3 : 1000);
    for (int i = 0; i < 60; i++) set(desk, -1, 10010 + i, 1);
    assert_true(fabs(tape_reader_imbalance(&desk->book, 50) - 0.5) < 1e-12);
    assert_true(fabs(tape_reader_imbalance(&desk->book, 1) - 0.5) < 1e-12);
    assert_true(tape_reader_imbalance(&desk->book, 60) > 0.9);
    desk_free(desk);
}

// Rows 1000..1005 trade 1, 1, 7, 1.5, 1, 0.5: the area at 0.7 is 1002..1004 (docs/footprint.md).
static void the_distance_is_to_the_nearest_level(void **state) {
    static const double qtys[] = {10, 10, 70, 15, 10, 5};
    static const struct {
        int64_t tick, expected;
    } rows[] = {{1002, 0}, {1003, 1}, {1004, 0}, {1010, 6}, {990, 12}, {1001, 1}};
    struct desk *desk = desk_new();
    assert_int_equal(tape_reader_distance(&desk->reader, 1000), INT64_MAX);
    look(desk, 1);
    assert_int_equal(tape_reader_distance(&desk->reader, 1000), INT64_MAX);
    for (int i = 0; i < 6; i++) trade(desk, i, 1, 100 + 0.1 * i, qtys[i]);
    look(desk, 1); // the bar is not over: no level is known
    assert_int_equal(tape_reader_distance(&desk->reader, 1000), INT64_MAX);
    look(desk, 10000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(tape_reader_distance(&desk->reader, rows[i].tick), rows[i].expected);
    look(desk, 100000); // all of it is too old
    assert_int_equal(tape_reader_distance(&desk->reader, 1000), INT64_MAX);
    desk_free(desk);
}

// Sellers hit the lower three of six rows and the bar closes above them; buying is stacked in the upper three.
static void bars_leave_marks_when_their_time_is_over(void **state) {
    struct desk *desk = desk_new();
    for (int row = 0; row < 3; row++) trade(desk, row, -1, 100 + 0.1 * row, 5);
    for (int row = 3; row < 6; row++) {
        trade(desk, 10 + row, -1, 100 + 0.1 * row, 0.5);
        trade(desk, 20 + row, 1, 100 + 0.1 * row, 20);
    }
    look(desk, 1);
    assert_int_equal(desk->reader.absorbed.ns, 0);
    look(desk, 20000);
    assert_int_equal(desk->reader.absorbed.ns, desk->view.now_ns);
    assert_true(desk->reader.absorbed.side == 1 && desk->reader.absorbed.tick == 1000);
    assert_int_equal(desk->reader.stack[0].ns, desk->view.now_ns);
    assert_int_equal(desk->reader.stack[1].ns, 0);
    desk_free(desk);
}

static void what_does_not_fit_is_counted(void **state) {
    struct desk *desk = desk_new();
    trade(desk, 1, 1, 100, 1);
    trade(desk, 2, 1, 100 + 0.1 * TAPE_READER_ROWS, 1);
    trade(desk, 3, 1, 0, 1);       // no price at all
    trade(desk, 4, 1, 100, 0.001); // less than a lot is one
    look(desk, 1);
    assert_int_equal(desk->reader.left_out, 1);
    look(desk, 10000);
    assert_int_equal(tape_reader_distance(&desk->reader, 1000), 0);
    desk_free(desk);
}

static void untold_sides_are_found_and_auctions_have_none(void **state) {
    struct desk *desk = desk_new();
    trade(desk, 7, 0, 100, 1);
    trade(desk, 8, 0, 101, 600); // higher: a buyer's
    look(desk, 1);
    assert_int_equal(desk->reader.whale.side, 1);
    trade(desk, 9, -1, 100, 600);
    desk->trades[0].flags = FEED_CROSS;
    look(desk, 1);
    assert_int_equal(desk->reader.whale.side, 1);
    desk_free(desk);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_large_print_is_all_that_one_order_took),
        cmocka_unit_test(the_flow_is_what_the_touch_gained_and_lost),
        cmocka_unit_test(flow_fades_by_half),
        cmocka_unit_test(the_imbalance_is_of_the_best_levels),
        cmocka_unit_test(the_distance_is_to_the_nearest_level),
        cmocka_unit_test(bars_leave_marks_when_their_time_is_over),
        cmocka_unit_test(what_does_not_fit_is_counted),
        cmocka_unit_test(untold_sides_are_found_and_auctions_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
