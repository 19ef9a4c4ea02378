// SPDX-License-Identifier: Apache-2.0
// fulmar db backup|restore: the whole database in one file, and back.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/db/db.h"
#include "app/run/run_record.h"
#include "base/io.h"
#include "edge/sql/migrate.h"
#include "edge/store/run_store.h"

static int one_file(const struct args *args, const char **ret_path) {
    if (args->operand_count != 1)
        return ERR_SET(ERR_ARGUMENT, "give one file: fulmar %s FILE", args->command->name);
    *ret_path = args->operands[0];
    return 0;
}

static int tell(const struct args *args, const struct sql *sql, const char *path,
                const struct migrate_state *state) {
    char digest[SHA256_TEXT_SIZE];
    TRY(run_store_digest(path, digest));
    if (args->json)
        run_record_dump(json_pack("{s:s,s:s,s:s,s:i}", "database", sql_name(sql), "file", path,
                                  "sha256", digest, "step", state->version));
    else
        printf("%s %s %s\nstep %d (%s), SHA-256 %s\n", sql_name(sql),
               strcmp(args->command->name, "db backup") == 0 ? "->" : "<-", path, state->version,
               state->name, digest);
    return 0;
}

static int backup_postgres(const struct args *args, const char *path) {
    char url[SQL_URL_MAX], file[SQL_URL_MAX + 16];
    snprintf(file, sizeof file, "--file=%s", path);
    const char *const arguments[] = {"pg_dump", "--format=custom", "--no-password", file, NULL};
    TRY(db_url(args, url));
    if (access(path, F_OK) == 0)
        return ERR_SET(ERR_EXISTS, "%s is there already; a backup does not replace one", path);
    int fd;
    TRY(io_open(path, O_RDWR | O_CREAT | O_EXCL, 0600, &fd)); // pg_dump keeps the mode
    TRY(io_close(fd, path));
    int rc = db_run_tool(url, arguments);
    if (rc == 0) return 0;
    (void)!io_remove(path);
    return ERR_APPEND(rc, "install postgresql-client, or use the server's own backups");
}

static int run_backup(const struct args *args) {
    struct migrate_state state;
    struct sql *sql;
    const char *path;
    if (one_file(args, &path) < 0) return STATUS_USAGE;
    if (db_open(args, false, &sql) < 0) return STATUS_FAILED;
    int rc = migrate_look(sql, migrations(), &state);
    if (rc == 0)
        rc = sql_dialect(sql) == SQL_SQLITE ? sql_copy_to(sql, path) : backup_postgres(args, path);
    if (rc == 0) rc = tell(args, sql, path, &state);
    sql_close(sql);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option backup_options[] = {DB_URL_OPTION};

const struct command command_db_backup = {
    .name = "db backup",
    .summary = "copy the whole database into one file",
    .operands = "FILE",
    .details = "The copy is the database at one instant, while others go on writing; it is checked "
               "before the\nverb says that it is there, and only its owner may read it. SQLite is "
               "copied by its own backup\ninterface, PostgreSQL by pg_dump, which has to be "
               "installed. A file that is there is not replaced.\nJournals are files of their own: "
               "back them up beside it.",
    .example = "fulmar db backup fulmar-backup.db",
    .options = backup_options,
    .option_count = sizeof backup_options / sizeof *backup_options,
    .run = run_backup,
};

// Restoring.

static int check_backup(const char *path) {
    static const struct sql_options options = {.read_only = true};
    struct migrate_state state;
    char url[SQL_URL_MAX];
    struct sql *sql;
    int len = snprintf(url, sizeof url, "sqlite:%s", path);
    if (len < 0 || len >= (int)sizeof url) return ERR_SET(ERR_ARGUMENT, "the path is too long");
    TRY(sql_open(url, &options, &sql));
    int rc = migrate_look(sql, migrations(), &state);
    if (rc == 0 && state.applied == 0)
        rc = ERR_SET(ERR_CORRUPT, "%s is no backup of a fulmar database", path);
    sql_close(sql);
    return rc;
}

static int restore_sqlite(struct sql *sql, const char *path, struct migrate_state *ret_state) {
    TRY(check_backup(path));
    TRY(sql_copy_from(sql, path));
    return migrate_look(sql, migrations(), ret_state);
}

static int restore_postgres(const struct args *args, struct sql *sql, const char *path,
                            struct migrate_state *ret_state) {
    static const char role[] =
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fulmar_api') THEN "
        "CREATE ROLE fulmar_api NOLOGIN NOINHERIT; END IF; "
        "EXECUTE format('GRANT fulmar_api TO %I', current_user); END $$";
    char url[SQL_URL_MAX], copy[SQL_URL_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    const char *const arguments[] = {
        "pg_restore",           "--clean",         "--if-exists", "--no-owner", "--no-password",
        "--single-transaction", "--exit-on-error", copy,          NULL};
    TRY(db_url(args, url));
    TRY(sql_script(sql, "restore.role", role));
    int rc = db_run_tool(url, arguments);
    if (rc < 0) return ERR_APPEND(rc, "nothing was changed");
    return migrate_look(sql, migrations(), ret_state);
}

static int may_replace(const struct args *args, struct sql *sql) {
    struct migrate_state state;
    int rc = migrate_look(sql, migrations(), &state);
    if (args_has(args, "force")) {
        err_clear();
        return 0;
    }
    if (rc < 0) return ERR_APPEND(rc, "--force restores over it");
    if (state.applied == 0) return 0;
    return ERR_SET(ERR_EXISTS, "%s has tables already: --force replaces all that it holds",
                   sql_name(sql));
}

static int run_restore(const struct args *args) {
    struct migrate_state state;
    struct sql *sql;
    const char *path;
    if (one_file(args, &path) < 0) return STATUS_USAGE;
    if (access(path, R_OK) != 0) {
        ERR_SET(ERR_NOT_FOUND, "%s is not there, or may not be read", path);
        return STATUS_FAILED;
    }
    if (db_open(args, false, &sql) < 0) return STATUS_FAILED;
    int rc = may_replace(args, sql);
    if (rc == 0)
        rc = sql_dialect(sql) == SQL_SQLITE ? restore_sqlite(sql, path, &state)
                                            : restore_postgres(args, sql, path, &state);
    if (rc == 0) rc = tell(args, sql, path, &state);
    sql_close(sql);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option restore_options[] = {
    DB_URL_OPTION,
    {"force", NULL, NULL, "Replace what the database holds."},
};

const struct command command_db_restore = {
    .name = "db restore",
    .summary = "put a backup in place of the database",
    .operands = "FILE",
    .details = "All or nothing: the backup is checked first, and until the last step the database "
               "is as it was.\nStop the server before. A backup of an older fulmar is taken; run "
               "fulmar db migrate afterwards.\nWhat sessions wrote after the backup is in their "
               "journals: fulmar db rebuild takes it in.",
    .example = "fulmar db restore fulmar-backup.db --url sqlite:restored.db",
    .options = restore_options,
    .option_count = sizeof restore_options / sizeof *restore_options,
    .run = run_restore,
};
