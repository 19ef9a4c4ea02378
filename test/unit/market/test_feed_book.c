// SPDX-License-Identifier: Apache-2.0
#include "market/feed_book.h"

#include "harness.h"

static const struct feed_book_config CONFIG = {{.window = 256, .level_max = 64}, 8};

static void begin(struct arena *arena, struct feed_book *book) {
    assert_ok(arena_init(arena, feed_book_size(&CONFIG)));
    assert_ok(feed_book_init(book, arena, &CONFIG));
}

static void put(struct feed_book *book, enum feed_kind kind, int side, int64_t price, int64_t qty,
                uint64_t id, bool last) {
    struct feed_record record = {
        .price = price, .qty = qty, .id = id, .what = feed_what(kind, side, last ? FEED_LAST : 0)};
    assert_true(feed_record_valid(&record));
    feed_book_apply(book, &record);
}

static void a_picture_that_comes_late_is_brought_up_to_date(void **state) {
    struct arena arena;
    struct feed_book book;
    begin(&arena, &book);
    put(&book, FEED_LEVEL, 1, 99, 7, 10, true); // older than the picture
    put(&book, FEED_LEVEL, 1, 98, 5, 12, true); // newer, heard before it
    assert_false(book.synced);
    put(&book, FEED_SNAPSHOT, 1, 99, 3, 11, false);
    put(&book, FEED_SNAPSHOT, -1, 101, 4, 11, true);
    assert_true(book.synced);
    assert_int_equal(book_l2_qty(&book.l2, 1, 99), 3);
    assert_int_equal(book_l2_qty(&book.l2, 1, 98), 5);
    put(&book, FEED_LEVEL, 1, 99, 0, 11, true); // part of the picture, heard after it
    assert_int_equal(book_l2_best_bid(&book.l2), 99);
    put(&book, FEED_LEVEL, 1, 99, 0, 13, true);
    assert_int_equal(book_l2_best_bid(&book.l2), 98);
    arena_fini(&arena);
}

static void a_gap_ends_what_is_known_until_the_next_picture(void **state) {
    struct arena arena;
    struct feed_book book;
    begin(&arena, &book);
    put(&book, FEED_SNAPSHOT, 1, 99, 3, 0, true);
    put(&book, FEED_FAULT, 0, 0, FEED_CROSSED, 1, true);
    assert_true(book.synced);
    put(&book, FEED_FAULT, 0, 0, FEED_GAP, 1, true);
    assert_false(book.synced);
    put(&book, FEED_SNAPSHOT, 1, 97, 3, 0, true);
    assert_true(book.synced);
    assert_int_equal(book_l2_best_bid(&book.l2), 97);
    assert_int_equal(book_l2_count(&book.l2, 1), 1); // anew, not over the old
    put(&book, FEED_CLEAR, 0, 0, 0, 0, true);
    assert_false(book.synced);
    assert_int_equal(book_l2_count(&book.l2, 1), 0);
    put(&book, FEED_TRADE, 1, 97, 3, 0, true); // says nothing of the book
    assert_int_equal(book_l2_count(&book.l2, 1), 0);
    arena_fini(&arena);
}

static void levels_that_are_run_over_are_counted_while_they_stand(void **state) {
    struct arena arena;
    struct feed_book book;
    begin(&arena, &book);
    put(&book, FEED_SNAPSHOT, 1, 99, 3, 0, false);
    put(&book, FEED_SNAPSHOT, -1, 101, 4, 0, false);
    put(&book, FEED_SNAPSHOT, -1, 102, 4, 0, false);
    put(&book, FEED_SNAPSHOT, -1, 103, 4, 0, true);
    assert_int_equal(feed_book_crossed(&book), 0);
    put(&book, FEED_LEVEL, 1, 102, 1, 0, false);
    assert_int_equal(feed_book_crossed(&book), 2); // inside a message
    put(&book, FEED_LEVEL, -1, 101, 0, 0, false);
    assert_int_equal(feed_book_crossed(&book), 1);
    put(&book, FEED_LEVEL, -1, 102, 0, 0, true);
    assert_int_equal(feed_book_crossed(&book), 0);
    put(&book, FEED_LEVEL, -1, 100, 5, 0, true); // an ask over a bid
    assert_int_equal(feed_book_crossed(&book), 1);
    put(&book, FEED_LEVEL, 1, 102, 0, 0, true);
    assert_int_equal(feed_book_crossed(&book), 0);
    arena_fini(&arena);
}

static void more_decimals_move_every_level(void **state) {
    struct arena arena;
    struct feed_book book;
    begin(&arena, &book);
    put(&book, FEED_SNAPSHOT, 1, 99, 3, 5, false);
    put(&book, FEED_SNAPSHOT, -1, 101, 4, 5, true);
    feed_book_scale(&book, 10, 100);
    assert_int_equal(book_l2_best_bid(&book.l2), 990);
    assert_int_equal(book_l2_qty(&book.l2, -1, 1010), 400);
    assert_int_equal(book_l2_count(&book.l2, 1), 1);
    arena_fini(&arena);
}

static void bad_sizes_are_refused(void **state) {
    struct arena arena;
    struct feed_book book;
    struct feed_book_config config = CONFIG;
    assert_ok(arena_init(&arena, 1 << 20));
    config.kept_max = 3;
    assert_int_equal(feed_book_init(&book, &arena, &config), ERR_ARGUMENT);
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_that_comes_late_is_brought_up_to_date),
        cmocka_unit_test(a_gap_ends_what_is_known_until_the_next_picture),
        cmocka_unit_test(levels_that_are_run_over_are_counted_while_they_stand),
        cmocka_unit_test(more_decimals_move_every_level),
        cmocka_unit_test(bad_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
