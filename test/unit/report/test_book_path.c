// SPDX-License-Identifier: Apache-2.0
#include "report/book_path.h"

#include "harness.h"

static void a_stretch_has_its_latest_prices_and_its_extremes(void **state) {
    struct book_path path;
    book_path_init(&path, 10);
    assert_ok(book_path_touch(&path, 100, PRICE(50), PRICE(52)));
    assert_ok(book_path_touch(&path, 105, PRICE(48), PRICE(53)));
    assert_ok(book_path_touch(&path, 109, PRICE(49), PRICE(0)));
    assert_ok(book_path_step(&path, 109, PRICE(47), PRICE(54), -3));
    assert_ok(book_path_touch(&path, 110, PRICE(51), PRICE(52)));
    assert_int_equal(path.count, 2);
    const struct book_point *point = path.points;
    assert_int_equal(point->bid.m, 49);
    assert_int_equal(point->bid_low.m, 48);
    assert_int_equal(point->ask_high.m, 53);
    assert_int_equal(point->own_bid.m, 47);
    assert_int_equal(point->position, -3);
    // The next one begins where this ends.
    assert_int_equal(path.points[1].bid_low.m, 49);
    assert_int_equal(path.points[1].own_ask.m, 54);
    book_path_fini(&path);
}

static void many_stretches_are_merged_and_keep_their_extremes(void **state) {
    struct book_path path;
    book_path_init(&path, 1);
    for (int64_t i = 0; i < 5 * BOOK_PATH_MAX; i++)
        assert_ok(book_path_touch(&path, i, PRICE(1000 - (i == 7777 ? 900 : 0)), PRICE(1001)));
    assert_true(path.count <= BOOK_PATH_MAX && path.count > BOOK_PATH_MAX / 2);
    assert_int_equal(path.width_ns, 8);
    size_t lows = 0;
    for (size_t i = 0; i < path.count; i++) {
        lows += path.points[i].bid_low.m == 100;
        assert_true(i == 0 || path.points[i].ts_ns > path.points[i - 1].ts_ns);
    }
    assert_in_range(lows, 1, 2); // its own stretch, and the one that begins with it
    assert_ok(book_path_touch(&path, INT64_C(1) << 50, PRICE(1), PRICE(2))); // far away
    assert_true(path.count <= BOOK_PATH_MAX);
    book_path_fini(&path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stretch_has_its_latest_prices_and_its_extremes),
        cmocka_unit_test(many_stretches_are_merged_and_keep_their_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
