// SPDX-License-Identifier: Apache-2.0
#include "edge/store/order_table.h"

#include <stdbool.h>

#include "base/prng.h"
#include "harness.h"

static void what_is_put_is_found_until_it_is_removed(void **state) {
    enum { IDS = 3000, OWNERS = 3, STEPS = 60000 };
    static int64_t held[OWNERS][IDS]; // price, 0: not there
    struct order_table table = {0};
    struct prng prng;
    uint32_t count = 0;
    prng_seed(&prng, 9);
    assert_null(order_table_find(&table, 0, 1));
    for (int i = 0; i < STEPS; i++) {
        uint32_t owner = (uint32_t)prng_below(&prng, OWNERS);
        uint64_t id = prng_below(&prng, IDS);
        struct order_row *row = order_table_find(&table, owner, id << 32);
        if ((row != NULL) != (held[owner][id] != 0)) fail_msg("step %d", i);
        if (row != NULL) {
            assert_int_equal(row->price, held[owner][id]);
            order_table_remove(&table, row);
            held[owner][id] = 0;
            count--;
        } else {
            struct order_row added = {.id = id << 32, .owner = owner, .price = i + 1, .side = 1};
            assert_ok(order_table_put(&table, &added));
            held[owner][id] = i + 1;
            count++;
        }
        assert_int_equal(table.count, count);
    }
    order_table_clear(&table, 1);
    for (uint32_t owner = 0; owner < OWNERS; owner++)
        for (uint64_t id = 0; id < IDS; id++) {
            bool there = order_table_find(&table, owner, id << 32) != NULL;
            if (there != (owner != 1 && held[owner][id] != 0)) fail_msg("%u %d", owner, (int)id);
        }
    order_table_fini(&table);
    assert_null(table.rows);
}

static void owners_share_numbers_but_not_orders(void **state) {
    struct order_table table = {0};
    const struct order_row a = {.id = 7, .owner = 1, .price = 10, .side = 1};
    const struct order_row b = {.id = 7, .owner = 2, .price = 20, .side = -1};
    assert_ok(order_table_put(&table, &a));
    assert_ok(order_table_put(&table, &b));
    assert_int_equal(order_table_find(&table, 1, 7)->price, 10);
    assert_int_equal(order_table_find(&table, 2, 7)->price, 20);
    assert_null(order_table_find(&table, 3, 7));
    order_table_fini(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_found_until_it_is_removed),
        cmocka_unit_test(owners_share_numbers_but_not_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
