// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include "harness.h"

#include "edge/live/cells.h"

static struct arena arena;

static int set_up(void **state) {
    return arena_init(&arena, 1 << 20);
}

static int tear_down(void **state) {
    arena_fini(&arena);
    return 0;
}

static void a_record_is_found_until_a_later_one_takes_its_cell(void **state) {
    struct cells cells;
    char record[12], read[12];
    assert_ok(cells_init(&cells, &arena, 4, sizeof record));
    assert_int_equal(cells_read(&cells, 1, read), CELLS_NOT_YET);
    for (uint64_t number = 1; number <= 6; number++) {
        memset(record, (int)number, sizeof record);
        cells_write(&cells, number, record, sizeof record);
    }
    assert_int_equal(cells_read(&cells, 2, read), CELLS_OVER);
    for (uint64_t number = 3; number <= 6; number++) {
        assert_int_equal(cells_read(&cells, number, read), CELLS_FOUND);
        memset(record, (int)number, sizeof record);
        assert_memory_equal(read, record, sizeof record); // its odd end too
    }
    assert_int_equal(cells_read(&cells, 7, read), CELLS_NOT_YET);
}

static void no_room_is_an_error(void **state) {
    struct cells cells;
    struct arena small;
    assert_ok(arena_init(&small, 4096));
    assert_int_equal(cells_init(&cells, &small, 1024, 64), ERR_NOMEM);
    arena_fini(&small);
}

enum { ROUNDS = 20000, WORDS = 32 };

struct hunt {
    struct cells cells;
    _Atomic uint64_t latest;
};

static void *write_all(void *self) {
    struct hunt *hunt = self;
    uint64_t record[WORDS];
    for (uint64_t number = 1; number <= ROUNDS; number++) {
        for (int i = 0; i < WORDS; i++) record[i] = number * 1000 + (uint64_t)i;
        cells_write(&hunt->cells, number, record, sizeof record);
        atomic_store_explicit(&hunt->latest, number, memory_order_release);
    }
    return NULL;
}

static void a_reader_never_sees_half_a_record(void **state) {
    static struct hunt hunt;
    pthread_t thread;
    uint64_t found = 0, record[WORDS];
    assert_ok(cells_init(&hunt.cells, &arena, 8, sizeof record));
    assert_int_equal(pthread_create(&thread, NULL, write_all, &hunt), 0);
    for (uint64_t latest = 0; latest < ROUNDS;) {
        latest = atomic_load_explicit(&hunt.latest, memory_order_acquire);
        if (latest == 0 || cells_read(&hunt.cells, latest, record) != CELLS_FOUND) continue;
        found++;
        for (int i = 0; i < WORDS; i++)
            if (record[i] != latest * 1000 + (uint64_t)i) fail_msg("torn at %d", i);
    }
    pthread_join(thread, NULL);
    assert_true(found > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_record_is_found_until_a_later_one_takes_its_cell, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(no_room_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_never_sees_half_a_record, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
