// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include "auth_kit.h"
#include "edge/auth/audit_writer.h"

enum { THREADS = 4, EACH = 200, ROOM = 64 };
static const struct secret_key key = {"the key that seals the heads ..."};

static struct audit_entry entry_of(int64_t at) {
    return (struct audit_entry){1,      at,          "user:7", "order.place", "order:9",
                                "done", "192.0.2.7", "req-1",  "{}"};
}

static void *write_many(void *self) {
    struct audit_writer *writer = self;
    for (int i = 0; i < EACH; i++) {
        struct audit_entry entry = entry_of(KIT_START + i);
        while (audit_write(writer, &entry) == ERR_FULL)
            (void)audit_writer_flush(writer, 10 * NS_PER_MS);
    }
    return NULL;
}

static void all_that_is_taken_is_written_in_one_chain(void **state) {
    struct database database;
    struct audit_writer *writer;
    struct audit_head head;
    struct audit_writer_state look;
    pthread_t threads[THREADS];
    (void)state;
    struct sql *sql = database_migrated(&database, SQL_SQLITE);
    database_run(sql, "INSERT INTO tenants (name, created_ns) VALUES ('a', 1)");
    assert_ok(audit_writer_open(database.url, &key, ROOM, &writer));
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, write_many, writer);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_true(audit_writer_flush(writer, 20 * NS_PER_S));
    audit_writer_look(writer, &look);
    assert_int_equal(look.written, THREADS * EACH);
    assert_int_equal(look.waiting, 0);
    size_t lost = 9;
    audit_writer_close(writer, NS_PER_S, &lost);
    assert_int_equal(lost, 0);
    assert_ok(audit_verify(sql, &key, 1, NULL, NULL, &head));
    assert_int_equal(head.seq, THREADS * EACH);
    sql_close(sql);
    database_drop(&database);
    audit_writer_close(NULL, 0, NULL);
}

static void while_the_database_is_away_entries_wait_and_then_are_refused(void **state) {
    struct database database;
    struct audit_writer *writer;
    struct audit_writer_state look;
    (void)state;
    struct sql *sql = database_migrated(&database, SQL_SQLITE);
    // There is no tenant yet, so nothing can be written.
    assert_ok(audit_writer_open(database.url, &key, ROOM, &writer));
    int taken = 0;
    for (int i = 0; i < 2 * ROOM; i++) {
        struct audit_entry entry = entry_of(KIT_START + i);
        taken += audit_write(writer, &entry) == 0;
    }
    assert_int_equal(taken, ROOM);
    assert_false(audit_writer_flush(writer, 50 * NS_PER_MS));
    audit_writer_look(writer, &look);
    assert_true(look.failing && look.waiting == ROOM && look.refused == ROOM);
    database_run(sql, "INSERT INTO tenants (name, created_ns) VALUES ('a', 1)");
    assert_true(audit_writer_flush(writer, 20 * NS_PER_S));
    audit_writer_look(writer, &look);
    assert_false(look.failing);
    assert_int_equal(database_int(sql, "SELECT COUNT(*) FROM audit"), ROOM);
    database_run(sql, "DROP TABLE audit_heads");
    struct audit_entry entry = entry_of(KIT_START);
    assert_ok(audit_write(writer, &entry));
    size_t lost = 0;
    audit_writer_close(writer, 10 * NS_PER_MS, &lost); // it says what it could not write
    assert_int_equal(lost, 1);
    sql_close(sql);
    database_drop(&database);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_is_taken_is_written_in_one_chain),
        cmocka_unit_test(while_the_database_is_away_entries_wait_and_then_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
