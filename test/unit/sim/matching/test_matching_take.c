// SPDX-License-Identifier: Apache-2.0
#include "pitch.h"

static void what_an_order_may_take_at_once(void **state) {
    // Asks: 1: 5@100, 2: 5@101, 3: an iceberg of 9, 3 shown, @101.
    static const struct {
        uint16_t type, tif;
        int64_t qty, price, min_qty;
        const char *said;
    } rows[] = {
        {ORDER_LIMIT, TIF_IOC, 8, 100, 0, "accepted 9, fill 9x1 5@100, canceled 9 3 no_liquidity"},
        {ORDER_LIMIT, TIF_IOC, 8, 100, 6, "accepted 9, canceled 9 8 no_liquidity"},
        {ORDER_LIMIT, TIF_IOC, 8, 100, 5, "accepted 9, fill 9x1 5@100, canceled 9 3 no_liquidity"},
        {ORDER_LIMIT, TIF_FOK, 6, 100, 0, "accepted 9, canceled 9 6 no_liquidity"},
        {ORDER_LIMIT, TIF_FOK, 6, 101, 0, "accepted 9, fill 9x1 5@100, fill 9x2 1@101"},
        {ORDER_LIMIT, TIF_FOK, 19, 101, 0,
         "accepted 9, fill 9x1 5@100, fill 9x2 5@101, fill 9x3 3@101, fill 9x3 3@101, fill 9x3 "
         "3@101"},
        {ORDER_LIMIT, TIF_FOK, 20, 101, 0, "accepted 9, canceled 9 20 no_liquidity"},
        {ORDER_MARKET, TIF_FOK, 20, 0, 0, "accepted 9, canceled 9 20 no_liquidity"},
        {ORDER_MARKET, TIF_GTC, 7, 0, 0, "accepted 9, fill 9x1 5@100, fill 9x2 2@101"},
        {ORDER_MARKET_TO_LIMIT, TIF_GTC, 7, 0, 0, "accepted 9, fill 9x1 5@100"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pitch pitch;
        struct matching_config config = pitch_config();
        pitch_init(&pitch, &config);
        pitch_put(&pitch, 1, -1, 5, 100);
        pitch_put(&pitch, 2, -1, 5, 101);
        struct matching_command iceberg = pitch_limit(3, -1, 9, 101);
        iceberg.display_qty = 3;
        pitch_apply(&pitch, iceberg);
        pitch_apply(&pitch, (struct matching_command){.kind = MATCHING_NEW,
                                                      .order_id = 9,
                                                      .side = 1,
                                                      .type = rows[i].type,
                                                      .tif = rows[i].tif,
                                                      .qty = rows[i].qty,
                                                      .price = rows[i].price,
                                                      .min_qty = rows[i].min_qty});
        assert_said(&pitch, rows[i].said);
        bool stays = rows[i].type == ORDER_MARKET_TO_LIMIT;
        assert_string_equal(pitch_side(&pitch, 1), stays ? "9:2@100" : "");
        pitch_fini(&pitch);
    }
}

static void a_market_order_finds_nothing(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    pitch_apply(&pitch, pitch_market(1, 1, 5));
    assert_said(&pitch, "accepted 1, canceled 1 5 no_liquidity");
    struct matching_command to_limit = pitch_market(2, -1, 5);
    to_limit.type = ORDER_MARKET_TO_LIMIT;
    pitch_apply(&pitch, to_limit);
    assert_said(&pitch, "accepted 2, canceled 2 5 no_liquidity");
    pitch_fini(&pitch);
}

static void the_next_slice_of_an_iceberg_stands_last(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    struct matching_quote quote;
    (void)state;
    pitch_init(&pitch, &config);
    struct matching_command iceberg = pitch_limit(1, -1, 10, 100);
    iceberg.display_qty = 4;
    pitch_apply(&pitch, iceberg);
    pitch_put(&pitch, 2, -1, 3, 100);
    assert_true(matching_best(&pitch.book, -1, &quote));
    assert_int_equal(quote.qty, 7);
    assert_int_equal(quote.total, 13);
    pitch_put(&pitch, 3, 1, 3, 100);
    assert_string_equal(pitch_side(&pitch, -1), "1:1@100 2:3@100"); // of a slice a part is taken
    pitch_put(&pitch, 4, 1, 1, 100);
    assert_string_equal(pitch_side(&pitch, -1), "2:3@100 1:4@100");
    pitch_put(&pitch, 5, 1, 8, 100);
    assert_said(&pitch, "accepted 5, fill 5x2 3@100, fill 5x1 4@100, fill 5x1 1@100");
    assert_string_equal(pitch_side(&pitch, -1), "1:1@100");
    pitch_fini(&pitch);
}

static void an_iceberg_of_too_many_slices_is_refused(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    struct matching_command iceberg = pitch_limit(1, -1, MATCHING_SLICES_MAX + 1, 100);
    iceberg.display_qty = 1;
    pitch_apply(&pitch, iceberg);
    assert_said(&pitch, "rejected 1 bad_order");
    iceberg.qty = MATCHING_SLICES_MAX;
    pitch_apply(&pitch, iceberg);
    assert_said(&pitch, "accepted 1");
    pitch_fini(&pitch);
}

// Asks: 1: 3@100 of another, 2: 4@100 of the owner, 3: 5@101 of another; 8 or 2 are bought to 101.
static void an_owner_meets_his_own_order(void **state) {
    static const struct {
        uint16_t stp, tif;
        int64_t qty;
        const char *said, *asks;
    } rows[] = {
        {MATCHING_STP_NONE, TIF_GTC, 8,
         "accepted 9, fill 9x1 3@100, fill 9x2 4@100, fill 9x3 1@101", "3:4@101"},
        {MATCHING_STP_NEWEST, TIF_GTC, 8, "accepted 9, fill 9x1 3@100, canceled 9 5 self_trade",
         "2:4@100 3:5@101"},
        {MATCHING_STP_OLDEST, TIF_GTC, 8,
         "accepted 9, fill 9x1 3@100, canceled 2 4 self_trade, fill 9x3 5@101", ""},
        {MATCHING_STP_BOTH, TIF_GTC, 8,
         "accepted 9, fill 9x1 3@100, canceled 2 4 self_trade, canceled 9 5 self_trade", "3:5@101"},
        {MATCHING_STP_DECREMENT, TIF_GTC, 8,
         "accepted 9, fill 9x1 3@100, canceled 2 4 self_trade, reduced 9 4 self_trade, fill 9x3 "
         "1@101",
         "3:4@101"},
        {MATCHING_STP_DECREMENT, TIF_GTC, 5,
         "accepted 9, fill 9x1 3@100, reduced 2 2 self_trade, canceled 9 2 self_trade",
         "2:2@100 3:5@101"},
        {MATCHING_STP_DECREMENT, TIF_GTC, 7,
         "accepted 9, fill 9x1 3@100, canceled 2 4 self_trade, canceled 9 4 self_trade", "3:5@101"},
        {MATCHING_STP_NEWEST, TIF_FOK, 8, "accepted 9, canceled 9 8 no_liquidity",
         "1:3@100 2:4@100 3:5@101"},
        {MATCHING_STP_NEWEST, TIF_FOK, 3, "accepted 9, fill 9x1 3@100", "2:4@100 3:5@101"},
        {MATCHING_STP_OLDEST, TIF_FOK, 8,
         "accepted 9, fill 9x1 3@100, canceled 2 4 self_trade, fill 9x3 5@101", ""},
        {MATCHING_STP_OLDEST, TIF_FOK, 9, "accepted 9, canceled 9 9 no_liquidity",
         "1:3@100 2:4@100 3:5@101"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct pitch pitch;
        struct matching_config config = pitch_config();
        pitch_init(&pitch, &config);
        for (uint64_t id = 1; id <= 3; id++) {
            struct matching_command c = pitch_limit(id, -1, 2 + (int64_t)id, id == 3 ? 101 : 100);
            c.owner = id == 2 ? 7 : 1;
            pitch_apply(&pitch, c);
        }
        struct matching_command taker = pitch_limit(9, 1, rows[i].qty, 101);
        taker.owner = 7;
        taker.stp = rows[i].stp;
        taker.tif = rows[i].tif;
        pitch_apply(&pitch, taker);
        assert_said(&pitch, rows[i].said);
        assert_string_equal(pitch_side(&pitch, -1), rows[i].asks);
        pitch_fini(&pitch);
    }
}

// Before its own order only what the iceberg shows can be taken: its next slice stands behind.
static void the_reserve_behind_an_own_order_is_out_of_reach(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    struct matching_command iceberg = pitch_limit(1, -1, 10, 100);
    iceberg.display_qty = 2;
    pitch_apply(&pitch, iceberg);
    struct matching_command own = pitch_limit(2, -1, 1, 100), taker = pitch_limit(3, 1, 3, 100);
    own.owner = taker.owner = 7;
    taker.tif = TIF_FOK;
    taker.stp = MATCHING_STP_NEWEST;
    pitch_apply(&pitch, own);
    pitch_apply(&pitch, taker);
    assert_said(&pitch, "accepted 3, canceled 3 3 no_liquidity");
    taker.qty = 2;
    pitch_apply(&pitch, taker);
    assert_said(&pitch, "accepted 3, fill 3x1 2@100");
    pitch_fini(&pitch);
}

static struct matching_command hidden_order(uint64_t id, int32_t side, int64_t qty, int64_t price) {
    struct matching_command order = pitch_limit(id, side, qty, price);
    order.flags = MATCHING_HIDDEN;
    return order;
}

static void hidden_orders_stand_behind_what_is_shown_at_their_price(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    pitch_apply(&pitch, hidden_order(1, -1, 6, 100));
    struct matching_command iceberg = pitch_limit(2, -1, 5, 100);
    iceberg.display_qty = 2;
    pitch_apply(&pitch, iceberg);
    pitch_apply(&pitch, hidden_order(3, -1, 4, 100));
    pitch_put(&pitch, 4, -1, 1, 100);
    assert_string_equal(pitch_side(&pitch, -1), "2:2@100 4:1@100 1:0@100 3:0@100");
    struct matching_command all = pitch_limit(9, 1, 17, 100);
    all.tif = TIF_FOK;
    pitch_apply(&pitch, all);
    assert_said(&pitch, "accepted 9, canceled 9 17 no_liquidity");
    pitch_put(&pitch, 5, 1, 14, 100);
    assert_said(&pitch, "accepted 5, fill 5x2 2@100, fill 5x4 1@100, fill 5x2 2@100, "
                        "fill 5x2 1@100, fill 5x1 6@100, fill 5x3 2@100");
    pitch_put(&pitch, 6, -1, 1, 100);
    assert_string_equal(pitch_side(&pitch, -1), "6:1@100 3:0@100");
    all.qty = 3;
    pitch_apply(&pitch, all);
    assert_said(&pitch, "accepted 9, fill 9x6 1@100, fill 9x3 2@100");
    pitch_fini(&pitch);
}

static void nothing_that_is_told_of_a_book_shows_hidden_orders(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    struct matching_quote quotes[4];
    (void)state;
    config.report = MATCHING_REPORT_LEVELS;
    pitch_init(&pitch, &config);
    pitch_apply(&pitch, hidden_order(1, 1, 5, 99));
    assert_said(&pitch, "accepted 1"); // and no level
    assert_false(matching_best(&pitch.book, 1, quotes));
    pitch_put(&pitch, 2, 1, 7, 98);
    pitch_apply(&pitch, hidden_order(3, 1, 5, 98));
    assert_said(&pitch, "accepted 3");
    assert_int_equal(matching_levels(&pitch.book, 1, quotes, 4), 1);
    assert_true(quotes[0].price == 98 && quotes[0].qty == 7 && quotes[0].count == 1);
    pitch_put(&pitch, 4, -1, 8, 98); // meets the better price first, which nobody saw
    assert_said(&pitch, "accepted 4, fill 4x1 5@99, fill 4x2 3@98, level");
    const struct matching_event *level = &pitch.events[3];
    assert_true(level->price == 98 && level->qty == 4 && level->number == 1);
    pitch_put(&pitch, 5, -1, 4, 98);
    assert_said(&pitch, "accepted 5, fill 5x2 4@98, level");
    assert_true(pitch.events[2].qty == 0 && pitch.events[2].number == 0); // gone, for all to see
    struct matching_command post = pitch_limit(6, -1, 1, 98);
    post.flags = MATCHING_POST_ONLY;
    pitch_apply(&pitch, post);
    assert_said(&pitch, "rejected 6 post_only_would_take");
    pitch_put(&pitch, 7, -1, 2, 98);
    assert_said(&pitch, "accepted 7, fill 7x3 2@98"); // and no level: none had been seen
    pitch_fini(&pitch);
}

static void only_a_limit_that_may_rest_and_shows_nothing_is_hidden(void **state) {
    struct pitch pitch;
    struct matching_config config = pitch_config();
    (void)state;
    pitch_init(&pitch, &config);
    struct matching_command order = hidden_order(1, 1, 5, 99);
    order.display_qty = 2;
    pitch_apply(&pitch, order);
    assert_said(&pitch, "rejected 1 bad_order");
    order = hidden_order(1, 1, 5, 99);
    order.tif = TIF_IOC;
    pitch_apply(&pitch, order);
    assert_said(&pitch, "rejected 1 bad_order");
    order = pitch_market(1, 1, 5);
    order.flags = MATCHING_HIDDEN;
    pitch_apply(&pitch, order);
    assert_said(&pitch, "rejected 1 bad_order");
    order = hidden_order(1, 1, 5, 99);
    order.flags |= MATCHING_POST_ONLY;
    pitch_apply(&pitch, order);
    assert_said(&pitch, "accepted 1");
    pitch_fini(&pitch);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_order_may_take_at_once),
        cmocka_unit_test(a_market_order_finds_nothing),
        cmocka_unit_test(the_next_slice_of_an_iceberg_stands_last),
        cmocka_unit_test(an_iceberg_of_too_many_slices_is_refused),
        cmocka_unit_test(an_owner_meets_his_own_order),
        cmocka_unit_test(the_reserve_behind_an_own_order_is_out_of_reach),
        cmocka_unit_test(hidden_orders_stand_behind_what_is_shown_at_their_price),
        cmocka_unit_test(nothing_that_is_told_of_a_book_shows_hidden_orders),
        cmocka_unit_test(only_a_limit_that_may_rest_and_shows_nothing_is_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
