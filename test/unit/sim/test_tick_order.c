// SPDX-License-Identifier: Apache-2.0
#include "tick_pit.h"

static void orders_fill_by_price_and_then_by_arrival(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    const int64_t prices[] = {98, 100, 99, 100, 97, 99};
    const size_t by_turn[] = {1, 3, 2, 5, 0, 4};
    uint64_t ids[6];
    int next = 6;
    for (size_t i = 0; i < 6; i++) ids[i] = tick_pit_limit(pit, 1, 1, prices[i], 1);
    tick_pit_feed(pit, 2, FEED_TRADE, -1, 96, 100);
    for (size_t i = 0; i < 6; i++)
        tick_pit_expect_fill(pit, &next, ids[by_turn[i]], prices[by_turn[i]], 1, 0);
    tick_pit_free(pit);
}

static void a_canceled_order_leaves_the_others_in_their_order(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    uint64_t ids[4];
    for (size_t i = 0; i < 4; i++) ids[i] = tick_pit_limit(pit, 1, -1, 100, 1);
    int next = 4;
    tick_pit_cancel(pit, 2, ids[1]);
    const struct order_event *end = tick_pit_expect(pit, &next, ids[1], EVENT_ORDER_CANCELED);
    assert_int_equal(end->reason, REASON_REQUESTED);
    tick_pit_cancel(pit, 3, ids[1]);
    end = tick_pit_expect(pit, &next, ids[1], EVENT_ORDER_CANCEL_REJECTED);
    assert_int_equal(end->reason, REASON_TOO_LATE);
    tick_pit_feed(pit, 4, FEED_TRADE, 1, 101, 10);
    tick_pit_expect_fill(pit, &next, ids[0], 100, 1, 0);
    tick_pit_expect_fill(pit, &next, ids[2], 100, 1, 0);
    tick_pit_expect_fill(pit, &next, ids[3], 100, 1, 0);
    tick_pit_free(pit);
}

static void orders_that_cannot_be_are_refused(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    const struct order_spec good = {
        .side = 1, .type = ORDER_LIMIT, .qty = QTY(2), .limit_price = PRICE(10)};
    struct order_spec bad[8];
    for (size_t i = 0; i < 8; i++) bad[i] = good;
    bad[0].qty = QTY(0);
    bad[1].limit_price = PRICE(0);
    bad[2].type = ORDER_TRAILING_STOP;
    bad[3].type = ORDER_MARKET_ON_CLOSE;
    bad[4].tif = TIF_AT_OPEN;
    bad[5].group = 7;
    bad[6].parent = 7;
    bad[7].type = ORDER_STOP; // without a trigger
    int next = 0;
    for (size_t i = 0; i < 8; i++) {
        uint64_t id = tick_pit_send(pit, 1, bad[i]);
        const struct order_event *no = tick_pit_expect(pit, &next, id, EVENT_ORDER_REJECTED);
        assert_int_equal(no->reason, REASON_BAD_ORDER);
    }
    tick_pit_free(pit);
}

static void a_full_pool_refuses_and_room_comes_back(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    uint64_t first = 0;
    for (uint32_t i = 0; i < pit->config.order_max; i++) {
        uint64_t id = tick_pit_limit(pit, 1, 1, 100 - i, 1);
        if (i == 0) first = id;
    }
    int next = (int)pit->config.order_max;
    uint64_t over = tick_pit_limit(pit, 1, 1, 5, 1);
    tick_pit_expect(pit, &next, over, EVENT_ORDER_REJECTED);
    tick_pit_cancel(pit, 2, first);
    tick_pit_expect(pit, &next, first, EVENT_ORDER_CANCELED);
    tick_pit_expect(pit, &next, tick_pit_limit(pit, 2, 1, 5, 1), EVENT_ORDER_ACCEPTED);
    tick_pit_free(pit);
}

static void fees_and_fills_are_of_the_maker_and_the_taker(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    pit->config.fee_params[0] = -10; // basis points
    pit->config.fee_params[1] = 20;
    tick_pit_open(pit);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 200, 5);
    int next = 0;
    uint64_t taker = tick_pit_limit(pit, 2, 1, 200, 5), maker = tick_pit_limit(pit, 3, 1, 100, 5);
    tick_pit_expect(pit, &next, taker, EVENT_ORDER_ACCEPTED);
    const struct order_event *fill = tick_pit_expect(pit, &next, taker, EVENT_ORDER_FILLED);
    assert_int_equal(fill->fee, 200); // 1,000.00 x 0.2 %
    assert_int_equal(fill->liquidity, LIQUIDITY_TAKER);
    tick_pit_feed(pit, 4, FEED_TRADE, -1, 99, 5);
    tick_pit_expect(pit, &next, maker, EVENT_ORDER_ACCEPTED);
    fill = tick_pit_expect(pit, &next, maker, EVENT_ORDER_FILLED);
    assert_int_equal(fill->fee, -50); // 500.00 x 0.1 % back
    assert_int_equal(fill->liquidity, LIQUIDITY_MAKER);
    assert_int_equal(fill->trade_id, 2);
    tick_pit_free(pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_fill_by_price_and_then_by_arrival),
        cmocka_unit_test(a_canceled_order_leaves_the_others_in_their_order),
        cmocka_unit_test(orders_that_cannot_be_are_refused),
        cmocka_unit_test(a_full_pool_refuses_and_room_comes_back),
        cmocka_unit_test(fees_and_fills_are_of_the_maker_and_the_taker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
