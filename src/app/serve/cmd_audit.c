// SPDX-License-Identifier: Apache-2.0
// fulmar audit verify|export: the chains of who did what.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "app/commands.h"
#include "app/serve/state.h"
#include "base/timestamp.h"
#include "edge/auth/audit.h"
#include "edge/auth/codec.h"

enum { TENANTS_MAX = 4096 };

// "SEQ:DIGEST", as audit verify prints it.
static int read_head(const char *text, struct audit_head *ret_head) {
    char *end;
    size_t size = 0;
    long long seq = strtoll(text, &end, 10);
    if (seq <= 0 || *end != ':' ||
        hex_decode(end + 1, strlen(end + 1), ret_head->digest, SHA256_SIZE, &size) < 0 ||
        size != SHA256_SIZE)
        return ERR_SET(ERR_ARGUMENT,
                       "--head: '%.90s' is no head; right would be 17:9f86d08... with 64 digits",
                       text);
    ret_head->seq = seq;
    return 0;
}

struct tenants {
    int64_t ids[TENANTS_MAX];
    size_t count;
};

static int find_tenants(const struct args *args, struct sql *sql, struct tenants *ret_tenants) {
    static const struct sql_query all = {
        "audit.tenants", "SELECT id FROM tenants WHERE name = ? OR ? = '' ORDER BY id"};
    const char *name = args_get(args, "tenant", "");
    struct sql_rows *rows;
    int rc;
    ret_tenants->count = 0;
    TRY(sql_select(sql, &all, &rows, sql_text(name), sql_text(name)));
    while ((rc = sql_next(rows)) == 1 && ret_tenants->count < TENANTS_MAX)
        ret_tenants->ids[ret_tenants->count++] = sql_get_int(rows, 0);
    sql_rows_close(rows);
    if (rc < 0) return rc;
    if (rc == 1)
        return ERR_SET(ERR_FULL, "more than %d tenants; name one with --tenant", TENANTS_MAX);
    if (ret_tenants->count == 0 && name[0] != '\0')
        return ERR_SET(ERR_NOT_FOUND, "there is no tenant '%s'", name);
    return 0;
}

static void tell(const struct args *args, int64_t tenant_id, const struct audit_head *head) {
    char digest[SHA256_TEXT_SIZE];
    sha256_print(digest, head->digest);
    if (args->json)
        printf("{\"tenant\":%" PRId64 ",\"rows\":%" PRId64 ",\"head\":\"%" PRId64 ":%s\"}",
               tenant_id, head->seq, head->seq, digest);
    else
        printf("tenant %-4" PRId64 " %10" PRId64 " rows, whole; head %" PRId64 ":%s\n", tenant_id,
               head->seq, head->seq, digest);
}

static int verify(const struct args *args, struct state *state) {
    struct tenants tenants;
    struct audit_head known, head;
    const char *given = args_get(args, "head", NULL);
    TRY(find_tenants(args, state->sql, &tenants));
    if (given != NULL) TRY(read_head(given, &known));
    if (given != NULL && tenants.count != 1)
        return ERR_SET(ERR_ARGUMENT, "--head is of one tenant; name it with --tenant");
    if (args->json) fputs("{\"tenants\":[", stdout);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < tenants.count; i++) {
        rc = audit_verify(state->sql, &state->secrets.audit, tenants.ids[i],
                          given != NULL ? &known : NULL, NULL, &head);
        if (args->json && i > 0 && rc == 0) putchar(',');
        if (rc == 0) tell(args, tenants.ids[i], &head);
    }
    if (args->json) printf("],\"whole\":%s}\n", rc == 0 ? "true" : "false");
    return rc;
}

static int print_row(void *self, int64_t seq, const struct audit_entry *entry,
                     const uint8_t digest[SHA256_SIZE]) {
    char hex[SHA256_TEXT_SIZE], time[TIMESTAMP_TEXT_SIZE];
    const int64_t *from = self;
    if (entry->ts_ns < *from) return 0;
    sha256_print(hex, digest);
    timestamp_print(time, sizeof time, entry->ts_ns);
    json_t *detail = json_loads(entry->detail, 0, NULL);
    if (detail == NULL) detail = json_string(entry->detail);
    json_t *row = json_pack("{s:I,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:s}", "tenant",
                            (json_int_t)entry->tenant_id, "seq", (json_int_t)seq, "time", time,
                            "actor", entry->actor, "action", entry->action, "object", entry->object,
                            "outcome", entry->outcome, "address", entry->address, "request_id",
                            entry->request_id, "detail", detail, "digest", hex);
    if (row == NULL) return ERR_SET(ERR_NOMEM, "no memory for a row of the audit");
    json_dumpf(row, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(row);
    return ferror(stdout) ? ERR_SET(ERR_IO, "cannot write") : 0;
}

static int export(const struct args *args, struct state *state) {
    struct tenants tenants;
    struct audit_head head;
    int64_t from_ns = INT64_MIN;
    TRY(args_instant(args, "from", &from_ns));
    TRY(find_tenants(args, state->sql, &tenants));
    struct audit_visitor visitor = {print_row, &from_ns};
    for (size_t i = 0; i < tenants.count; i++)
        TRY(audit_verify(state->sql, &state->secrets.audit, tenants.ids[i], NULL, &visitor, &head));
    return 0;
}

static int with_state(const struct args *args,
                      int (*step)(const struct args *args, struct state *state)) {
    struct state state;
    if (args->operand_count > 0) {
        ERR_SET(ERR_ARGUMENT, "%s takes no operand", args->command->name);
        return STATUS_USAGE;
    }
    int rc = state_open(args, &state);
    if (rc == 0) rc = step(args, &state);
    state_close(&state);
    if (rc == ERR_ARGUMENT) return STATUS_USAGE;
    return rc == 0 ? STATUS_DONE : STATUS_FAILED;
}

static int run_verify(const struct args *args) {
    return with_state(args, verify);
}

static int run_export(const struct args *args) {
    return with_state(args, export);
}

static const struct option verify_options[] = {
    {"tenant", "NAME", NULL, "Only this tenant's chain; all by default."},
    {"head", "SEQ:DIGEST", NULL,
     "A head that was printed before: it has to be on the chain still."},
    STATE_OPTIONS,
};

const struct command command_audit_verify = {
    .name = "audit verify",
    .summary = "check the chains of the audit",
    .operands = "",
    .details = "Every row's digest covers the one before, and the secrets file seals each chain's "
               "head. A row\n"
               "that was changed, taken out, put in or moved is named. Keep the head that is "
               "printed where the\n"
               "server's admins cannot write: with --head it is held against the chain later.",
    .example = "fulmar audit verify\nfulmar audit verify --json",
    .options = verify_options,
    .option_count = sizeof verify_options / sizeof *verify_options,
    .run = run_verify,
};

static const struct option export_options[] = {
    {"tenant", "NAME", NULL, "Only this tenant's rows; all by default."},
    {"from", "TIME", NULL,
     "Rows from this instant on; the chain is checked from its beginning all the same."},
    STATE_OPTIONS,
};

const struct command command_audit_export = {
    .name = "audit export",
    .summary = "write the audit as lines of JSON",
    .operands = "",
    .details =
        "A line a row, checked while it is read: an export that ends with status 0 is whole.",
    .example = "fulmar audit export\nfulmar audit export --from 2026-01-01",
    .options = export_options,
    .option_count = sizeof export_options / sizeof *export_options,
    .run = run_export,
};
