// SPDX-License-Identifier: Apache-2.0
// fulmar db migrate: brings the schema up to this program's.
#include <stdio.h>

#include "app/commands.h"
#include "app/db/db.h"
#include "app/run/run_record.h"
#include "edge/sql/migrate.h"

static void print(const struct sql *sql, const struct migrate_state *before,
                  const struct migrate_state *after) {
    bool postgres = sql_dialect(sql) == SQL_POSTGRES;
    if (after->applied == before->applied)
        printf("%s: at step %d (%s), as it was\n", sql_name(sql), after->version, after->name);
    else
        printf("%s: step %d -> %d (%s), %zu taken\n", sql_name(sql), before->version,
               after->version, after->name, after->applied - before->applied);
    if (postgres)
        printf("TimescaleDB %s\n",
               after->has_timescale
                   ? "is there: fills, equity and risk_events are hypertables"
                   : "is not installed there: fills, equity and risk_events are plain tables");
}

static json_t *to_json(const struct sql *sql, const struct migrate_state *before,
                       const struct migrate_state *after) {
    return json_pack("{s:s,s:i,s:i,s:I,s:b}", "database", sql_name(sql), "from", before->version,
                     "to", after->version, "taken", (json_int_t)(after->applied - before->applied),
                     "timescaledb", after->has_timescale);
}

static int run_migrate(const struct args *args) {
    struct migrate_state before, after;
    struct sql *sql;
    if (args->operand_count > 0) {
        ERR_SET(ERR_ARGUMENT, "db migrate takes no operand");
        return STATUS_USAGE;
    }
    if (db_open(args, false, &sql) < 0) return STATUS_FAILED;
    int rc = migrate_look(sql, migrations(), &before);
    if (rc == 0) rc = migrate(sql, migrations(), &after);
    if (rc == 0 && args_has(args, "grant")) rc = migrate_grant(sql, args_get(args, "grant", ""));
    if (rc == 0 && args->json)
        run_record_dump(to_json(sql, &before, &after));
    else if (rc == 0)
        print(sql, &before, &after);
    sql_close(sql);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {
    DB_URL_OPTION,
    {"grant", "USER", NULL,
     "PostgreSQL: let this user, who owns nothing, become the roles that a server works as."},
};

const struct command command_db_migrate = {
    .name = "db migrate",
    .summary = "make the database's tables, or bring them up to this program",
    .operands = "",
    .details = "Takes the numbered steps that the database does not have yet, each in a "
               "transaction; a database\nthat has them all is left as it is. One of a newer fulmar "
               "is refused. Back it up first: there is\nno way back but the backup.",
    .example = "fulmar db migrate\n"
               "fulmar db migrate --url postgresql://owner@localhost/fulmar --grant fulmar",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_migrate,
};
