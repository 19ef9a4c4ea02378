// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "sim/others.h"

static void orders_come_move_and_go_with_rising_turns(void **state) {
    struct arena arena;
    struct others others;
    assert_ok(arena_init(&arena, 1 << 16));
    assert_ok(others_init(&others, &arena, 3));
    struct other *a = others_add(&others, 7, 0, 100, 5);
    uint64_t ours = others_turn(&others);
    struct other *b = others_add(&others, 8, 1, 102, 6);
    assert_true(a->turn < ours && ours < b->turn);
    assert_null(others_add(&others, 7, 0, 100, 5)); // there already
    others_move(&others, a, 99, 4);
    assert_true(a->turn > b->turn && a->tick == 99 && a->qty == 4);
    assert_non_null(others_add(&others, 9, 0, 1, 1));
    assert_null(others_add(&others, 10, 0, 1, 1)); // full
    others_check(&others);
    others_clear(&others, 0);
    assert_null(others_find(&others, 7));
    assert_ptr_equal(others_find(&others, 8), b);
    others_remove(&others, b);
    assert_int_equal(others.state->count, 0);
    others_check(&others);
    arena_fini(&arena);
}

static void no_order_is_ever_there_without_room_for_one(void **state) {
    struct arena arena;
    struct others others;
    assert_ok(arena_init(&arena, 1 << 16));
    assert_ok(others_init(&others, &arena, 0));
    assert_null(others_add(&others, 1, 0, 1, 1));
    assert_null(others_find(&others, 1));
    others_clear(&others, 0);
    others_check(&others);
    arena_fini(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_come_move_and_go_with_rising_turns),
        cmocka_unit_test(no_order_is_ever_there_without_room_for_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
