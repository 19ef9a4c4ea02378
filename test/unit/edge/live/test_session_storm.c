// SPDX-License-Identifier: Apache-2.0
// A session when things go wrong: a burst of data, a dead disk, one that stands still, readers without mercy.
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "hall.h"

#include "base/check.h"
#include "base/io.h"

enum { SEED = 3, BARS = 600, ORDERS = 1000 };
// What checks itself after every event is slower by far.
#define KILL_LIMIT_NS ((DCHECK_ON ? 1000 : 10) * INT64_C(1000000))

static _Atomic int disk; // 0: works, 1: fails, 2: stands still
static _Atomic int held; // calls that wait

static void wait_for_disk(void) {
    atomic_fetch_add(&held, 1);
    while (atomic_load(&disk) == 2) hall_nap();
    atomic_fetch_sub(&held, 1);
}

static ssize_t bad_write(int fd, const void *buf, size_t size) {
    if (atomic_load(&disk) == 2) wait_for_disk();
    if (atomic_load(&disk) == 0) return write(fd, buf, size);
    errno = ENOSPC;
    return -1;
}

static int bad_sync(int fd) {
    if (atomic_load(&disk) == 2) wait_for_disk();
    if (atomic_load(&disk) == 0) return 0;
    errno = EIO;
    return -1;
}

static int set_up(void **state) {
    static struct io_ops ops;
    ops = *io_system_ops();
    ops.write = bad_write;
    ops.fdatasync = bad_sync;
    atomic_store(&disk, 0);
    io_set_ops(&ops);
    return 0;
}

static int tear_down(void **state) {
    atomic_store(&disk, 0);
    io_set_ops(NULL);
    return 0;
}

// Far enough from the market that none of them fills.
static void place_many(struct hall *hall, int count) {
    hall_run_until(hall, hall->world.events[hall->world.count / 4].header.ts_ns);
    uint64_t tickets[ORDERS];
    struct session_result result;
    for (int i = 0; i < count; i++) {
        char id[MANUAL_ID_SIZE];
        snprintf(id, sizeof id, "order-%d", i);
        struct session_command order = hall_order(id, 0, 1, 1, 5 + i % 7);
        assert_ok(session_command(hall->session, &order, &tickets[i]));
    }
    for (int i = 0; i < count; i++) {
        assert_int_equal(session_wait(hall->session, tickets[i], HALL_PATIENCE, &result), 1);
        if (result.outcome != SESSION_DONE)
            fail_msg("order %d: %s %s", i, session_outcome_name(result.outcome), result.story);
    }
}

// Kills; fails where it took too long.
static void kill_in_time(struct hall *hall, uint32_t least) {
    struct session_result result = hall_verb(hall, SESSION_KILL);
    assert_int_equal(result.outcome, SESSION_DONE);
    assert_true(result.canceled >= least);
    if (result.taken_ns > KILL_LIMIT_NS) fail_msg("%.3f ms", (double)result.taken_ns / 1e6);
    print_message("kill of %u orders took %.3f ms, told after %.3f ms\n", result.canceled,
                  (double)result.taken_ns / 1e6, (double)result.finished_ns / 1e6);
    const struct session_view *view = hall_look(hall);
    assert_int_equal(view->halted, ENGINE_HALTED_BY_OPERATOR);
    for (uint32_t i = 0; i < view->order_count; i++) { // what strategies send then only reduces
        if (strcmp(view->orders[i].client_id, "never") == 0) continue; // no venue knows it
        assert_int_not_equal(view->orders[i].order.spec.strategy, 2);
    }
}

static void a_kill_under_a_burst_of_data_takes_back_a_thousand_orders_in_time(void **state) {
    struct session_options options = {.folder = hall_folder(), .paused = true};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, 4000, &options));
    assert_ok(session_start(hall.session));
    place_many(&hall, ORDERS);
    hall_verb(&hall, SESSION_RUN); // as fast as it can
    kill_in_time(&hall, ORDERS);
    hall_close(&hall);
    hall_folder_remove(options.folder);
}

static void a_dead_disk_ends_trading_and_a_kill_still_works(void **state) {
    struct session_options options = {.folder = hall_folder(), .paused = true};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    place_many(&hall, ORDERS);
    atomic_store(&disk, 1);
    uint64_t ticket;
    struct session_result result;
    struct session_command order = hall_order("late", 0, 1, 1, 0);
    assert_ok(session_command(hall.session, &order, &ticket));
    hall_await(&hall, SESSION_BROKEN);
    assert_int_equal(session_wait(hall.session, ticket, HALL_PATIENCE, &result), 1);
    assert_int_equal(result.outcome, SESSION_FAILED); // it was applied, and is not recorded
    assert_non_null(strstr(hall.view->story, "the journal cannot be written"));
    uint64_t market = hall.view->market;
    assert_int_equal(hall_verb(&hall, SESSION_RUN).outcome, SESSION_FAILED);
    kill_in_time(&hall, ORDERS);
    assert_int_equal(hall_look(&hall)->market, market); // no more data
    assert_int_equal(session_stop(hall.session), ERR_IO);
    hall_close(&hall);
    atomic_store(&disk, 0);
    assert_ok(hall_open(&hall, SEED, BARS, &options)); // up to where it was written
    hall_close(&hall);
    hall_folder_remove(options.folder);
}

static void a_disk_that_stands_still_holds_data_up_and_no_kill(void **state) {
    struct session_options options = {.folder = hall_folder(), .paused = true};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    place_many(&hall, ORDERS);
    atomic_store(&disk, 2);
    hall_verb(&hall, SESSION_RUN);
    int64_t end_ns = hall_now() + HALL_PATIENCE;
    while (atomic_load(&held) == 0 && hall_now() < end_ns) hall_nap();
    kill_in_time(&hall, ORDERS);
    atomic_store(&disk, 0);
    hall_await(&hall, SESSION_ENDED);
    uint64_t hash = hall_look(&hall)->state_hash;
    hall_close(&hall);
    assert_ok(hall_open(&hall, SEED, BARS, &options)); // all of it is there after all
    hall_look(&hall);
    assert_int_equal(hall.view->state_hash, hash);
    hall_close(&hall);
    hall_folder_remove(options.folder);
}

static void
with_durability_journal_orders_leave_and_are_answered_when_they_are_on_the_disk(void **state) {
    struct session_options options = {
        .folder = hall_folder(), .paused = true, .durability = SESSION_DURABLE_JOURNAL};
    struct hall hall;
    uint64_t ticket;
    struct session_result result;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    place_many(&hall, 20);
    uint64_t seq = hall_look(&hall)->seq;
    atomic_store(&disk, 2);
    struct session_command order = hall_order("held", 0, 1, 1, 0);
    assert_ok(session_command(hall.session, &order, &ticket));
    int64_t end_ns = hall_now() + HALL_PATIENCE;
    while (atomic_load(&held) == 0 && hall_now() < end_ns) hall_nap();
    assert_int_equal(session_result(hall.session, ticket, &result), 0); // it waits
    assert_int_equal(hall_look(&hall)->seq, seq);
    kill_in_time(&hall, 20);                                            // ends the wait
    assert_int_equal(session_result(hall.session, ticket, &result), 0); // still not on the disk
    atomic_store(&disk, 0);
    assert_int_equal(session_wait(hall.session, ticket, HALL_PATIENCE, &result), 1);
    assert_true(result.durable);
    assert_int_equal(result.outcome, SESSION_DONE);
    hall_close(&hall);
    hall_folder_remove(options.folder);
}

static void an_order_whose_cause_could_not_be_written_does_not_leave(void **state) {
    struct session_options options = {
        .folder = hall_folder(), .paused = true, .durability = SESSION_DURABLE_JOURNAL};
    struct hall hall;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    place_many(&hall, 5);
    const struct sim_counts *counts = sim_exchange_counts(hall.world.exchange);
    uint64_t known = counts->accepted + counts->rejected;
    atomic_store(&disk, 1);
    struct session_command order = hall_order("never", 0, 1, 1, 0);
    struct session_result result = hall_do(&hall, &order);
    assert_int_equal(result.outcome, SESSION_FAILED);
    assert_int_equal(result.durable, 0);
    hall_await(&hall, SESSION_BROKEN);
    assert_int_equal(counts->accepted + counts->rejected, known);
    kill_in_time(&hall, 5);
    hall_close(&hall);
    hall_folder_remove(options.folder);
}

struct reader {
    struct hall *hall;
    pthread_t thread;
    _Atomic int *stop;
    uint64_t views;
    bool torn;
};

// A copy is of one moment: what it counts twice agrees.
static bool is_whole(const struct session_view *view) {
    uint64_t orders = 0;
    for (uint32_t i = 0; i < view->strategy_count; i++) orders += view->strategies[i].orders;
    money_t equity = money_add(view->cash, view->net);
    return orders == view->order_count && equity.m == view->equity.m &&
           view->counts.inputs == view->seq;
}

static void *read_all(void *self) {
    struct reader *reader = self;
    struct session_view *view = session_view_new(reader->hall->session);
    while (!atomic_load(reader->stop)) {
        if (!session_view_read(reader->hall->session, view)) continue;
        reader->views++;
        if (!is_whole(view)) reader->torn = true;
    }
    session_view_free(view);
    return NULL;
}

static void readers_see_whole_copies_and_hold_nothing_up(void **state) {
    struct session_options options = {.paused = true, .publish_hz = 1000};
    struct hall hall;
    struct reader readers[3];
    _Atomic int stop = 0;
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    for (int i = 0; i < 3; i++) {
        readers[i] = (struct reader){.hall = &hall, .stop = &stop};
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_all, &readers[i]), 0);
    }
    for (int i = 0; i < 200; i++)
        hall_do(&hall, &(struct session_command){.verb = SESSION_STEP, .count = 2});
    hall_verb(&hall, SESSION_RUN);
    hall_await(&hall, SESSION_ENDED);
    atomic_store(&stop, 1);
    for (int i = 0; i < 3; i++) {
        pthread_join(readers[i].thread, NULL);
        assert_true(readers[i].views > 0);
        assert_false(readers[i].torn);
    }
    hall_close(&hall);
}

struct caller {
    struct hall *hall;
    pthread_t thread;
    int number;
    int done;
};

static void *call_all(void *self) {
    struct caller *caller = self;
    for (int i = 0; i < 100; i++) {
        char id[MANUAL_ID_SIZE];
        struct session_result result;
        uint64_t ticket;
        snprintf(id, sizeof id, "%d-%d", caller->number % 2, i); // two of them say the same
        struct session_command order = hall_order(id, 0, 1, 1, 0);
        if (session_command(caller->hall->session, &order, &ticket) < 0) continue;
        if (session_wait(caller->hall->session, ticket, HALL_PATIENCE, &result) != 1) continue;
        caller->done += result.outcome == SESSION_DONE;
    }
    return NULL;
}

static void many_threads_command_and_a_client_id_is_one_order(void **state) {
    struct session_options options = {.paused = true};
    struct hall hall;
    struct caller callers[4];
    assert_ok(hall_open(&hall, SEED, BARS, &options));
    assert_ok(session_start(hall.session));
    hall_run_until(&hall, hall.world.events[hall.world.count / 4].header.ts_ns);
    int done = 0;
    for (int i = 0; i < 4; i++) {
        callers[i] = (struct caller){.hall = &hall, .number = i};
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_all, &callers[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(callers[i].thread, NULL);
        done += callers[i].done;
    }
    assert_int_equal(done, 200);
    hall_close(&hall);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kill_under_a_burst_of_data_takes_back_a_thousand_orders_in_time),
        cmocka_unit_test_setup_teardown(a_dead_disk_ends_trading_and_a_kill_still_works, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_disk_that_stands_still_holds_data_up_and_no_kill, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            with_durability_journal_orders_leave_and_are_answered_when_they_are_on_the_disk, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(an_order_whose_cause_could_not_be_written_does_not_leave,
                                        set_up, tear_down),
        cmocka_unit_test(readers_see_whole_copies_and_hold_nothing_up),
        cmocka_unit_test(many_threads_command_and_a_client_id_is_one_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
