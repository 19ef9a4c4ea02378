// SPDX-License-Identifier: Apache-2.0
// The one door to SQL: SQLite in a file, or PostgreSQL by URL. Who comes through it does not know which.
//
//   sqlite:PATH                   the file is made where it is missing (mode 0600), in WAL mode; "sqlite::memory:" is
//                                 one that ends with its connection
//   postgresql://user@host/name   libpq's own URL with its parameters; to a host that is not this machine TLS is asked
//                                 for with the server's certificate verified, unless the URL says otherwise (sslmode,
//                                 sslrootcert)
//
// What is written for both:
//   - `?` stands for a value, in order; PostgreSQL is given $1, $2 ... Question marks in quotes are left alone.
//   - Both know RETURNING and ON CONFLICT ... DO UPDATE. Statements are kept prepared, by their text.
//   - Amounts are exact decimals, handed over and read as text; instants are INTEGER nanoseconds; truth is 0 or 1.
//   - Text is UTF-8 without NUL, or it is refused (ERR_ARGUMENT) before a database sees it.
//
// A connection is used by one thread at a time; sql_pool.h lends them out. When the connection to PostgreSQL breaks,
// what was under way fails with ERR_IO, and the next call outside of a transaction connects anew. Attempts that fail
// are followed by a pause of 100 ms, doubled to 5 s; within it calls fail at once.
//
// Functions that can fail return 0 (or what they say) or, with a story that names the statement:
//   ERR_IO        the database is not reached, or its disk fails: later it may work
//   ERR_BUSY      another transaction is in the way, or the statement took too long: the same again may work
//   ERR_CONFLICT  a unique key is taken
//   ERR_ARGUMENT  another constraint refused the values (NOT NULL, CHECK, foreign key, a number or text that is none)
//   ERR_DENIED    the role may not do it, or the row is another tenant's
//   ERR_CORRUPT   the file is damaged or no database
//   ERR_STATE     the statement itself is wrong, or does not fit the transaction
//   ERR_NOMEM, ERR_FULL
// After any failure within a transaction, roll it back.
#ifndef FULMAR_EDGE_SQL_SQL_H
#define FULMAR_EDGE_SQL_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    SQL_VALUES_MAX = 64, // of one statement outside of sql_bulk
    SQL_URL_MAX = 4096,
};

enum sql_dialect { SQL_SQLITE, SQL_POSTGRES };

struct sql; // a connection

struct sql_options {
    const char
        *role; // PostgreSQL: the role that statements run as, one of those below; NULL: the URL's
    int64_t timeout_ns; // of one statement; 0: 30 s
    bool
        relaxed; // a commit may be lost with the power, never torn: for what a journal can make again
    bool read_only; // SQLite: the file has to be there, and stays the bytes that it is
    bool lazy;      // connect with the first statement: sql_open succeeds while PostgreSQL is down
};

// What a server works as (migrations/020_store.sql): none owns a table or is above row security.
#define SQL_ROLE_API "fulmar_api" // answers requests: one tenant's rows
#define SQL_ROLE_STORE                                                                             \
    "fulmar_store" // takes journals in: writes the tables of trading, of one tenant at a time
#define SQL_ROLE_AUTH "fulmar_auth" // knows people: of one tenant, or of all while none is set

// `options` NULL: all zero. ERR_ARGUMENT for a URL that is neither.
int sql_open(const char *url, const struct sql_options *options, struct sql **ret_sql) MUST_USE;
void sql_close(struct sql *sql); // rolls back what is open; NULL is fine
enum sql_dialect sql_dialect(const struct sql *sql);
// The URL without its password, as messages have it.
const char *sql_name(const struct sql *sql);
// Whether it is connected as far as is known; nothing is sent.
bool sql_is_up(const struct sql *sql);

// The tenant whose rows the roles above may see and write on this connection, from the next statement on; 0: none
// (SQL_ROLE_AUTH: all). With SQLite, and with the URL's own role, it limits nothing: statements name the tenant
// themselves.
int sql_set_tenant(struct sql *sql, int64_t tenant_id) MUST_USE;

// Values.
enum sql_type { SQL_NULL, SQL_INT, SQL_REAL, SQL_TEXT, SQL_BLOB };
struct sql_value {
    enum sql_type type;
    int64_t integer;
    double real;
    const void *data; // the caller's, until the call returns
    size_t size;
};
static inline struct sql_value sql_null(void) {
    return (struct sql_value){.type = SQL_NULL};
}
static inline struct sql_value sql_int(int64_t integer) {
    return (struct sql_value){.type = SQL_INT, .integer = integer};
}
static inline struct sql_value sql_real(double real) { // NaN is stored as NULL
    return (struct sql_value){.type = SQL_REAL, .real = real};
}
static inline struct sql_value sql_text_n(const char *data, size_t size) {
    return (struct sql_value){
        .type = data == NULL ? SQL_NULL : SQL_TEXT, .data = data, .size = size};
}
static inline struct sql_value sql_text(const char *text) { // NULL is NULL
    return sql_text_n(text, text == NULL ? 0 : __builtin_strlen(text));
}
static inline struct sql_value sql_blob(const void *data, size_t size) {
    return (struct sql_value){
        .type = data == NULL ? SQL_NULL : SQL_BLOB, .data = data, .size = size};
}

// A statement: its name is for messages.
struct sql_query {
    const char *name; // "users.find"
    const char *text;
};

// Runs a statement to its end; rows it returns are dropped. Returns how many rows it changed (at most INT32_MAX).
int sql_run_values(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                   size_t count) MUST_USE;

// Runs a statement and opens its rows. They end with sql_rows_close, before the transaction does.
struct sql_rows;
int sql_select_values(struct sql *sql, const struct sql_query *query,
                      const struct sql_value *values, size_t count,
                      struct sql_rows **ret_rows) MUST_USE;
// Goes to the next row: 1; 0 after the last one.
int sql_next(struct sql_rows *rows) MUST_USE;
void sql_rows_close(struct sql_rows *rows); // NULL is fine

// The same for a statement that gives one row at most: 1, and the row stands open in *ret_rows; 0, and none does.
int sql_first_values(struct sql *sql, const struct sql_query *query, const struct sql_value *values,
                     size_t count, struct sql_rows **ret_rows) MUST_USE;

// The three with their values written out: sql_run(sql, &find, sql_int(7), sql_text("x")).
#define SQL_VALUES_(...)                                                                           \
    (const struct sql_value[]){__VA_ARGS__},                                                       \
        sizeof((const struct sql_value[]){__VA_ARGS__}) / sizeof(struct sql_value)
#define sql_run(sql, query, ...) sql_run_values(sql, query, SQL_VALUES_(__VA_ARGS__))
#define sql_select(sql, query, ret_rows, ...)                                                      \
    sql_select_values(sql, query, SQL_VALUES_(__VA_ARGS__), ret_rows)
#define sql_first(sql, query, ret_rows, ...)                                                       \
    sql_first_values(sql, query, SQL_VALUES_(__VA_ARGS__), ret_rows)

// Columns of the row that stands, from 0. What is text or blob lives until the next sql_next or sql_rows_close.
int sql_column_count(const struct sql_rows *rows);
const char *sql_column_name(const struct sql_rows *rows, int column);
bool sql_is_null(const struct sql_rows *rows, int column);
int64_t sql_get_int(const struct sql_rows *rows, int column);      // 0 for NULL
double sql_get_real(const struct sql_rows *rows, int column);      // NaN for NULL
const char *sql_get_text(const struct sql_rows *rows, int column); // NULL for NULL
// NULL for NULL; for an empty one a pointer that is not NULL.
const void *sql_get_blob(struct sql_rows *rows, int column, size_t *ret_size);

// Transactions. A connection without one commits every statement by itself.
enum sql_mode {
    SQL_READ, // one picture of the database throughout; writes are ERR_DENIED or ERR_STATE
    SQL_WRITE // in SQLite the only one at its time: ERR_BUSY after a wait of 5 s
};
int sql_begin(struct sql *sql, enum sql_mode mode) MUST_USE;
int sql_commit(struct sql *sql) MUST_USE; // on failure it is rolled back
void sql_rollback(struct sql *sql);       // nothing when there is none
bool sql_in_transaction(const struct sql *sql);
// Until the end of this SQL_WRITE transaction no other one holds the same key. (PostgreSQL: an advisory lock; in SQLite
// there is no other one.) For what reads a row and writes its successor, as a chain does.
int sql_lock(struct sql *sql, int64_t key) MUST_USE;

// Statements of a script, separated by semicolons, one after the other, without values; in a transaction of their own
// unless one is open. `name` is for messages.
int sql_script(struct sql *sql, const char *name, const char *script) MUST_USE;

// Many rows at once, in order: `values` is row after row. With key_count > 0 the first columns are a unique key, and a
// row whose key is there replaces it; the same key does not come twice in one call. PostgreSQL: COPY; SQLite: many rows
// a statement. Within a transaction (CHECKed).
struct sql_bulk {
    const char *table;
    const char *const *columns;
    size_t column_count; // <= SQL_VALUES_MAX
    size_t key_count;
};
int sql_bulk_put(struct sql *sql, const struct sql_bulk *bulk, const struct sql_value *values,
                 size_t row_count) MUST_USE;

// SQLite alone (ERR_UNSUPPORTED): a copy of the whole database, as it stands at one instant while others go on, into a
// file that is not there yet (ERR_EXISTS); and a file's content in place of this database's, all or nothing.
// ERR_CORRUPT when what is copied is damaged.
int sql_copy_to(struct sql *sql, const char *path) MUST_USE;
int sql_copy_from(struct sql *sql, const char *path) MUST_USE;

// Now, for columns that end in _ns.
int64_t sql_now_ns(void);

#endif
