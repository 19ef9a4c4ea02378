// SPDX-License-Identifier: Apache-2.0
// What stands behind edge/sql/sql.h: one driver a database. sql.c keeps statements, transactions, pauses after failed
// attempts and checks values; a driver only talks to its library.
#ifndef FULMAR_EDGE_SQL_SQL_DRIVER_H
#define FULMAR_EDGE_SQL_SQL_DRIVER_H

#include "base/text.h"
#include "edge/sql/sql.h"

enum { SQL_STATEMENTS_MAX = 128, SQL_STATEMENT_TEXT_MAX = 1 << 16 };

struct sql_statement {
    char *text; // NULL: a free slot
    uint64_t hash;
    uint64_t used;   // when, in statements run
    uint32_t number; // distinct in a connection
    bool open;       // its rows are being read
    bool passing;    // its connection is gone: it ends with its rows
    int values;      // how many it takes
    void *handle;    // the driver's; NULL: not prepared
};

struct sql_rows {
    struct sql *sql;
    struct sql_statement *statement;
    const char *name;            // of the query
    void *result;                // the driver's
    int row;                     // the driver's
    void *blobs[SQL_VALUES_MAX]; // the driver's, of the row that stands
};

struct sql_driver {
    // ERR_IO and others; what it opened it closes on failure.
    int (*connect)(struct sql *sql);
    void (*disconnect)(struct sql *sql);
    bool (*is_alive)(struct sql *sql); // looks without asking
    int (*set_tenant)(struct sql *sql);
    int (*script)(struct sql *sql, const char *name, const char *script);
    int (*prepare)(struct sql *sql, const char *name, struct sql_statement *statement,
                   const struct sql_value *values, size_t count);
    void (*unprepare)(struct sql *sql, struct sql_statement *statement);
    // Starts it; rows->statement is prepared. sql->changes after `next` has returned 0.
    int (*execute)(struct sql_rows *rows, const struct sql_value *values, size_t count);
    int (*next)(struct sql_rows *rows);
    void (*finish)(struct sql_rows *rows);
    int (*columns)(const struct sql_rows *rows);
    const char *(*column_name)(const struct sql_rows *rows, int column);
    bool (*is_null)(const struct sql_rows *rows, int column);
    int64_t (*get_int)(const struct sql_rows *rows, int column);
    double (*get_real)(const struct sql_rows *rows, int column);
    const char *(*get_text)(const struct sql_rows *rows, int column);
    const void *(*get_blob)(struct sql_rows *rows, int column, size_t *ret_size);
    int (*bulk)(struct sql *sql, const struct sql_bulk *bulk, const struct sql_value *values,
                size_t row_count);
};

struct sql {
    const struct sql_driver *driver;
    enum sql_dialect dialect;
    void *handle; // the driver's; NULL: not connected
    char *url;    // as it was given
    char *name;   // without its password
    char *role;   // or NULL
    int64_t timeout_ns;
    bool relaxed;
    bool in_transaction;
    bool broken; // the connection is gone, or as good as
    bool failed; // the transaction can only be rolled back
    int64_t tenant_id;
    int64_t retry_at_ns; // monotonic; 0: at once
    int64_t pause_ns;
    int64_t used_ns;     // monotonic, of the last use
    int64_t deadline_ns; // the driver's, of the statement that runs
    uint64_t uses;
    uint32_t next_number;
    int64_t changes;
    struct sql_statement statements[SQL_STATEMENTS_MAX];
};

extern const struct sql_driver sql_driver_sqlite;
extern const struct sql_driver sql_driver_postgres;

// Marks the connection as gone: what is under way has failed, the next call outside of a transaction connects anew.
void sql_lost(struct sql *sql);
int64_t sql_monotonic_ns(void);
// Writes the statement with $1, $2 ... in place of its question marks. ERR_FULL.
int sql_numbered(const char *text, struct text *out) MUST_USE;
// How many question marks stand for values.
int sql_marks(const char *text);
// "a, b, c" and such: the columns of a bulk from `first` on, each written by `form` with one %s in it.
void sql_list(struct text *out, const struct sql_bulk *bulk, size_t first, const char *form);
// " ON CONFLICT (keys) DO UPDATE SET ..." or "" for a bulk without keys.
void sql_on_conflict(struct text *out, const struct sql_bulk *bulk);

#endif
