// SPDX-License-Identifier: Apache-2.0
// PostgreSQL: what the roles that a server works as may see and do, whatever their statements say. Their connections
// are those of a user who owns nothing.
#include "database.h"
#include "edge/sql/migrate.h"

static struct database database;
static struct sql *owner, *api, *store, *auth;

// The database as another user.
static struct sql *open_as(const char *user, const char *role) {
    char url[512], *at;
    struct sql *sql;
    const struct sql_options options = {.role = role};
    snprintf(url, sizeof url, "%s", database.url);
    at = strstr(url, "user=owner");
    snprintf(at, sizeof url - (size_t)(at - url), "user=%s", user);
    assert_ok(sql_open(url, &options, &sql));
    return sql;
}

static int open_two(void **state) {
    if (!database_server_is_there()) return 0; // each test skips
    owner = database_migrated(&database, SQL_POSTGRES);
    assert_ok(database_run(owner, "CREATE ROLE app LOGIN NOINHERIT"));
    assert_ok(migrate_grant(owner, "app"));
    api = open_as("app", SQL_ROLE_API);
    store = open_as("app", SQL_ROLE_STORE);
    auth = open_as("app", SQL_ROLE_AUTH);
    static const char *const rows[] = {
        "INSERT INTO tenants (name, created_ns) VALUES ('a', 1), ('b', 1)",
        "INSERT INTO users (tenant_id, name, role, password_hash, password_changed_ns, created_ns) "
        "VALUES (1, 'ann', 'admin', 'secret', 1, 1), (2, 'bob', 'admin', 'secret', 1, 1)",
        "INSERT INTO runs (tenant_id, name, kind, state, config, created_ns) VALUES (1, 'r', "
        "'sweep', "
        "'done', '', 1), (2, 'r', 'sweep', 'done', '', 1)",
        "INSERT INTO trading_sessions (tenant_id, name, kind, state, run_id, journal, currency, "
        "capital, created_ns) VALUES (1, 's', 'paper', 'running', '1', '', 'USD', 1, 1), (2, 's', "
        "'paper', 'running', '2', '', 'USD', 1, 1)",
        "INSERT INTO equity VALUES (1, 0, 1, 1, 100, 0, 100), (2, 0, 2, 1, 200, 0, 200)",
        "INSERT INTO risk_events (session_id, event, ts_ns, tenant_id, seq, rule, verdict) VALUES "
        "(1, "
        "1, 1, 1, 1, 'x', 'veto'), (2, 1, 1, 2, 1, 'x', 'veto')",
        "INSERT INTO audit SELECT t, 1, 1, '', '', '', '', '', '', '{}', '', '' FROM "
        "generate_series(1, 2) t",
        "INSERT INTO idempotency_keys (tenant_id, actor, key, request_hash, created_ns, "
        "expires_ns) "
        "VALUES (1, 'u', 'k', '', 1, 2), (2, 'u', 'k', '', 1, 2)",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) assert_ok(database_run(owner, rows[i]));
    assert_ok(sql_set_tenant(api, 1));
    assert_ok(sql_set_tenant(store, 1));
    assert_ok(sql_set_tenant(auth, 1));
    return 0;
}

static int close_two(void **state) {
    sql_close(api);
    sql_close(store);
    sql_close(auth);
    sql_close(owner);
    return 0;
}

static void need_server(void) {
    if (owner == NULL) {
        print_message("needs a PostgreSQL server, which is not installed\n");
        skip();
    }
}

// A query that forgets its tenant gives what one gives that names it; -1: the role may not ask.
static int64_t rows_seen(struct sql *sql, const char *table) {
    char text[128];
    snprintf(text, sizeof text, "SELECT count(*) FROM %s", table);
    const struct sql_query query = {"hidden", text};
    struct sql_rows *seen;
    int rc = sql_first(sql, &query, &seen);
    if (rc == ERR_DENIED) return -1;
    assert_int_equal(rc, 1);
    int64_t count = sql_get_int(seen, 0);
    sql_rows_close(seen);
    return count;
}

// Every table with a tenant, of every step there is or will be.
static void no_table_shows_a_row_of_another_tenant(void **state) {
    static const struct sql_query tables = {
        "tables",
        "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables "
        "t USING (table_schema, table_name) WHERE c.table_schema = 'public' AND "
        "c.column_name = 'tenant_id' AND t.table_type = 'BASE TABLE'"};
    struct sql_rows *rows;
    int rc, count[3] = {0};
    need_server();
    struct sql *const roles[] = {api, store, auth};
    assert_ok(sql_select(owner, &tables, &rows));
    while ((rc = sql_next(rows)) > 0) {
        const char *table = sql_get_text(rows, 0);
        char text[256];
        snprintf(text, sizeof text,
                 "SELECT relrowsecurity::int FROM pg_class WHERE relname = '%s' AND "
                 "relnamespace = 'public'::regnamespace",
                 table);
        if (database_int(owner, text) != 1) fail_msg("%s has no row security", table);
        snprintf(text, sizeof text, "SELECT count(*) FROM %s WHERE tenant_id = 1", table);
        int64_t own = database_int(owner, text);
        for (int i = 0; i < 3; i++) {
            int64_t seen = rows_seen(roles[i], table);
            if (seen >= 0 && seen != own)
                fail_msg("role %d sees %lld rows of %s", i, (long long)seen, table);
            count[i] += seen >= 0;
        }
    }
    assert_ok(rc);
    assert_true(count[0] > 10 && count[1] == 10 && count[2] >= 10);
    sql_rows_close(rows);
}

static void hand_written_sql_reaches_no_row_of_another_tenant(void **state) {
    static const struct {
        const char *text;
        int expected; // rows changed, or the error
    } rows[] = {
        {"UPDATE runs SET state = 'failed' WHERE tenant_id = 2", 0},
        {"UPDATE runs SET state = 'failed' WHERE name = 'r'", 1},
        {"UPDATE runs SET tenant_id = 2", ERR_DENIED},
        {"DELETE FROM runs WHERE tenant_id = 2", 0},
        {"DELETE FROM idempotency_keys", 1},
        {"INSERT INTO runs (tenant_id, name, kind, state, config, created_ns) VALUES (2, 'x', "
         "'sweep', "
         "'done', '', 1)",
         ERR_DENIED},
        {"INSERT INTO runs (tenant_id, name, kind, state, config, created_ns) VALUES (1, 'x', "
         "'sweep', "
         "'done', '', 1)",
         1},
        {"INSERT INTO audit VALUES (2, 2, 1, '', '', '', '', '', '', '{}', '', '')", ERR_DENIED},
        {"UPDATE audit SET actor = ''", ERR_DENIED},
        {"DELETE FROM audit", ERR_DENIED},
        {"TRUNCATE runs", ERR_DENIED},
        {"UPDATE equity SET equity = 0", ERR_DENIED},
        {"DELETE FROM fills", ERR_DENIED},
        {"SELECT password_hash FROM users", ERR_DENIED},
        {"SELECT totp_secret FROM users", ERR_DENIED},
        {"SELECT secret_hash FROM api_keys", ERR_DENIED},
        {"SELECT * FROM refresh_tokens", ERR_DENIED},
        {"UPDATE users SET role = 'admin'", ERR_DENIED},
        {"ALTER TABLE runs DISABLE ROW LEVEL SECURITY", ERR_DENIED},
        {"CREATE TABLE mine (x INT)", ERR_DENIED},
        {"DROP POLICY one_tenant ON runs", ERR_DENIED},
        {"SET row_security = off", 0},
        {"COPY runs TO '/tmp/stolen'", ERR_DENIED},
    };
    need_server();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_ok(sql_begin(api, SQL_WRITE));
        int rc = database_run(api, rows[i].text);
        if (rc != rows[i].expected) fail_msg("%s: %d, %s", rows[i].text, rc, err_story());
        sql_rollback(api);
    }
    assert_int_equal(database_int(owner, "SELECT count(*) FROM runs WHERE state = 'done'"), 2);
    // Turned off by hand, what would be hidden is an error, not a row.
    assert_ok(sql_begin(api, SQL_WRITE));
    assert_ok(database_run(api, "SET row_security = off"));
    assert_int_equal(database_run(api, "SELECT * FROM runs"), ERR_DENIED);
    sql_rollback(api);
}

// What one role does is no other's.
static void who_takes_journals_in_knows_no_people_and_who_knows_people_no_trades(void **state) {
    need_server();
    const struct {
        struct sql *sql;
        const char *text;
        int expected; // rows changed, or the error
    } rows[] = {
        {store, "UPDATE equity SET cash = 1", 1},
        {store, "UPDATE equity SET tenant_id = 2", ERR_DENIED},
        {store, "DELETE FROM risk_events WHERE tenant_id = 2", 0},
        {store, "INSERT INTO equity VALUES (2, 1, 2, 1, 1, 1, 1)", ERR_DENIED},
        {store, "INSERT INTO equity VALUES (1, 1, 1, 1, 1, 1, 1)", 1},
        {store, "SELECT * FROM users", ERR_DENIED},
        {store, "SELECT * FROM api_keys", ERR_DENIED},
        {store, "SELECT * FROM audit", ERR_DENIED},
        {store, "TRUNCATE fills", ERR_DENIED},
        {auth, "UPDATE users SET failures = 1", 1},
        {auth, "UPDATE users SET tenant_id = 2", ERR_DENIED},
        {auth, "UPDATE users SET role = 'viewer' WHERE name = 'bob'", 0},
        {auth, "INSERT INTO audit VALUES (2, 2, 1, '', '', '', '', '', '', '{}', '', '')",
         ERR_DENIED},
        {auth, "DELETE FROM audit", ERR_DENIED},
        {auth, "UPDATE audit SET actor = ''", ERR_DENIED},
        {auth, "SELECT * FROM fills", ERR_DENIED},
        {auth, "SELECT * FROM trading_sessions", ERR_DENIED},
        {auth, "UPDATE schema_migrations SET version = 0", ERR_DENIED},
        {auth, "SET ROLE owner", ERR_DENIED},
        {api, "SET ROLE owner", ERR_DENIED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_ok(sql_begin(rows[i].sql, SQL_WRITE));
        int rc = database_run(rows[i].sql, rows[i].text);
        if (rc != rows[i].expected) fail_msg("%s: %d, %s", rows[i].text, rc, err_story());
        sql_rollback(rows[i].sql);
    }
    // At a login nobody knows whose it is yet.
    assert_ok(sql_set_tenant(auth, 0));
    assert_int_equal(database_int(auth, "SELECT count(*) FROM users"), 2);
    assert_ok(sql_set_tenant(auth, 1));
    assert_int_equal(database_int(auth, "SELECT count(*) FROM users"), 1);
}

static void the_servers_user_is_nobody_itself(void **state) {
    need_server();
    struct sql *app = open_as("app", NULL);
    assert_int_equal(database_run(app, "SELECT * FROM public.tenants"), ERR_DENIED);
    assert_int_equal(database_run(app, "SELECT * FROM public.fills"), ERR_DENIED);
    sql_close(app);
    assert_int_equal(migrate_grant(owner, "nobody at all"), ERR_STATE);
}

static void reads_give_the_tenants_own_rows_through_joins_too(void **state) {
    need_server();
    assert_int_equal(database_int(api, "SELECT count(*) FROM tenants"), 1);
    assert_int_equal(database_int(api, "SELECT sum(equity) FROM equity"), 100);
    assert_string_equal(database_text(api, "SELECT name FROM users"), "ann");
    assert_int_equal(database_int(api, "SELECT count(*) FROM trading_sessions s LEFT JOIN "
                                       "risk_events r ON r.session_id IN (1, 2)"),
                     1);
    assert_int_equal(database_int(owner, "SELECT count(*) FROM users"), 2);
}

static void without_a_tenant_there_is_nothing_and_the_next_one_sees_its_own(void **state) {
    need_server();
    assert_ok(sql_set_tenant(api, 0));
    assert_int_equal(database_int(api, "SELECT count(*) FROM users"), 0);
    assert_int_equal(database_run(api, "INSERT INTO runs (tenant_id, name, kind, state, config, "
                                       "created_ns) VALUES (1, 'y', 'sweep', 'done', '', 1)"),
                     ERR_DENIED);
    assert_ok(sql_set_tenant(api, 2));
    assert_string_equal(database_text(api, "SELECT name FROM users"), "bob");
    assert_int_equal(database_int(api, "SELECT sum(equity) FROM equity"), 200);
    assert_ok(sql_set_tenant(api, 1));
}

static void a_connection_made_anew_is_the_same_tenants(void **state) {
    char text[96];
    need_server();
    snprintf(text, sizeof text, "SELECT pg_terminate_backend(%d)",
             (int)database_int(api, "SELECT pg_backend_pid()"));
    struct sql *admin;
    char url[512];
    snprintf(url, sizeof url, "%s", database.url);
    strcpy(strstr(url, "user=owner"), "user=postgres");
    assert_ok(sql_open(url, NULL, &admin));
    database_text(admin, text);
    sql_close(admin);
    assert_ok(sql_begin(api, SQL_READ));
    assert_string_equal(database_text(api, "SELECT current_user"), SQL_ROLE_API);
    assert_string_equal(database_text(api, "SELECT name FROM users"), "ann");
    assert_ok(sql_commit(api));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_table_shows_a_row_of_another_tenant),
        cmocka_unit_test(hand_written_sql_reaches_no_row_of_another_tenant),
        cmocka_unit_test(who_takes_journals_in_knows_no_people_and_who_knows_people_no_trades),
        cmocka_unit_test(the_servers_user_is_nobody_itself),
        cmocka_unit_test(reads_give_the_tenants_own_rows_through_joins_too),
        cmocka_unit_test(without_a_tenant_there_is_nothing_and_the_next_one_sees_its_own),
        cmocka_unit_test(a_connection_made_anew_is_the_same_tenants),
    };
    return cmocka_run_group_tests(tests, open_two, close_two);
}
