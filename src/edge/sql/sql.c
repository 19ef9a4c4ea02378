// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/sql.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/sql/sql_driver.h"

static const int64_t PAUSE_MIN_NS = 100 * NS_PER_MS, PAUSE_MAX_NS = 5 * NS_PER_S;
static const int64_t IDLE_NS = 50 * NS_PER_MS; // after so long without use the server may be gone
static const int64_t TIMEOUT_NS = 30 * NS_PER_S;

static int64_t clock_ns(clockid_t clock) {
    struct timespec now;
    CHECK(clock_gettime(clock, &now) == 0);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

int64_t sql_now_ns(void) {
    return clock_ns(CLOCK_REALTIME);
}

int64_t sql_monotonic_ns(void) {
    return clock_ns(CLOCK_MONOTONIC);
}

// Opening.

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

// A password with a raw '@' in it is cut there by libpq, which then prints the rest of it as a host.
static bool has_two_ats(const char *url) {
    const char *at = strstr(url, "://") + 3, *end = at + strcspn(at, "/?");
    const char *one = memchr(at, '@', (size_t)(end - at));
    return one != NULL && memchr(one + 1, '@', (size_t)(end - one - 1)) != NULL;
}

static const struct sql_driver *driver_of(const char *url, enum sql_dialect *ret_dialect) {
    bool postgres = begins(url, "postgresql://") || begins(url, "postgres://");
    *ret_dialect = postgres ? SQL_POSTGRES : SQL_SQLITE;
    if (postgres) return has_two_ats(url) ? NULL : &sql_driver_postgres;
    return begins(url, "sqlite:") && url[7] != '\0' ? &sql_driver_sqlite : NULL;
}

// Between "//user:" and "@", and what a parameter password= says.
static void hide_password(char *name) {
    char *at = strstr(name, "://"), *end;
    if (at == NULL) return;
    at += 3;
    char *host = strpbrk(at, "/?");
    for (end = NULL; at != NULL && *at != '\0' && at != host; at++)
        if (*at == '@') end = at;
    char *colon = end != NULL ? strchr(strstr(name, "://") + 3, ':') : NULL;
    if (colon != NULL && colon < end) memmove(colon, end, strlen(end) + 1);
    for (char *word; (word = strstr(name, "password=")) != NULL;) {
        char *rest = word + strcspn(word, "&");
        if (*rest == '&') rest++;
        memmove(word, rest, strlen(rest) + 1);
    }
}

static int fill_in(struct sql *sql, const char *url, const struct sql_options *options) {
    sql->timeout_ns = options->timeout_ns > 0 ? options->timeout_ns : TIMEOUT_NS;
    sql->relaxed = options->relaxed;
    sql->read_only = options->read_only;
    sql->url = strdup(url);
    sql->name = strdup(url);
    if (options->role != NULL) sql->role = strdup(options->role);
    if (sql->url == NULL || sql->name == NULL || (options->role != NULL && sql->role == NULL))
        return ERR_SET(ERR_NOMEM, "no memory for a database's connection");
    if (sql->dialect == SQL_POSTGRES) hide_password(sql->name);
    return 0;
}

int sql_open(const char *url, const struct sql_options *options, struct sql **ret_sql) {
    static const struct sql_options none = {0};
    enum sql_dialect dialect;
    const struct sql_driver *driver = driver_of(url, &dialect);
    if (options == NULL) options = &none;
    if (driver == NULL || strlen(url) >= SQL_URL_MAX)
        return ERR_SET(ERR_ARGUMENT,
                       "a database is sqlite:PATH or postgresql://USER@HOST/NAME, in at most %d "
                       "characters; in a password '@' is written %%40",
                       SQL_URL_MAX - 1);
    struct sql *sql = calloc(1, sizeof *sql);
    if (sql == NULL) return ERR_SET(ERR_NOMEM, "no memory for a database's connection");
    sql->driver = driver;
    sql->dialect = dialect;
    int rc = fill_in(sql, url, options);
    if (rc == 0 && !options->lazy) rc = sql_ensure(sql);
    if (rc == 0)
        *ret_sql = sql;
    else
        sql_close(sql);
    return rc;
}

void sql_forget(struct sql *sql, struct sql_statement *statement) {
    if (statement->handle != NULL) sql->driver->unprepare(sql, statement);
    free(statement->text);
    *statement = (struct sql_statement){0};
}

static void disconnect(struct sql *sql) {
    for (int i = 0; i < SQL_STATEMENTS_MAX; i++) {
        struct sql_statement *one = &sql->statements[i];
        if (one->open)
            one->passing = true;
        else
            sql_forget(sql, one);
    }
    if (sql->handle != NULL) sql->driver->disconnect(sql);
    sql->handle = NULL;
}

void sql_close(struct sql *sql) {
    if (sql == NULL) return;
    sql_rollback(sql);
    disconnect(sql);
    free(sql->url);
    free(sql->name);
    free(sql->role);
    free(sql);
}

enum sql_dialect sql_dialect(const struct sql *sql) {
    return sql->dialect;
}

const char *sql_name(const struct sql *sql) {
    return sql->name;
}

bool sql_is_up(const struct sql *sql) {
    return sql->handle != NULL && !sql->broken;
}

void sql_lost(struct sql *sql) {
    sql->broken = true;
}

// Connected, or the reason why not.

static int too_soon(const struct sql *sql, int64_t wait_ns) {
    return ERR_SET(ERR_IO, "%s is down; the next attempt is in %lld ms", sql->name,
                   (long long)(wait_ns / NS_PER_MS) + 1);
}

static int attempt(struct sql *sql, int64_t now_ns) {
    if (now_ns < sql->retry_at_ns) return too_soon(sql, sql->retry_at_ns - now_ns);
    sql->broken = false;
    int rc = sql->driver->connect(sql);
    if (rc == 0 && sql->tenant_id != 0) rc = sql->driver->set_tenant(sql);
    if (rc == 0) {
        sql->pause_ns = sql->retry_at_ns = 0;
        sql->used_ns = now_ns;
        return 0;
    }
    if (sql->handle != NULL) disconnect(sql);
    sql->pause_ns = sql->pause_ns == 0 ? PAUSE_MIN_NS : sql->pause_ns * 2;
    if (sql->pause_ns > PAUSE_MAX_NS) sql->pause_ns = PAUSE_MAX_NS;
    sql->retry_at_ns = sql_monotonic_ns() + sql->pause_ns;
    return rc;
}

int sql_ensure(struct sql *sql) {
    int64_t now_ns = sql_monotonic_ns();
    if (sql->in_transaction && sql->broken)
        return ERR_SET(ERR_IO, "%s: the connection was lost within a transaction", sql->name);
    if (sql->in_transaction && sql->failed)
        return ERR_SET(ERR_STATE, "%s: a statement of this transaction failed", sql->name);
    if (sql->in_transaction) return 0;
    if (sql->handle != NULL && !sql->broken && now_ns - sql->used_ns > IDLE_NS &&
        !sql->driver->is_alive(sql))
        sql->broken = true;
    sql->used_ns = now_ns;
    if (sql->handle != NULL && !sql->broken) return 0;
    disconnect(sql);
    return attempt(sql, now_ns);
}

int sql_set_tenant(struct sql *sql, int64_t tenant_id) {
    if (sql->tenant_id == tenant_id) return 0;
    sql->tenant_id = tenant_id;
    if (sql->handle == NULL || sql->broken) return 0; // with the next connection
    int rc = sql->driver->set_tenant(sql);
    if (rc < 0) sql_lost(sql); // never go on as another tenant
    return rc;
}

// Transactions.

static const char *begin_text(const struct sql *sql, enum sql_mode mode) {
    if (sql->dialect == SQL_SQLITE) return mode == SQL_WRITE ? "BEGIN IMMEDIATE" : "BEGIN";
    return mode == SQL_WRITE ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
}

int sql_begin(struct sql *sql, enum sql_mode mode) {
    CHECK(!sql->in_transaction);
    const struct sql_query query = {"begin", begin_text(sql, mode)};
    int rc = sql_run_values(sql, &query, NULL, 0);
    if (rc == ERR_IO && sql->broken && sql->retry_at_ns == 0)
        rc = sql_run_values(sql, &query, NULL, 0); // nothing was begun: a new connection may do
    sql->in_transaction = rc >= 0;
    sql->failed = false;
    return rc < 0 ? rc : 0;
}

int sql_commit(struct sql *sql) {
    static const struct sql_query query = {"commit", "COMMIT"};
    CHECK(sql->in_transaction);
    int rc = sql_run_values(sql, &query, NULL, 0);
    if (rc < 0)
        sql_rollback(sql);
    else
        sql->in_transaction = false;
    return rc < 0 ? rc : 0;
}

// The story of the failure before it stands: it is what the caller will tell.
void sql_rollback(struct sql *sql) {
    if (!sql->in_transaction) return;
    if (!sql->broken && sql->driver->script(sql, NULL, "ROLLBACK") < 0) sql_lost(sql);
    sql->in_transaction = false;
}

bool sql_in_transaction(const struct sql *sql) {
    return sql->in_transaction;
}

int sql_lock(struct sql *sql, int64_t key) {
    static const struct sql_query query = {"lock", "SELECT pg_advisory_xact_lock(?)"};
    CHECK(sql->in_transaction);
    if (sql->dialect == SQL_SQLITE) return 0;
    int rc = sql_run(sql, &query, sql_int(key));
    return rc < 0 ? rc : 0;
}

int sql_script(struct sql *sql, const char *name, const char *script) {
    bool own = !sql->in_transaction;
    if (own) TRY(sql_begin(sql, SQL_WRITE));
    int rc = sql_ensure(sql);
    sql->deadline_ns = sql_monotonic_ns() + sql->timeout_ns;
    if (rc == 0) rc = sql_within(sql, sql->driver->script(sql, name, script));
    if (!own) return rc;
    if (rc == 0) return sql_commit(sql);
    sql_rollback(sql);
    return rc;
}

// Many rows.

void sql_list(struct text *out, const struct sql_bulk *bulk, size_t first, const char *form) {
    for (size_t i = first; i < bulk->column_count; i++) {
        if (i > first) text_add(out, ", ");
        for (const char *at = form; *at != '\0'; at++)
            if (*at == '%')
                text_add(out, bulk->columns[i]);
            else
                text_add_char(out, *at);
    }
}

void sql_on_conflict(struct text *out, const struct sql_bulk *bulk) {
    if (bulk->key_count == 0) return;
    struct sql_bulk keys = *bulk;
    keys.column_count = bulk->key_count;
    text_add(out, " ON CONFLICT (");
    sql_list(out, &keys, 0, "%");
    if (bulk->key_count == bulk->column_count) {
        text_add(out, ") DO NOTHING");
        return;
    }
    text_add(out, ") DO UPDATE SET ");
    sql_list(out, bulk, bulk->key_count, "% = excluded.%");
}

int sql_bulk_put(struct sql *sql, const struct sql_bulk *bulk, const struct sql_value *values,
                 size_t row_count) {
    CHECK(sql->in_transaction && bulk->column_count > 0 && bulk->column_count <= SQL_VALUES_MAX);
    TRY(sql_ensure(sql));
    if (row_count == 0) return 0;
    sql->deadline_ns = sql_monotonic_ns() + sql->timeout_ns;
    int rc = sql_check_values(bulk->table, values, row_count * bulk->column_count);
    return sql_within(sql, rc < 0 ? rc : sql->driver->bulk(sql, bulk, values, row_count));
}
