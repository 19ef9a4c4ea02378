// SPDX-License-Identifier: Apache-2.0
// Sessions, and runs that were asked for.
#include <string.h>

#include "edge/sql/stored_query.h"

// Sessions.

static const char session_text[] =
    "SELECT s.id, s.name, s.kind, s.state, s.run_id, s.journal, s.currency, s.capital, "
    "s.created_ns, "
    "s.ended_ns, p.events, p.seq, p.ts_ns FROM trading_sessions s LEFT JOIN projections p ON "
    "p.session_id = s.id";

struct session_reader {
    int (*put)(void *self, const struct stored_session *session);
    void *self;
};

static int take_session(struct sql_rows *rows, void *context) {
    const struct session_reader *reader = context;
    const struct stored_session session = {
        .key = sql_get_int(rows, 0),
        .name = sql_get_text(rows, 1),
        .kind = sql_get_text(rows, 2),
        .state = sql_get_text(rows, 3),
        .run_id = sql_get_text(rows, 4),
        .journal = sql_get_text(rows, 5),
        .currency = sql_get_text(rows, 6),
        .capital = sql_get_text(rows, 7),
        .created_ns = sql_get_int(rows, 8),
        .ended_ns = sql_get_int(rows, 9),
        .events = sql_get_int(rows, 10),
        .seq = sql_get_int(rows, 11),
        .ts_ns = sql_get_int(rows, 12),
    };
    return reader->put(reader->self, &session);
}

int stored_sessions(struct sql *sql, int64_t tenant_id, struct stored_page page,
                    int (*put)(void *self, const struct stored_session *session), void *self) {
    struct session_reader reader = {put, self};
    struct stored_query query;
    struct sql_rows *rows;
    stored_query_init(&query, session_text);
    stored_query_where(&query, "s.tenant_id = ?", sql_int(tenant_id));
    stored_query_bound(&query, "s.id < ?", page.after);
    TRY(stored_query_open(&query, sql, "sessions.list", " ORDER BY s.id DESC", page.limit, &rows));
    return stored_query_each(rows, take_session, &reader);
}

int stored_session(struct sql *sql, int64_t tenant_id, const char *name,
                   int (*put)(void *self, const struct stored_session *session), void *self) {
    struct session_reader reader = {put, self};
    struct stored_query query;
    struct sql_rows *rows;
    stored_query_init(&query, session_text);
    stored_query_where(&query, "s.tenant_id = ?", sql_int(tenant_id));
    stored_query_where(&query, "s.name = ?", sql_text(name));
    TRY(stored_query_open(&query, sql, "sessions.find", "", 1, &rows));
    int count = stored_query_each(rows, take_session, &reader);
    return count == 0 ? ERR_SET(ERR_NOT_FOUND, "there is no session '%s'", name) : count;
}

int stored_session_state(struct sql *sql, struct stored_scope scope, const char *state) {
    static const struct sql_query query = {
        "sessions.state",
        "UPDATE trading_sessions SET state = ?, ended_ns = ? WHERE tenant_id = ? AND id = ?"};
    bool over = strcmp(state, "stopped") == 0 || strcmp(state, "failed") == 0;
    int changed = sql_run(sql, &query, sql_text(state), over ? sql_int(sql_now_ns()) : sql_null(),
                          sql_int(scope.tenant_id), sql_int(scope.session_id));
    TRY(changed);
    return changed == 0 ? ERR_SET(ERR_NOT_FOUND, "there is no such session") : 0;
}

// Runs.

static const char run_text[] = "SELECT id, user_id, name, kind, state, config, progress_ppm, "
                               "created_ns, started_ns, ended_ns, "
                               "folder, state_hash, summary, error FROM runs";

struct run_reader {
    int (*put)(void *self, const struct stored_run *run);
    void *self;
};

static int take_run(struct sql_rows *rows, void *context) {
    const struct run_reader *reader = context;
    const struct stored_run run = {
        .key = sql_get_int(rows, 0),
        .user_id = sql_get_int(rows, 1),
        .name = sql_get_text(rows, 2),
        .kind = sql_get_text(rows, 3),
        .state = sql_get_text(rows, 4),
        .config = sql_get_text(rows, 5),
        .progress_ppm = sql_get_int(rows, 6),
        .created_ns = sql_get_int(rows, 7),
        .started_ns = sql_get_int(rows, 8),
        .ended_ns = sql_get_int(rows, 9),
        .folder = sql_get_text(rows, 10),
        .state_hash = sql_get_text(rows, 11),
        .summary = sql_get_text(rows, 12),
        .error = sql_get_text(rows, 13),
    };
    return reader->put(reader->self, &run);
}

static struct sql_value instant(int64_t ns) {
    return ns != 0 ? sql_int(ns) : sql_null();
}

int stored_run_note(struct sql *sql, int64_t tenant_id, const struct stored_run *run) {
    static const struct sql_query query = {
        "runs.note",
        "INSERT INTO runs (tenant_id, user_id, name, kind, state, config, progress_ppm, "
        "created_ns, started_ns, ended_ns, folder, state_hash, summary, error) VALUES (?, ?, ?, ?, "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, name) DO UPDATE SET state = "
        "excluded.state, progress_ppm = excluded.progress_ppm, started_ns = excluded.started_ns, "
        "ended_ns = excluded.ended_ns, folder = excluded.folder, state_hash = excluded.state_hash, "
        "summary = excluded.summary, error = excluded.error"};
    int rc = sql_run(sql, &query, sql_int(tenant_id), instant(run->user_id), sql_text(run->name),
                     sql_text(run->kind), sql_text(run->state), sql_text(run->config),
                     sql_int(run->progress_ppm),
                     sql_int(run->created_ns != 0 ? run->created_ns : sql_now_ns()),
                     instant(run->started_ns), instant(run->ended_ns), sql_text(run->folder),
                     sql_text(run->state_hash), sql_text(run->summary), sql_text(run->error));
    return rc < 0 ? rc : 0;
}

int stored_runs(struct sql *sql, int64_t tenant_id, const char *state, struct stored_page page,
                int (*put)(void *self, const struct stored_run *run), void *self) {
    struct run_reader reader = {put, self};
    struct stored_query query;
    struct sql_rows *rows;
    stored_query_init(&query, run_text);
    stored_query_where(&query, "tenant_id = ?", sql_int(tenant_id));
    stored_query_text(&query, "state = ?", state);
    stored_query_bound(&query, "id < ?", page.after);
    TRY(stored_query_open(&query, sql, "runs.list", " ORDER BY id DESC", page.limit, &rows));
    return stored_query_each(rows, take_run, &reader);
}

int stored_run(struct sql *sql, int64_t tenant_id, const char *name,
               int (*put)(void *self, const struct stored_run *run), void *self) {
    struct run_reader reader = {put, self};
    struct stored_query query;
    struct sql_rows *rows;
    stored_query_init(&query, run_text);
    stored_query_where(&query, "tenant_id = ?", sql_int(tenant_id));
    stored_query_where(&query, "name = ?", sql_text(name));
    TRY(stored_query_open(&query, sql, "runs.find", "", 1, &rows));
    int count = stored_query_each(rows, take_run, &reader);
    return count == 0 ? ERR_SET(ERR_NOT_FOUND, "there is no run '%s'", name) : count;
}
