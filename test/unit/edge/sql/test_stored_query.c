// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/stored_query.h"

#include "database.h"

static int take(struct sql_rows *rows, void *context) {
    int64_t *sum = context;
    *sum += sql_get_int(rows, 0);
    return sql_get_int(rows, 0) == 7 ? ERR_STATE : 0;
}

static int ask(struct sql *sql, int64_t number, int64_t bound, const char *text, int limit,
               int64_t *ret_sum) {
    struct stored_query query;
    struct sql_rows *rows;
    *ret_sum = 0;
    stored_query_init(&query, "SELECT n FROM item");
    stored_query_number(&query, "parity = ?", number);
    stored_query_bound(&query, "n > ?", bound);
    stored_query_text(&query, "name = ?", text);
    TRY(stored_query_open(&query, sql, "items", " ORDER BY n", limit, &rows));
    return stored_query_each(rows, take, ret_sum);
}

static void conditions_are_there_when_they_are_given(void **state) {
    struct database database;
    int64_t sum;
    database_make(&database, *state == NULL ? SQL_SQLITE : SQL_POSTGRES);
    struct sql *sql = database_open(&database);
    assert_ok(
        sql_script(sql, "schema",
                   "CREATE TABLE item (n BIGINT, parity BIGINT, name TEXT);"
                   "INSERT INTO item VALUES (1, 1, 'a'), (2, 0, 'b'), (3, 1, 'a'), (4, 0, 'a'), "
                   "(5, 1, 'c'), (7, 1, 'x')"));
    assert_int_equal(ask(sql, STORED_ANY, 0, NULL, 5, &sum), 5);
    assert_int_equal(sum, 15);
    assert_int_equal(ask(sql, 1, 0, NULL, 3, &sum), 3);
    assert_int_equal(sum, 9);
    assert_int_equal(ask(sql, 0, 2, NULL, 9, &sum), 1);
    assert_int_equal(sum, 4);
    assert_int_equal(ask(sql, 1, 1, "a", 9, &sum), 1);
    assert_int_equal(sum, 3);
    assert_int_equal(ask(sql, STORED_ANY, 0, "' OR 1 = 1", 9, &sum), 0);
    assert_int_equal(ask(sql, STORED_ANY, 0, NULL, 9, &sum), ERR_STATE); // what `take` returned
    assert_int_equal(ask(sql, STORED_ANY, 0, NULL, 0, &sum), ERR_ARGUMENT);
    assert_int_equal(ask(sql, STORED_ANY, 0, NULL, STORED_PAGE_MAX + 1, &sum), ERR_ARGUMENT);
    sql_close(sql);
    database_drop(&database);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        {"conditions_are_there_when_they_are_given (SQLite)",
         conditions_are_there_when_they_are_given, NULL, NULL, NULL},
        {"conditions_are_there_when_they_are_given (PostgreSQL)",
         conditions_are_there_when_they_are_given, NULL, NULL, (void *)1},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
