// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/arena.h"
#include "base/prng.h"

static void memory_is_zeroed_aligned_and_apart(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 20));
    struct prng prng;
    prng_seed(&prng, 1);
    unsigned char *last_end = arena.base;
    for (int i = 0; i < 200; i++) {
        size_t align = (size_t)1 << prng_below(&prng, 13);
        size_t size = prng_below(&prng, 500);
        unsigned char *data = arena_alloc(&arena, size, align);
        assert_non_null(data);
        assert_int_equal((uintptr_t)data % align, 0);
        assert_true(data >= last_end);
        for (size_t k = 0; k < size; k++) assert_int_equal(data[k], 0);
        memset(data, 0xff, size);
        last_end = data + size;
        assert_true(arena.used == (size_t)(last_end - arena.base));
        assert_true(arena.used <= arena.size);
    }
    arena_fini(&arena);
    assert_null(arena.base);
}

static void a_full_arena_refuses_with_a_story(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 4096));
    assert_non_null(arena_alloc(&arena, 4000, 1));
    size_t used = arena.used;
    assert_null(arena_alloc(&arena, 97, 1));
    assert_non_null(strstr(err_story(), "4000 of 4096"));
    assert_null(arena_alloc(&arena, 90, 64)); // the padding is what does not fit
    assert_null(arena_alloc(&arena, SIZE_MAX, 1));
    assert_int_equal(arena.used, used);
    assert_non_null(arena_alloc(&arena, 96, 1));
    assert_null(arena_alloc(&arena, 1, 1));
    arena_fini(&arena);
}

static void padding_beyond_the_end_is_refused(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 4000));
    assert_non_null(arena_alloc(&arena, 3990, 1));
    assert_null(arena_alloc(&arena, 1, 64));
    assert_null(arena_alloc(&arena, 0, 64));
    assert_int_equal(arena.used, 3990);
    arena_fini(&arena);
}

static void arrays_are_counted_without_overflow(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 4096));
    uint64_t *numbers = ARENA_NEW(&arena, uint64_t, 16);
    assert_non_null(numbers);
    assert_int_equal(arena.used, 128);
    err_clear();
    assert_null(ARENA_NEW(&arena, uint64_t, SIZE_MAX / 4));
    assert_string_not_equal(err_story(), "");
    assert_null(ARENA_NEW(&arena, uint64_t, 497));
    assert_non_null(ARENA_NEW(&arena, uint64_t, 496));
    arena_fini(&arena);
}

static void more_than_the_machine_has_is_no_memory(void **state) {
    struct arena arena = {.used = 5};
    assert_int_equal(arena_init(&arena, SIZE_MAX / 2), ERR_NOMEM);
    assert_string_not_equal(err_story(), "");
    assert_int_equal(arena.used, 5);
}

static void take_from(void *arena) {
    (void)arena_alloc(arena, 1, 1);
}

static void align_by_three(void *arena) {
    (void)arena_alloc(arena, 1, 3);
}

static void a_rewound_arena_hands_out_the_same_memory_zeroed(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 4096));
    assert_non_null(arena_alloc(&arena, 100, 8));
    size_t mark = arena.used;
    unsigned char *first = arena_alloc(&arena, 200, 8);
    memset(first, 0xff, 200);
    arena_rewind(&arena, mark);
    assert_int_equal(arena.used, mark);
    unsigned char *again = arena_alloc(&arena, 200, 8);
    assert_ptr_equal(again, first);
    for (size_t i = 0; i < 200; i++) assert_int_equal(again[i], 0);
    arena_fini(&arena);
}

static void a_sealed_arena_stops_the_program(void **state) {
    struct arena arena;
    assert_ok(arena_init(&arena, 4096));
    harness_assert_aborts(align_by_three, &arena, "check failed");
    arena_seal(&arena);
    harness_assert_aborts(take_from, &arena, "!arena->sealed");
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(a_full_arena_refuses_with_a_story),
        cmocka_unit_test(padding_beyond_the_end_is_refused),
        cmocka_unit_test(arrays_are_counted_without_overflow),
        cmocka_unit_test(more_than_the_machine_has_is_no_memory),
        cmocka_unit_test(a_rewound_arena_hands_out_the_same_memory_zeroed),
        cmocka_unit_test(a_sealed_arena_stops_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
