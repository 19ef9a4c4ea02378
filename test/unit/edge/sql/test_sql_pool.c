// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/sql_pool.h"

#include <pthread.h>

#include "base/timestamp.h"
#include "database.h"

enum { THREADS = 6, CONNECTIONS = 3, ROUNDS = 40 };

static enum sql_dialect kind(void **state) {
    return *state == NULL ? SQL_SQLITE : SQL_POSTGRES;
}

static void *add_rows(void *argument) {
    static const struct sql_query add = {"add", "UPDATE counter SET n = n + 1"};
    struct sql_pool *pool = argument;
    intptr_t done = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct sql *sql;
        if (sql_pool_take(pool, 0, 30 * NS_PER_S, &sql) < 0) continue;
        int rc = sql_begin(sql, SQL_WRITE);
        if (rc == 0) rc = sql_run(sql, &add);
        if (rc >= 0 && i % 4 != 0)
            rc = sql_commit(sql); // every fourth is forgotten: given back it is rolled back
        done += rc == 0;
        sql_pool_give(pool, sql);
    }
    return (void *)done;
}

static void threads_share_connections_and_lose_nothing(void **state) {
    struct database database;
    struct sql_pool *pool;
    pthread_t threads[THREADS];
    database_make(&database, kind(state));
    struct sql *sql = database_open(&database);
    assert_ok(sql_script(sql, "table",
                         "CREATE TABLE counter (n BIGINT); INSERT INTO counter VALUES (0)"));
    assert_ok(sql_pool_open(database.url, NULL, CONNECTIONS, &pool));
    assert_int_equal(sql_pool_counts(pool).open, 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, add_rows, pool), 0);
    int64_t done = 0;
    for (int i = 0; i < THREADS; i++) {
        void *count;
        assert_int_equal(pthread_join(threads[i], &count), 0);
        done += (intptr_t)count;
    }
    assert_int_equal(done, THREADS * ROUNDS * 3 / 4);
    assert_int_equal(database_int(sql, "SELECT n FROM counter"), done);
    struct sql_pool_counts counts = sql_pool_counts(pool);
    assert_int_equal(counts.taken, THREADS * ROUNDS);
    assert_int_equal(counts.lent, 0);
    assert_true(counts.open >= 1 && counts.open <= CONNECTIONS);
    sql_pool_close(pool);
    sql_close(sql);
    database_drop(&database);
}

static void who_finds_none_free_in_time_is_told(void **state) {
    struct database database;
    struct sql_pool *pool;
    struct sql *first, *second;
    database_make(&database, SQL_SQLITE);
    assert_int_equal(sql_pool_open(database.url, NULL, 0, &pool), ERR_ARGUMENT);
    assert_int_equal(sql_pool_open("nonsense", NULL, 1, &pool), ERR_ARGUMENT);
    assert_ok(sql_pool_open(database.url, NULL, 1, &pool));
    assert_ok(sql_pool_take(pool, 0, 0, &first));
    assert_int_equal(sql_pool_take(pool, 0, 3 * NS_PER_MS, &second), ERR_BUSY);
    sql_pool_give(pool, first);
    assert_ok(sql_pool_take(pool, 0, 0, &second));
    assert_ptr_equal(first, second);
    sql_pool_give(pool, second);
    assert_int_equal(sql_pool_counts(pool).refused, 1);
    sql_pool_close(pool);
    database_drop(&database);
}

static void a_connection_is_the_tenants_that_it_is_taken_for(void **state) {
    struct database database;
    struct sql_pool *pool;
    struct sql *owner = database_migrated(&database, SQL_POSTGRES), *sql;
    const struct sql_options options = {.role = SQL_ROLE_API};
    assert_ok(
        database_run(owner, "INSERT INTO tenants (name, created_ns) VALUES ('a', 1), ('b', 1)"));
    assert_ok(sql_pool_open(database.url, &options, 1, &pool));
    static const char *const names[] = {"a", "b", "a"};
    for (int i = 0; i < 3; i++) {
        assert_ok(sql_pool_take(pool, i % 2 + 1, NS_PER_S, &sql));
        assert_string_equal(database_text(sql, "SELECT name FROM tenants"), names[i]);
        sql_pool_give(pool, sql);
    }
    sql_pool_close(pool);
    sql_close(owner);
    database_drop(&database);
}

static void a_pool_outlives_an_outage(void **state) {
    struct database database;
    struct sql_pool *pool;
    struct sql *sql;
    int rc = ERR_IO;
    database_make(&database, SQL_POSTGRES);
    assert_ok(sql_pool_open(database.url, NULL, 2, &pool));
    assert_ok(sql_pool_take(pool, 0, NS_PER_S, &sql));
    assert_int_equal(database_int(sql, "SELECT 1"), 1);
    database_server_stop();
    assert_int_equal(database_run(sql, "SELECT 1"), ERR_IO);
    sql_pool_give(pool, sql);
    assert_ok(sql_pool_take(pool, 0, NS_PER_S, &sql));
    assert_int_equal(database_run(sql, "SELECT 1"), ERR_IO);
    sql_pool_give(pool, sql);
    database_server_start();
    int64_t until_ns = sql_now_ns() + 20 * NS_PER_S;
    while (rc == ERR_IO && sql_now_ns() < until_ns) {
        assert_ok(sql_pool_take(pool, 0, NS_PER_S, &sql));
        rc = database_run(sql, "SELECT 1");
        sql_pool_give(pool, sql);
        usleep(1000);
    }
    assert_ok(rc);
    sql_pool_close(pool);
    database_drop(&database);
}

#define BOTH(test)                                                                                 \
    {#test " (SQLite)", test, NULL, NULL, NULL}, {                                                 \
#test " (PostgreSQL)", test, NULL, NULL, (void *)1                                         \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH(threads_share_connections_and_lose_nothing),
        cmocka_unit_test(who_finds_none_free_in_time_is_told),
        cmocka_unit_test(a_connection_is_the_tenants_that_it_is_taken_for),
        cmocka_unit_test(a_pool_outlives_an_outage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
