// SPDX-License-Identifier: Apache-2.0
#include "tick_pit.h"

// Bids 99 x 10, 98 x 20; asks 101 x 10, 102 x 20, 104 x 5.
static struct tick_pit *pit_with_book(enum tick_fills fills) {
    struct tick_pit *pit = tick_pit_new(fills);
    tick_pit_feed(pit, 1, FEED_LEVEL, 1, 99, 10);
    tick_pit_feed(pit, 1, FEED_LEVEL, 1, 98, 20);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 101, 10);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 102, 20);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 104, 5);
    return pit;
}

static void an_order_waits_for_what_was_there_before_it(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 0;
    uint64_t id = tick_pit_limit(pit, 2, 1, 99, 4);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_feed(pit, 3, FEED_TRADE, -1, 99, 10); // all that was ahead
    assert_int_equal(pit->report_count, next);
    tick_pit_feed(pit, 4, FEED_TRADE, -1, 99, 3);
    tick_pit_expect_fill(pit, &next, id, 99, 3, 1);
    tick_pit_feed(pit, 5, FEED_TRADE, -1, 99, 3);
    tick_pit_expect_fill(pit, &next, id, 99, 1, 0);
    assert_int_equal(tick_exchange_resting(pit->exchange), 0);
    tick_pit_free(pit);
}

static void a_trade_beyond_our_price_fills_us_first(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 0;
    uint64_t far = tick_pit_limit(pit, 2, -1, 104, 9), near = tick_pit_limit(pit, 2, -1, 101, 4);
    tick_pit_expect(pit, &next, far, EVENT_ORDER_ACCEPTED);
    tick_pit_expect(pit, &next, near, EVENT_ORDER_ACCEPTED);
    // 6 trade at 104: the 4 at 101 come out of them, of the rest 5 were ahead of us.
    tick_pit_feed(pit, 3, FEED_TRADE, 1, 104, 6);
    tick_pit_expect_fill(pit, &next, near, 101, 4, 0);
    tick_pit_expect_fill(pit, &next, far, 104, 1, 8);
    assert_int_equal(pit->report_count, next);
    tick_pit_free(pit);
}

static void what_trades_is_there_once_or_for_each_as_configured(void **state) {
    const struct {
        enum tick_fills fills;
        int64_t first, second; // fills of two orders of 5 at the front, of a trade of 6
    } rows[] = {{TICK_FILLS_SHARED, 5, 1}, {TICK_FILLS_PART, 5, 5}, {TICK_FILLS_WHOLE, 5, 5}};
    for (size_t i = 0; i < 3; i++) {
        struct tick_pit *pit = pit_with_book(rows[i].fills);
        int next = 2;
        uint64_t a = tick_pit_limit(pit, 2, 1, 100, 5), b = tick_pit_limit(pit, 2, 1, 100, 5);
        tick_pit_feed(pit, 3, FEED_TRADE, -1, 100, 6);
        tick_pit_expect_fill(pit, &next, a, 100, rows[i].first, 0);
        tick_pit_expect_fill(pit, &next, b, 100, rows[i].second, 5 - rows[i].second);
        tick_pit_free(pit);
    }
    // Whole: one lot past us fills all of it. In part: that one lot.
    for (int whole = 0; whole < 2; whole++) {
        struct tick_pit *pit = pit_with_book(whole ? TICK_FILLS_WHOLE : TICK_FILLS_PART);
        int next = 1;
        uint64_t id = tick_pit_limit(pit, 2, 1, 99, 5);
        tick_pit_feed(pit, 3, FEED_TRADE, -1, 99, 11);
        tick_pit_expect_fill(pit, &next, id, 99, whole ? 5 : 1, whole ? 0 : 4);
        tick_pit_free(pit);
    }
}

static void a_quote_that_comes_to_our_price_fills_what_it_shows(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 1;
    uint64_t id = tick_pit_limit(pit, 2, -1, 101, 9);
    tick_pit_feed(pit, 3, FEED_LEVEL, -1, 101, 0);
    tick_pit_feed(pit, 3, FEED_LEVEL, 1, 101, 4); // somebody bids our price
    tick_pit_expect_fill(pit, &next, id, 101, 4, 5);
    tick_pit_feed(pit, 4, FEED_LEVEL, 1, 101, 4); // said again: nothing new
    assert_int_equal(pit->report_count, next);
    tick_pit_feed(pit, 5, FEED_LEVEL, 1, 102, 7); // through it
    tick_pit_expect_fill(pit, &next, id, 101, 5, 0);
    tick_pit_free(pit);
}

// What a resting order had of a level is gone for an order that takes, until the level says otherwise.
static void what_is_shown_is_there_once(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 1;
    uint64_t resting = tick_pit_limit(pit, 2, -1, 101, 4);
    tick_pit_feed(pit, 3, FEED_LEVEL, -1, 101, 0);
    tick_pit_feed(pit, 3, FEED_LEVEL, 1, 101, 6);
    tick_pit_expect_fill(pit, &next, resting, 101, 4, 0);
    struct order_spec market = {.side = -1, .type = ORDER_MARKET, .qty = QTY(5)};
    uint64_t id = tick_pit_send(pit, 4, market);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect_fill(pit, &next, id, 101, 2, 3);
    tick_pit_expect_fill(pit, &next, id, 99, 3, 0);
    // A book that begins anew is there as it is shown.
    tick_pit_feed(pit, 5, FEED_CLEAR, 0, 0, 0);
    tick_pit_feed(pit, 6, FEED_LEVEL, 1, 101, 6);
    id = tick_pit_send(pit, 7, market);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect_fill(pit, &next, id, 101, 5, 0);
    tick_pit_free(pit);
}

static void post_only_is_refused_where_it_would_take(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 0;
    struct order_spec spec = {.side = 1,
                              .type = ORDER_LIMIT,
                              .flags = ORDER_POST_ONLY,
                              .qty = QTY(1),
                              .limit_price = PRICE(101)};
    uint64_t id = tick_pit_send(pit, 2, spec);
    const struct order_event *report = tick_pit_expect(pit, &next, id, EVENT_ORDER_REJECTED);
    assert_int_equal(report->reason, REASON_POST_ONLY_WOULD_TAKE);
    spec.limit_price = PRICE(100);
    id = tick_pit_send(pit, 2, spec);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_free(pit);
}

static void an_order_that_takes_walks_the_book_to_its_limit(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 0;
    uint64_t id = tick_pit_limit(pit, 2, 1, 102, 35);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect_fill(pit, &next, id, 101, 10, 25);
    tick_pit_expect_fill(pit, &next, id, 102, 20, 5);
    assert_int_equal(tick_exchange_resting(pit->exchange), 1);
    // What we took is gone for us until the level shows less.
    uint64_t market =
        tick_pit_send(pit, 3, (struct order_spec){.side = 1, .type = ORDER_MARKET, .qty = QTY(9)});
    tick_pit_expect(pit, &next, market, EVENT_ORDER_ACCEPTED);
    tick_pit_expect_fill(pit, &next, market, 104, 5, 4);
    const struct order_event *end = tick_pit_expect(pit, &next, market, EVENT_ORDER_CANCELED);
    assert_int_equal(end->reason, REASON_NO_LIQUIDITY);
    // The venue says that 12 of the 20 at 102 are left: 8 of ours have been told of. 12 more join: they are there.
    tick_pit_feed(pit, 4, FEED_LEVEL, -1, 102, 12);
    tick_pit_feed(pit, 5, FEED_LEVEL, -1, 102, 24);
    tick_pit_expect_fill(pit, &next, id, 102, 5, 0);
    tick_pit_free(pit);
}

static void immediate_orders_end_with_what_they_get(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 0;
    struct order_spec spec = {
        .side = -1, .type = ORDER_LIMIT, .tif = TIF_FOK, .qty = QTY(31), .limit_price = PRICE(98)};
    uint64_t id = tick_pit_send(pit, 2, spec); // 30 are there
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_CANCELED);
    spec.tif = TIF_IOC;
    id = tick_pit_send(pit, 2, spec);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect_fill(pit, &next, id, 99, 10, 21);
    tick_pit_expect_fill(pit, &next, id, 98, 20, 1);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_CANCELED);
    assert_int_equal(pit->report_count, next);
    tick_pit_free(pit);
}

// Ten are taken of the level's ten. Without resilience they stay away; with it they are back five later.
static void what_ours_took_may_come_back_with_time(void **state) {
    for (int64_t after = 0; after <= 5; after += 5) {
        struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
        pit->config.resilience_ns = after;
        tick_pit_open(pit);
        tick_pit_feed(pit, 1, FEED_LEVEL, -1, 101, 10);
        struct order_spec spec = {.side = 1, .type = ORDER_MARKET, .qty = QTY(10)};
        int next = 2;
        tick_pit_send(pit, 2, spec);
        uint64_t id = tick_pit_send(pit, 6, spec);
        tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
        tick_pit_expect(pit, &next, id, EVENT_ORDER_CANCELED);
        spec.qty = QTY(4);
        id = tick_pit_send(pit, 7, spec);
        tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
        if (after > 0)
            tick_pit_expect_fill(pit, &next, id, 101, 4, 0);
        else
            tick_pit_expect(pit, &next, id, EVENT_ORDER_CANCELED);
        tick_pit_free(pit);
    }
}

static void a_stop_waits_for_a_trade_at_its_trigger(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 0;
    uint64_t id =
        tick_pit_send(pit, 2,
                      (struct order_spec){
                          .side = -1, .type = ORDER_STOP, .qty = QTY(12), .stop_price = PRICE(99)});
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_feed(pit, 3, FEED_TRADE, 1, 101, 1);
    assert_int_equal(pit->report_count, next);
    tick_pit_feed(pit, 4, FEED_TRADE, -1, 99, 1);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_TRIGGERED);
    tick_pit_expect_fill(pit, &next, id, 99, 10, 2);
    tick_pit_expect_fill(pit, &next, id, 98, 2, 0);
    tick_pit_free(pit);
}

// What was accepted cannot be refused any more: a stop that would take when it triggers, an order that is moved there.
static void post_only_ends_an_accepted_order_that_would_take(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 0;
    struct order_spec spec = {.side = 1,
                              .type = ORDER_STOP_LIMIT,
                              .flags = ORDER_POST_ONLY,
                              .qty = QTY(2),
                              .limit_price = PRICE(102),
                              .stop_price = PRICE(101)};
    uint64_t stop = tick_pit_send(pit, 2, spec);
    tick_pit_expect(pit, &next, stop, EVENT_ORDER_ACCEPTED);
    tick_pit_feed(pit, 3, FEED_TRADE, 1, 101, 1);
    tick_pit_expect(pit, &next, stop, EVENT_ORDER_TRIGGERED);
    const struct order_event *end = tick_pit_expect(pit, &next, stop, EVENT_ORDER_CANCELED);
    assert_int_equal(end->reason, REASON_POST_ONLY_WOULD_TAKE);
    spec.type = ORDER_LIMIT;
    spec.limit_price = PRICE(100);
    spec.stop_price = PRICE(0);
    uint64_t moved = tick_pit_send(pit, 4, spec);
    tick_pit_expect(pit, &next, moved, EVENT_ORDER_ACCEPTED);
    tick_pit_replace(pit, 5, moved, 101, 2);
    tick_pit_expect(pit, &next, moved, EVENT_ORDER_REPLACED);
    end = tick_pit_expect(pit, &next, moved, EVENT_ORDER_CANCELED);
    assert_int_equal(end->reason, REASON_POST_ONLY_WOULD_TAKE);
    tick_pit_free(pit);
}

// Lots of 5: a level of 7 gives 5, so 10 are not there at 7 + 7, and resting orders fill in lots of what trades.
static void quantities_are_whole_lots(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    pit->instruments.items[0].lot = QTY(5);
    tick_pit_open(pit);
    int next = 0;
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 101, 7);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 102, 7);
    struct order_spec spec = {
        .side = 1, .type = ORDER_LIMIT, .tif = TIF_FOK, .qty = QTY(15), .limit_price = PRICE(102)};
    uint64_t id = tick_pit_send(pit, 2, spec);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_CANCELED);
    id = tick_pit_limit(pit, 3, 1, 100, 20);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_feed(pit, 4, FEED_TRADE, -1, 99, 13);
    tick_pit_expect_fill(pit, &next, id, 100, 10, 10);
    tick_pit_feed(pit, 5, FEED_LEVEL, -1, 100, 9);
    tick_pit_expect_fill(pit, &next, id, 100, 5, 5);
    assert_int_equal(pit->report_count, next);
    tick_pit_free(pit);
}

// A fill or kill that is reduce-only asks for no more than what is held.
static void fill_or_kill_and_reduce_only_fills_to_flat(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 2;
    tick_pit_limit(pit, 2, 1, 101, 3);
    struct order_spec spec = {.side = -1,
                              .type = ORDER_LIMIT,
                              .tif = TIF_FOK,
                              .flags = ORDER_REDUCE_ONLY,
                              .qty = QTY(50),
                              .limit_price = PRICE(99)};
    uint64_t id = tick_pit_send(pit, 3, spec);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect_fill(pit, &next, id, 99, 3, 47);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_CANCELED);
    tick_pit_free(pit);
}

static void a_replace_keeps_its_place_only_for_less_at_the_same_price(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 2;
    uint64_t a = tick_pit_limit(pit, 2, 1, 100, 6), b = tick_pit_limit(pit, 2, 1, 100, 6);
    tick_pit_replace(pit, 3, a, 100, 4); // less: still first
    tick_pit_expect(pit, &next, a, EVENT_ORDER_REPLACED);
    tick_pit_feed(pit, 4, FEED_TRADE, -1, 100, 2);
    tick_pit_expect_fill(pit, &next, a, 100, 2, 2);
    tick_pit_replace(pit, 5, a, 100, 9); // more: behind b
    tick_pit_expect(pit, &next, a, EVENT_ORDER_REPLACED);
    tick_pit_feed(pit, 6, FEED_TRADE, -1, 100, 7);
    tick_pit_expect_fill(pit, &next, b, 100, 6, 0);
    tick_pit_expect_fill(pit, &next, a, 100, 1, 6);
    tick_pit_replace(pit, 7, a, 100, 3); // filled already
    const struct order_event *no = tick_pit_expect(pit, &next, a, EVENT_ORDER_REPLACE_REJECTED);
    assert_int_equal(no->reason, REASON_BAD_ORDER);
    tick_pit_free(pit);
}

static void a_reduce_only_order_ends_when_nothing_is_held(void **state) {
    struct tick_pit *pit = pit_with_book(TICK_FILLS_SHARED);
    int next = 0;
    uint64_t open = tick_pit_limit(pit, 2, 1, 101, 3);
    tick_pit_expect(pit, &next, open, EVENT_ORDER_ACCEPTED);
    tick_pit_expect_fill(pit, &next, open, 101, 3, 0);
    struct order_spec spec = {.side = -1,
                              .type = ORDER_LIMIT,
                              .flags = ORDER_REDUCE_ONLY,
                              .qty = QTY(5),
                              .limit_price = PRICE(103)};
    uint64_t close = tick_pit_send(pit, 3, spec);
    tick_pit_expect(pit, &next, close, EVENT_ORDER_ACCEPTED);
    tick_pit_feed(pit, 4, FEED_TRADE, 1, 103, 4);
    tick_pit_expect_fill(pit, &next, close, 103, 3, 2);
    tick_pit_feed(pit, 5, FEED_TRADE, 1, 103, 4);
    const struct order_event *end = tick_pit_expect(pit, &next, close, EVENT_ORDER_CANCELED);
    assert_int_equal(end->reason, REASON_REDUCE_ONLY);
    tick_pit_free(pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_waits_for_what_was_there_before_it),
        cmocka_unit_test(a_trade_beyond_our_price_fills_us_first),
        cmocka_unit_test(what_trades_is_there_once_or_for_each_as_configured),
        cmocka_unit_test(a_quote_that_comes_to_our_price_fills_what_it_shows),
        cmocka_unit_test(what_is_shown_is_there_once),
        cmocka_unit_test(post_only_is_refused_where_it_would_take),
        cmocka_unit_test(an_order_that_takes_walks_the_book_to_its_limit),
        cmocka_unit_test(immediate_orders_end_with_what_they_get),
        cmocka_unit_test(what_ours_took_may_come_back_with_time),
        cmocka_unit_test(a_stop_waits_for_a_trade_at_its_trigger),
        cmocka_unit_test(post_only_ends_an_accepted_order_that_would_take),
        cmocka_unit_test(quantities_are_whole_lots),
        cmocka_unit_test(fill_or_kill_and_reduce_only_fills_to_flat),
        cmocka_unit_test(a_replace_keeps_its_place_only_for_less_at_the_same_price),
        cmocka_unit_test(a_reduce_only_order_ends_when_nothing_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
