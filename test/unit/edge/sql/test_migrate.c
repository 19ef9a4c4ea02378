// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/migrate.h"

#include "database.h"

static enum sql_dialect kind(void **state) {
    return *state == NULL ? SQL_SQLITE : SQL_POSTGRES;
}

static const struct migration steps[] = {
    {1, "one", "CREATE TABLE one (id {id}, n {int}, x {real}, b {blob}, a {amount}) {strict};\n"},
    {2, "two", "ALTER TABLE one ADD COLUMN more {int};\nINSERT INTO one (more) VALUES (5);\n"},
    {4, "four", "CREATE TABLE four (n {int});\n"},
};
static const struct migration changed[] = {
    {1, "one", "CREATE TABLE one (id {id}, n {int}, x {real}, b {blob}, a {amount}) {strict}; \n"},
};
static const struct migration between[] = {
    {1, "one", "CREATE TABLE one (id {id}, n {int}, x {real}, b {blob}, a {amount}) {strict};\n"},
    {2, "two", "ALTER TABLE one ADD COLUMN more {int};\nINSERT INTO one (more) VALUES (5);\n"},
    {3, "three", "CREATE TABLE three (n {int});\n"},
    {4, "four", "CREATE TABLE four (n {int});\n"},
};
static const struct migration broken[] = {
    {1, "one", "CREATE TABLE one (id {id}, n {int}, x {real}, b {blob}, a {amount}) {strict};\n"},
    {2, "broken", "INSERT INTO one (n) VALUES (1);\nINSERT INTO nowhere VALUES (1);\n"},
};

static void steps_are_taken_once_and_in_order(void **state) {
    struct database database;
    struct migrate_state now;
    database_make(&database, kind(state));
    struct sql *sql = database_open(&database);
    assert_ok(migrate_look(sql, (struct migration_list){steps, 3}, &now));
    assert_int_equal(now.version, 0);
    assert_int_equal(now.missing, 3);
    assert_ok(migrate(sql, (struct migration_list){steps, 2}, &now));
    assert_int_equal(now.version, 2);
    assert_int_equal(now.missing, 0);
    for (int i = 0; i < 2; i++) {
        assert_ok(migrate(sql, (struct migration_list){steps, 3}, &now));
        assert_int_equal(now.version, 4);
        assert_string_equal(now.name, "four");
        assert_int_equal(database_int(sql, "SELECT count(*) FROM one"), 1);
        assert_int_equal(database_int(sql, "SELECT count(*) FROM schema_migrations"), 3);
    }
    sql_close(sql);
    database_drop(&database);
}

static void a_database_of_another_program_is_refused(void **state) {
    struct database database;
    struct migrate_state now;
    database_make(&database, kind(state));
    struct sql *sql = database_open(&database);
    assert_ok(migrate(sql, (struct migration_list){steps, 3}, &now));
    assert_int_equal(migrate(sql, (struct migration_list){steps, 2}, &now), ERR_UNSUPPORTED);
    assert_non_null(strstr(err_story(), "step 4 (four)"));
    assert_non_null(strstr(err_story(), "newer fulmar"));
    assert_int_equal(migrate(sql, (struct migration_list){changed, 1}, &now), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "step 1 (one)"));
    assert_int_equal(migrate(sql, (struct migration_list){between, 4}, &now), ERR_CORRUPT);
    assert_non_null(strstr(err_story(), "left out"));
    assert_int_equal(migrate_check(sql), ERR_CORRUPT);
    sql_close(sql);
    database_drop(&database);
}

static void a_step_that_fails_leaves_nothing_of_it(void **state) {
    struct database database;
    struct migrate_state now;
    database_make(&database, kind(state));
    struct sql *sql = database_open(&database);
    assert_true(migrate(sql, (struct migration_list){broken, 2}, &now) < 0);
    assert_non_null(strstr(err_story(), "broken"));
    assert_ok(migrate_look(sql, (struct migration_list){broken, 2}, &now));
    assert_int_equal(now.version, 1);
    assert_int_equal(database_int(sql, "SELECT count(*) FROM one"), 0);
    sql_close(sql);
    database_drop(&database);
}

static void a_server_starts_only_with_every_step_taken(void **state) {
    struct database database;
    struct migrate_state now;
    database_make(&database, kind(state));
    struct sql *sql = database_open(&database);
    assert_int_equal(migrate_check(sql), ERR_STATE);
    assert_non_null(strstr(err_story(), "fulmar db migrate"));
    assert_ok(migrate(sql, migrations(), &now));
    assert_ok(migrate_check(sql));
    assert_int_equal(now.version, now.latest);
    sql_close(sql);
    database_drop(&database);
}

static void two_that_migrate_at_once_do_it_once(void **state) {
    struct database database;
    struct migrate_state now;
    database_make(&database, kind(state));
    if (kind(state) == SQL_SQLITE) sql_close(database_open(&database));
    pid_t children[3];
    for (int i = 0; i < 3; i++) {
        fflush(NULL);
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            struct sql *own;
            int rc = sql_open(database.url, NULL, &own);
            if (rc == 0) rc = migrate(own, migrations(), &now);
            if (rc < 0) fprintf(stderr, "%s\n", err_story());
            _exit(rc < 0);
        }
    }
    for (int i = 0; i < 3; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    struct sql *sql = database_open(&database);
    assert_ok(migrate_check(sql));
    sql_close(sql);
    database_drop(&database);
}

static void a_step_is_written_for_each_database(void **state) {
    static const struct migration step = {
        1, "x",
        "-- a {mark} in a comment\na {int}\n--@sqlite\nb\n--@postgres\nc {blob}\n--@all\nd\n"};
    static const struct migration wrong[] = {{1, "x", "a {integer}\n"}, {1, "x", "--@mysql\n"}};
    struct text text;
    text_init(&text, 4096);
    assert_ok(migration_expand(&step, SQL_SQLITE, &text));
    assert_string_equal(text_string(&text), "a INTEGER\nb\nd\n");
    text_clear(&text);
    assert_ok(migration_expand(&step, SQL_POSTGRES, &text));
    assert_string_equal(text_string(&text), "a BIGINT\nc BYTEA\nd\n");
    for (int i = 0; i < 2; i++)
        assert_int_equal(migration_expand(&wrong[i], SQL_SQLITE, &text), ERR_PARSE);
    text_fini(&text);
}

// Both databases have the same tables, columns and nullability: what is written for one runs on the other.
static void add_columns(struct sql *sql, const char *text, struct text *out) {
    const struct sql_query query = {"columns", text};
    struct sql_rows *rows;
    assert_ok(sql_select(sql, &query, &rows));
    while (sql_next(rows) > 0)
        text_printf(out, "%s.%s %s\n", sql_get_text(rows, 0), sql_get_text(rows, 1),
                    sql_get_text(rows, 2));
    sql_rows_close(rows);
}

static void both_databases_have_the_same_tables(void **state) {
    struct database file, server;
    struct text texts[2];
    struct sql *postgres = database_migrated(&server, SQL_POSTGRES);
    struct sql *sqlite = database_migrated(&file, SQL_SQLITE);
    text_init(&texts[0], 1 << 20);
    text_init(&texts[1], 1 << 20);
    add_columns(
        sqlite,
        "SELECT t.name, c.name, CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 'NO' ELSE "
        "'YES' END FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' "
        "AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid",
        &texts[0]);
    add_columns(postgres,
                "SELECT table_name, column_name, is_nullable FROM information_schema.columns WHERE "
                "table_schema = 'public' ORDER BY table_name COLLATE \"C\", ordinal_position",
                &texts[1]);
    assert_true(texts[0].len > 1000);
    assert_string_equal(text_string(&texts[0]), text_string(&texts[1]));
    text_fini(&texts[0]);
    text_fini(&texts[1]);
    sql_close(sqlite);
    sql_close(postgres);
    database_drop(&file);
    database_drop(&server);
}

static void audit_rows_are_never_changed(void **state) {
    struct database database;
    struct sql *sql = database_migrated(&database, kind(state));
    assert_int_equal(database_run(sql, "INSERT INTO tenants (name, created_ns) VALUES ('a', 1)"),
                     1);
    const char *insert = kind(state) == SQL_SQLITE
                             ? "INSERT INTO audit VALUES (1, 1, 1, '', '', '', '', '', '', '{}', "
                               "x'00', x'00')"
                             : "INSERT INTO audit VALUES (1, 1, 1, '', '', '', '', '', '', '{}', "
                               "'\\x00', '\\x00')";
    assert_int_equal(database_run(sql, insert), 1);
    assert_int_equal(database_run(sql, "UPDATE audit SET actor = 'x'"), ERR_ARGUMENT);
    assert_int_equal(database_run(sql, "DELETE FROM audit"), ERR_ARGUMENT);
    assert_int_equal(database_int(sql, "SELECT count(*) FROM audit WHERE actor = ''"), 1);
    sql_close(sql);
    database_drop(&database);
}

static void no_row_is_nobodys(void **state) {
    struct database database;
    struct sql *sql = database_migrated(&database, kind(state));
    assert_int_equal(
        database_run(sql, "INSERT INTO tenants (id, name, created_ns) VALUES (0, 'a', 1)"),
        ERR_ARGUMENT);
    assert_int_equal(database_run(sql,
                                  "INSERT INTO runs (name, kind, state, config, created_ns) VALUES "
                                  "('a', 'sweep', 'done', '', 1)"),
                     ERR_ARGUMENT);
    assert_int_equal(database_run(sql, "INSERT INTO runs (tenant_id, name, kind, state, config, "
                                       "created_ns) VALUES (0, 'a', 'sweep', 'done', '', 1)"),
                     ERR_ARGUMENT);
    sql_close(sql);
    database_drop(&database);
}

#define BOTH(test)                                                                                 \
    {#test " (SQLite)", test, NULL, NULL, NULL}, {                                                 \
#test " (PostgreSQL)", test, NULL, NULL, (void *)1                                         \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH(steps_are_taken_once_and_in_order),
        BOTH(a_database_of_another_program_is_refused),
        BOTH(a_step_that_fails_leaves_nothing_of_it),
        BOTH(a_server_starts_only_with_every_step_taken),
        BOTH(two_that_migrate_at_once_do_it_once),
        cmocka_unit_test(a_step_is_written_for_each_database),
        cmocka_unit_test(both_databases_have_the_same_tables),
        BOTH(audit_rows_are_never_changed),
        BOTH(no_row_is_nobodys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
