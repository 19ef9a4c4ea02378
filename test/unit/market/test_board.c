// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "market/board.h"

struct fixture {
    struct arena arena;
    struct board board;
};

static int set_up(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_ok(arena_init(&fixture->arena, 1 << 16));
    assert_ok(board_init(&fixture->board, &fixture->arena, 2));
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *fixture = *state;
    arena_fini(&fixture->arena);
    free(fixture);
    return 0;
}

static union event bar_event(int64_t ts_ns, int64_t open, int64_t high, int64_t low,
                             int64_t close) {
    union event event;
    event_init(&event, EVENT_BAR, 1, ts_ns);
    event.bar.bar = (struct bar){ts_ns - 60, ts_ns, {open}, {high}, {low}, {close}, {10}, 60, 0};
    return event;
}

static union event quote_event(int64_t ts_ns, int64_t bid, int64_t ask) {
    union event event;
    event_init(&event, EVENT_QUOTE, 1, ts_ns);
    event.quote.bid = PRICE(bid);
    event.quote.ask = PRICE(ask);
    return event;
}

static union event split_event(int64_t numerator, int64_t denominator) {
    union event event;
    event_init(&event, EVENT_SPLIT, 1, 900);
    event.split.numerator = numerator;
    event.split.denominator = denominator;
    return event;
}

static void bars_and_trades_set_the_last_price(void **state) {
    struct board *board = &((struct fixture *)*state)->board;
    const struct board_row *row = &board->rows[1];
    union event event = bar_event(100, 10, 12, 9, 11);
    board_apply(board, &event);
    assert_int_equal(row->last.m, 11);
    assert_int_equal(row->ts_ns, 100);
    assert_memory_equal(&row->bar, &event.bar.bar, sizeof row->bar);
    event_init(&event, EVENT_TRADE, 1, 130);
    event.trade.price = PRICE(14);
    event.trade.qty = QTY(3);
    board_apply(board, &event);
    assert_int_equal(row->last.m, 14);
    assert_int_equal(row->ts_ns, 130);
    assert_int_equal(row->bar.close.m, 11);
    assert_int_equal(row->updates, 2);
    assert_int_equal(board->rows[0].updates, 0);
}

static void a_quote_of_both_sides_sets_the_middle(void **state) {
    struct board *board = &((struct fixture *)*state)->board;
    const struct board_row *row = &board->rows[1];
    const struct {
        int64_t bid, ask, last, ts_ns;
    } rows[] = {
        {10, 12, 11, 1},
        {10, 13, 12, 2},
        {10, 15, 12, 3}, // 11.5 and 12.5 to even
        {0, 99, 12, 3},
        {99, 0, 12, 3},
        {0, 0, 12, 3}, // one side leaves the last price
        {INT64_MAX - 1, INT64_MAX, INT64_MAX - 1, 7},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        union event event = quote_event((int64_t)i + 1, rows[i].bid, rows[i].ask);
        board_apply(board, &event);
        assert_int_equal(row->bid.m, rows[i].bid);
        assert_int_equal(row->ask.m, rows[i].ask);
        assert_int_equal(row->last.m, rows[i].last);
        assert_int_equal(row->ts_ns, rows[i].ts_ns);
    }
}

static void a_split_restates_prices_and_volume(void **state) {
    struct board *board = &((struct fixture *)*state)->board;
    const struct board_row *row = &board->rows[1];
    union event quote = quote_event(90, 700, 714), bar = bar_event(100, 700, 1400, 3, 707);
    union event split = split_event(7, 1);
    board_apply(board, &quote);
    board_apply(board, &bar);
    board_apply(board, &split);
    assert_int_equal(row->last.m, 101);
    assert_int_equal(row->bid.m, 100);
    assert_int_equal(row->ask.m, 102);
    assert_int_equal(row->bar.open.m, 100);
    assert_int_equal(row->bar.high.m, 200);
    assert_int_equal(row->bar.low.m, 1); // 3/7 rounds to nothing; a price stays one
    assert_int_equal(row->bar.close.m, 101);
    assert_int_equal(row->bar.volume.m, 70);
    assert_int_equal(row->ts_ns, 100);
    union event reverse = split_event(1, 8);
    board_apply(board, &reverse);
    assert_int_equal(row->last.m, 808);
    assert_int_equal(row->bar.volume.m, 9); // 8.75
    union event wrong = split_event(0, 8);
    board_apply(board, &wrong);
    assert_int_equal(row->last.m, 808);
}

static void a_split_before_any_price_leaves_none(void **state) {
    struct board *board = &((struct fixture *)*state)->board;
    union event split = split_event(7, 1);
    board_apply(board, &split);
    assert_int_equal(board->rows[1].last.m, 0);
    assert_int_equal(board->rows[1].bar.volume.m, 0);
}

static void a_delisting_marks_the_row_and_keeps_its_price(void **state) {
    struct board *board = &((struct fixture *)*state)->board;
    union event bar = bar_event(100, 10, 12, 9, 11), delist;
    board_apply(board, &bar);
    event_init(&delist, EVENT_DELIST, 1, 200);
    board_apply(board, &delist);
    assert_int_equal(board->rows[1].delisted, 1);
    assert_int_equal(board->rows[1].last.m, 11);
    assert_int_equal(board->rows[1].ts_ns, 100);
}

static void events_that_carry_no_price_are_ignored(void **state) {
    struct board *board = &((struct fixture *)*state)->board;
    const enum event_kind kinds[] = {EVENT_CLOCK,        EVENT_DIVIDEND, EVENT_RATE,
                                     EVENT_ORDER_FILLED, EVENT_CASH,     EVENT_HALT};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        union event event;
        event_init(&event, kinds[i], i % 2 ? INSTRUMENT_NONE : 1, 5);
        board_apply(board, &event);
    }
    struct board_row zero;
    memset(&zero, 0, sizeof zero);
    assert_memory_equal(&board->rows[0], &zero, sizeof zero);
    assert_memory_equal(&board->rows[1], &zero, sizeof zero);
}

static void a_full_arena_gives_no_board(void **state) {
    struct fixture *fixture = *state;
    struct board board;
    assert_int_equal(board_init(&board, &fixture->arena, 100000), ERR_NOMEM);
}

int main(void) {
#define WITH_BOARD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_BOARD(bars_and_trades_set_the_last_price),
        WITH_BOARD(a_quote_of_both_sides_sets_the_middle),
        WITH_BOARD(a_split_restates_prices_and_volume),
        WITH_BOARD(a_split_before_any_price_leaves_none),
        WITH_BOARD(a_delisting_marks_the_row_and_keeps_its_price),
        WITH_BOARD(events_that_carry_no_price_are_ignored),
        WITH_BOARD(a_full_arena_gives_no_board),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
