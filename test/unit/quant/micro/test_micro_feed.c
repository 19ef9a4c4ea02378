// SPDX-License-Identifier: Apache-2.0
#include "quant/micro/micro_feed.h"

#include "micro_kit.h"

static const struct micro_feed_config CONFIG = {.by_price = {{.window = 256, .level_max = 64}, 16},
                                                .by_order = {64, 64}};

struct player {
    struct arena arena;
    struct micro_set set;
    struct micro_feed feed;
    int64_t now_ns;
};

static void begin(struct player *player, const struct micro_feed_config *config) {
    memset(player, 0, sizeof *player);
    micro_set_init(&player->set, 1, 1);
    assert_ok(micro_set_parse(&player->set, "spread,ofi"));
    assert_ok(arena_init(&player->arena, micro_feed_size(&player->set, config)));
    assert_ok(micro_feed_init(&player->feed, &player->arena, &player->set, config));
}

static enum micro_feed_event put(struct player *player, enum feed_kind kind, int side,
                                 int64_t price, int64_t qty, uint64_t id, int flags) {
    struct feed_record record = {.venue_ns = player->now_ns,
                                 .receipt_ns = player->now_ns,
                                 .price = price,
                                 .qty = qty,
                                 .id = id,
                                 .what = feed_what(kind, side, flags)};
    assert_true(feed_record_valid(&record));
    return micro_feed_apply(&player->feed, &record, player->now_ns);
}

static double spread(const struct player *player) {
    return micro_set_outputs(&player->set, player->feed.state, 0)[0];
}

static double flow(const struct player *player) {
    return micro_set_outputs(&player->set, player->feed.state, 1)[2];
}

static void a_book_counts_from_its_picture_to_the_next_gap(void **state) {
    struct player player;
    begin(&player, &CONFIG);
    assert_int_equal(put(&player, FEED_LEVEL, 1, 98, 5, 12, FEED_LAST), MICRO_FEED_NOTHING);
    assert_int_equal(put(&player, FEED_SNAPSHOT, 1, 97, 3, 11, 0), MICRO_FEED_NOTHING);
    assert_int_equal(put(&player, FEED_SNAPSHOT, -1, 101, 4, 11, FEED_LAST), MICRO_FEED_BOOK);
    assert_true(spread(&player) == 3 && flow(&player) == 0); // 98 was newer than the picture
    assert_int_equal(put(&player, FEED_LEVEL, 1, 98, 0, 10, FEED_LAST), MICRO_FEED_BOOK); // older
    assert_true(spread(&player) == 3 && flow(&player) == 0);
    assert_int_equal(put(&player, FEED_LEVEL, 1, 98, 2, 13, 0), MICRO_FEED_NOTHING);
    assert_int_equal(put(&player, FEED_LEVEL, -1, 100, 9, 13, FEED_LAST), MICRO_FEED_BOOK);
    assert_true(spread(&player) == 2 && flow(&player) == -3 - 9); // bid lost 3, ask came with 9
    assert_int_equal(put(&player, FEED_FAULT, 0, 0, FEED_GAP, 1, FEED_LAST), MICRO_FEED_BOOK);
    assert_true(isnan(spread(&player)));
    assert_int_equal(put(&player, FEED_LEVEL, 1, 99, 2, 15, FEED_LAST), MICRO_FEED_NOTHING);
    assert_true(isnan(spread(&player)));
    (void)put(&player, FEED_SNAPSHOT, 1, 90, 3, 16, 0);
    (void)put(&player, FEED_SNAPSHOT, -1, 95, 4, 16, FEED_LAST);
    assert_true(spread(&player) == 5 && flow(&player) == -12); // no flow into a picture
    arena_fini(&player.arena);
}

static void a_feed_without_pictures_is_taken_as_it_comes(void **state) {
    struct micro_feed_config config = CONFIG;
    struct player player;
    config.unpictured = true;
    begin(&player, &config);
    assert_int_equal(put(&player, FEED_LEVEL, 1, 98, 5, 0, FEED_LAST), MICRO_FEED_BOOK);
    assert_int_equal(put(&player, FEED_LEVEL, -1, 99, 5, 0, FEED_LAST), MICRO_FEED_BOOK);
    assert_true(spread(&player) == 1);
    arena_fini(&player.arena);
}

static void orders_make_a_book_and_their_executions_are_trades(void **state) {
    struct player player;
    begin(&player, &CONFIG);
    (void)put(&player, FEED_ADD, 1, 98, 5, 1, FEED_LAST);
    (void)put(&player, FEED_ADD, 1, 98, 2, 2, FEED_LAST);
    (void)put(&player, FEED_ADD, -1, 101, 4, 3, FEED_LAST);
    assert_true(spread(&player) == 3);
    player.now_ns = 10;
    assert_int_equal(put(&player, FEED_EXECUTE, 1, 98, 5, 1, FEED_LAST), MICRO_FEED_TRADE);
    assert_int_equal(player.feed.told_qty, -5);
    assert_true(flow(&player) == 2 - 4 - 5);
    assert_int_equal(put(&player, FEED_MODIFY, 1, 99, 2, 2, FEED_LAST), MICRO_FEED_BOOK);
    assert_true(spread(&player) == 2 && flow(&player) == -7 + 2);
    assert_int_equal(put(&player, FEED_DELETE, -1, 0, 0, 3, FEED_LAST), MICRO_FEED_BOOK);
    assert_true(isnan(spread(&player)));
    assert_int_equal(put(&player, FEED_DELETE, -1, 0, 0, 77, FEED_LAST), MICRO_FEED_BOOK);
    arena_fini(&player.arena);
}

// What names an order of the other side changes nothing, and an execution of it is no trade.
static void a_number_of_the_other_side_is_no_order(void **state) {
    struct player player;
    begin(&player, &CONFIG);
    (void)put(&player, FEED_ADD, 1, 98, 5, 1, FEED_LAST);
    (void)put(&player, FEED_ADD, -1, 101, 4, 3, FEED_LAST);
    player.now_ns = 10;
    double before = flow(&player);
    assert_int_equal(put(&player, FEED_EXECUTE, -1, 98, 5, 1, FEED_LAST), MICRO_FEED_BOOK);
    assert_int_equal(put(&player, FEED_MODIFY, 1, 99, 4, 3, FEED_LAST), MICRO_FEED_BOOK);
    assert_int_equal(put(&player, FEED_DELETE, -1, 0, 0, 1, FEED_LAST), MICRO_FEED_BOOK);
    assert_int_equal(player.feed.told_qty, 0);
    assert_true(spread(&player) == 3 && flow(&player) == before);
    assert_int_equal(book_l3_outcomes(&player.feed.by_order, BOOK_L3_UNKNOWN), 3);
    arena_fini(&player.arena);
}

// A feed may tell a trade by the order that came and again by those that it met.
static void a_trade_that_is_told_twice_is_one(void **state) {
    struct player player;
    begin(&player, &CONFIG);
    (void)put(&player, FEED_ADD, -1, 101, 4, 1, FEED_LAST);
    (void)put(&player, FEED_ADD, -1, 101, 4, 2, FEED_LAST);
    (void)put(&player, FEED_ADD, 1, 98, 4, 3, FEED_LAST);
    player.now_ns = 10;
    assert_int_equal(put(&player, FEED_TRADE, 1, 101, 6, 9, 0), MICRO_FEED_TRADE);
    assert_int_equal(put(&player, FEED_EXECUTE, -1, 101, 4, 1, 0), MICRO_FEED_NOTHING);
    assert_int_equal(put(&player, FEED_EXECUTE, -1, 101, 2, 2, FEED_LAST), MICRO_FEED_BOOK);
    assert_int_equal(put(&player, FEED_EXECUTE, -1, 101, 1, 2, FEED_LAST), MICRO_FEED_TRADE);
    player.now_ns = 11;
    assert_int_equal(put(&player, FEED_EXECUTE, -1, 101, 1, 2, FEED_LAST), MICRO_FEED_TRADE);
    assert_int_equal(put(&player, FEED_TRADE, 1, 101, 1, 9, FEED_LAST), MICRO_FEED_NOTHING);
    arena_fini(&player.arena);
}

static void auctions_and_hidden_orders_are_left_out_unless_asked_for(void **state) {
    struct micro_feed_config config = CONFIG;
    struct player player;
    begin(&player, &config);
    assert_int_equal(put(&player, FEED_TRADE, 1, 101, 6, 9, FEED_CROSS), MICRO_FEED_NOTHING);
    assert_int_equal(put(&player, FEED_TRADE, 1, 101, 6, 9, FEED_HIDDEN), MICRO_FEED_NOTHING);
    arena_fini(&player.arena);
    config.hidden = true;
    begin(&player, &config);
    assert_int_equal(put(&player, FEED_TRADE, 1, 101, 6, 9, FEED_HIDDEN), MICRO_FEED_TRADE);
    assert_int_equal(put(&player, FEED_STATUS, 0, 0, FEED_HALTED, 0, FEED_LAST),
                     MICRO_FEED_NOTHING);
    arena_fini(&player.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_counts_from_its_picture_to_the_next_gap),
        cmocka_unit_test(a_feed_without_pictures_is_taken_as_it_comes),
        cmocka_unit_test(orders_make_a_book_and_their_executions_are_trades),
        cmocka_unit_test(a_number_of_the_other_side_is_no_order),
        cmocka_unit_test(a_trade_that_is_told_twice_is_one),
        cmocka_unit_test(auctions_and_hidden_orders_are_left_out_unless_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
