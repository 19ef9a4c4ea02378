// SPDX-License-Identifier: Apache-2.0
#include "app/db/db.h"

#include <errno.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "app/db/journal_source.h"

extern char **environ;

enum { ARGUMENTS_MAX = 16 };

int db_url(const struct args *args, char ret_url[SQL_URL_MAX]) {
    const char *given = args_get(args, "url", NULL);
    if (given == NULL) given = getenv("FULMAR_DB");
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int len;
    if (given != NULL && given[0] != '\0')
        len = snprintf(ret_url, SQL_URL_MAX, "%s", given);
    else if (data != NULL && data[0] != '\0')
        len = snprintf(ret_url, SQL_URL_MAX, "sqlite:%s/fulmar/fulmar.db", data);
    else if (home != NULL && home[0] != '\0')
        len = snprintf(ret_url, SQL_URL_MAX, "sqlite:%s/.local/share/fulmar/fulmar.db", home);
    else
        return ERR_SET(ERR_NOT_FOUND, "no home directory for the database; give --url sqlite:PATH");
    if (len >= 0 && len < SQL_URL_MAX) return 0;
    return ERR_SET(ERR_ARGUMENT, "the database's URL is too long");
}

int db_open(const struct args *args, bool read_only, struct sql **ret_sql) {
    const struct sql_options options = {.timeout_ns = INT64_C(3600) * 1000000000,
                                        .read_only = read_only};
    char url[SQL_URL_MAX];
    TRY(db_url(args, url));
    return sql_open(url, &options, ret_sql);
}

// Journals.

int db_journal_open(const char *path, int64_t tenant_id, const char *name, const char *kind,
                    struct db_journal *journal) {
    struct projection_config config;
    TRY(journal_open(path, &journal->reader));
    TRY(journal_source_open(journal->reader, path, &config, &journal->hold));
    config.run_id = journal_run_id(journal->reader);
    config.tenant_id = tenant_id;
    config.name = name;
    config.kind = kind;
    config.journal = path;
    return projection_new(&config, &journal->projection);
}

void db_journal_close(struct db_journal *journal) {
    projection_free(journal->projection);
    journal_source_close(journal->hold);
    if (journal->reader != NULL) journal_reader_close(journal->reader);
    *journal = (struct db_journal){0};
}

// Tenants.

static int one_tenant(struct sql *sql, const char *name, int64_t *ret_id) {
    static const struct sql_query by_name = {"tenant.find",
                                             "SELECT id FROM tenants WHERE name = ?"};
    static const struct sql_query first = {"tenant.first",
                                           "SELECT id FROM tenants ORDER BY id LIMIT 1"};
    struct sql_rows *rows;
    int rc = name != NULL ? sql_first(sql, &by_name, &rows, sql_text(name))
                          : sql_first(sql, &first, &rows);
    if (rc <= 0) return rc;
    *ret_id = sql_get_int(rows, 0);
    sql_rows_close(rows);
    return 1;
}

int db_tenant(struct sql *sql, const char *name, int64_t *ret_id) {
    static const struct sql_query make = {
        "tenant.make",
        "INSERT INTO tenants (name, created_ns) VALUES ('main', ?) ON CONFLICT DO NOTHING"};
    int rc = one_tenant(sql, name, ret_id);
    if (rc != 0) return rc < 0 ? rc : 0;
    if (name != NULL) return ERR_SET(ERR_NOT_FOUND, "there is no tenant '%s'", name);
    rc = sql_run(sql, &make, sql_int(sql_now_ns()));
    TRY(rc);
    rc = one_tenant(sql, NULL, ret_id);
    return rc < 0 ? rc : rc == 0 ? ERR_SET(ERR_STATE, "no tenant was made") : 0;
}

// Programs of PostgreSQL.

// Takes "user:PASSWORD@" out of the URL: other users see a program's arguments.
static void split_password(const char *url, char *ret_url, char *ret_variable, size_t size) {
    const char *user = strstr(url, "://") + 3, *end = user + strcspn(user, "/?");
    const char *at = memchr(user, '@', (size_t)(end - user));
    const char *colon = at != NULL ? memchr(user, ':', (size_t)(at - user)) : NULL;
    ret_variable[0] = '\0';
    if (colon == NULL) {
        snprintf(ret_url, size, "%s", url);
        return;
    }
    snprintf(ret_url, size, "%.*s%s", (int)(colon - url), url, at);
    size_t len = (size_t)snprintf(ret_variable, size, "PGPASSWORD=");
    for (const char *c = colon + 1; c < at && len + 1 < size; c++) {
        unsigned byte;
        if (*c == '%' && at - c > 2 && sscanf(c + 1, "%2x", &byte) == 1) {
            ret_variable[len++] = (char)byte;
            c += 2;
        } else {
            ret_variable[len++] = *c;
        }
    }
    ret_variable[len] = '\0';
}

static int wait_for(const char *tool, pid_t pid) {
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return ERR_SET(ERR_IO, "%s: %s", tool, strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return ERR_SET(ERR_NOT_FOUND, "%s is not installed", tool);
    return ERR_SET(ERR_IO, "%s failed; what it said stands above", tool);
}

int db_run_tool(const char *url, const char *const *arguments) {
    char target[SQL_URL_MAX + 16], password[SQL_URL_MAX + 16], plain[SQL_URL_MAX + 16];
    const char *argv[ARGUMENTS_MAX + 2];
    size_t count = 0, variables = 0;
    pid_t pid;
    split_password(url, plain, password, sizeof plain);
    if (strstr(plain, "password=") != NULL)
        return ERR_SET(ERR_ARGUMENT, "the URL has password= behind its question mark, which other "
                                     "users would see; write user:PASSWORD@, or use ~/.pgpass");
    snprintf(target, sizeof target, "--dbname=%.*s", SQL_URL_MAX, plain);
    for (; arguments[count] != NULL && count < ARGUMENTS_MAX; count++)
        argv[count] = arguments[count];
    argv[count++] = target;
    argv[count] = NULL;
    while (environ[variables] != NULL) variables++;
    const char **variable = calloc(variables + 2, sizeof *variable);
    if (variable == NULL) return ERR_SET(ERR_NOMEM, "no memory to start %s", arguments[0]);
    memcpy(variable, environ, variables * sizeof *variable);
    if (password[0] != '\0') variable[variables] = password;
    int error =
        posix_spawnp(&pid, arguments[0], NULL, NULL, (char *const *)argv, (char *const *)variable);
    free(variable);
    if (error == ENOENT) return ERR_SET(ERR_NOT_FOUND, "%s is not installed", arguments[0]);
    if (error != 0) return ERR_SET(ERR_IO, "cannot start %s: %s", arguments[0], strerror(error));
    return wait_for(arguments[0], pid);
}
