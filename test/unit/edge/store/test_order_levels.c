// SPDX-License-Identifier: Apache-2.0
#include "edge/store/order_levels.h"

#include <stdio.h>

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
    struct order_levels *orders;
    struct twin twin = {0};
    struct prng prng;
    assert_ok(order_levels_open(&orders));
    prng_seed(&prng, 91);
    for (int step = 0; step < STEPS; step++) {
        static const enum feed_kind KINDS[] = {FEED_ADD, FEED_ADD, FEED_MODIFY, FEED_DELETE};
        enum feed_kind kind = KINDS[prng_below(&prng, 4)];
        int side = prng_below(&prng, 2) ? 1 : -1, id = (int)prng_below(&prng, IDS);
        int64_t price =
            100 - side * (int64_t)prng_below(&prng, PRICES) + 3 * side; // they may cross
        int64_t qty = 1 + (int64_t)prng_below(&prng, 50);
        bool expected = twin_apply(&twin, kind, side, id, price, qty);
        assert_int_equal(
            order_levels_apply(orders, feed_what(kind, side, 0), (uint64_t)id + 1, price, qty),
            expected);
        for (int64_t at = 80; at <= 120; at++) {
            assert_int_equal(order_levels_qty(orders, 1, at), twin_level(&twin, 1, at));
            assert_int_equal(order_levels_qty(orders, -1, at), twin_level(&twin, -1, at));
        }
    }
    order_levels_close(orders);
}

static enum order_picture compare(struct order_levels *orders, const char *bids, const char *asks,
                                  uint32_t *ret_differ) {
    struct book_l2_level sides[2][8];
    const struct book_l2_level *levels[2] = {sides[0], sides[1]};
    uint32_t counts[2] = {0};
    for (int s = 0; s < 2; s++) {
        long price, qty;
        int used = 0;
        for (const char *at = s ? asks : bids; sscanf(at, "%ld x %ld %n", &price, &qty, &used) == 2;
             at += used)
            sides[s][counts[s]++] = (struct book_l2_level){price, qty};
    }
    return order_levels_compare(orders, levels, counts, ret_differ);
}

static bool told(struct order_levels *orders, enum feed_kind kind, int side, uint64_t id,
                 int64_t price, int64_t qty) {
    return order_levels_apply(orders, feed_what(kind, side, 0), id, price, qty);
}

static void what_is_told_of_unknown_orders_leaves_known_ones_alone(void **state) {
    struct order_levels *orders;
    uint32_t differ;
    assert_ok(order_levels_open(&orders));
    assert_true(told(orders, FEED_ADD, 1, 1, 99, 5));
    assert_int_equal(compare(orders, "99 x 12 98 x 4", "", &differ), ORDER_PICTURE_EQUAL); // taken
    assert_false(told(orders, FEED_DELETE, 1, 7, 99, 3));
    assert_int_equal(order_levels_qty(orders, 1, 99), 9);
    assert_false(told(orders, FEED_DELETE, 1, 7, 99, 30)); // more than the rest
    assert_int_equal(order_levels_qty(orders, 1, 99), 5);
    assert_false(told(orders, FEED_DELETE, 1, 7, 98, 9));
    assert_int_equal(order_levels_qty(orders, 1, 98), 0);
    order_levels_scale(orders, 10, 100);
    assert_true(told(orders, FEED_MODIFY, 1, 1, 990, 300));
    assert_int_equal(order_levels_qty(orders, 1, 990), 300);
    assert_true(told(orders, FEED_DELETE, 1, 1, 990, 300));
    assert_int_equal(order_levels_qty(orders, 1, 990), 0);
    order_levels_close(orders);
}

static void a_picture_of_a_moment_before_is_explained_and_changes_nothing(void **state) {
    struct order_levels *orders;
    uint32_t differ;
    assert_ok(order_levels_open(&orders));
    assert_true(told(orders, FEED_ADD, 1, 1, 99, 5));
    assert_true(told(orders, FEED_ADD, -1, 2, 101, 5));
    assert_int_equal(compare(orders, "99 x 5", "101 x 5", &differ), ORDER_PICTURE_EQUAL);
    assert_true(told(orders, FEED_ADD, 1, 3, 100, 2));
    assert_true(told(orders, FEED_MODIFY, 1, 3, 99, 1)); // a message that changes two levels
    assert_int_equal(compare(orders, "100 x 2 99 x 5", "101 x 5", &differ),
                     ORDER_PICTURE_EXPLAINED);
    assert_int_equal(order_levels_qty(orders, 1, 99), 6);
    assert_int_equal(order_levels_qty(orders, 1, 100), 0);
    assert_int_equal(compare(orders, "99 x 6", "101 x 5", &differ), ORDER_PICTURE_EQUAL);
    // Between the two levels of a message there is no moment, and none before the last picture.
    assert_true(told(orders, FEED_MODIFY, 1, 3, 100, 1));
    assert_int_equal(compare(orders, "99 x 5", "101 x 5", &differ), ORDER_PICTURE_DIFFERS);
    assert_int_equal(differ, 1);
    assert_int_equal(compare(orders, "99 x 6", "101 x 5", &differ), ORDER_PICTURE_DIFFERS);
    assert_int_equal(differ, 2);
    order_levels_close(orders);
}

static void levels_out_of_sight_and_of_unknown_orders_are_explained(void **state) {
    struct order_levels *orders;
    uint32_t differ;
    assert_ok(order_levels_open(&orders));
    assert_int_equal(compare(orders, "99 x 5 97 x 1", "101 x 5", &differ), ORDER_PICTURE_EQUAL);
    assert_int_equal(compare(orders, "99 x 5 97 x 1 96 x 8", "101 x 5 103 x 2", &differ),
                     ORDER_PICTURE_EXPLAINED); // farther away than any before
    assert_int_equal(order_levels_qty(orders, 1, 96), 8);
    assert_int_equal(order_levels_qty(orders, -1, 103), 2);
    assert_false(told(orders, FEED_DELETE, 1, 9, 99, 0)); // filled: who knows what it held
    assert_int_equal(compare(orders, "97 x 1 96 x 8", "101 x 5 103 x 2", &differ),
                     ORDER_PICTURE_EXPLAINED);
    assert_int_equal(order_levels_qty(orders, 1, 99), 0);
    assert_int_equal(compare(orders, "98 x 1 97 x 1", "101 x 5", &differ), ORDER_PICTURE_DIFFERS);
    assert_int_equal(differ, 1); // 98 had been in sight
    order_levels_close(orders);
}

// One picture may be a message ahead; two that say the same are right.
static void a_difference_is_taken_when_two_pictures_say_so(void **state) {
    struct order_levels *orders;
    uint32_t differ;
    assert_ok(order_levels_open(&orders));
    assert_int_equal(compare(orders, "99 x 5 97 x 1", "", &differ), ORDER_PICTURE_EQUAL);
    assert_int_equal(compare(orders, "99 x 4 97 x 1", "", &differ), ORDER_PICTURE_DIFFERS);
    assert_int_equal(order_levels_qty(orders, 1, 99), 5);
    assert_int_equal(compare(orders, "99 x 3 97 x 1", "", &differ), ORDER_PICTURE_DIFFERS);
    assert_int_equal(order_levels_qty(orders, 1, 99), 5);
    order_levels_scale(orders, 1, 10);
    assert_int_equal(compare(orders, "99 x 30 97 x 10", "", &differ), ORDER_PICTURE_DIFFERS);
    assert_int_equal(order_levels_qty(orders, 1, 99), 30);
    assert_int_equal(compare(orders, "99 x 30 97 x 10", "", &differ), ORDER_PICTURE_EQUAL);
    order_levels_close(orders);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_the_sums_of_their_orders),
        cmocka_unit_test(what_is_told_of_unknown_orders_leaves_known_ones_alone),
        cmocka_unit_test(a_picture_of_a_moment_before_is_explained_and_changes_nothing),
        cmocka_unit_test(levels_out_of_sight_and_of_unknown_orders_are_explained),
        cmocka_unit_test(a_difference_is_taken_when_two_pictures_say_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
