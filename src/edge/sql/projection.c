// SPDX-License-Identifier: Apache-2.0
#include "edge/sql/projection.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "edge/sql/projection_state.h"

enum { ARENA_SLACK = 1 << 16, RUN_ID_SIZE = 17 };

// Building.

static int build_machines(struct projection *projection) {
    const struct projection_config *config = &projection->config;
    const struct ledger_config ledger = {.instruments = config->instruments,
                                         .strategy_count = config->strategy_count,
                                         .account_currency = config->account_currency,
                                         .lot_max = config->lot_max,
                                         .method = config->cost_method};
    const struct orders_config orders = {.instruments = config->instruments,
                                         .max = config->order_max,
                                         .instrument_count = config->instruments->count,
                                         .strategy_count = config->strategy_count + 1};
    size_t wiring, state;
    ledger_memory(&ledger, &wiring, &state);
    state += orders_memory(&orders) + config->instruments->count * sizeof(struct board_row);
    TRY(arena_init(&projection->wiring, wiring + ARENA_SLACK));
    TRY(arena_init(&projection->state, state + ARENA_SLACK));
    projection->ledger = ledger_new(&projection->wiring, &projection->state, &ledger);
    if (projection->ledger == NULL) return ERR_APPEND(ERR_NOMEM, "for a projection");
    TRY(orders_init(&projection->orders, &projection->state, &orders));
    return board_init(&projection->board, &projection->state, config->instruments->count);
}

static int build(struct projection *projection) {
    const struct projection_config *config = &projection->config;
    size_t strategies = config->strategy_count + 1;
    TRY(build_machines(projection));
    projection->hour_ns = INT64_MIN;
    projection->shares_ppm = calloc(strategies, sizeof *projection->shares_ppm);
    projection->strategies = calloc(strategies, sizeof *projection->strategies);
    projection->touched_ns =
        calloc(strategies * config->instruments->count + 1, sizeof *projection->touched_ns);
    projection->order_notes = calloc(config->order_max, sizeof *projection->order_notes);
    projection->order_rows = calloc(PROJECTION_ROWS_MAX, sizeof *projection->order_rows);
    projection->fill_rows = calloc(PROJECTION_ROWS_MAX, sizeof *projection->fill_rows);
    projection->risk_rows = calloc(PROJECTION_ROWS_MAX, sizeof *projection->risk_rows);
    projection->equity_rows = calloc(PROJECTION_ROWS_MAX, sizeof *projection->equity_rows);
    if (projection->shares_ppm == NULL || projection->strategies == NULL ||
        projection->touched_ns == NULL || projection->order_notes == NULL ||
        projection->order_rows == NULL || projection->fill_rows == NULL ||
        projection->risk_rows == NULL || projection->equity_rows == NULL)
        return ERR_SET(ERR_NOMEM, "no memory for a projection");
    for (uint32_t i = 0; i < config->order_max; i++)
        projection->order_notes[i].waiting = UINT32_MAX;
    for (uint32_t s = 0; s < config->strategy_count; s++)
        projection->shares_ppm[s] = config->strategies[s].share_ppm;
    return 0;
}

int projection_new(const struct projection_config *config, struct projection **ret_projection) {
    struct projection *projection = calloc(1, sizeof *projection);
    if (projection == NULL) return ERR_SET(ERR_NOMEM, "no memory for a projection");
    projection->config = *config;
    int rc = build(projection);
    if (rc < 0)
        projection_free(projection);
    else
        *ret_projection = projection;
    return rc;
}

void projection_free(struct projection *projection) {
    if (projection == NULL) return;
    free(projection->shares_ppm);
    free(projection->strategies);
    free(projection->touched_ns);
    free(projection->order_notes);
    free(projection->order_rows);
    free(projection->fill_rows);
    free(projection->risk_rows);
    free(projection->equity_rows);
    arena_fini(&projection->wiring);
    arena_fini(&projection->state);
    free(projection);
}

int64_t projection_session(const struct projection *projection) {
    return projection->session_id;
}

uint64_t projection_taken(const struct projection *projection) {
    return projection->taken;
}

uint64_t projection_written(const struct projection *projection) {
    return projection->written;
}

uint64_t projection_refused(const struct projection *projection) {
    return projection->refused;
}

uint64_t projection_digest(uint64_t digest, const struct event_header *event) {
    return hash64(digest, event, event->size);
}

void projection_digest_print(char ret_text[PROJECTION_DIGEST_SIZE], uint64_t digest) {
    snprintf(ret_text, PROJECTION_DIGEST_SIZE, "%016" PRIx64, digest);
}

// The session's row.

// A session that is over has another name than while it went on, so that its name is free, and its journal lies
// elsewhere.
static int take_over(struct projection *projection, struct sql *sql) {
    static const struct sql_query rename = {
        "projection.over",
        "UPDATE trading_sessions SET name = ? WHERE tenant_id = ? AND name = ? AND created_ns = ?"};
    static const struct sql_query aside = {
        "projection.aside",
        "UPDATE trading_sessions SET name = name || '.' || CAST(created_ns AS TEXT), state = "
        "'stopped' WHERE tenant_id = ? AND name = ? AND created_ns <> ?"};
    const struct projection_config *config = &projection->config;
    int rc = 0;
    if (config->former != NULL)
        rc = sql_run(sql, &rename, sql_text(config->name), sql_int(config->tenant_id),
                     sql_text(config->former), sql_int(config->created_ns));
    else if (config->created_ns != 0)
        rc = sql_run(sql, &aside, sql_int(config->tenant_id), sql_text(config->name),
                     sql_int(config->created_ns));
    return rc < 0 ? rc : 0;
}

static int note_journal(const struct projection *projection, struct sql *sql) {
    static const struct sql_query query = {
        "projection.journal",
        "UPDATE trading_sessions SET journal = ? WHERE id = ? AND journal <> ?"};
    const struct sql_value path = sql_text(projection->config.journal);
    int rc = sql_run(sql, &query, path, sql_int(projection->session_id), path);
    return rc < 0 ? rc : 0;
}

static int make_session(struct projection *projection, struct sql *sql, const char *run_id) {
    static const struct sql_query insert = {
        "projection.session",
        "INSERT INTO trading_sessions (tenant_id, name, kind, state, run_id, journal, currency, "
        "capital, created_ns) VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"};
    const struct projection_config *config = &projection->config;
    const struct currency *currency = &config->instruments->currencies[config->account_currency];
    char capital[DECIMAL_TEXT_SIZE];
    decimal_print(capital, sizeof capital, config->capital.m, currency->decimals);
    int rc = sql_run(sql, &insert, sql_int(config->tenant_id), sql_text(config->name),
                     sql_text(config->kind), sql_text(run_id), sql_text(config->journal),
                     sql_text(currency->code), sql_text(capital),
                     sql_int(config->created_ns != 0 ? config->created_ns : sql_now_ns()));
    if (rc == ERR_ARGUMENT)
        return ERR_APPEND(ERR_NOT_FOUND, "is there a tenant %" PRId64 "?", config->tenant_id);
    return rc < 0 ? rc : 0;
}

static int find_session(struct projection *projection, struct sql *sql, const char *run_id) {
    static const struct sql_query find = {
        "projection.find",
        "SELECT id, run_id FROM trading_sessions WHERE tenant_id = ? AND name = ?"};
    const struct projection_config *config = &projection->config;
    struct sql_rows *rows;
    int rc = sql_first(sql, &find, &rows, sql_int(config->tenant_id), sql_text(config->name));
    if (rc == 0) return ERR_SET(ERR_STATE, "the session '%s' is not there", config->name);
    TRY(rc);
    projection->session_id = sql_get_int(rows, 0);
    bool same = strcmp(sql_get_text(rows, 1), run_id) == 0;
    if (!same)
        rc = ERR_SET(ERR_CONFLICT,
                     "the session '%s' has the journal of run %s, and this one is of run %s: give "
                     "it another name",
                     config->name, sql_get_text(rows, 1), run_id);
    sql_rows_close(rows);
    return rc < 0 ? rc : 0;
}

static int put_instruments(const struct projection *projection, struct sql *sql) {
    static const struct sql_query insert = {
        "projection.instrument",
        "INSERT INTO session_instruments (session_id, instrument, tenant_id, venue, symbol, "
        "currency, price_decimals, qty_decimals, money_decimals) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "
        "?) "
        "ON CONFLICT DO NOTHING"};
    const struct instruments *all = projection->config.instruments;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct instrument *one = &all->items[i];
        const struct currency *currency = &all->currencies[one->currency];
        int rc = sql_run(sql, &insert, sql_int(projection->session_id), sql_int(i),
                         sql_int(projection->config.tenant_id),
                         sql_text_n(one->venue, strnlen(one->venue, sizeof one->venue)),
                         sql_text_n(one->symbol, strnlen(one->symbol, sizeof one->symbol)),
                         sql_text_n(currency->code, strnlen(currency->code, sizeof currency->code)),
                         sql_int(one->price_decimals), sql_int(one->qty_decimals),
                         sql_int(currency->decimals));
        TRY(rc);
    }
    return 0;
}

// How far the database is, and the digest of what it has.
struct mark {
    uint64_t events;
    char digest[PROJECTION_DIGEST_SIZE];
};

static int read_mark(struct sql *sql, int64_t session_id, struct mark *ret_mark) {
    static const struct sql_query query = {
        "projection.mark", "SELECT events, digest FROM projections WHERE session_id = ?"};
    struct sql_rows *rows;
    int rc = sql_first(sql, &query, &rows, sql_int(session_id));
    if (rc == 0) return ERR_SET(ERR_STATE, "a session without its count");
    TRY(rc);
    ret_mark->events = (uint64_t)sql_get_int(rows, 0);
    snprintf(ret_mark->digest, sizeof ret_mark->digest, "%s", sql_get_text(rows, 1));
    sql_rows_close(rows);
    return 0;
}

static int attach(struct projection *projection, struct sql *sql) {
    static const struct sql_query insert = {
        "projection.begin", "INSERT INTO projections (session_id, tenant_id, events, seq, ts_ns) "
                            "VALUES (?, ?, 0, 0, 0) ON CONFLICT DO NOTHING"};
    char run_id[RUN_ID_SIZE];
    struct mark mark;
    snprintf(run_id, sizeof run_id, "%016" PRIx64, projection->config.run_id);
    TRY(take_over(projection, sql));
    TRY(make_session(projection, sql, run_id));
    TRY(find_session(projection, sql, run_id));
    TRY(note_journal(projection, sql));
    TRY(put_instruments(projection, sql));
    int rc = sql_run(sql, &insert, sql_int(projection->session_id),
                     sql_int(projection->config.tenant_id));
    TRY(rc);
    TRY(read_mark(sql, projection->session_id, &mark));
    projection->written = mark.events;
    memcpy(projection->mark, mark.digest, sizeof projection->mark);
    return 0;
}

int projection_attach(struct projection *projection, struct sql *sql) {
    CHECK(projection->taken == 0);
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = attach(projection, sql);
    if (rc == 0) return sql_commit(sql);
    sql_rollback(sql);
    return rc;
}

// Events in.

// At the record that the database was taken to: whether those before are the ones that it has.
static int check_digest(const struct projection *projection) {
    char digest[PROJECTION_DIGEST_SIZE];
    if (projection->taken != projection->written || projection->mark[0] == '\0') return 0;
    projection_digest_print(digest, projection->digest);
    if (strcmp(digest, projection->mark) == 0) return 0;
    return ERR_SET(ERR_CORRUPT,
                   "%s is not the journal that the database has the first %" PRIu64
                   " records of: it was changed, or is another one. Where this one is right, "
                   "fulmar db rebuild makes the session '%s' anew from it",
                   projection->config.journal, projection->taken, projection->config.name);
}

static bool is_full(const struct projection *projection) {
    // Of one record may come a row for each timer that is due with it.
    const uint32_t most = PROJECTION_ROWS_MAX - PROJECTION_TIMERS_MAX - 8;
    return projection->order_count >= most || projection->fill_count >= most ||
           projection->risk_count >= most || projection->equity_count >= most;
}

int projection_put(struct projection *projection, const struct event_header *event) {
    union event copy; // the journal aligns to 8 bytes, amounts need 16
    if (is_full(projection)) return ERR_FULL;
    bool input = event->kind < EVENT_OUTPUT;
    if (event->size > sizeof copy || event->seq != projection->seq + input)
        return ERR_SET(ERR_CORRUPT, "event %" PRIu64 " does not follow event %" PRIu64, event->seq,
                       projection->seq);
    memset(&copy, 0, sizeof copy);
    memcpy(&copy, event, event->size);
    int rc = projection_fold(projection, &copy, projection->taken >= projection->written);
    if (rc < 0) return ERR_APPEND(rc, "at event %" PRIu64, event->seq);
    projection->taken++;
    projection->digest = projection_digest(projection->digest, event);
    return check_digest(projection);
}

// Rows out.

static int write_all(struct projection *projection, struct sql *sql, const char *digest,
                     struct mark *ret_there) {
    static const struct sql_query advance = {
        "projection.advance", "UPDATE projections SET events = ?, seq = ?, ts_ns = ?, digest = ?, "
                              "refused = ? WHERE session_id = ? AND events = ? AND digest = ?"};
    int changed =
        sql_run(sql, &advance, sql_int((int64_t)projection->taken),
                sql_int((int64_t)projection->seq), sql_int(projection->ts_ns), sql_text(digest),
                sql_int((int64_t)projection->refused), sql_int(projection->session_id),
                sql_int((int64_t)projection->written), sql_text(projection->mark));
    TRY(changed);
    if (changed == 0) return read_mark(sql, projection->session_id, ret_there);
    ret_there->events = projection->taken;
    snprintf(ret_there->digest, sizeof ret_there->digest, "%s", digest);
    return projection_write_rows(projection, sql);
}

static void drop_rows(struct projection *projection, const char *digest) {
    for (uint32_t i = 0; i < projection->config.order_max; i++)
        projection->order_notes[i].waiting = UINT32_MAX;
    projection->order_count = projection->fill_count = 0;
    projection->risk_count = projection->equity_count = 0;
    projection->written = projection->taken;
    snprintf(projection->mark, sizeof projection->mark, "%s", digest);
}

int projection_write(struct projection *projection, struct sql *sql) {
    struct mark there;
    char digest[PROJECTION_DIGEST_SIZE];
    if (projection->taken <= projection->written) return 0;
    projection_digest_print(digest, projection->digest);
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = write_all(projection, sql, digest, &there);
    if (rc == 0) rc = sql_commit(sql);
    sql_rollback(sql);
    TRY(rc);
    // An attempt whose answer was lost had succeeded: the rows are there.
    if (there.events != projection->taken || strcmp(there.digest, digest) != 0)
        return ERR_SET(ERR_CONFLICT,
                       "session %" PRId64 " was taken to record %" PRIu64 " by another process",
                       projection->session_id, there.events);
    drop_rows(projection, digest);
    return 0;
}

int projection_follow(struct projection *projection, struct sql *sql, struct journal_reader *reader,
                      uint64_t max) {
    const struct event_header *event = NULL;
    uint64_t count = 0;
    int rc = 1;
    while (max == 0 || count < max) {
        if (is_full(projection))
            TRY(projection_write(projection, sql)); // before the reader goes on
        rc = journal_next(reader, &event);
        if (rc <= 0) break;
        TRY(projection_put(projection, event));
        count++;
    }
    if (rc < 0 && rc != ERR_TRUNCATED) return rc;
    TRY(projection_write(projection, sql));
    if (rc <= 0 && projection->taken < projection->written)
        return ERR_SET(ERR_CORRUPT,
                       "the journal ends at record %" PRIu64 ", and the database has %" PRIu64
                       " of them: rebuild the session",
                       projection->taken, projection->written);
    return rc > 0;
}

int projection_forget(struct sql *sql, int64_t session_id) {
    static const char *const tables[] = {"orders", "fills",       "positions",
                                         "equity", "risk_events", "strategies"};
    static const struct sql_query reset = {
        "projection.reset",
        "UPDATE projections SET events = 0, seq = 0, ts_ns = 0, digest = '', refused = 0 WHERE "
        "session_id = ?"};
    TRY(sql_begin(sql, SQL_WRITE));
    int rc = sql_run(sql, &reset, sql_int(session_id));
    for (size_t i = 0; rc >= 0 && i < sizeof tables / sizeof *tables; i++) {
        char text[80];
        snprintf(text, sizeof text, "DELETE FROM %s WHERE session_id = ?", tables[i]);
        const struct sql_query query = {"projection.forget", text};
        rc = sql_run(sql, &query, sql_int(session_id));
    }
    if (rc >= 0) return sql_commit(sql);
    sql_rollback(sql);
    return rc;
}
