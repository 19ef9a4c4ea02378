// SPDX-License-Identifier: Apache-2.0
#include "app/serve/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "edge/sql/migrate.h"

static int make_folder(const char *path) {
    struct stat status;
    if (stat(path, &status) == 0) return 0;
    TRY(io_make_dirs(path));
    return chmod(path, 0700) == 0
               ? 0
               : ERR_SET(ERR_IO, "cannot close %s to others: %s", path, strerror(errno));
}

static int choose_url(const struct args *args, struct state *state) {
    const char *given = args_get(args, "db", getenv("FULMAR_DB"));
    int len = given != NULL && given[0] != '\0'
                  ? snprintf(state->url, sizeof state->url, "%s", given)
                  : snprintf(state->url, sizeof state->url, "sqlite:%s/fulmar.db", state->folder);
    return len >= 0 && (size_t)len < sizeof state->url
               ? 0
               : ERR_SET(ERR_ARGUMENT, "the database's URL is too long");
}

static int bring_up(struct sql *sql) {
    struct migrate_state ignored;
    if (sql_dialect(sql) == SQL_POSTGRES) return migrate_check(sql);
    return migrate(sql, migrations(), &ignored);
}

// PostgreSQL's tables are made by fulmar db migrate, and a role that owns none of them works here.
static int connect(struct state *state) {
    int rc = sql_open(state->url, &(struct sql_options){.role = SQL_ROLE_AUTH}, &state->sql);
    if (rc == ERR_ARGUMENT || rc == ERR_DENIED || rc == ERR_STATE)
        return ERR_APPEND(rc, "has fulmar db migrate made its tables, and may this user become the "
                              "server's roles (docs/database.md)?");
    TRY(rc);
    return bring_up(state->sql);
}

int state_open(const struct args *args, struct state *ret_state) {
    bool made;
    memset(ret_state, 0, sizeof *ret_state);
    TRY(command_data_root(args, "state", "FULMAR_STATE", ret_state->folder,
                          sizeof ret_state->folder));
    TRY(make_folder(ret_state->folder));
    snprintf(ret_state->secrets_path, sizeof ret_state->secrets_path, "%s/secrets",
             ret_state->folder);
    TRY(choose_url(args, ret_state));
    TRY(secrets_open(ret_state->secrets_path, &ret_state->secrets, &made));
    TRY(connect(ret_state));
    TRY(auth_open(&(struct auth_options){.secrets = &ret_state->secrets}, &ret_state->auth));
    return auth_load(ret_state->auth, ret_state->sql, sql_now_ns());
}

void state_close(struct state *state) {
    auth_close(state->auth);
    sql_close(state->sql);
    secrets_wipe(&state->secrets);
}

struct auth_caller state_caller(void) {
    return (struct auth_caller){.agent = "fulmar", .request_id = "", .now_ns = sql_now_ns()};
}
