// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/prng.h"
#include "edge/auth/expiry_set.h"

enum { MAX = 100, ITEMS = 300, STEPS = 60000 };

static void an_item_is_there_until_its_end(void **state) {
    (void)state;
    struct expiry_set *set;
    assert_ok(expiry_set_open(4, &set));
    assert_int_equal(expiry_set_add(set, "a", 1, 100, 0), 1);
    assert_int_equal(expiry_set_add(set, "a", 1, 50, 0), 0);
    assert_true(expiry_set_has(set, "a", 1, 99)); // the later end stays
    assert_false(expiry_set_has(set, "a", 1, 100));
    assert_false(expiry_set_has(set, "b", 1, 0));
    assert_int_equal(expiry_set_add(set, "a", 1, 300, 200), 1);
    assert_true(expiry_set_take(set, "a", 1, 250));
    assert_false(expiry_set_take(set, "a", 1, 250)); // once
    assert_int_equal(expiry_set_count(set, 250), 0);
    expiry_set_close(set);
    expiry_set_close(NULL);
}

// The same in an array of ends, one by one.
static void the_set_is_what_a_plain_array_says_and_full_is_full(void **state) {
    (void)state;
    struct expiry_set *set;
    struct prng prng;
    int64_t ends[ITEMS] = {0};
    int full = 0;
    prng_seed(&prng, 5);
    assert_ok(expiry_set_open(MAX, &set));
    for (int64_t now = 1; now < STEPS; now++) {
        uint32_t item = (uint32_t)prng_below(&prng, ITEMS);
        size_t live = 0;
        for (int i = 0; i < ITEMS; i++) live += ends[i] > now;
        bool there = ends[item] > now;
        if (prng_below(&prng, 5) == 0) {
            assert_int_equal(expiry_set_take(set, &item, sizeof item, now), there);
            ends[item] = 0;
        } else {
            int64_t end = now + (int64_t)prng_below(&prng, 600);
            int rc = expiry_set_add(set, &item, sizeof item, end, now);
            if (rc == ERR_FULL) {
                assert_true(live == MAX && !there);
                full++;
                continue;
            }
            assert_int_equal(rc, !there);
            if (end > ends[item]) ends[item] = end;
        }
        uint32_t other = (uint32_t)prng_below(&prng, ITEMS);
        assert_int_equal(expiry_set_has(set, &other, sizeof other, now), ends[other] > now);
        if (now % 500 == 0) {
            live = 0;
            for (int i = 0; i < ITEMS; i++) live += ends[i] > now;
            assert_int_equal(expiry_set_count(set, now), live);
        }
    }
    print_message("%d times full\n", full);
    expiry_set_close(set);
}

static void nothing_is_forgotten_to_make_room(void **state) {
    (void)state;
    struct expiry_set *set;
    assert_ok(expiry_set_open(MAX, &set));
    for (int i = 0; i < MAX; i++) assert_int_equal(expiry_set_add(set, &i, sizeof i, 1000, 0), 1);
    for (int i = MAX; i < 2 * MAX; i++)
        assert_int_equal(expiry_set_add(set, &i, sizeof i, 2000, 500), ERR_FULL);
    for (int i = 0; i < 2 * MAX; i++)
        assert_int_equal(expiry_set_has(set, &i, sizeof i, 500), i < MAX);
    int one = 999;
    assert_int_equal(expiry_set_add(set, &one, sizeof one, 2000, 1000), 1); // their time is over
    assert_int_equal(expiry_set_count(set, 1000), 1);
    expiry_set_close(set);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_is_there_until_its_end),
        cmocka_unit_test(the_set_is_what_a_plain_array_says_and_full_is_full),
        cmocka_unit_test(nothing_is_forgotten_to_make_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
