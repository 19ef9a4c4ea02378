// SPDX-License-Identifier: Apache-2.0
// Rows of the projection as the tables have them.
#include "edge/sql/cells.h"
#include "edge/sql/projection_state.h"
#include "strategy/conduct.h"

static const struct instrument *instrument_of(const struct projection *projection, uint32_t index) {
    return instruments_get(projection->config.instruments, index);
}

static int money_decimals(const struct projection *projection, uint32_t currency) {
    return projection->config.instruments->currencies[currency].decimals;
}

static const char *side_name(int32_t side) {
    return side > 0 ? "buy" : side < 0 ? "sell" : NULL;
}

static void optional(struct cells *cells, int64_t value) {
    if (value != 0)
        cells_int(cells, value);
    else
        cells_null(cells);
}

static void optional_price(struct cells *cells, price_t price, int decimals) {
    if (price.m != 0)
        cells_amount(cells, price.m, decimals);
    else
        cells_null(cells);
}

// Orders.

static const char *const order_columns[] = {
    "session_id",  "order_id",     "tenant_id",   "client_order_id",
    "client_id",   "strategy",     "instrument",  "side",
    "type",        "tif",          "purpose",     "post_only",
    "reduce_only", "qty",          "limit_price", "stop_price",
    "trail",       "expire_ns",    "group_id",    "parent_id",
    "state",       "reason",       "filled_qty",  "filled_value",
    "fills",       "created_ns",   "updated_ns",  "ended_ns",
    "event",       "updated_event"};
static const struct sql_bulk order_bulk = {"orders", order_columns,
                                           sizeof order_columns / sizeof *order_columns, 2};

static void put_spec(struct cells *cells, const struct order_spec *spec,
                     const struct instrument *instrument) {
    cells_int(cells, spec->strategy);
    cells_int(cells, spec->instrument);
    cells_text(cells, side_name(spec->side));
    cells_text(cells, order_type_name(spec->type));
    cells_text(cells, order_tif_name(spec->tif));
    cells_text(cells, order_purpose_name(spec->purpose));
    cells_int(cells, (spec->flags & ORDER_POST_ONLY) != 0);
    cells_int(cells, (spec->flags & ORDER_REDUCE_ONLY) != 0);
    cells_amount(cells, spec->qty.m, instrument->qty_decimals);
    optional_price(cells, spec->limit_price, instrument->price_decimals);
    optional_price(cells, spec->stop_price, instrument->price_decimals);
    optional_price(cells, spec->trail, instrument->price_decimals);
    optional(cells, spec->expire_ns);
    optional(cells, (int64_t)spec->group);
    optional(cells, (int64_t)spec->parent);
}

static void put_order(const struct projection *projection, struct cells *cells,
                      const struct order_row *row) {
    const struct order *order = &row->order;
    const struct instrument *instrument = instrument_of(projection, order->spec.instrument);
    char client_id[CLIENT_ORDER_ID_SIZE];
    client_order_id_print(client_id, projection->config.run_id, order->id);
    cells_int(cells, projection->session_id);
    cells_int(cells, (int64_t)order->id);
    cells_int(cells, projection->config.tenant_id);
    cells_copy(cells, client_id, sizeof client_id);
    if (row->client_id[0] != '\0')
        cells_copy(cells, row->client_id, sizeof row->client_id);
    else
        cells_null(cells);
    put_spec(cells, &order->spec, instrument);
    cells_text(cells, order_state_name(order->state));
    cells_text(cells, order->reason != REASON_NONE ? order_reason_name(order->reason) : NULL);
    cells_amount(cells, order->filled_qty.m, instrument->qty_decimals);
    cells_amount(cells, order->filled_value, instrument->price_decimals + instrument->qty_decimals);
    cells_int(cells, order->fills);
    cells_int(cells, order->created_ns);
    cells_int(cells, order->updated_ns);
    optional(cells, row->ended_ns);
    cells_int(cells, (int64_t)row->event);
    cells_int(cells, (int64_t)row->updated_event);
}

static int write_orders(const struct projection *projection, struct sql *sql) {
    struct cells cells;
    cells_open(&cells, sql, &order_bulk);
    for (uint32_t i = 0; i < projection->order_count; i++)
        put_order(projection, &cells, &projection->order_rows[i]);
    return cells_close(&cells);
}

// Fills.

static const char *const fill_columns[] = {
    "session_id", "event",        "ts_ns",      "tenant_id", "seq",       "venue_ts_ns", "order_id",
    "trade_id",   "strategy",     "instrument", "side",      "liquidity", "qty",         "price",
    "fee",        "fee_currency", "notional",   "realised",  "position"};
static const struct sql_bulk fill_bulk = {"fills", fill_columns,
                                          sizeof fill_columns / sizeof *fill_columns, 3};

static const char *liquidity_name(uint32_t liquidity) {
    return liquidity == LIQUIDITY_MAKER ? "maker" : liquidity == LIQUIDITY_TAKER ? "taker" : "none";
}

static void put_fill(const struct projection *projection, struct cells *cells,
                     const struct fill_row *row) {
    const struct ledger_fill *fill = &row->fill;
    const struct instrument *instrument = instrument_of(projection, fill->instrument);
    int money = money_decimals(projection, instrument->currency);
    const struct currency *fee = &projection->config.instruments->currencies[fill->fee_currency];
    cells_int(cells, projection->session_id);
    cells_int(cells, (int64_t)row->event);
    cells_int(cells, fill->ts_ns);
    cells_int(cells, projection->config.tenant_id);
    cells_int(cells, (int64_t)row->seq);
    cells_int(cells, row->venue_ts_ns);
    cells_int(cells, (int64_t)row->order_id);
    cells_number(cells, row->trade_id);
    cells_int(cells, fill->strategy);
    cells_int(cells, fill->instrument);
    cells_text(cells, side_name(fill->side));
    cells_text(cells, liquidity_name(row->liquidity));
    cells_amount(cells, fill->qty.m, instrument->qty_decimals);
    cells_amount(cells, fill->price.m, instrument->price_decimals);
    cells_amount(cells, fill->fee, fee->decimals);
    cells_copy(cells, fee->code, sizeof fee->code);
    cells_amount(cells, row->notional.m, money);
    cells_amount(cells, row->realised.m, money);
    cells_amount(cells, row->position.m, instrument->qty_decimals);
}

static int write_fills(const struct projection *projection, struct sql *sql) {
    struct cells cells;
    cells_open(&cells, sql, &fill_bulk);
    for (uint32_t i = 0; i < projection->fill_count; i++)
        put_fill(projection, &cells, &projection->fill_rows[i]);
    return cells_close(&cells);
}

// Positions: all that were ever held, as what they are worth changes with every price.

static const char *const position_columns[] = {
    "session_id", "strategy", "instrument", "tenant_id", "qty",  "cost",      "entry",     "value",
    "realised",   "fees",     "income",     "bought",    "sold", "opened_ns", "updated_ns"};
static const struct sql_bulk position_bulk = {
    "positions", position_columns, sizeof position_columns / sizeof *position_columns, 3};

static void put_position(const struct projection *projection, struct cells *cells,
                         uint32_t strategy, uint32_t index, int64_t touched_ns) {
    const struct position *position = ledger_position(projection->ledger, strategy, index);
    const struct instrument *instrument = instrument_of(projection, index);
    int money = money_decimals(projection, instrument->currency);
    cells_int(cells, projection->session_id);
    cells_int(cells, strategy);
    cells_int(cells, index);
    cells_int(cells, projection->config.tenant_id);
    cells_amount(cells, position->qty.m, instrument->qty_decimals);
    cells_amount(cells, position->cost.m, money);
    cells_amount(cells, position->entry.m, instrument->price_decimals);
    cells_amount(cells, position->value.m, money);
    cells_amount(cells, position->realised.m, money);
    cells_amount(cells, position->fees.m, money);
    cells_amount(cells, position->income.m, money);
    cells_amount(cells, position->bought.m, instrument->qty_decimals);
    cells_amount(cells, position->sold.m, instrument->qty_decimals);
    optional(cells, position->opened_ns);
    cells_int(cells, touched_ns);
}

static int write_positions(const struct projection *projection, struct sql *sql) {
    struct cells cells;
    cells_open(&cells, sql, &position_bulk);
    for (uint32_t s = 0; s < projection->config.strategy_count; s++)
        for (uint32_t i = 0; i < projection->config.instruments->count; i++) {
            int64_t touched_ns = projection->touched_ns[projection_place(projection, s, i)];
            if (touched_ns != 0) put_position(projection, &cells, s, i, touched_ns);
        }
    return cells_close(&cells);
}

// Strategies.

static const char *const strategy_columns[] = {"session_id", "strategy", "tenant_id",
                                               "name",       "mode",     "budget",
                                               "realised",   "open",     "updated_ns"};
static const struct sql_bulk strategy_bulk = {
    "strategies", strategy_columns, sizeof strategy_columns / sizeof *strategy_columns, 2};

static int write_strategies(const struct projection *projection, struct sql *sql) {
    struct cells cells;
    int money = money_decimals(projection, projection->config.account_currency);
    cells_open(&cells, sql, &strategy_bulk);
    for (uint32_t s = 0; s < projection->config.strategy_count; s++) {
        struct strategy_account account = ledger_strategy_account(projection->ledger, s);
        cells_int(&cells, projection->session_id);
        cells_int(&cells, s);
        cells_int(&cells, projection->config.tenant_id);
        cells_text(&cells, projection->config.strategies[s].name);
        cells_text(&cells, strategy_mode_name(projection->strategies[s].mode));
        cells_amount(&cells, account.budget.m, money);
        cells_amount(&cells, account.realised.m, money);
        cells_amount(&cells, account.open.m, money);
        cells_int(&cells, projection->strategies[s].updated_ns);
    }
    return cells_close(&cells);
}

// Equity: hours that are over, and the one that goes on.

static const char *const equity_columns[] = {"session_id", "hour_ns", "tenant_id", "ts_ns",
                                             "equity",     "gross",   "cash"};
static const struct sql_bulk equity_bulk = {"equity", equity_columns,
                                            sizeof equity_columns / sizeof *equity_columns, 2};

static void put_equity(const struct projection *projection, struct cells *cells,
                       const struct equity_row *row) {
    int money = money_decimals(projection, projection->config.account_currency);
    cells_int(cells, projection->session_id);
    cells_int(cells, row->hour_ns);
    cells_int(cells, projection->config.tenant_id);
    cells_int(cells, row->ts_ns);
    cells_amount(cells, row->equity.m, money);
    cells_amount(cells, row->gross.m, money);
    cells_amount(cells, row->cash.m, money);
}

static int write_equity(const struct projection *projection, struct sql *sql) {
    struct cells cells;
    cells_open(&cells, sql, &equity_bulk);
    for (uint32_t i = 0; i < projection->equity_count; i++)
        put_equity(projection, &cells, &projection->equity_rows[i]);
    struct equity_row now = projection_equity(projection);
    if (projection->hour_ns != INT64_MIN) put_equity(projection, &cells, &now);
    return cells_close(&cells);
}

// What was refused, stopped and resumed.

static const char *const risk_columns[] = {
    "session_id", "event", "ts_ns",     "tenant_id", "seq",         "rule",  "verdict", "strategy",
    "instrument", "side",  "qty_asked", "qty_left",  "limit_value", "value", "reason"};
static const struct sql_bulk risk_bulk = {"risk_events", risk_columns,
                                          sizeof risk_columns / sizeof *risk_columns, 3};

static void put_index(struct cells *cells, uint32_t index) {
    if (index == UINT32_MAX)
        cells_null(cells);
    else
        cells_int(cells, index);
}

static void put_risk(const struct projection *projection, struct cells *cells,
                     const struct risk_row *row) {
    bool sized = row->sized && row->instrument < projection->config.instruments->count;
    int decimals = sized ? instrument_of(projection, row->instrument)->qty_decimals : 0;
    cells_int(cells, projection->session_id);
    cells_int(cells, (int64_t)row->event);
    cells_int(cells, row->ts_ns);
    cells_int(cells, projection->config.tenant_id);
    cells_int(cells, (int64_t)row->seq);
    cells_text(cells, row->rule);
    cells_text(cells, row->verdict);
    put_index(cells, row->strategy);
    put_index(cells, row->instrument);
    cells_text(cells, side_name(row->side));
    if (sized) {
        cells_amount(cells, row->qty_asked.m, decimals);
        cells_amount(cells, row->qty_left.m, decimals);
    } else {
        cells_null(cells);
        cells_null(cells);
    }
    cells_real(cells, row->limit);
    cells_real(cells, row->value);
    if (row->reason != 0)
        cells_number(cells, row->reason);
    else
        cells_null(cells);
}

static int write_risk(const struct projection *projection, struct sql *sql) {
    struct cells cells;
    cells_open(&cells, sql, &risk_bulk);
    for (uint32_t i = 0; i < projection->risk_count; i++)
        put_risk(projection, &cells, &projection->risk_rows[i]);
    return cells_close(&cells);
}

int projection_write_rows(const struct projection *projection, struct sql *sql) {
    TRY(write_orders(projection, sql));
    TRY(write_fills(projection, sql));
    TRY(write_risk(projection, sql));
    TRY(write_equity(projection, sql));
    TRY(write_positions(projection, sql));
    return write_strategies(projection, sql);
}
