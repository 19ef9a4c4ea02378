// SPDX-License-Identifier: Apache-2.0
#include "pitch.h"

static struct matching_command stop_of(uint64_t id, int32_t side, int64_t qty, int64_t stop,
                                       int64_t limit) {
    return (struct matching_command){.kind = MATCHING_NEW,
                                     .order_id = id,
                                     .side = side,
                                     .type = limit != 0 ? ORDER_STOP_LIMIT : ORDER_STOP,
                                     .qty = qty,
                                     .stop_price = stop,
                                     .price = limit};
}

// Trades at a price: one lot is sold there.
static void trade_at(struct pitch *pitch, int64_t price) {
    static uint64_t id = 1000;
    pitch_put(pitch, ++id, 1, 1, price);
    pitch_apply(pitch, pitch_market(++id, -1, 1));
}

static void stops_trigger_at_their_price_and_come_in_after_the_trades(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    trade_at(&pitch, 100);
    pitch_apply(&pitch, stop_of(1, 1, 3, 102, 0));
    assert_said(&pitch, "accepted 1");
    pitch_apply(&pitch, stop_of(2, 1, 2, 101, 103));
    pitch_apply(&pitch, stop_of(3, 1, 1, 102, 0));
    for (int64_t price = 101; price <= 104; price++)
        pitch_put(&pitch, (uint64_t)price, -1, 2, price);
    pitch_put(&pitch, 9, 1, 3, 102); // trades at 101 and 102: 2, then 1 and 3 in order of time
    assert_said(&pitch, "accepted 9, fill 9x101 2@101, fill 9x102 1@102, triggered 2, fill 2x102 "
                        "1@102, fill 2x103 1@103, triggered 1, fill 1x103 1@103, fill 1x104 2@104, "
                        "triggered 3, canceled 3 1 no_liquidity");
    pitch_fini(&pitch);
}

static void a_stop_whose_price_is_met_triggers_at_once(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    pitch_apply(&pitch, stop_of(1, -1, 3, 100, 90)); // no trade yet: it waits
    assert_said(&pitch, "accepted 1");
    trade_at(&pitch, 101);
    assert_true(strstr(pitch_said(&pitch), "triggered") == NULL);
    pitch_apply(&pitch, stop_of(2, -1, 3, 101, 95));
    assert_said(&pitch, "accepted 2, triggered 2");
    assert_string_equal(pitch_side(&pitch, -1), "2:3@95");
    trade_at(&pitch, 94);
    assert_non_null(strstr(pitch_said(&pitch), "triggered 1"));
    pitch_fini(&pitch);
}

static void a_trailing_stop_follows_the_price_one_way(void **state) {
    static const struct {
        int64_t price, stop;
    } path[] = {{100, 95}, {103, 98}, {99, 98}, {110, 105}, {106, 105}};
    struct pitch pitch;
    struct matching_config config = pitch_config();
    struct matching_order order;
    (void)state;
    pitch_init(&pitch, &config);
    struct matching_command trailing = stop_of(1, -1, 2, 0, 0);
    trailing.type = ORDER_TRAILING_STOP;
    trailing.trail = 5;
    pitch_apply(&pitch, trailing);
    for (size_t i = 0; i < sizeof path / sizeof path[0]; i++) {
        trade_at(&pitch, path[i].price);
        assert_true(matching_order_find(&pitch.book, 1, &order));
        assert_int_equal(order.stop_price, path[i].stop);
    }
    trade_at(&pitch, 104);
    assert_non_null(strstr(pitch_said(&pitch), "triggered 1"));
    pitch_fini(&pitch);
}

static void a_buyers_trailing_stop_is_the_mirror(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    struct matching_order order;
    (void)state;
    pitch_init(&pitch, &config);
    trade_at(&pitch, 100);
    struct matching_command trailing = stop_of(1, 1, 2, 0, 0);
    trailing.type = ORDER_TRAILING_STOP;
    trailing.trail = 5;
    pitch_apply(&pitch, trailing);
    assert_true(matching_order_find(&pitch.book, 1, &order) && order.stop_price == 105);
    trade_at(&pitch, 97);
    assert_true(matching_order_find(&pitch.book, 1, &order) && order.stop_price == 102);
    trade_at(&pitch, 999);
    assert_false(matching_order_find(&pitch.book, 1, &order));
    trailing.order_id = 2;
    trailing.trail = 50; // beyond the last price there is
    pitch_apply(&pitch, trailing);
    assert_true(matching_order_find(&pitch.book, 2, &order) && order.stop_price == 1000);
    pitch_fini(&pitch);
}

static void stops_are_replaced_and_canceled_where_they_wait(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    struct matching_order order;
    (void)state;
    pitch_init(&pitch, &config);
    trade_at(&pitch, 100);
    pitch_apply(&pitch, stop_of(1, 1, 3, 110, 0));
    pitch_apply(&pitch, stop_of(2, 1, 3, 110, 120));
    struct matching_command replace = {.kind = MATCHING_REPLACE, .order_id = 1, .price = 108};
    pitch_apply(&pitch, replace);
    assert_said(&pitch, "replaced 1");
    replace.order_id = 2; // a stop limit's price is its limit
    pitch_apply(&pitch, replace);
    assert_true(matching_order_find(&pitch.book, 2, &order));
    assert_true(order.price == 108 && order.stop_price == 110 && order.in_book == 0);
    replace.order_id = 1;
    replace.price = 99; // met
    pitch_apply(&pitch, replace);
    assert_said(&pitch, "replaced 1, triggered 1, canceled 1 3 no_liquidity");
    pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_CANCEL, .order_id = 2});
    assert_said(&pitch, "canceled 2 3 requested");
    pitch_fini(&pitch);
}

static void an_auction_triggers_stops_when_trading_goes_on(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    config.phase = MATCHING_OPENING_CALL;
    pitch_init(&pitch, &config);
    pitch_apply(&pitch, stop_of(1, 1, 3, 100, 105));
    pitch_put(&pitch, 2, 1, 5, 100);
    pitch_put(&pitch, 3, -1, 5, 100);
    pitch_phase(&pitch, MATCHING_CONTINUOUS);
    assert_said(&pitch, "uncrossed 5@100+0, fill 2x3 5@100, phase_changed, triggered 1");
    assert_string_equal(pitch_side(&pitch, 1), "1:3@105");
    pitch_fini(&pitch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stops_trigger_at_their_price_and_come_in_after_the_trades),
        cmocka_unit_test(a_stop_whose_price_is_met_triggers_at_once),
        cmocka_unit_test(a_trailing_stop_follows_the_price_one_way),
        cmocka_unit_test(a_buyers_trailing_stop_is_the_mirror),
        cmocka_unit_test(stops_are_replaced_and_canceled_where_they_wait),
        cmocka_unit_test(an_auction_triggers_stops_when_trading_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
