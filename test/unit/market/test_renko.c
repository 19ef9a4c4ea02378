// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "market/renko.h"

static void bricks_by_hand(void **state) {
    // Bricks of 10 from 100: up to 125 makes two; 111 none; 100 is one size under the last bottom, 110; 99
    // to 61 makes three more; a turn up from 70 waits for 90.
    const struct {
        int64_t price, volume;
        int count;
        int64_t open[4], close[4], volumes[4];
    } rows[] = {
        {100, 1, 0, {0}, {0}, {0}},
        {109, 2, 0, {0}, {0}, {0}},
        {125, 4, 2, {100, 110}, {110, 120}, {7, 0}},
        {111, 8, 0, {0}, {0}, {0}},
        {100, 16, 1, {110}, {100}, {24}},
        {70, 32, 3, {100, 90, 80}, {90, 80, 70}, {32, 0, 0}},
        {89, 64, 0, {0}, {0}, {0}},
        {90, 128, 1, {80}, {90}, {192}},
    };
    struct renko renko;
    struct renko_brick brick;
    assert_ok(renko_init(&renko, PRICE(10)));
    assert_int_equal(renko_next(&renko, &brick), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_ok(renko_price(&renko, (int64_t)i, PRICE(rows[i].price), QTY(rows[i].volume)));
        for (int k = 0; k < rows[i].count; k++) {
            assert_int_equal(renko_next(&renko, &brick), 1);
            assert_int_equal(brick.open.m, rows[i].open[k]);
            assert_int_equal(brick.close.m, rows[i].close[k]);
            assert_int_equal(brick.volume.m, rows[i].volumes[k]);
            assert_int_equal(brick.ts_ns, i);
        }
        assert_int_equal(renko_next(&renko, &brick), 0);
    }
}

// Tick by tick: between two prices every price is visited, and the rule is the plain one.
static void bricks_equal_those_of_a_price_that_walks_tick_by_tick(void **state) {
    for (unsigned seed = 1; seed <= 20; seed++) {
        struct prng prng;
        prng_seed(&prng, seed);
        struct renko renko;
        int64_t size = 1 + (int64_t)prng_below(&prng, 30), last = 5000, price = 5000;
        int direction = 0; // of the last brick, which ends at `last`
        int64_t traded = 0, in_bricks = 0;
        assert_ok(renko_init(&renko, PRICE(size)));
        for (int row = 0; row < 2000; row++) {
            int64_t to = row == 0 ? price : price + (int64_t)prng_below(&prng, 201) - 100;
            if (to < 1) to = 1;
            int64_t volume = (int64_t)prng_below(&prng, 50);
            assert_ok(renko_price(&renko, row, PRICE(to), QTY(volume)));
            traded += volume;
            struct renko_brick brick;
            while (price != to) {
                price += price < to ? 1 : -1;
                int64_t up = last + (direction < 0 ? 2 : 1) * size;
                int64_t down = last - (direction > 0 ? 2 : 1) * size;
                if (price != up && price != down) continue;
                assert_int_equal(renko_next(&renko, &brick), 1);
                assert_int_equal(brick.close.m, price);
                assert_int_equal(brick.open.m, price == up ? up - size : down + size);
                in_bricks += brick.volume.m;
                direction = price == up ? 1 : -1;
                last = price;
            }
            assert_int_equal(renko_next(&renko, &brick), 0);
            assert_int_equal(traded, in_bricks + renko.volume.m);
        }
        assert_true(in_bricks > 0);
    }
}

static void what_is_wrong_is_refused_and_changes_nothing(void **state) {
    struct renko renko, before;
    struct renko_brick brick;
    assert_int_equal(renko_init(&renko, PRICE(0)), ERR_ARGUMENT);
    assert_ok(renko_init(&renko, PRICE(INT64_MAX)));
    assert_ok(renko_price(&renko, 3, PRICE(INT64_MAX), QTY(INT64_MAX)));
    assert_int_equal(renko_next(&renko, &brick), 0);
    before = renko;
    assert_int_equal(renko_price(&renko, 3, PRICE(0), QTY(0)), ERR_ARGUMENT);
    assert_int_equal(renko_price(&renko, 3, PRICE(1), QTY(-1)), ERR_ARGUMENT);
    assert_int_equal(renko_price(&renko, 2, PRICE(1), QTY(0)), ERR_ARGUMENT);
    assert_int_equal(renko_price(&renko, 3, PRICE(1), QTY(1)), ERR_RANGE);
    assert_memory_equal(&renko, &before, sizeof before);
    assert_ok(renko_price(&renko, 3, PRICE(1), QTY(0)));
    assert_int_equal(renko_next(&renko, &brick), 0); // one less than a brick
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bricks_by_hand),
        cmocka_unit_test(bricks_equal_those_of_a_price_that_walks_tick_by_tick),
        cmocka_unit_test(what_is_wrong_is_refused_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
