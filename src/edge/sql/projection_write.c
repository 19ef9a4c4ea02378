// SPDX-License-Identifier: Apache-2.0
// Rows of the projection as the tables have them.
#include "edge/sql/batch.h"
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

static void optional(struct batch *batch, int64_t value) {
    if (value != 0)
        batch_int(batch, value);
    else
        batch_null(batch);
}

static void optional_price(struct batch *batch, price_t price, int decimals) {
    if (price.m != 0)
        batch_amount(batch, price.m, decimals);
    else
        batch_null(batch);
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

static void put_spec(struct batch *batch, const struct order_spec *spec,
                     const struct instrument *instrument) {
    batch_int(batch, spec->strategy);
    batch_int(batch, spec->instrument);
    batch_text(batch, side_name(spec->side));
    batch_text(batch, order_type_name(spec->type));
    batch_text(batch, order_tif_name(spec->tif));
    batch_text(batch, order_purpose_name(spec->purpose));
    batch_int(batch, (spec->flags & ORDER_POST_ONLY) != 0);
    batch_int(batch, (spec->flags & ORDER_REDUCE_ONLY) != 0);
    batch_amount(batch, spec->qty.m, instrument->qty_decimals);
    optional_price(batch, spec->limit_price, instrument->price_decimals);
    optional_price(batch, spec->stop_price, instrument->price_decimals);
    optional_price(batch, spec->trail, instrument->price_decimals);
    optional(batch, spec->expire_ns);
    optional(batch, (int64_t)spec->group);
    optional(batch, (int64_t)spec->parent);
}

static void put_order(const struct projection *projection, struct batch *batch,
                      const struct order_row *row) {
    const struct order *order = &row->order;
    const struct instrument *instrument = instrument_of(projection, order->spec.instrument);
    char client_id[CLIENT_ORDER_ID_SIZE];
    client_order_id_print(client_id, projection->config.run_id, order->id);
    batch_int(batch, projection->session_id);
    batch_int(batch, (int64_t)order->id);
    batch_int(batch, projection->config.tenant_id);
    batch_copy(batch, client_id, sizeof client_id);
    if (row->client_id[0] != '\0')
        batch_copy(batch, row->client_id, sizeof row->client_id);
    else
        batch_null(batch);
    put_spec(batch, &order->spec, instrument);
    batch_text(batch, order_state_name(order->state));
    batch_text(batch, order->reason != REASON_NONE ? order_reason_name(order->reason) : NULL);
    batch_amount(batch, order->filled_qty.m, instrument->qty_decimals);
    batch_amount(batch, order->filled_value, instrument->price_decimals + instrument->qty_decimals);
    batch_int(batch, order->fills);
    batch_int(batch, order->created_ns);
    batch_int(batch, order->updated_ns);
    optional(batch, row->ended_ns);
    batch_int(batch, (int64_t)row->event);
    batch_int(batch, (int64_t)row->updated_event);
}

static int write_orders(const struct projection *projection, struct sql *sql) {
    struct batch batch;
    batch_open(&batch, sql, &order_bulk);
    for (uint32_t i = 0; i < projection->order_count; i++)
        put_order(projection, &batch, &projection->order_rows[i]);
    return batch_close(&batch);
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

static void put_fill(const struct projection *projection, struct batch *batch,
                     const struct fill_row *row) {
    const struct ledger_fill *fill = &row->fill;
    const struct instrument *instrument = instrument_of(projection, fill->instrument);
    int money = money_decimals(projection, instrument->currency);
    const struct currency *fee = &projection->config.instruments->currencies[fill->fee_currency];
    batch_int(batch, projection->session_id);
    batch_int(batch, (int64_t)row->event);
    batch_int(batch, fill->ts_ns);
    batch_int(batch, projection->config.tenant_id);
    batch_int(batch, (int64_t)row->seq);
    batch_int(batch, row->venue_ts_ns);
    batch_int(batch, (int64_t)row->order_id);
    batch_number(batch, row->trade_id);
    batch_int(batch, fill->strategy);
    batch_int(batch, fill->instrument);
    batch_text(batch, side_name(fill->side));
    batch_text(batch, liquidity_name(row->liquidity));
    batch_amount(batch, fill->qty.m, instrument->qty_decimals);
    batch_amount(batch, fill->price.m, instrument->price_decimals);
    batch_amount(batch, fill->fee, fee->decimals);
    batch_copy(batch, fee->code, sizeof fee->code);
    batch_amount(batch, row->notional.m, money);
    batch_amount(batch, row->realised.m, money);
    batch_amount(batch, row->position.m, instrument->qty_decimals);
}

static int write_fills(const struct projection *projection, struct sql *sql) {
    struct batch batch;
    batch_open(&batch, sql, &fill_bulk);
    for (uint32_t i = 0; i < projection->fill_count; i++)
        put_fill(projection, &batch, &projection->fill_rows[i]);
    return batch_close(&batch);
}

// Positions: all that were ever held, as what they are worth changes with every price.

static const char *const position_columns[] = {
    "session_id", "strategy", "instrument", "tenant_id", "qty",  "cost",      "entry",     "value",
    "realised",   "fees",     "income",     "bought",    "sold", "opened_ns", "updated_ns"};
static const struct sql_bulk position_bulk = {
    "positions", position_columns, sizeof position_columns / sizeof *position_columns, 3};

static void put_position(const struct projection *projection, struct batch *batch,
                         uint32_t strategy, uint32_t index, int64_t touched_ns) {
    const struct position *position = ledger_position(projection->ledger, strategy, index);
    const struct instrument *instrument = instrument_of(projection, index);
    int money = money_decimals(projection, instrument->currency);
    batch_int(batch, projection->session_id);
    batch_int(batch, strategy);
    batch_int(batch, index);
    batch_int(batch, projection->config.tenant_id);
    batch_amount(batch, position->qty.m, instrument->qty_decimals);
    batch_amount(batch, position->cost.m, money);
    batch_amount(batch, position->entry.m, instrument->price_decimals);
    batch_amount(batch, position->value.m, money);
    batch_amount(batch, position->realised.m, money);
    batch_amount(batch, position->fees.m, money);
    batch_amount(batch, position->income.m, money);
    batch_amount(batch, position->bought.m, instrument->qty_decimals);
    batch_amount(batch, position->sold.m, instrument->qty_decimals);
    optional(batch, position->opened_ns);
    batch_int(batch, touched_ns);
}

static int write_positions(const struct projection *projection, struct sql *sql) {
    struct batch batch;
    batch_open(&batch, sql, &position_bulk);
    for (uint32_t s = 0; s < projection->config.strategy_count; s++)
        for (uint32_t i = 0; i < projection->config.instruments->count; i++) {
            int64_t touched_ns = projection->touched_ns[projection_place(projection, s, i)];
            if (touched_ns != 0) put_position(projection, &batch, s, i, touched_ns);
        }
    return batch_close(&batch);
}

// Strategies.

static const char *const strategy_columns[] = {"session_id", "strategy", "tenant_id",
                                               "name",       "mode",     "budget",
                                               "realised",   "open",     "updated_ns"};
static const struct sql_bulk strategy_bulk = {
    "strategies", strategy_columns, sizeof strategy_columns / sizeof *strategy_columns, 2};

static int write_strategies(const struct projection *projection, struct sql *sql) {
    struct batch batch;
    int money = money_decimals(projection, projection->config.account_currency);
    batch_open(&batch, sql, &strategy_bulk);
    for (uint32_t s = 0; s < projection->config.strategy_count; s++) {
        struct strategy_account account = ledger_strategy_account(projection->ledger, s);
        batch_int(&batch, projection->session_id);
        batch_int(&batch, s);
        batch_int(&batch, projection->config.tenant_id);
        batch_text(&batch, projection->config.strategies[s].name);
        batch_text(&batch, strategy_mode_name(projection->strategies[s].mode));
        batch_amount(&batch, account.budget.m, money);
        batch_amount(&batch, account.realised.m, money);
        batch_amount(&batch, account.open.m, money);
        batch_int(&batch, projection->strategies[s].updated_ns);
    }
    return batch_close(&batch);
}

// Equity: hours that are over, and the one that goes on.

static const char *const equity_columns[] = {"session_id", "hour_ns", "tenant_id", "ts_ns",
                                             "equity",     "gross",   "cash"};
static const struct sql_bulk equity_bulk = {"equity", equity_columns,
                                            sizeof equity_columns / sizeof *equity_columns, 2};

static void put_equity(const struct projection *projection, struct batch *batch,
                       const struct equity_row *row) {
    int money = money_decimals(projection, projection->config.account_currency);
    batch_int(batch, projection->session_id);
    batch_int(batch, row->hour_ns);
    batch_int(batch, projection->config.tenant_id);
    batch_int(batch, row->ts_ns);
    batch_amount(batch, row->equity.m, money);
    batch_amount(batch, row->gross.m, money);
    batch_amount(batch, row->cash.m, money);
}

static int write_equity(const struct projection *projection, struct sql *sql) {
    struct batch batch;
    batch_open(&batch, sql, &equity_bulk);
    for (uint32_t i = 0; i < projection->equity_count; i++)
        put_equity(projection, &batch, &projection->equity_rows[i]);
    struct equity_row now = projection_equity(projection);
    if (projection->hour_ns != INT64_MIN) put_equity(projection, &batch, &now);
    return batch_close(&batch);
}

// What was refused, stopped and resumed.

static const char *const risk_columns[] = {
    "session_id", "event", "ts_ns",     "tenant_id", "seq",         "rule",  "verdict", "strategy",
    "instrument", "side",  "qty_asked", "qty_left",  "limit_value", "value", "reason"};
static const struct sql_bulk risk_bulk = {"risk_events", risk_columns,
                                          sizeof risk_columns / sizeof *risk_columns, 3};

static void put_index(struct batch *batch, uint32_t index) {
    if (index == UINT32_MAX)
        batch_null(batch);
    else
        batch_int(batch, index);
}

static void put_risk(const struct projection *projection, struct batch *batch,
                     const struct risk_row *row) {
    bool sized = row->sized && row->instrument < projection->config.instruments->count;
    int decimals = sized ? instrument_of(projection, row->instrument)->qty_decimals : 0;
    batch_int(batch, projection->session_id);
    batch_int(batch, (int64_t)row->event);
    batch_int(batch, row->ts_ns);
    batch_int(batch, projection->config.tenant_id);
    batch_int(batch, (int64_t)row->seq);
    batch_text(batch, row->rule);
    batch_text(batch, row->verdict);
    put_index(batch, row->strategy);
    put_index(batch, row->instrument);
    batch_text(batch, side_name(row->side));
    if (sized) {
        batch_amount(batch, row->qty_asked.m, decimals);
        batch_amount(batch, row->qty_left.m, decimals);
    } else {
        batch_null(batch);
        batch_null(batch);
    }
    batch_real(batch, row->limit);
    batch_real(batch, row->value);
    if (row->reason != 0)
        batch_number(batch, row->reason);
    else
        batch_null(batch);
}

static int write_risk(const struct projection *projection, struct sql *sql) {
    struct batch batch;
    batch_open(&batch, sql, &risk_bulk);
    for (uint32_t i = 0; i < projection->risk_count; i++)
        put_risk(projection, &batch, &projection->risk_rows[i]);
    return batch_close(&batch);
}

int projection_write_rows(const struct projection *projection, struct sql *sql) {
    TRY(write_orders(projection, sql));
    TRY(write_fills(projection, sql));
    TRY(write_risk(projection, sql));
    TRY(write_equity(projection, sql));
    TRY(write_positions(projection, sql));
    return write_strategies(projection, sql);
}
