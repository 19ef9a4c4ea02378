// SPDX-License-Identifier: Apache-2.0
#include "tick_pit.h"

static struct tick_pit *pit_by_order(enum tick_fills fills, const char *queue) {
    struct tick_pit *pit = tick_pit_new(fills);
    pit->config.other_max = 16;
    pit->config.executions = true;
    assert_ok(tick_config_set_queue(&pit->config, queue));
    tick_pit_open(pit);
    return pit;
}

static void order(struct tick_pit *pit, int64_t ns, enum feed_kind kind, int side, int64_t price,
                  int64_t qty, uint64_t id) {
    tick_pit_record(pit, ns, feed_what(kind, side, FEED_LAST), price, qty, id);
}

static int64_t level(const struct tick_pit *pit, int side, int64_t tick) {
    return book_l2_qty(tick_exchange_book(pit->exchange), side, tick);
}

static void the_levels_are_the_sums_of_the_orders(void **state) {
    struct tick_pit *pit = pit_by_order(TICK_FILLS_SHARED, "power3");
    order(pit, 1, FEED_ADD, 1, 99, 5, 1);
    order(pit, 1, FEED_ADD, 1, 99, 7, 2);
    order(pit, 1, FEED_ADD, -1, 101, 4, 3);
    assert_int_equal(level(pit, 1, 99), 12);
    order(pit, 2, FEED_REDUCE, 1, 0, 2, 1);
    order(pit, 2, FEED_EXECUTE, 1, 99, 1, 1);
    assert_int_equal(level(pit, 1, 99), 9);
    order(pit, 3, FEED_MODIFY, 1, 98, 8, 2);
    assert_int_equal(level(pit, 1, 99), 2);
    assert_int_equal(level(pit, 1, 98), 8);
    order(pit, 4, FEED_DELETE, 1, 0, 0, 1);
    order(pit, 4, FEED_DELETE, 1, 0, 0, 99); // never told
    order(pit, 4, FEED_ADD, 1, 97, 1, 2);    // there already
    assert_int_equal(level(pit, 1, 99), 0);
    const struct tick_counts *counts = tick_exchange_counts(pit->exchange);
    assert_int_equal(counts->orders_unknown, 1);
    assert_int_equal(counts->orders_refused, 1);
    order(pit, 5, FEED_CLEAR, 0, 0, 0, 0);
    assert_int_equal(level(pit, -1, 101), 0);
    order(pit, 6, FEED_ADD, 1, 98, 8, 2); // may come again
    assert_int_equal(level(pit, 1, 98), 8);
    tick_pit_free(pit);
}

static void ours_fills_when_one_behind_it_is_executed(void **state) {
    struct tick_pit *pit = pit_by_order(TICK_FILLS_SHARED, "fifo");
    int next = 0;
    order(pit, 1, FEED_ADD, 1, 99, 5, 1);
    uint64_t id = tick_pit_limit(pit, 2, 1, 99, 4);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    order(pit, 3, FEED_ADD, 1, 99, 9, 2);
    order(pit, 4, FEED_EXECUTE, 1, 99, 5, 1); // all before it
    assert_int_equal(pit->report_count, next);
    order(pit, 5, FEED_EXECUTE, 1, 99, 3, 2);
    tick_pit_expect_fill(pit, &next, id, 99, 3, 1);
    order(pit, 6, FEED_EXECUTE, 1, 99, 3, 2);
    tick_pit_expect_fill(pit, &next, id, 99, 1, 0);
    assert_int_equal(pit->report_count, next);
    tick_pit_free(pit);
}

static void what_an_execution_takes_is_there_once(void **state) {
    const int64_t second[] = {1, 4, 4};
    for (enum tick_fills fills = TICK_FILLS_SHARED; fills <= TICK_FILLS_WHOLE; fills++) {
        struct tick_pit *pit = pit_by_order(fills, "fifo");
        int next = 2;
        uint64_t a = tick_pit_limit(pit, 2, -1, 101, 4), b = tick_pit_limit(pit, 2, -1, 102, 4);
        order(pit, 3, FEED_ADD, -1, 102, 5, 1);
        order(pit, 4, FEED_EXECUTE, -1, 102, 5, 1);
        tick_pit_expect_fill(pit, &next, a, 101, 4, 0); // the better price first
        tick_pit_expect_fill(pit, &next, b, 102, second[fills], 4 - second[fills]);
        tick_pit_free(pit);
    }
}

static void a_moved_order_stands_behind_ours(void **state) {
    struct tick_pit *pit = pit_by_order(TICK_FILLS_SHARED, "fifo");
    int next = 1;
    order(pit, 1, FEED_ADD, 1, 99, 5, 1);
    order(pit, 1, FEED_ADD, 1, 99, 5, 2);
    uint64_t id = tick_pit_limit(pit, 2, 1, 99, 4);
    order(pit, 3, FEED_MODIFY, 1, 99, 4, 1); // less: keeps its place
    order(pit, 4, FEED_EXECUTE, 1, 99, 1, 1);
    assert_int_equal(pit->report_count, next);
    order(pit, 5, FEED_MODIFY, 1, 99, 8, 1); // more: behind
    order(pit, 6, FEED_EXECUTE, 1, 99, 1, 1);
    tick_pit_expect_fill(pit, &next, id, 99, 1, 3);
    tick_pit_replace(pit, 7, id, 99, 9); // ours: behind all
    tick_pit_expect(pit, &next, id, EVENT_ORDER_REPLACED);
    order(pit, 8, FEED_EXECUTE, 1, 99, 1, 1);
    assert_int_equal(pit->report_count, next);
    tick_pit_free(pit);
}

static void hidden_orders_come_after_ours_and_trades_told_twice_are_no_news(void **state) {
    struct tick_pit *pit = pit_by_order(TICK_FILLS_SHARED, "fifo");
    int next = 1;
    order(pit, 1, FEED_ADD, 1, 99, 5, 1);
    uint64_t id = tick_pit_limit(pit, 2, 1, 99, 4);
    tick_pit_record(pit, 3, feed_what(FEED_TRADE, -1, 0), 98, 9, 0);
    assert_int_equal(pit->report_count, next);
    tick_pit_record(pit, 4, feed_what(FEED_TRADE, -1, FEED_HIDDEN), 99, 1, 0);
    tick_pit_expect_fill(pit, &next, id, 99, 1, 3);
    // An order that was there before the feed began trades below ours.
    order(pit, 5, FEED_EXECUTE, 1, 98, 2, 77);
    tick_pit_expect_fill(pit, &next, id, 99, 2, 1);
    order(pit, 6, FEED_EXECUTE, 1, 99, 2, 78); // at our price it stood before
    assert_int_equal(pit->report_count, next);
    // Somebody asks our price.
    order(pit, 7, FEED_ADD, -1, 99, 2, 79);
    tick_pit_expect_fill(pit, &next, id, 99, 1, 0);
    tick_pit_free(pit);
}

static void after_a_clear_ours_stands_behind_the_picture(void **state) {
    struct tick_pit *pit = pit_by_order(TICK_FILLS_SHARED, "fifo");
    int next = 1;
    order(pit, 1, FEED_ADD, 1, 99, 5, 1);
    uint64_t id = tick_pit_limit(pit, 2, 1, 99, 4);
    tick_pit_record(pit, 3, feed_what(FEED_CLEAR, 0, 0), 0, 0, 0);
    order(pit, 3, FEED_ADD, 1, 99, 5, 1);
    order(pit, 3, FEED_ADD, 1, 99, 6, 2);
    order(pit, 4, FEED_EXECUTE, 1, 99, 6, 2); // out of turn, but before ours
    assert_int_equal(pit->report_count, next);
    order(pit, 5, FEED_ADD, 1, 99, 6, 3);
    order(pit, 5, FEED_EXECUTE, 1, 99, 1, 3);
    tick_pit_expect_fill(pit, &next, id, 99, 1, 3);
    tick_pit_free(pit);
}

static void stops_hear_executions(void **state) {
    struct tick_pit *pit = pit_by_order(TICK_FILLS_SHARED, "fifo");
    int next = 1;
    order(pit, 1, FEED_ADD, -1, 101, 5, 1);
    struct order_spec spec = {
        .side = 1, .type = ORDER_STOP, .qty = QTY(2), .stop_price = PRICE(101)};
    uint64_t id = tick_pit_send(pit, 2, spec);
    order(pit, 3, FEED_EXECUTE, -1, 101, 1, 1);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_TRIGGERED);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_FILLED);
    tick_pit_free(pit);
}

static void a_book_by_price_has_no_first_come_first_served(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    struct tick_config config = pit->config;
    assert_ok(tick_config_set_queue(&config, "fifo"));
    assert_null(tick_exchange_new(&pit->wiring, &pit->state, &config));
    assert_non_null(strstr(err_story(), "a book by price does not"));
    tick_pit_free(pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_levels_are_the_sums_of_the_orders),
        cmocka_unit_test(ours_fills_when_one_behind_it_is_executed),
        cmocka_unit_test(what_an_execution_takes_is_there_once),
        cmocka_unit_test(a_moved_order_stands_behind_ours),
        cmocka_unit_test(hidden_orders_come_after_ours_and_trades_told_twice_are_no_news),
        cmocka_unit_test(after_a_clear_ours_stands_behind_the_picture),
        cmocka_unit_test(stops_hear_executions),
        cmocka_unit_test(a_book_by_price_has_no_first_come_first_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
