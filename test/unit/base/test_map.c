// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/map.h"
#include "base/prng.h"

enum { KEYS = 300 };

// What a map means: an array of values, present or not, by the key's rank.
struct twin {
    uint32_t value[KEYS];
    bool there[KEYS];
    uint32_t count;
};

static void drive(uint32_t max, uint64_t stride, uint64_t seed) {
    struct arena arena;
    struct map map;
    static struct twin twin;
    memset(&twin, 0, sizeof twin);
    assert_ok(arena_init(&arena, 1 << 20));
    assert_ok(map_init(&map, &arena, max));
    struct prng prng;
    prng_seed(&prng, seed);
    for (int i = 0; i < 20000; i++) {
        uint32_t rank = (uint32_t)prng_below(&prng, KEYS);
        uint64_t key = rank * stride;
        uint64_t what = prng_below(&prng, 8);
        if (what < (i / 2000 % 2 ? 2u : 5u)) {
            uint32_t value = (uint32_t)prng_next(&prng);
            bool fits = twin.there[rank] || twin.count < max;
            assert_int_equal(map_put(&map, key, value), fits ? 0 : ERR_FULL);
            if (fits) {
                twin.count += !twin.there[rank];
                twin.there[rank] = true;
                twin.value[rank] = value;
            }
        } else if (what < 6) {
            assert_int_equal(map_remove(&map, key), twin.there[rank]);
            twin.count -= twin.there[rank];
            twin.there[rank] = false;
        }
        uint32_t look = (uint32_t)prng_below(&prng, KEYS);
        uint32_t value = 42;
        assert_int_equal(map_get(&map, look * stride, &value), twin.there[look]);
        assert_int_equal(value, twin.there[look] ? twin.value[look] : 42);
        assert_int_equal(map.count, twin.count);
    }
    for (uint32_t rank = 0; rank < KEYS; rank++) {
        uint32_t value = 42;
        assert_int_equal(map_get(&map, rank * stride, &value), twin.there[rank]);
        if (twin.there[rank]) assert_int_equal(value, twin.value[rank]);
        (void)map_remove(&map, rank * stride);
    }
    // An emptied map is the bytes of a new one.
    for (uint64_t i = 0; i <= map.mask; i++) {
        static const struct map_slot zero;
        assert_memory_equal(&map.slots[i], &zero, sizeof zero);
    }
    arena_fini(&arena);
}

static void a_map_is_an_array_by_key(void **state) {
    drive(KEYS, 1, 1);
    drive(KEYS, UINT64_C(1) << 32, 2);
    drive(KEYS, UINT64_C(0x123456789abcdef), 3);
}

static void a_crowded_map_refuses_new_keys_only(void **state) {
    // Sizes where three quarters of the slots are in use, or nearly: 96 of 128 and so on.
    drive(1, 1, 4);
    drive(2, 1, 5);
    drive(3, 1, 6);
    drive(96, 1, 7);
    drive(191, UINT64_C(1) << 40, 8);
    drive(0, 1, 9);
}

static void keys_that_share_a_home_push_each_other_on(void **state) {
    struct arena arena;
    struct map map;
    assert_ok(arena_init(&arena, 1 << 16));
    assert_ok(map_init(&map, &arena, 12));
    // Find keys that all live in the last slot by watching where a lone key lands; their run wraps to the first slots.
    uint64_t keys[10];
    size_t count = 0;
    for (uint64_t key = 1; count < 10; key++) {
        assert_ok(map_put(&map, key, 7));
        if (map.slots[map.mask].used) keys[count++] = key;
        assert_true(map_remove(&map, key));
    }
    for (size_t first = 0; first < 10; first++) {
        for (size_t i = 0; i < 10; i++) assert_ok(map_put(&map, keys[i], (uint32_t)i));
        // Removed in another order each time, and all that remain are found.
        for (size_t i = 0; i < 10; i++) {
            assert_true(map_remove(&map, keys[(first + i * 3) % 10]));
            for (size_t k = i + 1; k < 10; k++) {
                uint32_t value = 0;
                assert_true(map_get(&map, keys[(first + k * 3) % 10], &value));
                assert_int_equal(value, (first + k * 3) % 10);
            }
        }
        assert_int_equal(map.count, 0);
    }
    arena_fini(&arena);
}

static void the_extreme_keys_are_keys(void **state) {
    struct arena arena;
    struct map map;
    assert_ok(arena_init(&arena, 1 << 16));
    assert_ok(map_init(&map, &arena, 2));
    uint32_t value = 0;
    assert_false(map_get(&map, 0, &value));
    assert_ok(map_put(&map, 0, 1));
    assert_ok(map_put(&map, UINT64_MAX, UINT32_MAX));
    assert_true(map_get(&map, 0, &value) && value == 1);
    assert_true(map_get(&map, UINT64_MAX, &value) && value == UINT32_MAX);
    arena_fini(&arena);
}

static void a_map_beyond_the_arena_or_32_bits_is_no_memory(void **state) {
    struct arena arena;
    struct map map;
    assert_ok(arena_init(&arena, 4096));
    assert_int_equal(map_init(&map, &arena, 1000), ERR_NOMEM);
    assert_non_null(strstr(err_story(), "a map of 1000 keys"));
    assert_int_equal(map_init(&map, &arena, UINT32_MAX), ERR_NOMEM);
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_is_an_array_by_key),
        cmocka_unit_test(a_crowded_map_refuses_new_keys_only),
        cmocka_unit_test(keys_that_share_a_home_push_each_other_on),
        cmocka_unit_test(the_extreme_keys_are_keys),
        cmocka_unit_test(a_map_beyond_the_arena_or_32_bits_is_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
