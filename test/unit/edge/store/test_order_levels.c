// SPDX-License-Identifier: Apache-2.0
#include "edge/store/order_levels.h"

#include "base/prng.h"
#include "harness.h"
#include "market/feed.h"

enum { IDS = 40, PRICES = 12, STEPS = 20000 };

// Orders as a list, levels as sums over it.
struct twin {
    struct {
        int64_t price, qty;
        int side; // 0: not there
    } orders[IDS];
};

static bool twin_apply(struct twin *twin, enum feed_kind kind, int side, int id, int64_t price,
                       int64_t qty) {
    bool there = twin->orders[id].side != 0;
    if (kind == FEED_ADD ? there : twin->orders[id].side != side) return false;
    twin->orders[id].side = kind == FEED_DELETE ? 0 : side;
    twin->orders[id].price = price;
    twin->orders[id].qty = qty;
    return true;
}

static int64_t twin_level(const struct twin *twin, int side, int64_t price) {
    int64_t sum = 0;
    for (int i = 0; i < IDS; i++)
        if (twin->orders[i].side == side && twin->orders[i].price == price)
            sum += twin->orders[i].qty;
    return sum;
}

static void levels_are_the_sums_of_their_orders(void **state) {
    const struct book_l2_config config = {.window = 256, .level_max = 64};
    struct order_levels *orders;
    struct twin twin = {0};
    struct arena arena;
    struct book_l2 book;
    struct prng prng;
    assert_ok(arena_init(&arena, book_l2_size(&config)));
    assert_ok(book_l2_init(&book, &arena, &config));
    assert_ok(order_levels_open(&book, &orders));
    prng_seed(&prng, 91);
    for (int step = 0; step < STEPS; step++) {
        static const enum feed_kind KINDS[] = {FEED_ADD, FEED_ADD, FEED_MODIFY, FEED_DELETE};
        enum feed_kind kind = KINDS[prng_below(&prng, 4)];
        int side = prng_below(&prng, 2) ? 1 : -1, id = (int)prng_below(&prng, IDS);
        int64_t price = 100 - side * (1 + (int64_t)prng_below(&prng, PRICES));
        int64_t qty = 1 + (int64_t)prng_below(&prng, 50);
        if (kind == FEED_DELETE && twin.orders[id].side == 0) continue; // of a picture's level
        bool expected = twin_apply(&twin, kind, side, id, price, qty);
        assert_int_equal(
            order_levels_apply(orders, feed_what(kind, side, 0), (uint64_t)id + 1, price, qty),
            expected);
        for (int64_t i = 1; i <= PRICES; i++) {
            assert_int_equal(book_l2_qty(&book, 1, 100 - i), twin_level(&twin, 1, 100 - i));
            assert_int_equal(book_l2_qty(&book, -1, 100 + i), twin_level(&twin, -1, 100 + i));
        }
    }
    order_levels_close(orders);
    arena_fini(&arena);
}

static void a_level_of_a_picture_gives_way_to_no_less_than_nothing(void **state) {
    const struct book_l2_config config = {.window = 256, .level_max = 64};
    struct order_levels *orders;
    struct arena arena;
    struct book_l2 book;
    assert_ok(arena_init(&arena, book_l2_size(&config)));
    assert_ok(book_l2_init(&book, &arena, &config));
    assert_ok(order_levels_open(&book, &orders));
    order_levels_add(&book, 1, 99, 7);
    assert_false(order_levels_apply(orders, feed_what(FEED_DELETE, 1, 0), 5, 99, 3));
    assert_int_equal(book_l2_qty(&book, 1, 99), 4);
    assert_false(order_levels_apply(orders, feed_what(FEED_DELETE, 1, 0), 5, 99, 30));
    assert_int_equal(book_l2_qty(&book, 1, 99), 0);
    assert_true(order_levels_apply(orders, feed_what(FEED_ADD, 1, 0), 5, 98, 3));
    order_levels_scale(orders, 10, 100); // the caller's book stays as it is
    assert_true(order_levels_apply(orders, feed_what(FEED_DELETE, 1, 0), 5, 980, 300));
    assert_int_equal(book_l2_qty(&book, 1, 98), 3);
    order_levels_close(orders);
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_the_sums_of_their_orders),
        cmocka_unit_test(a_level_of_a_picture_gives_way_to_no_less_than_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
