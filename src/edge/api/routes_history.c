// SPDX-License-Identifier: Apache-2.0
// The past of trading sessions, as far back as it goes, out of the database: what a session's view keeps is its
// latest alone. Read on a worker, with a connection that sees the caller's tenant and nothing else.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jout.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"
#include "edge/api/studies.h"
#include "edge/sql/projector.h"
#include "edge/sql/sql_pool.h"
#include "edge/sql/stored.h"

static const int64_t WAIT_NS = INT64_C(2000000000); // for a connection
// What the database says of itself names hosts and users, which is not the client's affair.
static const char DOWN[] = "the database does not answer";

#define TEXT(name_, help_)                                                                         \
    { name_, FIELD_STRING, FIELD_REQUIRED, .max = 4096, .help = (help_) }
#define TEXT_OR_NULL(name_, help_)                                                                 \
    { name_, FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .max = 4096, .help = (help_) }
#define NUMBER(name_, help_)                                                                       \
    { name_, FIELD_STRING, FIELD_REQUIRED, .form = &form_number, .help = (help_) }
#define COUNT(name_, help_)                                                                        \
    { name_, FIELD_INTEGER, FIELD_REQUIRED, .help = (help_) }
#define TIME(name_, help_)                                                                         \
    { name_, FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time, .help = (help_) }
#define FLAG(name_, help_)                                                                         \
    { name_, FIELD_BOOLEAN, FIELD_REQUIRED, .help = (help_) }
#define REAL(name_, help_)                                                                         \
    { name_, FIELD_NUMBER, FIELD_REQUIRED | FIELD_NULLABLE, .help = (help_) }
#define WHOSE                                                                                      \
    TEXT_OR_NULL("strategy", "Whose it is; null: the account's."),                                 \
        {"instance", FIELD_INTEGER, FIELD_REQUIRED | FIELD_NULLABLE,                               \
         .help = "The strategy's number in the session."},                                         \
        TEXT_OR_NULL("instrument", "VENUE/SYMBOL.")

#define PAGE(variable_, name_, of_, help_)                                                         \
    static const struct field variable_##_fields[] = {                                             \
        TEXT("session", "Whose they are."),                                                        \
        COUNT("seq", "The latest input of the session that is in here."),                          \
        TIME("time", "Of that input, by the session's clock."),                                    \
        {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &(of_), .help = "The page."},   \
        {"next", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_cursor,              \
         .help = "The next page's cursor."},                                                       \
    };                                                                                             \
    static OBJECT(variable_, name_, variable_##_fields, help_)

// One list that is read.
struct reading {
    struct call *call;
    struct sql *sql;
    struct stored_scope scope;
    struct call_page page;
    struct stored_page want;
};

// Whether an item belongs to the page: one more than its size is asked for.
static bool takes(struct reading *reading, int64_t key) {
    struct call_page *page = &reading->page;
    if (page->count == page->limit) {
        page->more = true;
        return false;
    }
    page->count++;
    snprintf(page->last, sizeof page->last, "%" PRId64, key);
    return true;
}

static int read_page(struct reading *reading) {
    char *end;
    TRY(call_page_read(reading->call, &reading->page));
    reading->want.after = strtoll(reading->page.after, &end, 10);
    reading->want.limit = (int)reading->page.limit + 1;
    if (*end == '\0' && reading->want.after >= 0) return 0;
    return call_fail(reading->call, 400, NULL, "cursor is not what an earlier answer gave as next");
}

static int borrow(struct call *call, struct reading *ret_reading) {
    *ret_reading = (struct reading){.call = call};
    TRY(read_page(ret_reading));
    if (call->api->store == NULL)
        return call_fail(call, 503, "no_store", "this server keeps no database");
    int64_t tenant_id = call->principal.tenant_id;
    ret_reading->scope.tenant_id = tenant_id;
    int rc = sql_pool_take(call->api->store, tenant_id, WAIT_NS, &ret_reading->sql);
    return rc == 0 ? 0 : call_fail(call, 503, "store_down", "%s", DOWN);
}

// The story of a failure outlives the connection's return.
static int give_back(struct reading *reading, int rc) {
    char story[256] = "";
    if (rc < 0) snprintf(story, sizeof story, "%s", err_story());
    sql_pool_give(reading->call->api->store, reading->sql);
    if (rc == ERR_IO || rc == ERR_BUSY)
        return call_fail(reading->call, 503, "store_down", "%s", DOWN);
    return rc < 0 ? ERR_SET(rc, "%s", story) : 0;
}

static int open_answer(void *self, const struct stored_session *session) {
    struct reading *reading = self;
    struct text *out = &reading->call->out;
    reading->scope.session_id = session->key;
    jout_object(out);
    jout_key_string(out, "session", session->name);
    jout_key_int(out, "seq", session->seq);
    jout_key_time(out, "time", session->ts_ns);
    jout_key(out, "items");
    jout_array(out);
    return 0;
}

// Finds the session, prints the list by `list`, and ends it.
static int answer(struct call *call, int (*list)(struct reading *reading)) {
    struct reading reading;
    TRY(borrow(call, &reading));
    // One transaction: the list is what stands at `seq`.
    int rc = sql_begin(reading.sql, SQL_READ);
    if (rc == 0)
        rc = stored_session(reading.sql, reading.scope.tenant_id, call_param(call, "stored"),
                            open_answer, &reading);
    if (rc >= 0) rc = list(&reading);
    if (rc >= 0) rc = sql_commit(reading.sql);
    if (rc >= 0) call_page_end(call, &reading.page);
    return give_back(&reading, rc);
}

static void print_number(struct text *out, const char *key, int64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    jout_key_string(out, key, text);
}

static void print_whose(struct text *out, const char *name, int64_t strategy, const char *venue,
                        const char *symbol) {
    char instrument[128];
    jout_key_string(out, "strategy", name);
    jout_key(out, "instance");
    if (strategy == STORED_ANY)
        jout_null(out);
    else
        jout_int(out, strategy);
    snprintf(instrument, sizeof instrument, "%s/%s", venue != NULL ? venue : "",
             symbol != NULL ? symbol : "");
    jout_key_string(out, "instrument", symbol != NULL ? instrument : NULL);
}

void api_meter_store(const struct api *api, struct text *out) {
    struct projector_totals all;
    if (api->store == NULL) return;
    projector_totals(api->options.projector, &all);
    uint32_t good = all.sessions - all.waiting - all.stopped;
    meter_family(
        out, "fulmar_store_sessions", "gauge",
        "Sessions that are taken into the database; waiting: it is down; stopped: a person "
        "has to look.");
    meter_sample(out, "fulmar_store_sessions", "state", "followed", (double)good);
    meter_sample(out, "fulmar_store_sessions", "state", "waiting", (double)all.waiting);
    meter_sample(out, "fulmar_store_sessions", "state", "stopped", (double)all.stopped);
    meter_family(out, "fulmar_store_records", "gauge", "Records of their journals.");
    meter_sample(out, "fulmar_store_records", "place", "read", (double)all.taken);
    meter_sample(out, "fulmar_store_records", "place", "stored", (double)all.written);
    meter_family(out, "fulmar_store_behind_bytes", "gauge", "Of journals that were not read yet.");
    meter_sample(out, "fulmar_store_behind_bytes", NULL, NULL, (double)all.behind_bytes);
    const struct sql_pool_counts pool = sql_pool_counts(api->store);
    meter_family(out, "fulmar_store_connections", "gauge", "That read the database.");
    meter_sample(out, "fulmar_store_connections", "state", "open", (double)pool.open);
    meter_sample(out, "fulmar_store_connections", "state", "lent", (double)pool.lent);
    meter_family(out, "fulmar_store_refused_total", "counter", "Reads that found none in time.");
    meter_sample(out, "fulmar_store_refused_total", NULL, NULL, (double)pool.refused);
    meter_family(out, "fulmar_store_studies_lost_total", "counter",
                 "Notes of studies that had no room while the database was down.");
    meter_sample(out, "fulmar_store_studies_lost_total", NULL, NULL,
                 (double)studies_lost(api->studies));
}

#define HISTORY(id_, path_, summary_, object_, query_)                                             \
    const struct route route_##id_ = {.method = "GET",                                             \
                                      .path = "/api/v1/history" path_,                             \
                                      .id = #id_,                                                  \
                                      .tag = "History",                                            \
                                      .summary = (summary_),                                       \
                                      .role = ROUTE_VIEWER,                                        \
                                      .scope = "read",                                             \
                                      .rate = "report",                                            \
                                      .flags = ROUTE_WORKER | ROUTE_BUSY | ROUTE_MISSING,          \
                                      ROUTE_QUERY(query_),                                         \
                                      .response = &(object_),                                      \
                                      .status = 200,                                               \
                                      .handle = id_}

// Sessions.

static const struct field session_fields[] = {
    TEXT("name", "What it is called here: one that was ended has the instant it was made behind "
                 "its name."),
    TEXT("kind", "paper, backtest, live."),
    {"state", FIELD_STRING, FIELD_REQUIRED, .choices = "starting|running|stopped|failed",
     .help = "Of it."},
    TEXT("currency", "Of the account."),
    TEXT("capital", "That it began with."),
    TIME("made", "When."),
    TIME("ended", "When it stood last; null: it goes on."),
    COUNT("records", "Of its journal that are in the database."),
    COUNT("seq", "The latest input among them."),
    TIME("time", "Of that input, by the session's clock."),
};
static OBJECT(session_object, "StoredSession", session_fields, "A session in the database.");
static const struct field sessions_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &session_object,
     .help = "The page, newest first."},
    {"next", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_cursor,
     .help = "The next page's cursor."},
};
static OBJECT(sessions_object, "StoredSessions", sessions_fields, "Sessions of the tenant.");
static const struct field page_query[] = {CALL_PAGE_FIELDS};

static int print_session(void *self, const struct stored_session *session) {
    struct reading *reading = self;
    struct text *out = &reading->call->out;
    if (!takes(reading, session->key)) return 0;
    jout_object(out);
    jout_key_string(out, "name", session->name);
    jout_key_string(out, "kind", session->kind);
    jout_key_string(out, "state", session->state);
    jout_key_string(out, "currency", session->currency);
    jout_key_string(out, "capital", session->capital);
    jout_key_time(out, "made", session->created_ns);
    jout_key_time(out, "ended", session->ended_ns);
    jout_key_int(out, "records", session->events);
    jout_key_int(out, "seq", session->seq);
    jout_key_time(out, "time", session->ts_ns);
    jout_end_object(out);
    return 0;
}

static int list_stored(struct call *call) {
    struct reading reading;
    struct text *out = &call->out;
    TRY(borrow(call, &reading));
    jout_object(out);
    jout_key(out, "items");
    jout_array(out);
    int rc = stored_sessions(reading.sql, reading.scope.tenant_id, reading.want, print_session,
                             &reading);
    if (rc >= 0) call_page_end(call, &reading.page);
    return give_back(&reading, rc);
}
HISTORY(list_stored, "", "Sessions that are in the database, also those that were ended.",
        sessions_object, page_query);

// Orders.

static const struct field order_fields[] = {
    NUMBER("order", "Its number."),
    TEXT("venue_id", "What the venue knows it by."),
    TEXT_OR_NULL("client_id", "Of an order by hand."),
    WHOSE,
    {"side", FIELD_STRING, FIELD_REQUIRED, .choices = "buy|sell", .help = "Which."},
    TEXT("type", "market, limit, stop, ..."),
    TEXT("tif", "gtc, day, ioc, ..."),
    TEXT("state", "Where it is in its life."),
    FLAG("live", "It can still fill."),
    TEXT_OR_NULL("reason", "Why it ended; null: as it should."),
    TEXT("purpose", "Why it was sent."),
    TEXT("qty", "Asked."),
    TEXT("filled", "Of it."),
    TEXT("filled_value", "Sum of price times quantity."),
    COUNT("fills", "Of it."),
    TEXT_OR_NULL("limit_price", "Of a limit."),
    TEXT_OR_NULL("stop_price", "Of a stop."),
    TEXT_OR_NULL("trail", "Of a trailing stop."),
    FLAG("post_only", "It takes nothing."),
    FLAG("reduce_only", "It opens nothing."),
    TIME("expires", "Of gtd."),
    TIME("created", "By the session's clock."),
    TIME("updated", "By the session's clock."),
    TIME("ended", "By the session's clock."),
};
static OBJECT(order_object, "StoredOrder", order_fields, "An order as it stands.");
PAGE(orders_object, "StoredOrders", order_object, "Orders of a session, newest first.");

#define INSTRUMENT_QUERY                                                                           \
    {"instance", FIELD_INTEGER, 0,                                                                 \
     .min = 0,   .max = 100000, .help = "Of one strategy alone: its number in the session."},      \
        {"symbol", FIELD_STRING, 0, .form = &form_venue, .help = "Of one instrument alone."}, {    \
        "venue", FIELD_STRING, 0, .form = &form_venue, .example = "\"LOCAL\"",                     \
                                  .help = "Of one venue alone."                                    \
    }

static const struct field orders_query[] = {
    CALL_PAGE_FIELDS,
    INSTRUMENT_QUERY,
    {"state", FIELD_STRING, 0, .form = &form_word, .example = "\"filled\"",
     .help = "Those in one state alone."},
    {"live", FIELD_BOOLEAN, 0, .help = "Those that can still fill alone; false."},
};

static int print_order(void *self, const struct stored_order *order) {
    struct reading *reading = self;
    struct text *out = &reading->call->out;
    if (!takes(reading, order->key)) return 0;
    jout_object(out);
    print_number(out, "order", order->order_id);
    jout_key_string(out, "venue_id", order->client_order_id);
    jout_key_string(out, "client_id", order->client_id);
    print_whose(out, order->strategy_name, order->strategy, order->venue, order->symbol);
    jout_key_string(out, "side", order->side);
    jout_key_string(out, "type", order->type);
    jout_key_string(out, "tif", order->tif);
    jout_key_string(out, "state", order->state);
    jout_key_bool(out, "live", order->ended_ns == 0);
    jout_key_string(out, "reason", order->reason);
    jout_key_string(out, "purpose", order->purpose);
    jout_key_string(out, "qty", order->qty);
    jout_key_string(out, "filled", order->filled_qty);
    jout_key_string(out, "filled_value", order->filled_value);
    jout_key_int(out, "fills", order->fills);
    jout_key_string(out, "limit_price", order->limit_price);
    jout_key_string(out, "stop_price", order->stop_price);
    jout_key_string(out, "trail", order->trail);
    jout_key_bool(out, "post_only", order->post_only);
    jout_key_bool(out, "reduce_only", order->reduce_only);
    jout_key_time(out, "expires", order->expire_ns);
    jout_key_time(out, "created", order->created_ns);
    jout_key_time(out, "updated", order->updated_ns);
    jout_key_time(out, "ended", order->ended_ns);
    jout_end_object(out);
    return 0;
}

static int read_orders(struct reading *reading) {
    struct call *call = reading->call;
    const struct stored_order_filter filter = {.strategy =
                                                   call_query_int(call, "instance", STORED_ANY),
                                               .instrument = STORED_ANY,
                                               .venue = call_query(call, "venue"),
                                               .symbol = call_query(call, "symbol"),
                                               .state = call_query(call, "state"),
                                               .live = call_query_bool(call, "live", false)};
    return stored_orders(reading->sql, reading->scope, &filter, reading->want, print_order,
                         reading);
}

static int list_stored_orders(struct call *call) {
    return answer(call, read_orders);
}
HISTORY(list_stored_orders, "/{stored}/orders", "All orders of a session, newest first.",
        orders_object, orders_query);

// Fills.

static const struct field fill_fields[] = {
    COUNT("seq", "Of the event that booked it."),
    TIME("time", "By the session's clock."),
    TIME("venue_time", "When the venue made it."),
    NUMBER("order", "Of which it is."),
    TEXT("trade", "The venue's number of it."),
    WHOSE,
    {"side", FIELD_STRING, FIELD_REQUIRED, .choices = "buy|sell", .help = "Which."},
    {"liquidity", FIELD_STRING, FIELD_REQUIRED, .choices = "maker|taker|none", .help = "Which."},
    TEXT("qty", "Filled."),
    TEXT("price", "At which."),
    TEXT("fee", "Below 0: a rebate."),
    TEXT("fee_currency", "Of the fee."),
    TEXT("notional", "Its value."),
    TEXT("realised", "Profit it booked, before the fee."),
    TEXT("position", "Held after it."),
};
static OBJECT(fill_object, "StoredFill", fill_fields, "A fill as it was booked.");
PAGE(fills_object, "StoredFills", fill_object, "Fills of a session, newest first.");
static const struct field fills_query[] = {
    CALL_PAGE_FIELDS,
    INSTRUMENT_QUERY,
    {"order", FIELD_STRING, 0, .form = &form_number, .help = "Of one order alone."},
    {"from", FIELD_STRING, 0, .form = &form_time, .help = "From this instant on."},
    {"until", FIELD_STRING, 0, .form = &form_time, .help = "Before this instant."},
};

static int print_fill(void *self, const struct stored_fill *fill) {
    struct reading *reading = self;
    struct text *out = &reading->call->out;
    if (!takes(reading, fill->key)) return 0;
    jout_object(out);
    jout_key_int(out, "seq", fill->seq);
    jout_key_time(out, "time", fill->ts_ns);
    jout_key_time(out, "venue_time", fill->venue_ts_ns);
    print_number(out, "order", fill->order_id);
    jout_key_string(out, "trade", fill->trade_id);
    print_whose(out, fill->strategy_name, fill->strategy, fill->venue, fill->symbol);
    jout_key_string(out, "side", fill->side);
    jout_key_string(out, "liquidity", fill->liquidity);
    jout_key_string(out, "qty", fill->qty);
    jout_key_string(out, "price", fill->price);
    jout_key_string(out, "fee", fill->fee);
    jout_key_string(out, "fee_currency", fill->fee_currency);
    jout_key_string(out, "notional", fill->notional);
    jout_key_string(out, "realised", fill->realised);
    jout_key_string(out, "position", fill->position);
    jout_end_object(out);
    return 0;
}

static int read_fills(struct reading *reading) {
    struct call *call = reading->call;
    const char *order = call_query(call, "order");
    const struct stored_fill_filter filter = {
        .strategy = call_query_int(call, "instance", STORED_ANY),
        .instrument = STORED_ANY,
        .venue = call_query(call, "venue"),
        .symbol = call_query(call, "symbol"),
        .order_id = order != NULL ? strtoll(order, NULL, 10) : STORED_ANY,
        .from_ns = call_query_time(call, "from", 0),
        .until_ns = call_query_time(call, "until", 0)};
    return stored_fills(reading->sql, reading->scope, &filter, reading->want, print_fill, reading);
}

static int list_stored_fills(struct call *call) {
    return answer(call, read_fills);
}
HISTORY(list_stored_fills, "/{stored}/fills", "All fills of a session, newest first.", fills_object,
        fills_query);

// Positions.

static const struct field position_fields[] = {
    WHOSE,
    TEXT("currency", "Of what follows."),
    TEXT("qty", "Held, signed."),
    TEXT("entry", "Average price."),
    TEXT("cost", "What was paid."),
    TEXT("value", "At the latest price."),
    TEXT("realised", "Profit that is booked, before fees."),
    TEXT("fees", "Paid."),
    TEXT("income", "Dividends, funding."),
    TEXT("bought", "In all."),
    TEXT("sold", "In all."),
    TIME("opened", "When; null: it is flat."),
    TIME("updated", "By the session's clock."),
};
static OBJECT(position_object, "StoredPosition", position_fields,
              "What a strategy holds, or held, of an instrument.");
PAGE(positions_object, "StoredPositions", position_object,
     "Positions of a session, by strategy and instrument.");
static const struct field positions_query[] = {
    CALL_PAGE_FIELDS,
    {"open", FIELD_BOOLEAN, 0, .help = "Those that hold something alone; false."},
};

static int print_position(void *self, const struct stored_position *position) {
    struct reading *reading = self;
    struct text *out = &reading->call->out;
    if (!takes(reading, position->key)) return 0;
    jout_object(out);
    print_whose(out, position->strategy_name, position->strategy, position->venue,
                position->symbol);
    jout_key_string(out, "currency", position->currency);
    jout_key_string(out, "qty", position->qty);
    jout_key_string(out, "entry", position->entry);
    jout_key_string(out, "cost", position->cost);
    jout_key_string(out, "value", position->value);
    jout_key_string(out, "realised", position->realised);
    jout_key_string(out, "fees", position->fees);
    jout_key_string(out, "income", position->income);
    jout_key_string(out, "bought", position->bought);
    jout_key_string(out, "sold", position->sold);
    jout_key_time(out, "opened", position->opened_ns);
    jout_key_time(out, "updated", position->updated_ns);
    jout_end_object(out);
    return 0;
}

static int read_positions(struct reading *reading) {
    bool open = call_query_bool(reading->call, "open", false);
    return stored_positions(reading->sql, reading->scope, open, reading->want, print_position,
                            reading);
}

static int list_stored_positions(struct call *call) {
    return answer(call, read_positions);
}
HISTORY(list_stored_positions, "/{stored}/positions",
        "What a session holds and held, by strategy and instrument.", positions_object,
        positions_query);

// Equity.

static const struct field equity_fields[] = {
    TIME("hour", "Where the hour begins; a mark on the full hour is of the one before."),
    TIME("time", "Of the last event in it."),
    TEXT("equity", "Cash and what is held at its last prices."),
    TEXT("gross", "Value of what is held, long and short added."),
    TEXT("cash", "Of the account's currency."),
};
static OBJECT(equity_object, "StoredEquity", equity_fields,
              "The account at the end of an hour in which something happened.");
PAGE(equities_object, "StoredEquities", equity_object, "The account hour by hour, oldest first.");
static const struct field equity_query[] = {
    CALL_PAGE_FIELDS,
    {"from", FIELD_STRING, 0, .form = &form_time, .help = "Hours that begin at or after this."},
    {"until", FIELD_STRING, 0, .form = &form_time, .help = "Hours that begin before this."},
};

static int print_equity(void *self, const struct stored_equity *row) {
    struct reading *reading = self;
    struct text *out = &reading->call->out;
    if (!takes(reading, row->key)) return 0;
    jout_object(out);
    jout_key_time(out, "hour", row->key);
    jout_key_time(out, "time", row->ts_ns);
    jout_key_string(out, "equity", row->equity);
    jout_key_string(out, "gross", row->gross);
    jout_key_string(out, "cash", row->cash);
    jout_end_object(out);
    return 0;
}

static int read_equity(struct reading *reading) {
    struct call *call = reading->call;
    return stored_equity(reading->sql, reading->scope, call_query_time(call, "from", 0),
                         call_query_time(call, "until", 0), reading->want, print_equity, reading);
}

static int list_stored_equity(struct call *call) {
    return answer(call, read_equity);
}
HISTORY(list_stored_equity, "/{stored}/equity",
        "What a session's account was worth, hour by hour, oldest first.", equities_object,
        equity_query);

// Risk.

static const struct field risk_fields[] = {
    COUNT("seq", "Of the event."),
    TIME("time", "By the session's clock."),
    TEXT("rule", "That spoke; operator: a person; ledger: the books refused it."),
    TEXT("verdict", "veto, shrink, halt, resume, kill, refused, ..."),
    WHOSE,
    {"side", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .choices = "buy|sell",
     .help = "Which."},
    TEXT_OR_NULL("qty_asked", "What was asked."),
    TEXT_OR_NULL("qty_left", "What was left of it."),
    REAL("limit", "Of the rule."),
    REAL("value", "That met it."),
    TEXT_OR_NULL("reason", "The operator's number."),
};
static OBJECT(risk_object, "StoredRiskEvent", risk_fields,
              "A refusal, a cut, a halt, a resume, a change of a strategy.");
PAGE(risks_object, "StoredRiskEvents", risk_object, "Risk events of a session, newest first.");
static const struct field risk_query[] = {
    CALL_PAGE_FIELDS,
    {"rule", FIELD_STRING, 0, .form = &form_word, .help = "Of one rule alone."},
};

static int print_risk(void *self, const struct stored_risk_event *event) {
    struct reading *reading = self;
    struct text *out = &reading->call->out;
    if (!takes(reading, event->key)) return 0;
    jout_object(out);
    jout_key_int(out, "seq", event->seq);
    jout_key_time(out, "time", event->ts_ns);
    jout_key_string(out, "rule", event->rule);
    jout_key_string(out, "verdict", event->verdict);
    print_whose(out, event->strategy_name, event->strategy, event->venue, event->symbol);
    jout_key_string(out, "side", event->side);
    jout_key_string(out, "qty_asked", event->qty_asked);
    jout_key_string(out, "qty_left", event->qty_left);
    jout_key_real(out, "limit", event->limit);
    jout_key_real(out, "value", event->value);
    jout_key_string(out, "reason", event->reason);
    jout_end_object(out);
    return 0;
}

static int read_risk(struct reading *reading) {
    return stored_risk_events(reading->sql, reading->scope, call_query(reading->call, "rule"),
                              reading->want, print_risk, reading);
}

static int list_stored_risk(struct call *call) {
    return answer(call, read_risk);
}
HISTORY(list_stored_risk, "/{stored}/risk", "Risk events of a session, newest first.", risks_object,
        risk_query);

// Studies.

static const struct field study_fields[] = {
    TEXT("name", "What the database knows it by."),
    TEXT("kind", "backtest, sweep, walkforward."),
    {"state", FIELD_STRING, FIELD_REQUIRED, .choices = "queued|running|done|failed|canceled|lost",
     .help = "Where it ended. lost: it was under way in a server that is gone."},
    TEXT_OR_NULL("run", "That it keeps, or kept."),
    TEXT("words", "The command line that it was."),
    TIME("asked", "When."),
    TIME("began", "When it began."),
    TIME("ended", "When it ended."),
    TEXT_OR_NULL("story", "Why it failed."),
};
static OBJECT(study_object, "StoredStudy", study_fields, "Long work that was asked for.");
static const struct field studies_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &study_object,
     .help = "The page, newest first."},
    {"next", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_cursor,
     .help = "The next page's cursor."},
};
static OBJECT(studies_object, "StoredStudies", studies_fields, "Studies of the tenant.");
static const struct field studies_query[] = {
    CALL_PAGE_FIELDS,
    {"state", FIELD_STRING, 0, .choices = "queued|running|done|failed|canceled",
     .help = "Those in one state alone, as the database has it."},
};

static int print_study(void *self, const struct stored_run *run) {
    struct reading *reading = self;
    struct text *out = &reading->call->out;
    if (!takes(reading, run->key)) return 0;
    bool over = strcmp(run->state, "queued") != 0 && strcmp(run->state, "running") != 0;
    bool lost = !over && !studies_is_live(reading->call->api->studies, run->name);
    jout_object(out);
    jout_key_string(out, "name", run->name);
    jout_key_string(out, "kind", run->kind);
    jout_key_string(out, "state", lost ? "lost" : run->state);
    jout_key_string(out, "run", run->folder);
    jout_key_string(out, "words", run->config);
    jout_key_time(out, "asked", run->created_ns);
    jout_key_time(out, "began", run->started_ns);
    jout_key_time(out, "ended", run->ended_ns);
    jout_key_string(out, "story", run->error);
    jout_end_object(out);
    return 0;
}

static int list_studies(struct call *call) {
    struct reading reading;
    TRY(borrow(call, &reading));
    jout_object(&call->out);
    jout_key(&call->out, "items");
    jout_array(&call->out);
    int rc = stored_runs(reading.sql, reading.scope.tenant_id, call_query(call, "state"),
                         reading.want, print_study, &reading);
    if (rc >= 0) call_page_end(call, &reading.page);
    return give_back(&reading, rc);
}
const struct route route_list_studies = {
    .method = "GET",
    .path = "/api/v1/studies",
    .id = "list_studies",
    .tag = "History",
    .summary = "Backtests, sweeps and others that were asked for, of servers before this one too.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "report",
    .flags = ROUTE_WORKER | ROUTE_BUSY,
    ROUTE_QUERY(studies_query),
    .response = &studies_object,
    .status = 200,
    .handle = list_studies,
};
