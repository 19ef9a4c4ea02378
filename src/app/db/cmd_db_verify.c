// SPDX-License-Identifier: Apache-2.0
// fulmar db verify: holds a database against what it should be.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/db/db.h"
#include "app/run/run_record.h"
#include "app/terminal.h"
#include "edge/sql/migrate.h"

enum { FOUND_MAX = 512 };

struct verify {
    struct sql *sql;
    json_t *checks;
    struct table table;
    bool json;
    size_t bad;
};

static void tell(struct verify *verify, const char *check, bool good, const char *found) {
    verify->bad += !good;
    if (verify->json) {
        json_array_append_new(verify->checks, json_pack("{s:s,s:b,s:s}", "check", check, "good",
                                                        good, "found", found));
        return;
    }
    table_cell(&verify->table, "%s", check);
    table_cell(&verify->table, "%s", good ? "good" : "BAD");
    table_cell(&verify->table, "%s", found);
}

static int64_t count_of(struct verify *verify, const struct sql_query *query) {
    struct sql_rows *rows;
    if (sql_first(verify->sql, query, &rows) <= 0) return -1;
    int64_t count = sql_get_int(rows, 0);
    sql_rows_close(rows);
    return count;
}

// A count that should be 0.
static void expect_none(struct verify *verify, const char *check, const struct sql_query *query,
                        const char *what, const char *good) {
    char found[FOUND_MAX];
    int64_t count = count_of(verify, query);
    if (count < 0)
        snprintf(found, sizeof found, "%s", err_story());
    else if (count > 0)
        snprintf(found, sizeof found, "%" PRId64 " %s", count, what);
    else
        snprintf(found, sizeof found, "%s", good);
    tell(verify, check, count == 0, found);
}

static bool check_steps(struct verify *verify) {
    char found[FOUND_MAX];
    struct migrate_state state;
    int rc = migrate_look(verify->sql, migrations(), &state);
    if (rc < 0)
        snprintf(found, sizeof found, "%s", err_story());
    else if (state.missing > 0)
        snprintf(found, sizeof found, "at step %d of %d: run fulmar db migrate", state.version,
                 state.latest);
    else
        snprintf(found, sizeof found, "%zu, each with the text that was run", state.applied);
    bool good = rc == 0 && state.missing == 0;
    tell(verify, "steps", good, found);
    return good;
}

// PostgreSQL holds its keys itself; what its disk lost is told by its own checksums.
static void check_file(struct verify *verify) {
    static const struct sql_query pages = {
        "verify.pages",
        "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"};
    static const struct sql_query keys = {"verify.keys",
                                          "SELECT count(*) FROM pragma_foreign_key_check"};
    if (sql_dialect(verify->sql) != SQL_SQLITE) return;
    expect_none(verify, "pages", &pages, "faults: restore a backup", "whole");
    expect_none(verify, "foreign keys", &keys, "rows name one that is not there",
                "every row's is there");
}

static void check_audit(struct verify *verify) {
    static const struct sql_query query = {
        "verify.audit",
        "SELECT count(*) FROM audit a LEFT JOIN audit b ON b.tenant_id = a.tenant_id AND b.seq = "
        "a.seq - 1 WHERE a.seq > 1 AND (b.digest IS NULL OR b.digest <> a.previous)"};
    expect_none(verify, "audit", &query, "rows do not follow the one before",
                "every row follows the one before it");
}

static void check_tenants(struct verify *verify) {
    static const struct sql_query query = {
        "verify.tenants",
        "SELECT (SELECT count(*) FROM orders o JOIN trading_sessions s ON s.id = o.session_id "
        "WHERE o.tenant_id <> s.tenant_id) + (SELECT count(*) FROM fills f JOIN trading_sessions s "
        "ON s.id = f.session_id WHERE f.tenant_id <> s.tenant_id)"};
    expect_none(verify, "tenants", &query, "rows are of another tenant than their session",
                "every row is of its session's tenant");
}

// What the database says that it took of a journal.
struct taken {
    uint64_t events, seq;
    const char *digest; // "": of before there was one
};

// Reads the journal to its end: its records, the digest of the first `events` and the input that the last of those is
// of. Returns the reader's error.
static int read_journal(struct journal_reader *reader, uint64_t events, uint64_t *ret_count,
                        struct taken *ret_there, char digest[PROJECTION_DIGEST_SIZE]) {
    const struct event_header *event;
    uint64_t sum = 0;
    int rc;
    for (*ret_count = 0; (rc = journal_next(reader, &event)) > 0;) {
        if (*ret_count < events) sum = projection_digest(sum, event);
        if (++*ret_count == events) ret_there->seq = event->seq;
    }
    projection_digest_print(digest, sum);
    return rc;
}

// Whether a journal has what the database took of it.
static bool look_at_journal(const char *path, struct taken taken, char *ret_found) {
    struct journal_reader *reader;
    struct taken found = {.seq = 0};
    char digest[PROJECTION_DIGEST_SIZE];
    uint64_t count = 0, events = taken.events;
    int rc = journal_open(path, &reader);
    if (rc < 0) {
        snprintf(ret_found, FOUND_MAX, "%s", err_story());
        return false;
    }
    rc = read_journal(reader, events, &count, &found, digest);
    journal_reader_close(reader);
    bool torn = rc == ERR_TRUNCATED,
         same = taken.digest[0] == '\0' || strcmp(taken.digest, digest) == 0;
    bool good = (rc == 0 || torn) && count >= events && found.seq == taken.seq && same;
    if (rc < 0 && !torn)
        snprintf(ret_found, FOUND_MAX, "%s", err_story());
    else if (count < events)
        snprintf(ret_found, FOUND_MAX,
                 "%" PRIu64 " records, and %s ends at %" PRIu64 ": rebuild it", events, path,
                 count);
    else if (!good)
        snprintf(ret_found, FOUND_MAX,
                 "the first %" PRIu64 " records of %s are not those that were taken in: rebuild it",
                 events, path);
    else
        snprintf(ret_found, FOUND_MAX, "%" PRIu64 " of %" PRIu64 " records are in%s", events, count,
                 torn ? "; the journal's tail is torn" : "");
    if (torn) err_clear();
    return good;
}

static void check_session(struct verify *verify, struct sql_rows *rows) {
    char check[128], found[FOUND_MAX];
    const struct taken taken = {(uint64_t)sql_get_int(rows, 2), (uint64_t)sql_get_int(rows, 3),
                                sql_get_text(rows, 4)};
    snprintf(check, sizeof check, "session %s", sql_get_text(rows, 0));
    bool good = taken.events == 0 || look_at_journal(sql_get_text(rows, 1), taken, found);
    if (taken.events == 0) snprintf(found, sizeof found, "nothing of its journal is in");
    tell(verify, check, good, found);
}

static int check_sessions(struct verify *verify) {
    static const struct sql_query query = {
        "verify.sessions",
        "SELECT s.name, s.journal, p.events, p.seq, p.digest FROM trading_sessions "
        "s JOIN projections p ON p.session_id = s.id ORDER BY s.id"};
    struct sql_rows *rows;
    int rc;
    TRY(sql_select(verify->sql, &query, &rows));
    while ((rc = sql_next(rows)) > 0) check_session(verify, rows);
    sql_rows_close(rows);
    return rc;
}

static int check_all(struct verify *verify) {
    if (!check_steps(verify)) return 0;
    check_file(verify);
    check_tenants(verify);
    check_audit(verify);
    return check_sessions(verify);
}

static int run_verify(const struct args *args) {
    struct verify verify = {.json = args->json};
    if (args->operand_count > 0) {
        ERR_SET(ERR_ARGUMENT, "db verify takes no operand");
        return STATUS_USAGE;
    }
    if (db_open(args, true, &verify.sql) < 0) return STATUS_FAILED;
    verify.checks = json_array();
    if (!args->json) table_init(&verify.table, "check|verdict|found");
    int rc = check_all(&verify);
    if (args->json)
        run_record_dump(json_pack("{s:s,s:b,s:O}", "database", sql_name(verify.sql), "good",
                                  rc == 0 && verify.bad == 0, "checks", verify.checks));
    else
        table_print(&verify.table, stdout);
    json_decref(verify.checks);
    if (rc == 0 && verify.bad > 0)
        rc = ERR_SET(ERR_CORRUPT, "%s: %zu checks failed", sql_name(verify.sql), verify.bad);
    sql_close(verify.sql);
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static const struct option options[] = {DB_URL_OPTION};

const struct command command_db_verify = {
    .name = "db verify",
    .summary = "check the database, and sessions against their journals",
    .operands = "",
    .details = "Checks that the steps of the schema are those of this program, that the file is "
               "whole and every\nforeign key names a row, that rows are of their session's tenant, "
               "that the audit has no gap, and\nthat what each session took from its journal is in "
               "that journal. Changes nothing.",
    .example = "fulmar db verify\nfulmar db verify --json",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_verify,
};
