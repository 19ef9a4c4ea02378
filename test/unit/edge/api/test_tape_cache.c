// SPDX-License-Identifier: Apache-2.0
#include "../store/store_kit.h"

#include "edge/api/tape_cache.h"

static void make(const struct kit *kit, const char *name, int64_t from, int64_t to) {
    struct tape_writer *writer = kit_writer(kit, name, false);
    kit_add(writer, from, to);
    kit_commit(writer);
}

static void a_series_that_was_written_anew_is_opened_anew(void **state) {
    struct kit *kit = *state;
    struct tape_cache *cache;
    struct tape_series series = kit_series("A/B/bar-1m");
    struct tape *tape, *again;
    struct pyramid *pyramid;
    make(kit, "A/B/bar-1m", 0, 10);
    assert_ok(tape_cache_open(kit->tape, &cache));
    assert_ok(tape_cache_get(cache, &series, &tape));
    assert_int_equal(tape_count(tape), 10);
    assert_ok(tape_cache_get(cache, &series, &again));
    assert_ptr_equal(tape, again);
    make(kit, "A/B/bar-1m", 10, 20);
    assert_ok(tape_cache_pyramid(cache, &series, &tape, &pyramid));
    assert_int_equal(tape_count(tape), 20);
    assert_int_equal(pyramid_rows_before(pyramid, INT64_MAX), 20);
    series = kit_series("A/NONE/bar-1m");
    assert_int_equal(tape_cache_get(cache, &series, &tape), ERR_NOT_FOUND);
    tape_cache_close(cache);
}

static void more_series_than_places_take_turns(void **state) {
    struct kit *kit = *state;
    struct tape_cache *cache;
    char name[32];
    for (int i = 0; i < TAPE_CACHE_MAX + 3; i++) {
        snprintf(name, sizeof name, "A/S%d/bar-1m", i);
        make(kit, name, i, i + 2);
    }
    assert_ok(tape_cache_open(kit->tape, &cache));
    for (int turn = 0; turn < 2 * (TAPE_CACHE_MAX + 3); turn++) {
        struct tape *tape;
        int64_t row[7];
        snprintf(name, sizeof name, "A/S%d/bar-1m", turn % (TAPE_CACHE_MAX + 3));
        struct tape_series series = kit_series(name);
        assert_ok(tape_cache_get(cache, &series, &tape));
        kit_bar(turn % (TAPE_CACHE_MAX + 3), 0, row);
        assert_int_equal(tape_first_ns(tape), row[0]);
    }
    const struct tape_series *items;
    size_t count;
    assert_ok(tape_cache_list(cache, 1, &items, &count));
    assert_int_equal(count, TAPE_CACHE_MAX + 3);
    tape_cache_close(cache);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_series_that_was_written_anew_is_opened_anew, kit_setup,
                                        kit_teardown),
        cmocka_unit_test_setup_teardown(more_series_than_places_take_turns, kit_setup,
                                        kit_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
