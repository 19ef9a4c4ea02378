// SPDX-License-Identifier: Apache-2.0
#include "pitch.h"

struct side_order {
    int32_t side;
    int64_t qty;
    int64_t price; // 0: a market order
};

static void call_of(struct pitch *pitch, int64_t reference, const struct side_order *orders,
                    size_t count) {
    struct matching_config config = pitch_config();
    config.phase = MATCHING_OPENING_CALL;
    config.reference_price = reference;
    pitch_init(pitch, &config);
    for (size_t i = 0; i < count && orders[i].side != 0; i++) {
        const struct side_order *o = &orders[i];
        pitch_apply(pitch, o->price != 0 ? pitch_limit(i + 1, o->side, o->qty, o->price)
                                         : pitch_market(i + 1, o->side, o->qty));
        assert_int_equal(pitch->sink.count, 1);
        assert_int_equal(pitch->events[0].kind, MATCHING_ACCEPTED);
    }
}

// One row for each step of the rule, worked by hand: what is bought and sold at each limit stands beside it.
static void the_price_follows_the_rule_step_by_step(void **state) {
    static const struct {
        int64_t reference;
        struct side_order orders[6];
        struct matching_auction expected; // volume 0: no price
    } rows[] = {
        // The highest volume. 202: 200/700, 201: 400/700, 200: 700/700, 198: 700/600, 197: 700/400.
        {0,
         {{1, 200, 202},
          {1, 200, 201},
          {1, 300, 200},
          {-1, 100, 200},
          {-1, 200, 198},
          {-1, 400, 197}},
         {200, 700, 0}},
        // Volume 500 everywhere, more is bought at 199 and 201 by 100: the highest of the two.
        {0, {{1, 400, 202}, {1, 200, 201}, {-1, 300, 199}, {-1, 200, 198}}, {201, 500, 100}},
        // The mirror: more is sold by 100 at 199 and 201: the lowest.
        {0, {{1, 300, 202}, {1, 200, 201}, {-1, 200, 199}, {-1, 400, 198}}, {199, 500, -100}},
        // Neither side has more at 199, 200 or 201: the reference, and else the nearest end of them.
        {200, {{1, 500, 201}, {-1, 500, 199}}, {200, 500, 0}},
        {150, {{1, 500, 201}, {-1, 500, 199}}, {199, 500, 0}},
        {900, {{1, 500, 201}, {-1, 500, 199}}, {201, 500, 0}},
        {0, {{1, 500, 202}, {-1, 500, 199}}, {200, 500, 0}}, // without one the middle, rounded down
        // 500 both at 199 with 100 more bought and at 201 with 100 more sold: the reference again.
        {200, {{1, 500, 201}, {1, 100, 199}, {-1, 500, 199}, {-1, 100, 201}}, {200, 500, 0}},
        // Market orders alone trade at the reference, and without one not at all.
        {300, {{1, 900, 0}, {-1, 800, 0}}, {300, 800, 100}},
        {0, {{1, 900, 0}, {-1, 800, 0}}, {0, 0, 0}},
        // Market orders count at every price. 150: 950/0, 199: 900/100, 200: 900/700.
        {0, {{1, 900, 0}, {-1, 100, 199}, {-1, 600, 200}, {1, 50, 150}}, {200, 700, 200}},
        // Nothing crosses.
        {200, {{1, 500, 199}, {-1, 500, 201}}, {0, 0, 0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pitch pitch;
        struct matching_auction got = {0};
        call_of(&pitch, rows[i].reference, rows[i].orders, 6);
        bool any = matching_equilibrium(&pitch.book, &got);
        assert_int_equal(any, rows[i].expected.volume > 0);
        assert_memory_equal(&got, &rows[i].expected, sizeof got);
        pitch_fini(&pitch);
    }
}

static void an_auction_fills_by_price_then_time_at_one_price(void **state) {
    static const struct side_order orders[] = {
        {1, 30, 100}, {1, 20, 102}, {1, 10, 0}, {-1, 25, 100}, {-1, 40, 99}, {1, 30, 100},
    };
    struct pitch pitch;
    (void)state;
    call_of(&pitch, 0, orders, 6); // 100: 90 bought, 65 sold
    pitch_phase(&pitch, MATCHING_CONTINUOUS);
    assert_said(&pitch, "uncrossed 65@100+25, fill 3x5 10@100, fill 2x5 20@100, fill 1x5 10@100, "
                        "fill 1x4 20@100, fill 6x4 5@100, phase_changed");
    assert_string_equal(pitch_side(&pitch, 1), "6:25@100");
    assert_string_equal(pitch_side(&pitch, -1), "");
    int64_t last;
    assert_true(matching_last(&pitch.book, &last) && last == 100);
    pitch_fini(&pitch);
}

static void what_was_for_the_auction_alone_ends_with_it(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    config.phase = MATCHING_PRE_OPEN;
    pitch_init(&pitch, &config);
    struct matching_command opener = pitch_limit(1, 1, 5, 100), limit = pitch_market(2, 1, 8);
    opener.tif = TIF_AT_OPEN;
    limit.type = ORDER_MARKET_TO_LIMIT;
    pitch_apply(&pitch, opener);
    pitch_apply(&pitch, limit);
    pitch_put(&pitch, 3, -1, 6, 99);
    pitch_apply(&pitch, pitch_market(4, 1, 3));
    pitch_phase(&pitch, MATCHING_OPENING_CALL); // nothing trades on the way
    assert_said(&pitch, "phase_changed");
    pitch_phase(&pitch, MATCHING_CONTINUOUS); // 16 to buy, 6 to sell, at the higher limit
    assert_said(&pitch, "uncrossed 6@100+10, fill 2x3 6@100, canceled 1 5 auction, canceled 4 3 "
                        "auction, phase_changed");
    assert_string_equal(pitch_side(&pitch, 1), "2:2@100");
    opener.order_id = 5;
    pitch_apply(&pitch, opener);
    assert_said(&pitch, "rejected 5 phase");
    pitch_fini(&pitch);
}

static void orders_for_the_close_wait_beside_the_book(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    struct matching_command closer = pitch_limit(1, 1, 5, 100), at_close = pitch_market(2, -1, 4);
    closer.tif = TIF_AT_CLOSE;
    at_close.type = ORDER_MARKET_ON_CLOSE;
    pitch_apply(&pitch, closer);
    pitch_apply(&pitch, at_close);
    pitch_put(&pitch, 3, 1, 2, 101);
    assert_string_equal(pitch_side(&pitch, -1), "");
    pitch_phase(&pitch, MATCHING_CLOSING_CALL);
    assert_string_equal(pitch_side(&pitch, -1), "2:4@0");
    assert_string_equal(pitch_side(&pitch, 1), "3:2@101 1:5@100");
    pitch_phase(&pitch, MATCHING_CLOSED); // 7 to buy at 100, 2 at 101, 4 to sell
    assert_said(&pitch, "uncrossed 4@100+3, fill 3x2 2@100, fill 1x2 2@100, canceled 1 3 auction, "
                        "phase_changed");
    pitch_fini(&pitch);
}

static void an_iceberg_counts_whole_in_an_auction(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    config.phase = MATCHING_OPENING_CALL;
    pitch_init(&pitch, &config);
    struct matching_command iceberg = pitch_limit(1, -1, 10, 100);
    iceberg.display_qty = 3;
    pitch_apply(&pitch, iceberg);
    pitch_put(&pitch, 2, -1, 5, 100);
    pitch_put(&pitch, 3, 1, 8, 100);
    pitch_phase(&pitch, MATCHING_CONTINUOUS);
    assert_said(&pitch, "uncrossed 8@100-7, fill 3x1 8@100, phase_changed");
    assert_string_equal(pitch_side(&pitch, -1), "1:2@100 2:5@100");
    pitch_fini(&pitch);
}

static void a_halt_takes_cancels_and_ends_in_an_auction(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    pitch_put(&pitch, 1, 1, 5, 100);
    pitch_put(&pitch, 2, 1, 5, 99);
    pitch_phase(&pitch, MATCHING_HALTED);
    assert_said(&pitch, "phase_changed");
    pitch_put(&pitch, 3, -1, 5, 100);
    assert_said(&pitch, "rejected 3 halted");
    struct matching_command replace = {.kind = MATCHING_REPLACE, .order_id = 1, .price = 101};
    pitch_apply(&pitch, replace);
    assert_said(&pitch, "replace_rejected 1 halted");
    pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_CANCEL, .order_id = 2});
    assert_said(&pitch, "canceled 2 5 requested");
    pitch_phase(&pitch, MATCHING_CONTINUOUS);
    assert_said(&pitch, "phase_rejected phase");
    pitch_phase(&pitch, MATCHING_REOPENING_CALL);
    pitch_put(&pitch, 3, -1, 5, 98);
    assert_said(&pitch, "accepted 3");
    pitch_phase(&pitch, MATCHING_CONTINUOUS); // 98 to 100, no last price: the middle
    assert_said(&pitch, "uncrossed 5@99+0, fill 1x3 5@99, phase_changed");
    pitch_fini(&pitch);
}

static void a_trade_too_far_from_the_last_interrupts_trading(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    config.collar = 3;
    config.reference_price = 100;
    pitch_init(&pitch, &config);
    for (int64_t price = 102; price <= 105; price++)
        pitch_put(&pitch, (uint64_t)price, -1, 2, price);
    struct matching_command all = pitch_limit(1, 1, 5, 104);
    all.tif = TIF_FOK;
    pitch_apply(&pitch, all); // 4 within 103; it interrupts nothing
    assert_said(&pitch, "accepted 1, canceled 1 5 no_liquidity");
    pitch_apply(&pitch, pitch_market(2, 1, 7));
    assert_said(&pitch, "accepted 2, fill 2x102 2@102, fill 2x103 2@103, phase_changed volatility");
    assert_int_equal(matching_phase(&pitch.book), MATCHING_REOPENING_CALL);
    pitch_phase(&pitch, MATCHING_CONTINUOUS); // 3 wanted at any price: 2 at 104 and 1 at 105
    assert_said(&pitch, "uncrossed 3@105-1, fill 2x104 2@105, fill 2x105 1@105, phase_changed");
    pitch_put(&pitch, 109, -1, 1, 109); // from 105 on
    pitch_put(&pitch, 3, 1, 1, 105);
    struct matching_command ioc = pitch_limit(4, 1, 2, 109);
    ioc.tif = TIF_IOC;
    pitch_apply(&pitch, ioc);
    assert_said(&pitch, "accepted 4, phase_changed volatility, canceled 4 2 no_liquidity");
    pitch_fini(&pitch);
}

static void the_indicative_price_is_told_when_it_changes(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    config.phase = MATCHING_OPENING_CALL;
    config.report = MATCHING_REPORT_INDICATIVE;
    pitch_init(&pitch, &config);
    pitch_put(&pitch, 1, 1, 5, 100);
    assert_said(&pitch, "accepted 1");
    pitch_put(&pitch, 2, -1, 8, 99);
    assert_said(&pitch, "accepted 2, indicative 5@99-3");
    pitch_put(&pitch, 3, 1, 2, 90);
    assert_said(&pitch, "accepted 3");
    pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_CANCEL, .order_id = 1});
    assert_said(&pitch, "canceled 1 5 requested, indicative 0@0+0");
    pitch_fini(&pitch);
}

static void only_some_phases_follow_each_other(void **state) {
    static const char *const allowed[MATCHING_PHASE_COUNT] = {
        // to: closed, pre_open, opening, continuous, halted, reopening, closing
        [MATCHING_CLOSED] = ".xx..xx",       [MATCHING_PRE_OPEN] = "x.xxxxx",
        [MATCHING_OPENING_CALL] = "xx.xxxx", [MATCHING_CONTINUOUS] = "xxx.xxx",
        [MATCHING_HALTED] = "xxx..xx",       [MATCHING_REOPENING_CALL] = "xxxxx.x",
        [MATCHING_CLOSING_CALL] = "xxxxxx.",
    };
    (void)state;
    for (uint32_t from = 0; from < MATCHING_PHASE_COUNT; from++) {
        for (uint16_t to = 0; to < MATCHING_PHASE_COUNT; to++) {
            struct pitch pitch;
            struct matching_config config = pitch_config();
            config.phase = from;
            pitch_init(&pitch, &config);
            pitch_phase(&pitch, to);
            bool taken = allowed[from][to] == 'x';
            assert_said(&pitch, taken ? "phase_changed" : "phase_rejected phase");
            assert_int_equal(matching_phase(&pitch.book), taken ? to : from);
            pitch_fini(&pitch);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_price_follows_the_rule_step_by_step),
        cmocka_unit_test(an_auction_fills_by_price_then_time_at_one_price),
        cmocka_unit_test(what_was_for_the_auction_alone_ends_with_it),
        cmocka_unit_test(orders_for_the_close_wait_beside_the_book),
        cmocka_unit_test(an_iceberg_counts_whole_in_an_auction),
        cmocka_unit_test(a_halt_takes_cancels_and_ends_in_an_auction),
        cmocka_unit_test(a_trade_too_far_from_the_last_interrupts_trading),
        cmocka_unit_test(the_indicative_price_is_told_when_it_changes),
        cmocka_unit_test(only_some_phases_follow_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
