// SPDX-License-Identifier: Apache-2.0
// Orders and fills.
#include "edge/sql/stored_query.h"

// Orders.

static const char order_text[] =
    "SELECT o.event, o.order_id, o.client_order_id, o.client_id, o.strategy, s.name, o.instrument, "
    "i.venue, i.symbol, o.side, o.type, o.tif, o.purpose, o.post_only, o.reduce_only, o.qty, "
    "o.limit_price, o.stop_price, o.trail, o.expire_ns, o.group_id, o.parent_id, o.state, "
    "o.reason, "
    "o.filled_qty, o.filled_value, o.fills, o.created_ns, o.updated_ns, o.ended_ns FROM orders o "
    "JOIN session_instruments i ON i.session_id = o.session_id AND i.instrument = o.instrument "
    "LEFT JOIN strategies s ON s.session_id = o.session_id AND s.strategy = o.strategy";

struct order_reader {
    int (*put)(void *self, const struct stored_order *order);
    void *self;
};

static int take_order(struct sql_rows *rows, void *context) {
    const struct order_reader *reader = context;
    const struct stored_order order = {
        .key = sql_get_int(rows, 0),
        .order_id = sql_get_int(rows, 1),
        .client_order_id = sql_get_text(rows, 2),
        .client_id = sql_get_text(rows, 3),
        .strategy = sql_get_int(rows, 4),
        .strategy_name = sql_get_text(rows, 5),
        .instrument = sql_get_int(rows, 6),
        .venue = sql_get_text(rows, 7),
        .symbol = sql_get_text(rows, 8),
        .side = sql_get_text(rows, 9),
        .type = sql_get_text(rows, 10),
        .tif = sql_get_text(rows, 11),
        .purpose = sql_get_text(rows, 12),
        .post_only = sql_get_int(rows, 13) != 0,
        .reduce_only = sql_get_int(rows, 14) != 0,
        .qty = sql_get_text(rows, 15),
        .limit_price = sql_get_text(rows, 16),
        .stop_price = sql_get_text(rows, 17),
        .trail = sql_get_text(rows, 18),
        .expire_ns = sql_get_int(rows, 19),
        .group_id = sql_get_int(rows, 20),
        .parent_id = sql_get_int(rows, 21),
        .state = sql_get_text(rows, 22),
        .reason = sql_get_text(rows, 23),
        .filled_qty = sql_get_text(rows, 24),
        .filled_value = sql_get_text(rows, 25),
        .fills = sql_get_int(rows, 26),
        .created_ns = sql_get_int(rows, 27),
        .updated_ns = sql_get_int(rows, 28),
        .ended_ns = sql_get_int(rows, 29),
    };
    return reader->put(reader->self, &order);
}

int stored_orders(struct sql *sql, struct stored_scope scope,
                  const struct stored_order_filter *filter, struct stored_page page,
                  int (*put)(void *self, const struct stored_order *order), void *self) {
    struct order_reader reader = {put, self};
    struct stored_query query;
    struct sql_rows *rows;
    stored_query_init(&query, order_text);
    stored_query_where(&query, "o.tenant_id = ?", sql_int(scope.tenant_id));
    stored_query_where(
        &query, filter->live ? "o.ended_ns IS NULL AND o.session_id = ?" : "o.session_id = ?",
        sql_int(scope.session_id));
    stored_query_number(&query, "o.strategy = ?", filter->strategy);
    stored_query_number(&query, "o.instrument = ?", filter->instrument);
    stored_query_text(&query, "i.venue = ?", filter->venue);
    stored_query_text(&query, "i.symbol = ?", filter->symbol);
    stored_query_text(&query, "o.state = ?", filter->state);
    stored_query_bound(&query, "o.event < ?", page.after);
    TRY(stored_query_open(&query, sql, "orders.list", " ORDER BY o.event DESC", page.limit, &rows));
    return stored_query_each(rows, take_order, &reader);
}

int stored_order(struct sql *sql, struct stored_scope scope, int64_t order_id,
                 int (*put)(void *self, const struct stored_order *order), void *self) {
    struct order_reader reader = {put, self};
    struct stored_query query;
    struct sql_rows *rows;
    stored_query_init(&query, order_text);
    stored_query_where(&query, "o.tenant_id = ?", sql_int(scope.tenant_id));
    stored_query_where(&query, "o.session_id = ?", sql_int(scope.session_id));
    stored_query_where(&query, "o.order_id = ?", sql_int(order_id));
    TRY(stored_query_open(&query, sql, "orders.find", "", 1, &rows));
    int count = stored_query_each(rows, take_order, &reader);
    return count == 0 ? ERR_SET(ERR_NOT_FOUND, "there is no such order") : count;
}

// Fills.

static const char fill_text[] =
    "SELECT f.event, f.seq, f.ts_ns, f.venue_ts_ns, f.order_id, f.trade_id, f.strategy, s.name, "
    "f.instrument, i.venue, i.symbol, f.side, f.liquidity, f.qty, f.price, f.fee, f.fee_currency, "
    "f.notional, f.realised, f.position FROM fills f JOIN session_instruments i ON i.session_id = "
    "f.session_id AND i.instrument = f.instrument LEFT JOIN strategies s ON s.session_id = "
    "f.session_id AND s.strategy = f.strategy";

struct fill_reader {
    int (*put)(void *self, const struct stored_fill *fill);
    void *self;
};

static int take_fill(struct sql_rows *rows, void *context) {
    const struct fill_reader *reader = context;
    const struct stored_fill fill = {
        .key = sql_get_int(rows, 0),
        .seq = sql_get_int(rows, 1),
        .ts_ns = sql_get_int(rows, 2),
        .venue_ts_ns = sql_get_int(rows, 3),
        .order_id = sql_get_int(rows, 4),
        .trade_id = sql_get_text(rows, 5),
        .strategy = sql_get_int(rows, 6),
        .strategy_name = sql_get_text(rows, 7),
        .instrument = sql_get_int(rows, 8),
        .venue = sql_get_text(rows, 9),
        .symbol = sql_get_text(rows, 10),
        .side = sql_get_text(rows, 11),
        .liquidity = sql_get_text(rows, 12),
        .qty = sql_get_text(rows, 13),
        .price = sql_get_text(rows, 14),
        .fee = sql_get_text(rows, 15),
        .fee_currency = sql_get_text(rows, 16),
        .notional = sql_get_text(rows, 17),
        .realised = sql_get_text(rows, 18),
        .position = sql_get_text(rows, 19),
    };
    return reader->put(reader->self, &fill);
}

int stored_fills(struct sql *sql, struct stored_scope scope,
                 const struct stored_fill_filter *filter, struct stored_page page,
                 int (*put)(void *self, const struct stored_fill *fill), void *self) {
    struct fill_reader reader = {put, self};
    struct stored_query query;
    struct sql_rows *rows;
    stored_query_init(&query, fill_text);
    stored_query_where(&query, "f.tenant_id = ?", sql_int(scope.tenant_id));
    stored_query_where(&query, "f.session_id = ?", sql_int(scope.session_id));
    stored_query_number(&query, "f.strategy = ?", filter->strategy);
    stored_query_number(&query, "f.instrument = ?", filter->instrument);
    stored_query_number(&query, "f.order_id = ?", filter->order_id);
    stored_query_text(&query, "i.venue = ?", filter->venue);
    stored_query_text(&query, "i.symbol = ?", filter->symbol);
    stored_query_bound(&query, "f.ts_ns >= ?", filter->from_ns);
    stored_query_bound(&query, "f.ts_ns < ?", filter->until_ns);
    stored_query_bound(&query, "f.event < ?", page.after);
    TRY(stored_query_open(&query, sql, "fills.list", " ORDER BY f.event DESC", page.limit, &rows));
    return stored_query_each(rows, take_fill, &reader);
}
