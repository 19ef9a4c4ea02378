// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/projector.h"

#include "base/timestamp.h"
#include "database.h"

// A journal of deposits, one an hour, that grows as a test says.
struct desk {
    struct arena arena;
    struct instruments instruments;
    struct projection_strategy strategy;
    struct projector_session session;
    struct journal_writer *writer;
    char path[64];
    uint64_t seq;
};

static void open_desk(struct desk *desk) {
    *desk = (struct desk){.strategy = {.name = "hold", .share_ppm = 1000000}};
    assert_ok(arena_init(&desk->arena, 1 << 16));
    assert_ok(instruments_init(&desk->instruments, &desk->arena, 1, 1));
    assert_int_equal(instruments_add_currency(&desk->instruments, "USD", 2), 0);
    snprintf(desk->path, sizeof desk->path, "/tmp/fulmar_projector_XXXXXX");
    int fd = mkstemp(desk->path);
    assert_true(fd >= 0);
    close(fd);
    unlink(desk->path);
    desk->session = (struct projector_session){
        .tenant_id = 1, .name = "desk", .kind = "paper", .journal = desk->path, .created_ns = 77};
}

// All desks here are alike: any of them says what a journal is of.
static int tell(void *self, struct journal_reader *reader, const char *path,
                struct projection_config *ret_config, void **ret_hold) {
    struct desk *desk = self;
    (void)reader;
    (void)path;
    *ret_config = (struct projection_config){.instruments = &desk->instruments,
                                             .strategies = &desk->strategy,
                                             .strategy_count = 1,
                                             .order_max = 16,
                                             .lot_max = 16};
    *ret_hold = self;
    return 0;
}

static void untell(void *self, void *hold) {
    assert_ptr_equal(self, hold);
}

static struct projector *start(const struct database *database, struct desk *desk) {
    struct projector *projector;
    const struct projector_options options = {
        .role = SQL_ROLE_STORE, .interval_ns = NS_PER_MS, .source = {tell, untell, desk}};
    assert_ok(projector_open(database->url, &options, &projector));
    return projector;
}

static void write_more(struct desk *desk, int count) {
    if (desk->writer == NULL) assert_ok(journal_create(desk->path, 9, "desk", 4, &desk->writer));
    for (int i = 0; i < count; i++) {
        union event event;
        desk->seq++;
        event_init(&event, EVENT_CASH, INSTRUMENT_NONE, (int64_t)desk->seq * NS_PER_HOUR);
        event.header.seq = desk->seq;
        event.cash.amount = MONEY(100);
        event.cash.reason = CASH_DEPOSIT;
        event.cash.strategy = STRATEGY_NONE;
        assert_ok(journal_append(desk->writer, &event.header));
    }
    assert_ok(journal_flush(desk->writer, false));
}

static void close_desk(struct desk *desk) {
    uint8_t digest[SHA256_SIZE];
    if (desk->writer != NULL) assert_ok(journal_close(desk->writer, digest));
    unlink(desk->path);
    arena_fini(&desk->arena);
}

static struct projector_status wait_for(struct projector *projector, int number, uint64_t written,
                                        int error) {
    struct projector_status status;
    int64_t until_ns = sql_now_ns() + 30 * NS_PER_S;
    do {
        projector_status(projector, number, &status);
        if (status.written == written && status.error == error) return status;
        usleep(500);
    } while (sql_now_ns() < until_ns);
    fail_msg("%llu records are written, %s: %s", (unsigned long long)status.written,
             err_name(status.error), status.story);
    return status;
}

static struct sql *fresh(struct database *database, enum sql_dialect dialect) {
    struct sql *sql = database_migrated(database, dialect);
    assert_int_equal(database_run(sql, "INSERT INTO tenants (name, created_ns) VALUES ('a', 1)"),
                     1);
    return sql;
}

static void a_journal_is_in_the_database_soon_after_it_is_written(void **state) {
    struct database database;
    struct desk desk;
    struct sql *sql = fresh(&database, *state == NULL ? SQL_SQLITE : SQL_POSTGRES);
    open_desk(&desk);
    struct projector *projector = start(&database, &desk);
    int number = projector_add(projector, &desk.session);
    assert_int_equal(number, 0);
    wait_for(projector, number, 0, 0); // there is no journal yet
    for (int round = 1; round <= 5; round++) {
        write_more(&desk, 10);
        projector_wake(projector);
        struct projector_status status = wait_for(projector, number, 10 * (uint64_t)round, 0);
        assert_int_equal(status.session_id, 1);
        assert_int_equal(database_int(sql, "SELECT count(*) FROM equity"), 10 * round);
    }
    assert_string_equal(database_text(sql, "SELECT budget FROM strategies"), "50.00");
    write_more(&desk, 7);
    projector_remove(projector, number); // not before it has looked once more
    assert_int_equal(database_int(sql, "SELECT events FROM projections"), 57);
    assert_int_equal(projector_add(projector, &desk.session), 0);
    wait_for(projector, 0, 57, 0);
    write_more(&desk, 3);
    projector_close(projector); // likewise
    assert_int_equal(database_int(sql, "SELECT events FROM projections"), 60);
    assert_string_equal(database_text(sql, "SELECT state FROM trading_sessions"), "stopped");
    char *path = realpath(desk.path, NULL);
    assert_string_equal(database_text(sql, "SELECT journal FROM trading_sessions"), path);
    free(path);
    close_desk(&desk);
    sql_close(sql);
    database_drop(&database);
}

static void it_waits_for_a_server_that_is_down(void **state) {
    struct database database;
    struct desk desk;
    struct sql *sql = fresh(&database, SQL_POSTGRES);
    open_desk(&desk);
    write_more(&desk, 5);
    struct projector *projector = start(&database, &desk);
    int number = projector_add(projector, &desk.session);
    wait_for(projector, number, 5, 0);
    database_server_stop();
    write_more(&desk, 20);
    wait_for(projector, number, 5, ERR_IO);
    database_server_start();
    struct projector_status status = wait_for(projector, number, 25, 0);
    assert_string_equal(status.story, "");
    projector_close(projector);
    close_desk(&desk);
    sql_close(sql);
    database_drop(&database);
}

static void one_session_at_fault_does_not_hold_up_another(void **state) {
    struct database database;
    struct desk bad, good;
    struct sql *sql = fresh(&database, SQL_SQLITE);
    open_desk(&bad);
    open_desk(&good);
    good.session.name = "good";
    write_more(&bad, 2);
    bad.seq++; // a number is left out
    write_more(&bad, 2);
    write_more(&good, 4);
    struct projector *projector = start(&database, &good);
    int first = projector_add(projector, &bad.session),
        second = projector_add(projector, &good.session);
    wait_for(projector, second, 4, 0);
    struct projector_status status = wait_for(projector, first, 0, ERR_CORRUPT);
    assert_non_null(strstr(status.story, "does not follow"));
    write_more(&good, 4);
    wait_for(projector, second, 8, 0);
    projector_remove(projector, first);
    projector_close(projector);
    close_desk(&bad);
    close_desk(&good);
    sql_close(sql);
    database_drop(&database);
}

static void wait_for_file(const char *path) {
    int64_t until_ns = sql_now_ns() + 30 * NS_PER_S;
    while (access(path, F_OK) != 0 && sql_now_ns() < until_ns) usleep(500);
    assert_int_equal(access(path, F_OK), 0);
}

static void a_session_that_was_ended_leaves_its_name_to_another(void **state) {
    struct database database;
    struct desk old, young;
    char marker[80];
    struct sql *sql = fresh(&database, *state == NULL ? SQL_SQLITE : SQL_POSTGRES);
    open_desk(&old);
    open_desk(&young);
    young.session.created_ns = 88;
    snprintf(marker, sizeof marker, "%s.stored", old.path);
    struct projector *projector = start(&database, &old);
    write_more(&old, 10);
    int number = projector_add(projector, &old.session);
    wait_for(projector, number, 10, 0);
    write_more(&old, 5);
    struct projector_session over = old.session;
    over.name = "desk.77";
    over.former = "desk";
    over.marker = marker;
    assert_ok(projector_end(projector, number, &over));
    wait_for_file(marker);
    assert_string_equal(
        database_text(sql, "SELECT name || ' ' || state FROM trading_sessions WHERE id = 1"),
        "desk.77 stopped");
    assert_int_equal(database_int(sql, "SELECT events FROM projections"), 15);
    write_more(&young, 3);
    number = projector_add(projector, &young.session);
    assert_string_equal(
        database_text(sql, wait_for(projector, number, 3, 0).session_id != 1
                               ? "SELECT name FROM trading_sessions WHERE created_ns = 88"
                               : "SELECT 'the row of another'"),
        "desk");
    projector_close(projector);

    // The same where nobody was there at the end: the next session of that name puts the row aside, and the journal is
    // taken in later.
    struct desk third;
    open_desk(&third);
    third.session.created_ns = 99;
    write_more(&third, 2);
    write_more(&young, 4);
    projector = start(&database, &old);
    number = projector_add(projector, &third.session);
    wait_for(projector, number, 2, 0);
    assert_string_equal(
        database_text(sql, "SELECT name FROM trading_sessions WHERE created_ns = 88"), "desk.88");
    over = young.session;
    over.name = "desk.88";
    over.former = "desk";
    over.marker = marker;
    unlink(marker);
    assert_true(projector_add(projector, &over) >= 0);
    wait_for_file(marker);
    projector_close(projector);
    assert_int_equal(
        database_int(sql, "SELECT events FROM projections p JOIN trading_sessions s ON s.id = "
                          "p.session_id WHERE s.created_ns = 88"),
        7);
    assert_int_equal(database_int(sql, "SELECT count(*) FROM trading_sessions"), 3);
    assert_int_equal(database_int(sql, "SELECT count(*) FROM equity"), 15 + 7 + 2);
    unlink(marker);
    close_desk(&old);
    close_desk(&young);
    close_desk(&third);
    sql_close(sql);
    database_drop(&database);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        {"a_journal_is_in_the_database_soon_after_it_is_written (SQLite)",
         a_journal_is_in_the_database_soon_after_it_is_written, NULL, NULL, NULL},
        {"a_journal_is_in_the_database_soon_after_it_is_written (PostgreSQL)",
         a_journal_is_in_the_database_soon_after_it_is_written, NULL, NULL, (void *)1},
        {"a_session_that_was_ended_leaves_its_name_to_another (SQLite)",
         a_session_that_was_ended_leaves_its_name_to_another, NULL, NULL, NULL},
        {"a_session_that_was_ended_leaves_its_name_to_another (PostgreSQL)",
         a_session_that_was_ended_leaves_its_name_to_another, NULL, NULL, (void *)1},
        cmocka_unit_test(it_waits_for_a_server_that_is_down),
        cmocka_unit_test(one_session_at_fault_does_not_hold_up_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
