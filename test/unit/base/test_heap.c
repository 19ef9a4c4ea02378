// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/heap.h"
#include "base/prng.h"

enum { MAX = 60 };

struct pair {
    struct arena arena;
    struct heap heap;
    struct heap_item twin[MAX]; // in no order
    uint32_t count;
};

static void pair_init(struct pair *pair) {
    pair->count = 0;
    assert_ok(arena_init(&pair->arena, 1 << 16));
    assert_ok(heap_init(&pair->heap, &pair->arena, MAX));
}

static uint32_t twin_least(const struct pair *pair) {
    uint32_t least = 0;
    for (uint32_t i = 1; i < pair->count; i++) {
        const struct heap_item *a = &pair->twin[i];
        const struct heap_item *b = &pair->twin[least];
        if (a->key < b->key || (a->key == b->key && a->tie < b->tie)) least = i;
    }
    return least;
}

static void assert_same_item(const struct heap_item *a, const struct heap_item *b) {
    assert_true(a->key == b->key && a->tie == b->tie && a->value == b->value);
}

static void a_heap_is_a_list_searched_for_its_least(void **state) {
    struct pair pair;
    pair_init(&pair);
    struct prng prng;
    prng_seed(&prng, 1);
    int full = 0;
    int empty = 0;
    for (uint64_t i = 0; i < 40000; i++) {
        // Keys repeat; ties never do, as with births.
        struct heap_item item = {.key = (int64_t)prng_below(&prng, 16) - 8,
                                 .tie = i * 7919 % 65536 << 32 | i,
                                 .value = i};
        if (i % 1000 == 0) item.key = i % 2000 ? INT64_MIN : INT64_MAX;
        uint64_t what = prng_below(&prng, 16);
        // Long stretches of growth and of shrinking.
        if (what < (i / 500 % 2 ? 10u : 4u)) {
            int rc = heap_push(&pair.heap, item);
            assert_int_equal(rc, pair.count == MAX ? ERR_FULL : 0);
            if (rc == 0) pair.twin[pair.count++] = item;
            full += rc != 0;
        } else if (what < 14) {
            struct heap_item got = {.value = 42};
            bool popped = heap_pop(&pair.heap, &got);
            assert_int_equal(popped, pair.count > 0);
            empty += !popped;
            if (!popped) continue;
            uint32_t least = twin_least(&pair);
            assert_same_item(&got, &pair.twin[least]);
            pair.twin[least] = pair.twin[--pair.count];
        } else if (pair.count > 0) {
            heap_replace(&pair.heap, item);
            pair.twin[twin_least(&pair)] = item;
        }
        assert_int_equal(pair.heap.count, pair.count);
        const struct heap_item *peek = heap_peek(&pair.heap);
        assert_int_equal(peek != NULL, pair.count > 0);
        if (peek != NULL) assert_same_item(peek, &pair.twin[twin_least(&pair)]);
    }
    assert_true(full > 20 && empty > 20);
    arena_fini(&pair.arena);
}

static void equal_keys_leave_in_the_order_of_their_ties(void **state) {
    struct pair pair;
    pair_init(&pair);
    for (uint64_t i = 0; i < MAX; i++)
        assert_ok(heap_push(&pair.heap, (struct heap_item){.key = 5, .tie = i * 37 % MAX}));
    struct heap_item item;
    for (uint64_t i = 0; i < MAX; i++) {
        assert_true(heap_pop(&pair.heap, &item));
        assert_int_equal(item.tie, i);
    }
    // An emptied heap is the bytes of a new one.
    for (uint32_t i = 0; i < MAX; i++) {
        static const struct heap_item zero;
        assert_memory_equal(&pair.heap.items[i], &zero, sizeof zero);
    }
    arena_fini(&pair.arena);
}

static void a_refused_pop_leaves_the_output_untouched(void **state) {
    struct pair pair;
    pair_init(&pair);
    struct heap_item item = {.value = 42};
    assert_false(heap_pop(&pair.heap, &item));
    assert_int_equal(item.value, 42);
    assert_null(heap_peek(&pair.heap));
    arena_fini(&pair.arena);
}

static void a_heap_beyond_the_arena_is_no_memory(void **state) {
    struct arena arena;
    struct heap heap;
    assert_ok(arena_init(&arena, 4096));
    assert_int_equal(heap_init(&heap, &arena, 1000), ERR_NOMEM);
    assert_non_null(strstr(err_story(), "a heap of 1000 items"));
    arena_fini(&arena);
}

static void replace_in(void *heap) {
    heap_replace(heap, (struct heap_item){0});
}

static void replacing_in_an_empty_heap_is_a_bug(void **state) {
    struct pair pair;
    pair_init(&pair);
    harness_assert_aborts(replace_in, &pair.heap, "count > 0");
    arena_fini(&pair.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_heap_is_a_list_searched_for_its_least),
        cmocka_unit_test(equal_keys_leave_in_the_order_of_their_ties),
        cmocka_unit_test(a_refused_pop_leaves_the_output_untouched),
        cmocka_unit_test(a_heap_beyond_the_arena_is_no_memory),
        cmocka_unit_test(replacing_in_an_empty_heap_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
