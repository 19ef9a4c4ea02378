// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/sql.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/hash.h"
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
    sql->url = strdup(url);
    sql->name = strdup(url);
    if (options->role != NULL) sql->role = strdup(options->role);
    if (sql->url == NULL || sql->name == NULL || (options->role != NULL && sql->role == NULL))
        return ERR_SET(ERR_NOMEM, "no memory for a database's connection");
    if (sql->dialect == SQL_POSTGRES) hide_password(sql->name);
    return 0;
}

static int ensure(struct sql *sql);

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
    if (rc == 0 && !options->lazy) rc = ensure(sql);
    if (rc == 0)
        *ret_sql = sql;
    else
        sql_close(sql);
    return rc;
}

static void forget(struct sql *sql, struct sql_statement *statement) {
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
            forget(sql, one);
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

static int ensure(struct sql *sql) {
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

// Values and marks.

static bool is_utf8(const unsigned char *at, size_t size) {
    const unsigned char *end = at + size;
    while (at < end) {
        unsigned lead = *at++, more, least;
        if (lead == 0) return false;
        if (lead < 0x80) continue;
        if (lead >= 0xc2 && lead <= 0xdf)
            more = 1, least = 0x80, lead &= 0x1f;
        else if ((lead & 0xf0) == 0xe0)
            more = 2, least = 0x800, lead &= 0x0f;
        else if (lead >= 0xf0 && lead <= 0xf4)
            more = 3, least = 0x10000, lead &= 0x07;
        else
            return false;
        if ((size_t)(end - at) < more) return false;
        for (; more > 0; more--, at++) {
            if ((*at & 0xc0) != 0x80) return false;
            lead = lead << 6 | (*at & 0x3f);
        }
        if (lead < least || lead > 0x10ffff || (lead >= 0xd800 && lead <= 0xdfff)) return false;
    }
    return true;
}

static int check_values(const char *name, const struct sql_value *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (values[i].type == SQL_TEXT && !is_utf8(values[i].data, values[i].size))
            return ERR_SET(ERR_ARGUMENT, "%s: value %zu is not UTF-8 text, or holds a NUL", name,
                           i + 1);
    return 0;
}

// The next mark at or after `at`, past quotes and comments; NULL: none.
static const char *next_mark(const char *at) {
    for (; *at != '\0'; at++) {
        if (*at == '?') return at;
        if (*at == '\'' || *at == '"') {
            const char *close = strchr(at + 1, *at);
            if (close == NULL) return NULL;
            at = close;
        } else if (at[0] == '-' && at[1] == '-') {
            at += strcspn(at, "\n");
            if (*at == '\0') return NULL;
        }
    }
    return NULL;
}

int sql_marks(const char *text) {
    int count = 0;
    for (const char *at = text; (at = next_mark(at)) != NULL; at++) count++;
    return count;
}

int sql_numbered(const char *text, struct text *out) {
    int number = 0;
    for (const char *mark; (mark = next_mark(text)) != NULL; text = mark + 1) {
        text_add_bytes(out, text, (size_t)(mark - text));
        text_printf(out, "$%d", ++number);
    }
    text_add(out, text);
    if (text_error(out) == 0) return 0;
    return ERR_SET(text_error(out), "a statement is too long");
}

// Statements.

static struct sql_statement *oldest(struct sql *sql) {
    struct sql_statement *best = NULL;
    for (int i = 0; i < SQL_STATEMENTS_MAX; i++) {
        struct sql_statement *one = &sql->statements[i];
        if (one->open) continue;
        if (one->text == NULL) return one;
        if (best == NULL || one->used < best->used) best = one;
    }
    return best;
}

static struct sql_statement *find(struct sql *sql, const char *text, uint64_t hash) {
    for (int i = 0; i < SQL_STATEMENTS_MAX; i++) {
        struct sql_statement *one = &sql->statements[i];
        if (one->text != NULL && one->hash == hash && !one->open && strcmp(one->text, text) == 0)
            return one;
    }
    return NULL;
}

// Fresh, in a slot that is free.
static int make(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                size_t count, struct sql_statement *statement) {
    forget(sql, statement);
    size_t len = strlen(query->text);
    if (len > SQL_STATEMENT_TEXT_MAX)
        return ERR_SET(ERR_ARGUMENT, "%s: a statement of %zu bytes", query->name, len);
    statement->text = strdup(query->text);
    if (statement->text == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", query->name);
    statement->hash = hash64(0, query->text, len);
    statement->number = ++sql->next_number;
    statement->values = sql_marks(query->text);
    int rc = sql->driver->prepare(sql, query->name, statement, values, count);
    if (rc < 0) forget(sql, statement);
    return rc;
}

static int prepared(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                    size_t count, struct sql_statement **ret_statement) {
    struct sql_statement *statement =
        find(sql, query->text, hash64(0, query->text, strlen(query->text)));
    if (statement == NULL) {
        statement = oldest(sql);
        if (statement == NULL)
            return ERR_SET(ERR_FULL, "%s: %d statements are open", query->name, SQL_STATEMENTS_MAX);
        TRY(make(sql, query, values, count, statement));
    }
    if ((size_t)statement->values != count)
        return ERR_SET(ERR_STATE, "%s takes %d values, not %zu", query->name, statement->values,
                       count);
    statement->used = ++sql->uses;
    *ret_statement = statement;
    return 0;
}

static int start(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                 size_t count, struct sql_rows **ret_rows) {
    struct sql_statement *statement;
    TRY(check_values(query->name, values, count));
    TRY(prepared(sql, query, values, count, &statement));
    struct sql_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL) return ERR_SET(ERR_NOMEM, "%s: no memory", query->name);
    *rows = (struct sql_rows){.sql = sql, .statement = statement, .name = query->name};
    sql->deadline_ns = sql_monotonic_ns() + sql->timeout_ns;
    statement->open = true;
    int rc = sql->driver->execute(rows, values, count);
    if (rc < 0)
        sql_rows_close(rows);
    else
        *ret_rows = rows;
    return rc;
}

// A transaction in which something failed takes nothing more, whichever database it is.
static int within(struct sql *sql, int rc) {
    if (rc < 0) sql->failed = true;
    return rc;
}

int sql_select_values(struct sql *sql, const struct sql_query *query,
                      const struct sql_value *values, size_t count, struct sql_rows **ret_rows) {
    CHECK(count <= SQL_VALUES_MAX);
    TRY(ensure(sql));
    return within(sql, start(sql, query, values, count, ret_rows));
}

int sql_next(struct sql_rows *rows) {
    return within(rows->sql, rows->sql->driver->next(rows));
}

void sql_rows_close(struct sql_rows *rows) {
    if (rows == NULL) return;
    rows->sql->driver->finish(rows);
    rows->statement->open = false;
    if (rows->statement->passing) forget(rows->sql, rows->statement);
    free(rows);
}

int sql_run_values(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                   size_t count) {
    struct sql_rows *rows;
    int rc;
    TRY(sql_select_values(sql, query, values, count, &rows));
    do rc = sql_next(rows);
    while (rc > 0);
    sql_rows_close(rows);
    if (rc < 0) return rc;
    return sql->changes > INT32_MAX ? INT32_MAX : (int)sql->changes;
}

int sql_first_values(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                     size_t count, struct sql_rows **ret_rows) {
    struct sql_rows *rows;
    TRY(sql_select_values(sql, query, values, count, &rows));
    int rc = sql_next(rows);
    if (rc > 0)
        *ret_rows = rows;
    else
        sql_rows_close(rows);
    return rc;
}

// Columns.

int sql_column_count(const struct sql_rows *rows) {
    return rows->sql->driver->columns(rows);
}

static void check_column(const struct sql_rows *rows, int column) {
    CHECK(column >= 0 && column < SQL_VALUES_MAX && column < rows->sql->driver->columns(rows));
}

const char *sql_column_name(const struct sql_rows *rows, int column) {
    check_column(rows, column);
    return rows->sql->driver->column_name(rows, column);
}

bool sql_is_null(const struct sql_rows *rows, int column) {
    check_column(rows, column);
    return rows->sql->driver->is_null(rows, column);
}

int64_t sql_get_int(const struct sql_rows *rows, int column) {
    return sql_is_null(rows, column) ? 0 : rows->sql->driver->get_int(rows, column);
}

double sql_get_real(const struct sql_rows *rows, int column) {
    return sql_is_null(rows, column) ? NAN : rows->sql->driver->get_real(rows, column);
}

const char *sql_get_text(const struct sql_rows *rows, int column) {
    return sql_is_null(rows, column) ? NULL : rows->sql->driver->get_text(rows, column);
}

const void *sql_get_blob(struct sql_rows *rows, int column, size_t *ret_size) {
    *ret_size = 0;
    if (sql_is_null(rows, column)) return NULL;
    const void *data = rows->sql->driver->get_blob(rows, column, ret_size);
    return data != NULL ? data : "";
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
    int rc = ensure(sql);
    sql->deadline_ns = sql_monotonic_ns() + sql->timeout_ns;
    if (rc == 0) rc = within(sql, sql->driver->script(sql, name, script));
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
    TRY(ensure(sql));
    if (row_count == 0) return 0;
    sql->deadline_ns = sql_monotonic_ns() + sql->timeout_ns;
    int rc = check_values(bulk->table, values, row_count * bulk->column_count);
    return within(sql, rc < 0 ? rc : sql->driver->bulk(sql, bulk, values, row_count));
}
