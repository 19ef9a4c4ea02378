// SPDX-License-Identifier: Apache-2.0
// fulmar db rebuild: the tables of a session from its journal, anew.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/db/db.h"
#include "app/run/run_record.h"
#include "app/terminal.h"
#include "edge/live/session.h"
#include "edge/sql/migrate.h"

enum { EACH = 20000, NAME_MAX_SIZE = 256, SESSIONS_MAX = 4096 };

struct rebuild {
    struct sql *sql;
    json_t *rows;
    struct table table;
    bool json;
};

// A session of the database, or one to be.
struct target {
    int64_t session_id; // 0: it is not there yet
    int64_t tenant_id;
    char name[NAME_MAX_SIZE];
    char kind[16];
    char journal[RUN_STORE_PATH_SIZE];
};

static int64_t count_of(struct sql *sql, const char *table, int64_t session_id) {
    char text[96];
    struct sql_rows *rows;
    snprintf(text, sizeof text, "SELECT count(*) FROM %s WHERE session_id = ?", table);
    const struct sql_query query = {"rebuild.count", text};
    if (sql_first(sql, &query, &rows, sql_int(session_id)) <= 0) return -1;
    int64_t count = sql_get_int(rows, 0);
    sql_rows_close(rows);
    return count;
}

static void tell(struct rebuild *rebuild, const struct target *target,
                 const struct projection *projection) {
    int64_t session_id = projection_session(projection);
    int64_t orders = count_of(rebuild->sql, "orders", session_id);
    int64_t fills = count_of(rebuild->sql, "fills", session_id);
    if (rebuild->json) {
        json_array_append_new(rebuild->rows,
                              json_pack("{s:s,s:I,s:s,s:I,s:I,s:I}", "session", target->name, "id",
                                        (json_int_t)session_id, "journal", target->journal,
                                        "records", (json_int_t)projection_written(projection),
                                        "orders", (json_int_t)orders, "fills", (json_int_t)fills));
        return;
    }
    char number[32];
    table_cell(&rebuild->table, "%s", target->name);
    table_cell(&rebuild->table, "%s", thousands(number, (int64_t)projection_written(projection)));
    table_cell(&rebuild->table, "%s", thousands(number, orders));
    table_cell(&rebuild->table, "%s", thousands(number, fills));
    table_cell(&rebuild->table, "%s", target->journal);
}

static int follow(struct rebuild *rebuild, struct db_journal *journal) {
    struct progress progress;
    int rc;
    progress_start(&progress, "reading the journal", "bytes", journal_size(journal->reader));
    while ((rc = projection_follow(journal->projection, rebuild->sql, journal->reader, EACH)) > 0)
        progress_update(&progress, journal_offset(journal->reader));
    progress_end(&progress);
    return rc;
}

// A session that came out of a file is over.
static int end_session(struct rebuild *rebuild, int64_t session_id) {
    static const struct sql_query query = {
        "rebuild.end", "UPDATE trading_sessions SET state = 'stopped', ended_ns = ? WHERE id = ?"};
    int rc = sql_run(rebuild->sql, &query, sql_int(sql_now_ns()), sql_int(session_id));
    return rc < 0 ? rc : 0;
}

static int rebuild_one(struct rebuild *rebuild, const struct target *target) {
    struct db_journal journal = {0};
    int rc =
        db_journal_open(target->journal, target->tenant_id, target->name, target->kind, &journal);
    if (rc == 0 && target->session_id != 0)
        rc = projection_forget(rebuild->sql, target->session_id);
    if (rc == 0) rc = projection_attach(journal.projection, rebuild->sql);
    if (rc == 0) rc = follow(rebuild, &journal);
    if (rc == 0 && target->session_id == 0)
        rc = end_session(rebuild, projection_session(journal.projection));
    if (rc == 0) tell(rebuild, target, journal.projection);
    db_journal_close(&journal);
    return rc < 0 ? ERR_APPEND(rc, "while the session '%s' was rebuilt", target->name) : 0;
}

static void fill_target(struct sql_rows *rows, struct target *ret_target) {
    *ret_target =
        (struct target){.session_id = sql_get_int(rows, 0), .tenant_id = sql_get_int(rows, 1)};
    snprintf(ret_target->name, sizeof ret_target->name, "%s", sql_get_text(rows, 2));
    snprintf(ret_target->kind, sizeof ret_target->kind, "%s", sql_get_text(rows, 3));
    snprintf(ret_target->journal, sizeof ret_target->journal, "%s", sql_get_text(rows, 4));
}

static int rebuild_all(struct rebuild *rebuild) {
    static const struct sql_query query = {"rebuild.sessions",
                                           "SELECT id, tenant_id, name, kind, journal FROM "
                                           "trading_sessions WHERE id > ? ORDER BY id LIMIT 1"};
    struct target target = {0};
    for (int i = 0; i < SESSIONS_MAX; i++) {
        struct sql_rows *rows;
        int rc = sql_first(rebuild->sql, &query, &rows, sql_int(target.session_id));
        if (rc <= 0) return rc;
        fill_target(rows, &target);
        sql_rows_close(rows);
        TRY(rebuild_one(rebuild, &target));
    }
    return 0;
}

// "runs/trend-1/run.journal" is called trend-1, "x.journal" x.
static void name_of(const char *path, char ret_name[NAME_MAX_SIZE]) {
    const char *slash = strrchr(path, '/'), *file = slash != NULL ? slash + 1 : path;
    size_t len = strcspn(file, ".");
    bool common = slash != NULL && slash > path &&
                  (strcmp(file, "run.journal") == 0 || strcmp(file, SESSION_JOURNAL) == 0);
    if (common) {
        const char *folder = slash;
        while (folder > path && folder[-1] != '/') folder--;
        file = folder;
        len = (size_t)(slash - folder);
    }
    snprintf(ret_name, NAME_MAX_SIZE, "%.*s", (int)(len < 128 ? len : 128), file);
}

static int find_target(struct sql *sql, const struct args *args, const char *path,
                       struct target *target) {
    static const struct sql_query query = {
        "rebuild.session", "SELECT id, tenant_id, name, kind, journal FROM trading_sessions WHERE "
                           "tenant_id = ? AND name = ?"};
    int64_t tenant_id;
    char name[NAME_MAX_SIZE], *full = realpath(path, NULL);
    struct sql_rows *rows;
    if (full == NULL) return ERR_SET(ERR_NOT_FOUND, "%s is not there", path);
    name_of(full, name);
    if (args_has(args, "session"))
        snprintf(name, sizeof name, "%s", args_get(args, "session", NULL));
    *target = (struct target){.session_id = 0};
    int rc = db_tenant(sql, args_get(args, "tenant", NULL), &tenant_id);
    if (rc == 0) rc = sql_first(sql, &query, &rows, sql_int(tenant_id), sql_text(name));
    if (rc > 0) {
        fill_target(rows, target);
        sql_rows_close(rows);
    }
    target->tenant_id = tenant_id;
    if (rc == 0) {
        snprintf(target->name, sizeof target->name, "%s", name);
        snprintf(target->kind, sizeof target->kind, "%s", args_get(args, "kind", "backtest"));
    }
    snprintf(target->journal, sizeof target->journal, "%s", full);
    free(full);
    return rc < 0 ? rc : 0;
}

static int rebuild_named(struct rebuild *rebuild, const struct args *args, const char *path) {
    struct target target;
    TRY(find_target(rebuild->sql, args, path, &target));
    return rebuild_one(rebuild, &target);
}

static int run_rebuild(const struct args *args) {
    struct rebuild rebuild = {.json = args->json};
    const char *path = args_get(args, "journal", NULL);
    if (args->operand_count > 0 || (path == NULL && args_has(args, "session"))) {
        ERR_SET(ERR_ARGUMENT, "db rebuild takes --journal FILE, or nothing for every session");
        return STATUS_USAGE;
    }
    if (db_open(args, false, &rebuild.sql) < 0) return STATUS_FAILED;
    rebuild.rows = json_array();
    if (!args->json) table_init(&rebuild.table, "session|>records|>orders|>fills|journal");
    int rc = migrate_check(rebuild.sql);
    if (rc == 0) rc = path != NULL ? rebuild_named(&rebuild, args, path) : rebuild_all(&rebuild);
    if (rc == 0 && args->json)
        run_record_dump(
            json_pack("{s:s,s:O}", "database", sql_name(rebuild.sql), "sessions", rebuild.rows));
    else if (rc == 0)
        table_print(&rebuild.table, stdout);
    else if (!args->json)
        text_fini(&rebuild.table.cells);
    json_decref(rebuild.rows);
    sql_close(rebuild.sql);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    DB_URL_OPTION,
    {"journal", "FILE", NULL, "The journal; without it every session of the database is rebuilt."},
    {"session", "NAME", NULL,
     "What the session is called; by default after the file or its folder."},
    {"tenant", "NAME", NULL, "Whose it is; by default the first tenant."},
    {"kind", "KIND", "backtest|paper|live", "What a new session is: backtest by default."},
};

const struct command command_db_rebuild = {
    .name = "db rebuild",
    .summary = "make a session's tables anew from its journal",
    .operands = "",
    .details = "Orders, fills, positions, equity, risk events and strategies are what the journal "
               "says: they are\nremoved and made again, the same rows to the last digit. A journal "
               "whose session is not there\nyet is taken in as a new one, so that a backtest's can "
               "be looked at in SQL. Who is killed in the\nmiddle calls it again.",
    .example = "fulmar db rebuild --journal run.journal\nfulmar db rebuild",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_rebuild,
};
