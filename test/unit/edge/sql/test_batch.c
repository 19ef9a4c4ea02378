// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/batch.h"

#include <math.h>

#include "database.h"

static enum sql_dialect kind(void **state) {
    return *state == NULL ? SQL_SQLITE : SQL_POSTGRES;
}

static const char *const columns[] = {"id", "amount", "text", "size"};
static const struct sql_bulk bulk = {"item", columns, 4, 1};

static struct sql *make(struct database *database, enum sql_dialect dialect) {
    database_make(database, dialect);
    struct sql *sql = database_open(database);
    assert_ok(
        sql_script(sql, "schema",
                   dialect == SQL_SQLITE
                       ? "CREATE TABLE item (id INTEGER PRIMARY KEY, amount TEXT, text TEXT, "
                         "size REAL) STRICT"
                       : "CREATE TABLE item (id BIGINT PRIMARY KEY, amount NUMERIC, text TEXT, "
                         "size DOUBLE PRECISION)"));
    return sql;
}

static void amounts_are_written_with_all_their_decimals(void **state) {
    static const struct {
        int64_t high; // x 10^18
        int64_t low;
        int decimals;
        const char *text;
    } rows[] = {
        {0, 0, 0, "0"},
        {0, 0, 3, "0.000"},
        {0, 5, 0, "5"},
        {0, -5, 1, "-0.5"},
        {0, 123, 2, "1.23"},
        {0, 100, 2, "1.00"},
        {0, -100000001, 8, "-1.00000001"},
        {0, 1, 18, "0.000000000000000001"},
        {0, 1, 36, "0.000000000000000000000000000000000001"},
        {-1, 0, 36, "-0.000000000000000001000000000000000000"},
        {INT64_C(123456789012345678), 7, 36, "0.123456789012345678000000000000000007"},
        {INT64_C(99000000000000000), 1, 18, "99000000000000000.000000000000000001"},
    };
    struct database database;
    struct batch batch;
    struct sql *sql = make(&database, kind(state));
    assert_ok(sql_begin(sql, SQL_WRITE));
    batch_open(&batch, sql, &bulk);
    for (int i = 0; i < (int)(sizeof rows / sizeof *rows); i++) {
        batch_int(&batch, i);
        batch_amount(&batch, (int128_t)rows[i].high * INT64_C(1000000000000000000) + rows[i].low,
                     rows[i].decimals);
        batch_null(&batch);
        batch_real(&batch, i % 2 ? INFINITY : 0.25);
    }
    assert_ok(batch_close(&batch));
    assert_ok(sql_commit(sql));
    for (int i = 0; i < (int)(sizeof rows / sizeof *rows); i++) {
        char text[96];
        snprintf(text, sizeof text, "SELECT amount FROM item WHERE id = %d", i);
        assert_string_equal(database_text(sql, text), rows[i].text);
    }
    assert_int_equal(database_int(sql, "SELECT count(*) FROM item WHERE size IS NULL"), 6);
    sql_close(sql);
    database_drop(&database);
}

static void more_rows_than_fit_are_put_in_parts(void **state) {
    struct database database;
    struct batch batch;
    struct sql *sql = make(&database, kind(state));
    assert_ok(sql_begin(sql, SQL_WRITE));
    batch_open(&batch, sql, &bulk);
    for (int i = 0; i < 1000; i++) {
        batch_int(&batch, i);
        batch_amount(&batch, i, 2);
        if (i % 3 == 0)
            batch_copy(&batch, "USD\0\0\0\0", 8);
        else if (i % 3 == 1)
            batch_number(&batch, UINT64_MAX);
        else
            batch_text(&batch, "static");
        batch_real(&batch, NAN);
    }
    assert_ok(batch_close(&batch));
    assert_ok(sql_commit(sql));
    assert_int_equal(database_int(sql, "SELECT count(*) FROM item"), 1000);
    assert_int_equal(database_int(sql, "SELECT count(*) FROM item WHERE text = 'USD'"), 334);
    assert_int_equal(
        database_int(sql, "SELECT count(*) FROM item WHERE text = '18446744073709551615'"), 333);
    assert_string_equal(database_text(sql, "SELECT amount FROM item WHERE id = 999"), "9.99");
    sql_close(sql);
    database_drop(&database);
}

static void the_first_failure_is_kept(void **state) {
    static const struct sql_bulk nowhere = {"nowhere", columns, 4, 1};
    struct database database;
    struct batch batch;
    struct sql *sql = make(&database, kind(state));
    assert_ok(sql_begin(sql, SQL_WRITE));
    batch_open(&batch, sql, &nowhere);
    for (int i = 0; i < 600; i++) {
        batch_int(&batch, i);
        batch_amount(&batch, i, 2);
        batch_text(&batch, NULL);
        batch_null(&batch);
    }
    assert_int_equal(batch_close(&batch), ERR_STATE);
    assert_non_null(strstr(err_story(), "nowhere"));
    sql_close(sql);
    database_drop(&database);
}

#define BOTH(test)                                                                                 \
    {#test " (SQLite)", test, NULL, NULL, NULL}, {                                                 \
#test " (PostgreSQL)", test, NULL, NULL, (void *)1                                         \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH(amounts_are_written_with_all_their_decimals),
        BOTH(more_rows_than_fit_are_put_in_parts),
        BOTH(the_first_failure_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
