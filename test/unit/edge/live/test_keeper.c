// SPDX-License-Identifier: Apache-2.0
#include <errno.h>

#include "harness.h"

#include "base/io.h"
#include "edge/live/keeper.h"

static struct arena arena;
static struct keeper keeper;
static struct waker told;
static char directory[64], path[96];
static int syncs, writes;
static bool broken;

static ssize_t write_and_count(int fd, const void *buf, size_t size) {
    writes++;
    if (broken) {
        errno = EIO;
        return -1;
    }
    return write(fd, buf, size);
}

static int sync_and_count(int fd) {
    syncs++;
    return 0;
}

static int set_up(void **state) {
    struct io_ops ops = *io_system_ops();
    static struct io_ops counted;
    ops.write = write_and_count;
    ops.fdatasync = sync_and_count;
    counted = ops;
    broken = false;
    snprintf(directory, sizeof directory, "/tmp/fulmar-keeper-XXXXXX");
    if (mkdtemp(directory) == NULL) return -1;
    snprintf(path, sizeof path, "%s/journal.fj", directory);
    memset(&keeper, 0, sizeof keeper);
    if (arena_init(&arena, 1 << 20) < 0 || waker_open(&told) < 0) return -1;
    if (keeper_init(&keeper, &arena, 1 << 16, &told) < 0) return -1;
    if (journal_create(path, 1, "x", 1, &keeper.journal) < 0) return -1;
    keeper_begin(&keeper, 0);
    io_set_ops(&counted);
    syncs = writes = 0;
    return 0;
}

static int tear_down(void **state) {
    io_set_ops(NULL);
    if (keeper.journal != NULL) (void)!keeper_close(&keeper);
    waker_close(&keeper.waker);
    waker_close(&told);
    arena_fini(&arena);
    unlink(path);
    return rmdir(directory);
}

static void put(uint64_t seq) {
    union event event;
    event_init(&event, EVENT_CLOCK, INSTRUMENT_NONE, 1);
    event.header.seq = seq;
    assert_true(lane_push(&keeper.lane, &event.header));
}

static void what_nobody_asks_for_is_written_and_synced_in_time(void **state) {
    int64_t now_ns = 10 * KEEPER_SYNC_NS;
    keeper.written_ns = keeper.synced_ns = now_ns;
    put(1);
    assert_int_equal(keeper_work(&keeper, now_ns), 1);
    assert_int_equal(writes, 0);
    assert_true(keeper_work(&keeper, now_ns + KEEPER_WRITE_NS + 1) > 0);
    assert_int_equal(writes, 1);
    assert_int_equal(syncs, 0);
    assert_int_equal(atomic_load(&keeper.written), 1);
    assert_int_equal(atomic_load(&keeper.synced), 0);
    assert_true(keeper_work(&keeper, now_ns + KEEPER_SYNC_NS + 1) > 0);
    assert_int_equal(syncs, 1);
    assert_int_equal(atomic_load(&keeper.synced), 1);
}

static void what_is_asked_for_is_written_at_once_and_synced_where_that_is_wanted(void **state) {
    int64_t now_ns = 10 * KEEPER_SYNC_NS;
    keeper.written_ns = keeper.synced_ns = now_ns;
    put(1);
    put(2);
    keeper_want(&keeper, 2);
    keeper_work(&keeper, now_ns);
    assert_int_equal(atomic_load(&keeper.written), 2);
    assert_int_equal(syncs, 0);
    keeper.syncs = true;
    for (uint64_t seq = 3; seq < 100; seq++) put(seq);
    keeper_want(&keeper, 99);
    keeper_work(&keeper, now_ns);
    assert_int_equal(syncs, 1); // of the whole group
    assert_int_equal(atomic_load(&keeper.synced), 99);
}

static void a_dead_disk_is_told_once_and_holds_nobody_up(void **state) {
    int64_t now_ns = 10 * KEEPER_SYNC_NS;
    put(1);
    keeper_want(&keeper, 1);
    keeper_work(&keeper, now_ns);
    broken = true;
    put(2);
    keeper_want(&keeper, 2);
    keeper_work(&keeper, now_ns);
    assert_int_equal(atomic_load(&keeper.error), ERR_IO);
    assert_non_null(strstr(keeper.story, "the journal cannot be written"));
    int before = writes;
    broken = false; // too late: nobody knows what is there
    for (uint64_t seq = 3; seq < 5000; seq++) {
        put(seq);
        if (seq % 500 == 0) keeper_work(&keeper, now_ns);
    }
    while (keeper_work(&keeper, now_ns) > 0) continue;
    assert_null(lane_peek(&keeper.lane));
    assert_int_equal(writes, before);
    assert_int_equal(atomic_load(&keeper.written), 1);
    assert_int_equal(keeper_close(&keeper), ERR_IO);
}

static void closing_keeps_all_that_was_put(void **state) {
    struct journal_reader *reader;
    const struct event_header *event;
    for (uint64_t seq = 1; seq <= 700; seq++) put(seq);
    assert_ok(keeper_close(&keeper));
    assert_ok(journal_open(path, &reader));
    for (uint64_t seq = 1; seq <= 700; seq++) {
        assert_int_equal(journal_next(reader, &event), 1);
        assert_int_equal(event->seq, seq);
    }
    assert_int_equal(journal_next(reader, &event), 0);
    journal_reader_close(reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_nobody_asks_for_is_written_and_synced_in_time, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            what_is_asked_for_is_written_at_once_and_synced_where_that_is_wanted, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(a_dead_disk_is_told_once_and_holds_nobody_up, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(closing_keeps_all_that_was_put, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
