// SPDX-License-Identifier: Apache-2.0
// SQLite behind edge/sql/sql.h.
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "edge/sql/sql_driver.h"

enum { BUSY_MS = 5000, PROGRESS_STEPS = 20000, BULK_ROWS = 16, BULK_TEXT_MAX = 1 << 16 };

static int code_of(int result) {
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
        return ERR_BUSY;
    case SQLITE_CONSTRAINT:
        return result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY ||
                       result == SQLITE_CONSTRAINT_ROWID
                   ? ERR_CONFLICT
                   : ERR_ARGUMENT;
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
        return ERR_ARGUMENT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_FULL:
    case SQLITE_PROTOCOL:
        return ERR_IO;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        return ERR_DENIED;
    case SQLITE_NOMEM:
        return ERR_NOMEM;
    default:
        return ERR_STATE;
    }
}

static int fail(const struct sql *sql, const char *name, int result) {
    const char *words = sql->handle != NULL ? sqlite3_errmsg(sql->handle) : sqlite3_errstr(result);
    if ((result & 0xff) == SQLITE_INTERRUPT) words = "it took longer than it may";
    return ERR_SET(code_of(result), "%s: %s: %s", sql->name, name, words);
}

// A file that only its owner may read: SQLite gives its WAL the same mode.
static int make_file(const char *path) {
    int fd;
    if (strcmp(path, ":memory:") == 0) return 0;
    const char *slash = strrchr(path, '/');
    if (slash != NULL && slash != path) {
        char folder[SQL_URL_MAX];
        memcpy(folder, path, (size_t)(slash - path));
        folder[slash - path] = '\0';
        TRY(io_make_dirs(folder));
    }
    int rc = io_open(path, O_RDWR | O_CREAT | O_EXCL, 0600, &fd);
    if (rc == ERR_EXISTS) {
        err_clear();
        return 0;
    }
    TRY(rc);
    return io_close(fd, path);
}

static int past_deadline(void *context) {
    const struct sql *sql = context;
    return sql_monotonic_ns() > sql->deadline_ns;
}

static int settle(struct sql *sql) {
    const char *script = sql->relaxed ? "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                                      : "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
    sqlite3_extended_result_codes(sql->handle, 1);
    sqlite3_busy_timeout(sql->handle, BUSY_MS);
    int result = sqlite3_exec(sql->handle, script, NULL, NULL, NULL);
    if (result == SQLITE_OK)
        result = sqlite3_exec(sql->handle,
                              "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                              "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;",
                              NULL, NULL, NULL);
    if (result != SQLITE_OK) return fail(sql, "open", result);
    sqlite3_db_config(sql->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sql->deadline_ns = INT64_MAX;
    sqlite3_progress_handler(sql->handle, PROGRESS_STEPS, past_deadline, sql);
    return 0;
}

static int connect(struct sql *sql) {
    const char *path = sql->url + sizeof "sqlite:" - 1;
    sqlite3 *handle = NULL;
    TRY(make_file(path));
    int result = sqlite3_open_v2(
        path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    sql->handle = handle;
    int rc = result != SQLITE_OK ? fail(sql, "open", result) : settle(sql);
    if (rc == 0) return 0;
    sqlite3_close_v2(handle);
    sql->handle = NULL;
    return rc;
}

static void disconnect(struct sql *sql) {
    sqlite3_close_v2(sql->handle);
}

static bool is_alive(struct sql *sql) {
    return true;
}

static int set_tenant(struct sql *sql) {
    return 0;
}

static int script(struct sql *sql, const char *name, const char *text) {
    // SQLite rolls back by itself when a disk is full.
    if (name == NULL && sqlite3_get_autocommit(sql->handle)) return 0;
    int result = sqlite3_exec(sql->handle, text, NULL, NULL, NULL);
    if (result == SQLITE_OK) return 0;
    if (name == NULL) return code_of(result); // a roll-back tells no story
    return fail(sql, name, result);
}

static int prepare(struct sql *sql, const char *name, struct sql_statement *statement,
                   const struct sql_value *values, size_t count) {
    sqlite3_stmt *handle = NULL;
    const char *tail = NULL;
    int result = sqlite3_prepare_v3(sql->handle, statement->text, -1, SQLITE_PREPARE_PERSISTENT,
                                    &handle, &tail);
    if (result != SQLITE_OK) return fail(sql, name, result);
    if (handle == NULL || tail[strspn(tail, " \n\t;")] != '\0') {
        sqlite3_finalize(handle);
        return ERR_SET(ERR_STATE, "%s is not one statement", name);
    }
    statement->handle = handle;
    return 0;
}

static void unprepare(struct sql *sql, struct sql_statement *statement) {
    sqlite3_finalize(statement->handle);
    statement->handle = NULL;
}

static int bind(sqlite3_stmt *handle, int place, const struct sql_value *value) {
    switch (value->type) {
    case SQL_INT:
        return sqlite3_bind_int64(handle, place, value->integer);
    case SQL_REAL:
        return sqlite3_bind_double(handle, place, value->real);
    case SQL_TEXT:
        return sqlite3_bind_text64(handle, place, value->data, value->size, SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
    case SQL_BLOB:
        return sqlite3_bind_blob64(handle, place, value->data, value->size, SQLITE_TRANSIENT);
    default:
        return sqlite3_bind_null(handle, place);
    }
}

static int execute(struct sql_rows *rows, const struct sql_value *values, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int result = bind(rows->statement->handle, (int)i + 1, &values[i]);
        if (result != SQLITE_OK) return fail(rows->sql, rows->name, result);
    }
    rows->row = -1;
    return 0;
}

static int next(struct sql_rows *rows) {
    int result = sqlite3_step(rows->statement->handle);
    if (result == SQLITE_ROW) return 1;
    if (result != SQLITE_DONE) return fail(rows->sql, rows->name, result);
    rows->sql->changes = sqlite3_changes64(rows->sql->handle);
    return 0;
}

static void finish(struct sql_rows *rows) {
    sqlite3_reset(rows->statement->handle);
    sqlite3_clear_bindings(rows->statement->handle);
}

static int columns(const struct sql_rows *rows) {
    return sqlite3_column_count(rows->statement->handle);
}

static const char *column_name(const struct sql_rows *rows, int column) {
    return sqlite3_column_name(rows->statement->handle, column);
}

static bool is_null(const struct sql_rows *rows, int column) {
    return sqlite3_column_type(rows->statement->handle, column) == SQLITE_NULL;
}

static int64_t get_int(const struct sql_rows *rows, int column) {
    return sqlite3_column_int64(rows->statement->handle, column);
}

static double get_real(const struct sql_rows *rows, int column) {
    return sqlite3_column_double(rows->statement->handle, column);
}

static const char *get_text(const struct sql_rows *rows, int column) {
    return (const char *)sqlite3_column_text(rows->statement->handle, column);
}

static const void *get_blob(struct sql_rows *rows, int column, size_t *ret_size) {
    const void *data = sqlite3_column_blob(rows->statement->handle, column);
    *ret_size = (size_t)sqlite3_column_bytes(rows->statement->handle, column);
    return data;
}

// "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) ON CONFLICT ..."
static void insert_text(struct text *out, const struct sql_bulk *bulk, size_t row_count) {
    text_printf(out, "INSERT INTO %s (", bulk->table);
    sql_list(out, bulk, 0, "%");
    text_add(out, ") VALUES ");
    for (size_t i = 0; i < row_count; i++) {
        text_add(out, i == 0 ? "(" : ", (");
        sql_list(out, bulk, 0, "?");
        text_add_char(out, ')');
    }
    sql_on_conflict(out, bulk);
}

static int insert_rows(struct sql *sql, const struct sql_bulk *bulk, const struct sql_value *values,
                       size_t row_count) {
    struct text text;
    sqlite3_stmt *handle = NULL;
    text_init(&text, BULK_TEXT_MAX);
    insert_text(&text, bulk, row_count);
    int result = text_error(&text) < 0
                     ? SQLITE_NOMEM
                     : sqlite3_prepare_v2(sql->handle, text.data, -1, &handle, NULL);
    for (size_t i = 0; result == SQLITE_OK && i < row_count * bulk->column_count; i++)
        result = bind(handle, (int)i + 1, &values[i]);
    if (result == SQLITE_OK) result = sqlite3_step(handle);
    int rc = result == SQLITE_DONE ? 0 : fail(sql, bulk->table, result);
    sqlite3_finalize(handle);
    text_fini(&text);
    return rc;
}

static int bulk_put(struct sql *sql, const struct sql_bulk *bulk, const struct sql_value *values,
                    size_t row_count) {
    struct text text;
    sqlite3_stmt *handle = NULL;
    size_t done = 0, each = BULK_ROWS * bulk->column_count;
    text_init(&text, BULK_TEXT_MAX);
    insert_text(&text, bulk, BULK_ROWS);
    int rc = 0, result = SQLITE_OK;
    if (row_count >= BULK_ROWS)
        result = text_error(&text) < 0
                     ? SQLITE_NOMEM
                     : sqlite3_prepare_v2(sql->handle, text.data, -1, &handle, NULL);
    for (; result == SQLITE_OK && done + BULK_ROWS <= row_count; done += BULK_ROWS) {
        const struct sql_value *from = values + done * bulk->column_count;
        for (size_t i = 0; result == SQLITE_OK && i < each; i++)
            result = bind(handle, (int)i + 1, &from[i]);
        if (result == SQLITE_OK) result = sqlite3_step(handle);
        if (result == SQLITE_DONE) result = sqlite3_reset(handle);
    }
    if (result != SQLITE_OK) rc = fail(sql, bulk->table, result);
    sqlite3_finalize(handle);
    text_fini(&text);
    if (rc == 0 && done < row_count)
        rc = insert_rows(sql, bulk, values + done * bulk->column_count, row_count - done);
    return rc;
}

const struct sql_driver sql_driver_sqlite = {
    .connect = connect,
    .disconnect = disconnect,
    .is_alive = is_alive,
    .set_tenant = set_tenant,
    .script = script,
    .prepare = prepare,
    .unprepare = unprepare,
    .execute = execute,
    .next = next,
    .finish = finish,
    .columns = columns,
    .column_name = column_name,
    .is_null = is_null,
    .get_int = get_int,
    .get_real = get_real,
    .get_text = get_text,
    .get_blob = get_blob,
    .bulk = bulk_put,
};
