// SPDX-License-Identifier: Apache-2.0
#include "database.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include "base/check.h"
#include "base/timestamp.h"
#include "edge/sql/migrate.h"

enum { NOT_INSTALLED = 77 };

static char server_folder[64];
static pid_t server_pid; // 0: it does not run
static pid_t server_owner;
static bool server_missing;
static int database_count;

static void remove_folder(const char *folder) {
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    (void)!system(command);
}

static void at_exit(void) {
    if (getpid() != server_owner) return;
    database_server_stop();
    remove_folder(server_folder);
}

static void admin_url(char *ret_url, size_t size) {
    snprintf(ret_url, size, "postgresql:///postgres?host=%s&user=postgres", server_folder);
}

static bool answers(void) {
    char url[512];
    struct sql *sql;
    admin_url(url, sizeof url);
    if (sql_open(url, NULL, &sql) < 0) return false;
    sql_close(sql);
    return true;
}

static bool has_ended(void) {
    int status;
    if (waitpid(server_pid, &status, WNOHANG) != server_pid) return false;
    server_pid = 0;
    server_missing = WIFEXITED(status) && WEXITSTATUS(status) == NOT_INSTALLED;
    return true;
}

static void wait_for_answer(void) {
    int64_t until_ns = sql_now_ns() + 60 * NS_PER_S;
    while (!answers()) {
        if (has_ended() && server_missing) return;
        if (server_pid == 0 || sql_now_ns() > until_ns)
            fail_msg("the PostgreSQL server of the tests does not start: see %s/server.log",
                     server_folder);
        nanosleep(&(struct timespec){.tv_nsec = 5 * 1000 * 1000}, NULL);
    }
}

void database_server_start(void) {
    if (server_pid != 0) return;
    if (server_folder[0] == '\0') {
        snprintf(server_folder, sizeof server_folder, "/tmp/fulmar_pg_XXXXXX");
        assert_non_null(mkdtemp(server_folder));
        server_owner = getpid();
        atexit(at_exit);
    }
    fflush(NULL);
    server_pid = fork();
    assert_true(server_pid >= 0);
    if (server_pid == 0) {
        char path[HARNESS_PATH_MAX];
        snprintf(path, sizeof path, "%s", harness_source("test/postgres"));
        execl(path, path, server_folder, (char *)NULL);
        _exit(127);
    }
    wait_for_answer();
}

void database_server_stop(void) {
    if (server_pid == 0) return;
    kill(server_pid, SIGQUIT); // at once
    while (waitpid(server_pid, NULL, 0) < 0 && errno == EINTR) continue;
    server_pid = 0;
}

bool database_server_is_there(void) {
    if (!server_missing) database_server_start();
    return !server_missing;
}

static void make_postgres(struct database *database) {
    char url[512], text[256];
    struct sql *sql;
    admin_url(url, sizeof url);
    assert_ok(sql_open(url, NULL, &sql));
    if (database_count == 0)
        assert_ok(database_run(sql, "CREATE ROLE owner LOGIN CREATEROLE NOSUPERUSER"));
    snprintf(text, sizeof text, "CREATE DATABASE t%d OWNER owner", ++database_count);
    assert_ok(database_run(sql, text));
    sql_close(sql);
    snprintf(database->url, sizeof database->url, "postgresql:///t%d?host=%s&user=owner",
             database_count, server_folder);
}

void database_make(struct database *database, enum sql_dialect dialect) {
    *database = (struct database){.dialect = dialect};
    if (dialect == SQL_POSTGRES) {
        if (!database_server_is_there()) {
            print_message("needs a PostgreSQL server, which is not installed\n");
            skip();
        }
        make_postgres(database);
        return;
    }
    snprintf(database->folder, sizeof database->folder, "/tmp/fulmar_sql_XXXXXX");
    assert_non_null(mkdtemp(database->folder));
    snprintf(database->url, sizeof database->url, "sqlite:%s/fulmar.db", database->folder);
}

void database_drop(struct database *database) {
    if (database->dialect == SQL_SQLITE) remove_folder(database->folder);
}

struct sql *database_open(const struct database *database) {
    struct sql *sql;
    assert_ok(sql_open(database->url, NULL, &sql));
    return sql;
}

struct sql *database_migrated(struct database *database, enum sql_dialect dialect) {
    struct migrate_state state;
    database_make(database, dialect);
    struct sql *sql = database_open(database);
    assert_ok(migrate(sql, migrations(), &state));
    return sql;
}

const char *database_text(struct sql *sql, const char *text) {
    static char value[4096];
    const struct sql_query query = {"test", text};
    struct sql_rows *rows;
    int rc = sql_first(sql, &query, &rows);
    if (rc <= 0) fail_msg("%s: %s", text, rc == 0 ? "no row" : err_story());
    const char *found = sql_get_text(rows, 0);
    snprintf(value, sizeof value, "%s", found != NULL ? found : "NULL");
    sql_rows_close(rows);
    return value;
}

int64_t database_int(struct sql *sql, const char *text) {
    return strtoll(database_text(sql, text), NULL, 10);
}

int database_run(struct sql *sql, const char *text) {
    const struct sql_query query = {"test", text};
    return sql_run(sql, &query);
}
