// SPDX-License-Identifier: Apache-2.0
// Positions, equity and risk events.
#include "edge/sql/stored_query.h"

// Positions.

static const char position_text[] =
    "SELECT p.strategy, s.name, p.instrument, i.venue, i.symbol, i.currency, p.qty, p.cost, "
    "p.entry, "
    "p.value, p.realised, p.fees, p.income, p.bought, p.sold, p.opened_ns, p.updated_ns FROM "
    "positions p JOIN session_instruments i ON i.session_id = p.session_id AND i.instrument = "
    "p.instrument LEFT JOIN strategies s ON s.session_id = p.session_id AND s.strategy = "
    "p.strategy";

struct position_reader {
    int (*put)(void *self, const struct stored_position *position);
    void *self;
};

static int take_position(struct sql_rows *rows, void *context) {
    const struct position_reader *reader = context;
    const struct stored_position position = {
        .key = sql_get_int(rows, 0) * (INT64_C(1) << 32) + sql_get_int(rows, 2) + 1,
        .strategy = sql_get_int(rows, 0),
        .strategy_name = sql_get_text(rows, 1),
        .instrument = sql_get_int(rows, 2),
        .venue = sql_get_text(rows, 3),
        .symbol = sql_get_text(rows, 4),
        .currency = sql_get_text(rows, 5),
        .qty = sql_get_text(rows, 6),
        .cost = sql_get_text(rows, 7),
        .entry = sql_get_text(rows, 8),
        .value = sql_get_text(rows, 9),
        .realised = sql_get_text(rows, 10),
        .fees = sql_get_text(rows, 11),
        .income = sql_get_text(rows, 12),
        .bought = sql_get_text(rows, 13),
        .sold = sql_get_text(rows, 14),
        .opened_ns = sql_get_int(rows, 15),
        .updated_ns = sql_get_int(rows, 16),
    };
    return reader->put(reader->self, &position);
}

int stored_positions(struct sql *sql, struct stored_scope scope, bool open, struct stored_page page,
                     int (*put)(void *self, const struct stored_position *position), void *self) {
    struct position_reader reader = {put, self};
    struct stored_query query;
    struct sql_rows *rows;
    stored_query_init(&query, position_text);
    stored_query_where(&query, "p.tenant_id = ?", sql_int(scope.tenant_id));
    stored_query_where(&query,
                       open ? "p.opened_ns IS NOT NULL AND p.session_id = ?" : "p.session_id = ?",
                       sql_int(scope.session_id));
    stored_query_bound(&query, "p.strategy * 4294967296 + p.instrument + 1 > ?", page.after);
    TRY(stored_query_open(&query, sql, "positions.list", " ORDER BY p.strategy, p.instrument",
                          page.limit, &rows));
    return stored_query_each(rows, take_position, &reader);
}

// Equity.

struct equity_reader {
    int (*put)(void *self, const struct stored_equity *row);
    void *self;
};

static int take_equity(struct sql_rows *rows, void *context) {
    const struct equity_reader *reader = context;
    const struct stored_equity row = {
        .key = sql_get_int(rows, 0),
        .ts_ns = sql_get_int(rows, 1),
        .equity = sql_get_text(rows, 2),
        .gross = sql_get_text(rows, 3),
        .cash = sql_get_text(rows, 4),
    };
    return reader->put(reader->self, &row);
}

int stored_equity(struct sql *sql, struct stored_scope scope, int64_t from_ns, int64_t until_ns,
                  struct stored_page page, int (*put)(void *self, const struct stored_equity *row),
                  void *self) {
    struct equity_reader reader = {put, self};
    struct stored_query query;
    struct sql_rows *rows;
    stored_query_init(&query, "SELECT hour_ns, ts_ns, equity, gross, cash FROM equity");
    stored_query_where(&query, "tenant_id = ?", sql_int(scope.tenant_id));
    stored_query_where(&query, "session_id = ?", sql_int(scope.session_id));
    stored_query_bound(&query, "hour_ns >= ?", from_ns);
    stored_query_bound(&query, "hour_ns < ?", until_ns);
    stored_query_bound(&query, "hour_ns > ?", page.after);
    TRY(stored_query_open(&query, sql, "equity.list", " ORDER BY hour_ns", page.limit, &rows));
    return stored_query_each(rows, take_equity, &reader);
}

// Risk events.

static const char risk_text[] =
    "SELECT r.event, r.seq, r.ts_ns, r.rule, r.verdict, r.strategy, s.name, r.instrument, i.venue, "
    "i.symbol, r.side, r.qty_asked, r.qty_left, r.limit_value, r.value, r.reason FROM risk_events "
    "r "
    "LEFT JOIN session_instruments i ON i.session_id = r.session_id AND i.instrument = "
    "r.instrument "
    "LEFT JOIN strategies s ON s.session_id = r.session_id AND s.strategy = r.strategy";

struct risk_reader {
    int (*put)(void *self, const struct stored_risk_event *event);
    void *self;
};

static int64_t index_of(const struct sql_rows *rows, int column) {
    return sql_is_null(rows, column) ? STORED_ANY : sql_get_int(rows, column);
}

static int take_risk_event(struct sql_rows *rows, void *context) {
    const struct risk_reader *reader = context;
    const struct stored_risk_event event = {
        .key = sql_get_int(rows, 0),
        .seq = sql_get_int(rows, 1),
        .ts_ns = sql_get_int(rows, 2),
        .rule = sql_get_text(rows, 3),
        .verdict = sql_get_text(rows, 4),
        .strategy = index_of(rows, 5),
        .strategy_name = sql_get_text(rows, 6),
        .instrument = index_of(rows, 7),
        .venue = sql_get_text(rows, 8),
        .symbol = sql_get_text(rows, 9),
        .side = sql_get_text(rows, 10),
        .qty_asked = sql_get_text(rows, 11),
        .qty_left = sql_get_text(rows, 12),
        .limit = sql_get_real(rows, 13),
        .value = sql_get_real(rows, 14),
        .reason = sql_get_text(rows, 15),
    };
    return reader->put(reader->self, &event);
}

int stored_risk_events(struct sql *sql, struct stored_scope scope, const char *rule,
                       struct stored_page page,
                       int (*put)(void *self, const struct stored_risk_event *event), void *self) {
    struct risk_reader reader = {put, self};
    struct stored_query query;
    struct sql_rows *rows;
    stored_query_init(&query, risk_text);
    stored_query_where(&query, "r.tenant_id = ?", sql_int(scope.tenant_id));
    stored_query_where(&query, "r.session_id = ?", sql_int(scope.session_id));
    stored_query_text(&query, "r.rule = ?", rule);
    stored_query_bound(&query, "r.event < ?", page.after);
    TRY(stored_query_open(&query, sql, "risk_events.list", " ORDER BY r.event DESC", page.limit,
                          &rows));
    return stored_query_each(rows, take_risk_event, &reader);
}
