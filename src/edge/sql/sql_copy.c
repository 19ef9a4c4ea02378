// SPDX-License-Identifier: Apache-2.0
// Copies of SQLite databases by its backup interface.
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>

#include "base/check.h"
#include "base/io.h"
#include "edge/sql/sql_driver.h"

enum { BUSY_MS = 5000 };

static int fail(sqlite3 *handle, const char *path) {
    int result = sqlite3_errcode(handle) & 0xff;
    int code = result == SQLITE_BUSY || result == SQLITE_LOCKED      ? ERR_BUSY
               : result == SQLITE_CORRUPT || result == SQLITE_NOTADB ? ERR_CORRUPT
                                                                     : ERR_IO;
    return ERR_SET(code, "%s: %s", path, sqlite3_errmsg(handle));
}

static int open_file(const char *path, int flags, sqlite3 **ret_handle) {
    if (sqlite3_open_v2(path, ret_handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        int rc = fail(*ret_handle, path);
        sqlite3_close(*ret_handle);
        return rc;
    }
    sqlite3_busy_timeout(*ret_handle, BUSY_MS);
    return 0;
}

static int copy(sqlite3 *from, sqlite3 *to, const char *path) {
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == NULL) return fail(to, path);
    int step = sqlite3_backup_step(backup, -1);
    int end = sqlite3_backup_finish(backup);
    if (step == SQLITE_DONE && end == SQLITE_OK) return 0;
    return ERR_SET(step == SQLITE_BUSY || step == SQLITE_LOCKED ? ERR_BUSY : ERR_IO, "%s: %s", path,
                   sqlite3_errstr(end != SQLITE_OK ? end : step));
}

static int check(sqlite3 *handle, const char *path) {
    sqlite3_stmt *statement = NULL;
    int rc = 0;
    if (sqlite3_prepare_v2(handle, "PRAGMA quick_check(1)", -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        rc = fail(handle, path);
    else if (strcmp((const char *)sqlite3_column_text(statement, 0), "ok") != 0)
        rc = ERR_SET(ERR_CORRUPT, "%s: %s", path, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return rc;
}

static int only_sqlite(const struct sql *sql) {
    if (sql_dialect(sql) == SQL_SQLITE) return 0;
    return ERR_SET(ERR_UNSUPPORTED, "%s is no SQLite database", sql_name(sql));
}

int sql_copy_to(struct sql *sql, const char *path) {
    int fd;
    sqlite3 *to;
    TRY(only_sqlite(sql));
    CHECK(!sql->in_transaction && sql->handle != NULL);
    TRY(io_open(path, O_RDWR | O_CREAT | O_EXCL, 0600, &fd));
    TRY(io_close(fd, path));
    TRY(open_file(path, SQLITE_OPEN_READWRITE, &to));
    int rc = copy(sql->handle, to, path);
    // One file, without a log beside it.
    if (rc == 0 && sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
        rc = fail(to, path);
    if (rc == 0) rc = check(to, path);
    sqlite3_close(to);
    if (rc == 0) return io_sync_parent(path);
    (void)!io_remove(path);
    return rc;
}

int sql_copy_from(struct sql *sql, const char *path) {
    sqlite3 *from;
    TRY(only_sqlite(sql));
    CHECK(!sql->in_transaction && sql->handle != NULL);
    TRY(open_file(path, SQLITE_OPEN_READONLY, &from));
    int rc = check(from, path);
    if (rc == 0) rc = copy(from, sql->handle, path);
    sqlite3_close(from);
    if (rc == 0 &&
        sqlite3_exec(sql->handle, "PRAGMA journal_mode = WAL", NULL, NULL, NULL) != SQLITE_OK)
        rc = fail(sql->handle, path);
    return rc;
}
