// SPDX-License-Identifier: Apache-2.0
// What is on the tape: its series, and their rows. Rows are given by column, so that an answer of 20,000 is not 20,000
// times the names.
#include <stdio.h>
#include <string.h>

#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"

enum { ROWS_MAX = 20000, ROWS = 1000 };

static const struct field row_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .help = "VENUE/SYMBOL/kind."},
    {"venue", FIELD_STRING, FIELD_REQUIRED, .help = "Where it is traded."},
    {"symbol", FIELD_STRING, FIELD_REQUIRED, .help = "The instrument."},
    {"kind", FIELD_STRING, FIELD_REQUIRED, .help = "bar-1m, mid-1m, trade, quote, feed."},
    {"frame_s", FIELD_INTEGER, FIELD_REQUIRED, .help = "Seconds of a bar; 0 of what is no bar."},
};
static OBJECT(row_object, "SeriesName", row_fields, "What one instrument did, of one kind.");
static const struct field list_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &row_object, .help = "The page."},
    {"next", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_cursor,
     .help = "The next page's cursor."},
};
static OBJECT(list_object, "SeriesPage", list_fields, "Series of the tape.");
static const struct field list_query[] = {
    CALL_PAGE_FIELDS,
    {"venue", FIELD_STRING, 0, .form = &form_venue, .example = "\"LOCAL\"",
     .help = "Those of a venue alone."},
    {"kind", FIELD_STRING, 0, .form = &form_venue, .example = "\"bar-1d\"",
     .help = "Those of a kind alone."},
    {"contains", FIELD_STRING, 0, .form = &form_line, .max = 40,
     .help = "Those whose name has this in it, without case."},
};

struct parts {
    char name[TAPE_NAME_SIZE];
    char venue[VENUE_NAME_SIZE + 1];
    char symbol[SYMBOL_SIZE + 1];
    const char *kind; // of name
};

static void take_apart(const struct tape_series *series, struct parts *ret_parts) {
    tape_series_print(series, ret_parts->name);
    snprintf(ret_parts->venue, sizeof ret_parts->venue, "%.*s", VENUE_NAME_SIZE, series->venue);
    snprintf(ret_parts->symbol, sizeof ret_parts->symbol, "%.*s", SYMBOL_SIZE, series->symbol);
    const char *slash = strrchr(ret_parts->name, '/');
    ret_parts->kind = slash != NULL ? slash + 1 : "";
}

static void print_parts(const struct tape_series *series, const struct parts *parts,
                        struct text *out) {
    jout_key_string(out, "name", parts->name);
    jout_key_string(out, "venue", parts->venue);
    jout_key_string(out, "symbol", parts->symbol);
    jout_key_string(out, "kind", parts->kind);
    jout_key_int(out, "frame_s", series->frame_s);
}

static bool is_wanted(const struct call *call, const struct parts *parts) {
    const char *venue = call_query(call, "venue"), *kind = call_query(call, "kind");
    const char *contains = call_query(call, "contains");
    return (venue == NULL || strcmp(venue, parts->venue) == 0) &&
           (kind == NULL || strcmp(kind, parts->kind) == 0) &&
           (contains == NULL || strcasestr(parts->name, contains) != NULL);
}

static int list_series(struct call *call) {
    const struct tape_series *items;
    struct call_page page;
    size_t count;
    TRY(tape_cache_list(call->worker->tapes, call->began_ns, &items, &count));
    TRY(call_page_begin(call, &page));
    for (size_t i = 0; i < count && !page.more; i++) {
        struct parts parts;
        char key[24];
        take_apart(&items[i], &parts);
        snprintf(key, sizeof key, "%08zu", i);
        if (!is_wanted(call, &parts) || !call_page_take(&page, key)) continue;
        jout_object(&call->out);
        print_parts(&items[i], &parts, &call->out);
        jout_end_object(&call->out);
    }
    call_page_end(call, &page);
    return 0;
}

const struct route route_list_series = {
    .method = "GET",
    .path = "/api/v1/series",
    .id = "list_series",
    .tag = "Market data",
    .summary = "The series on the tape.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .flags = ROUTE_WORKER,
    ROUTE_QUERY(list_query),
    .response = &list_object,
    .status = 200,
    .handle = list_series,
};

// Instruments: series that share venue and symbol, which stand side by side in the list.

static const struct field instrument_fields[] = {
    {"venue", FIELD_STRING, FIELD_REQUIRED, .help = "Where it is traded."},
    {"symbol", FIELD_STRING, FIELD_REQUIRED, .help = "Its name there."},
    {"kinds", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST, .help = "Kinds of its series."},
};
static OBJECT(instrument_object, "Instrument", instrument_fields, "What the tape has series of.");
static const struct field instruments_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &instrument_object,
     .help = "The page."},
    {"next", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_cursor,
     .help = "The next page's cursor."},
};
static OBJECT(instruments_object, "InstrumentPage", instruments_fields, "Instruments of the tape.");

static bool is_same_instrument(const struct tape_series *a, const struct tape_series *b) {
    return strncmp(a->venue, b->venue, sizeof a->venue) == 0 &&
           strncmp(a->symbol, b->symbol, sizeof a->symbol) == 0;
}

static void print_instrument(const struct tape_series *items, size_t count, struct text *out) {
    struct parts parts;
    take_apart(&items[0], &parts);
    jout_object(out);
    jout_key_string(out, "venue", parts.venue);
    jout_key_string(out, "symbol", parts.symbol);
    jout_key(out, "kinds");
    jout_array(out);
    for (size_t i = 0; i < count; i++) {
        take_apart(&items[i], &parts);
        jout_string(out, parts.kind);
    }
    jout_end_array(out);
    jout_end_object(out);
}

static int list_instruments(struct call *call) {
    const struct tape_series *items;
    struct call_page page;
    size_t count, last;
    TRY(tape_cache_list(call->worker->tapes, call->began_ns, &items, &count));
    TRY(call_page_begin(call, &page));
    for (size_t i = 0; i < count && !page.more; i = last) {
        struct parts parts;
        char key[24];
        bool wanted = false;
        for (last = i; last < count && is_same_instrument(&items[i], &items[last]); last++) {
            take_apart(&items[last], &parts);
            wanted = wanted || is_wanted(call, &parts);
        }
        snprintf(key, sizeof key, "%08zu", i);
        if (wanted && call_page_take(&page, key)) print_instrument(&items[i], last - i, &call->out);
    }
    call_page_end(call, &page);
    return 0;
}

const struct route route_list_instruments = {
    .method = "GET",
    .path = "/api/v1/instruments",
    .id = "list_instruments",
    .tag = "Market data",
    .summary = "The instruments that the tape has series of.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .flags = ROUTE_WORKER,
    ROUTE_QUERY(list_query),
    .response = &instruments_object,
    .status = 200,
    .handle = list_instruments,
};

static int find_tape(struct call *call, struct tape_series *ret_series, struct tape **ret_tape) {
    char name[TAPE_NAME_SIZE + 128];
    snprintf(name, sizeof name, "%s/%s/%s", call_param(call, "venue"), call_param(call, "symbol"),
             call_param(call, "kind"));
    if (tape_series_parse(name, ret_series) < 0)
        return ERR_SET(ERR_NOT_FOUND, "there is no series %s", name);
    int rc = tape_cache_get(call->worker->tapes, ret_series, ret_tape);
    if (rc == ERR_NOT_FOUND)
        return ERR_SET(ERR_NOT_FOUND, "there is no series %s on the tape", name);
    return rc;
}

static const struct field series_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .help = "VENUE/SYMBOL/kind."},
    {"venue", FIELD_STRING, FIELD_REQUIRED, .help = "Where it is traded."},
    {"symbol", FIELD_STRING, FIELD_REQUIRED, .help = "The instrument."},
    {"kind", FIELD_STRING, FIELD_REQUIRED, .help = "bar-1m, mid-1m, trade, quote, feed."},
    {"frame_s", FIELD_INTEGER, FIELD_REQUIRED, .help = "Seconds of a bar; 0 of what is no bar."},
    {"rows", FIELD_INTEGER, FIELD_REQUIRED, .help = "How many."},
    {"bytes", FIELD_INTEGER, FIELD_REQUIRED, .help = "On the disk."},
    {"first", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "The first row's instant."},
    {"last", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "The last row's."},
    {"asset", FIELD_STRING, FIELD_REQUIRED, .help = "equity, crypto, forex, future, index."},
    {"currency", FIELD_STRING, FIELD_REQUIRED, .help = "It is priced in."},
    {"price_decimals", FIELD_INTEGER, FIELD_REQUIRED, .help = "Of its prices."},
    {"qty_decimals", FIELD_INTEGER, FIELD_REQUIRED, .help = "Of its quantities."},
    {"tick", FIELD_STRING, FIELD_REQUIRED, .form = &form_decimal,
     .help = "Smallest step of the price."},
    {"lot", FIELD_STRING, FIELD_REQUIRED, .form = &form_decimal,
     .help = "Smallest step of the quantity."},
    {"multiplier", FIELD_STRING, FIELD_REQUIRED, .form = &form_decimal, .help = "Contract size."},
    {"payoff", FIELD_STRING, FIELD_REQUIRED, .choices = "linear|inverse",
     .help = "What a move of the price earns."},
    {"gaps", FIELD_INTEGER, FIELD_REQUIRED | FIELD_NULLABLE, .help = "Holes between bars."},
};
static OBJECT(series_object, "Series", series_fields, "A series of the tape, and its instrument.");

static int get_series(struct call *call) {
    struct tape_series series;
    struct tape *tape;
    struct parts parts;
    struct text *out = &call->out;
    TRY(find_tape(call, &series, &tape));
    const struct tape_meta *meta = tape_meta(tape);
    const struct instrument *instrument = &meta->instrument;
    bool bars = series.kind == TAPE_BARS || series.kind == TAPE_MIDS;
    char currency[CURRENCY_CODE_SIZE + 1];
    take_apart(&series, &parts);
    snprintf(currency, sizeof currency, "%.*s", CURRENCY_CODE_SIZE, meta->currency);
    jout_object(out);
    print_parts(&series, &parts, out);
    jout_key_int(out, "rows", (int64_t)tape_count(tape));
    jout_key_int(out, "bytes", (int64_t)tape_bytes(tape));
    jout_key_time(out, "first", tape_first_ns(tape));
    jout_key_time(out, "last", tape_last_ns(tape));
    jout_key_string(out, "asset", asset_class_name(instrument->asset));
    jout_key_string(out, "currency", currency);
    jout_key_int(out, "price_decimals", instrument->price_decimals);
    jout_key_int(out, "qty_decimals", instrument->qty_decimals);
    jout_key_decimal(out, "tick", instrument->tick.m, instrument->price_decimals);
    jout_key_decimal(out, "lot", instrument->lot.m, instrument->qty_decimals);
    jout_key_decimal(out, "multiplier", instrument->multiplier, instrument->multiplier_decimals);
    jout_key_string(out, "payoff", payoff_name(instrument->payoff));
    jout_key(out, "gaps");
    if (bars && tape_count(tape) < 2000000)
        jout_int(out, (int64_t)tape_gaps(tape).count);
    else
        jout_null(out);
    jout_end_object(out);
    return 0;
}

const struct route route_get_series = {
    .method = "GET",
    .path = "/api/v1/series/{venue}/{symbol}/{kind}",
    .id = "get_series",
    .tag = "Market data",
    .summary = "A series, and how its instrument is counted.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .flags = ROUTE_WORKER,
    .response = &series_object,
    .status = 200,
    .handle = get_series,
};

// Rows first to last - 1 of all partitions, numbered through.
struct span {
    uint64_t first, last;
};

static const int64_t *times_of(const struct tape *tape, uint32_t kind, uint32_t partition) {
    switch (kind) {
    case TAPE_TRADES:
        return tape_trades(tape, partition).ts_ns;
    case TAPE_QUOTES:
        return tape_quotes(tape, partition).ts_ns;
    case TAPE_FEED:
        return tape_feed(tape, partition).receipt_ns;
    default:
        return tape_bars(tape, partition).open_ns;
    }
}

// How many rows are before an instant.
static uint64_t rows_before(const struct tape *tape, uint32_t kind, int64_t ns) {
    uint64_t before = 0;
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        const int64_t *times = times_of(tape, kind, p);
        uint64_t low = 0, high = tape_partition_rows(tape, p);
        if (high > 0 && times[high - 1] < ns) {
            before += high;
            continue;
        }
        while (low < high) {
            uint64_t middle = low + (high - low) / 2;
            if (times[middle] < ns)
                low = middle + 1;
            else
                high = middle;
        }
        return before + low;
    }
    return before;
}

static struct span span_of(const struct call *call, const struct tape *tape, uint32_t kind) {
    int64_t from = call_query_time(call, "from", INT64_MIN),
            to = call_query_time(call, "to", INT64_MAX);
    uint64_t limit = (uint64_t)call_query_int(call, "limit", ROWS);
    struct span span = {from == INT64_MIN ? 0 : rows_before(tape, kind, from),
                        to == INT64_MAX ? tape_count(tape) : rows_before(tape, kind, to)};
    if (span.last < span.first) span.last = span.first;
    if (span.last - span.first <= limit) return span;
    if (call_query_bool(call, "latest", false))
        span.first = span.last - limit;
    else
        span.last = span.first + limit;
    return span;
}

// Calls `print` for the part of a column that a span has of each partition.
struct column {
    const char *name;
    size_t at;    // which of the partition's columns
    int decimals; // -1: whole numbers
};
typedef const int64_t *(*column_of)(const struct tape *tape, uint32_t partition, size_t at);

static void print_column(const struct tape *tape, struct span span, const struct column *column,
                         column_of get, struct text *out) {
    uint64_t before = 0;
    jout_key(out, column->name);
    jout_array(out);
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        uint64_t rows = tape_partition_rows(tape, p);
        uint64_t from = span.first > before ? span.first - before : 0;
        uint64_t to = span.last > before ? span.last - before : 0;
        if (to > rows) to = rows;
        const int64_t *values = get(tape, p, column->at);
        for (uint64_t row = from; row < to; row++) {
            if (column->decimals < 0)
                jout_int(out, values[row]);
            else
                jout_decimal(out, values[row], column->decimals);
        }
        before += rows;
    }
    jout_end_array(out);
}

static const int64_t *bars_column(const struct tape *tape, uint32_t partition, size_t at) {
    struct tape_bars bars = tape_bars(tape, partition);
    const int64_t *const columns[] = {bars.open_ns, bars.close_ns, bars.open,  bars.high,
                                      bars.low,     bars.close,    bars.volume};
    return columns[at];
}

static const int64_t *trades_column(const struct tape *tape, uint32_t partition, size_t at) {
    struct tape_trades trades = tape_trades(tape, partition);
    const int64_t *const columns[] = {trades.ts_ns, trades.price, trades.qty, trades.side};
    return columns[at];
}

static const int64_t *quotes_column(const struct tape *tape, uint32_t partition, size_t at) {
    struct tape_quotes quotes = tape_quotes(tape, partition);
    const int64_t *const columns[] = {quotes.ts_ns, quotes.bid, quotes.bid_qty, quotes.ask,
                                      quotes.ask_qty};
    return columns[at];
}

// Where the next call goes on: the instant of the row behind the span.
static void print_next(const struct call *call, const struct tape *tape, uint32_t kind,
                       struct span span, struct text *out) {
    int64_t to = call_query_time(call, "to", INT64_MAX);
    uint64_t before = 0;
    jout_key(out, "next");
    for (uint32_t p = 0; p < tape_partition_count(tape); p++) {
        uint64_t rows = tape_partition_rows(tape, p);
        if (span.last < before + rows) {
            int64_t ns = times_of(tape, kind, p)[span.last - before];
            jout_time(out, ns < to ? ns : 0);
            return;
        }
        before += rows;
    }
    jout_null(out);
}

static const struct field rows_query[] = {
    {"from", FIELD_STRING, 0, .form = &form_time, .help = "The first instant; the series' first."},
    {"to", FIELD_STRING, 0, .form = &form_time, .example = "\"2019-01-01T00:00:00Z\"",
     .help = "The instant behind the last; the series' end."},
    {"limit", FIELD_INTEGER, 0, .min = 1, .max = ROWS_MAX, .help = "Rows of an answer; 1000."},
    {"latest", FIELD_BOOLEAN, 0, .help = "Of more rows the latest, not the earliest."},
};

#define NUMBERS(name_, help_)                                                                      \
    { name_, FIELD_INTEGER, FIELD_REQUIRED | FIELD_LIST, .items = ROWS_MAX, .help = (help_) }
#define DECIMALS(name_, flags_, help_)                                                             \
    {                                                                                              \
        name_, FIELD_STRING, (flags_) | FIELD_LIST, .form = &form_decimal, .items = ROWS_MAX,      \
                                                    .help = (help_)                                \
    }
#define NEXT                                                                                       \
    {                                                                                              \
        "next", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE,                                     \
            .form = &form_time, .help = "`from` of what follows; null at the end."                 \
    }

static const struct field bars_fields[] = {
    {"series", FIELD_STRING, FIELD_REQUIRED, .help = "VENUE/SYMBOL/kind."},
    NUMBERS("open_ns", "When a bar opened."),
    NUMBERS("close_ns", "When it was known."),
    DECIMALS("open", FIELD_REQUIRED, "Prices."),
    DECIMALS("high", FIELD_REQUIRED, "Prices."),
    DECIMALS("low", FIELD_REQUIRED, "Prices."),
    DECIMALS("close", FIELD_REQUIRED, "Prices."),
    DECIMALS("volume", FIELD_REQUIRED, "Quantities."),
    NEXT,
};
static OBJECT(bars_object, "Bars", bars_fields, "Bars by column, oldest first.");

static void open_rows(const struct tape_series *series, struct text *out) {
    char name[TAPE_NAME_SIZE];
    tape_series_print(series, name);
    jout_object(out);
    jout_key_string(out, "series", name);
}

static int get_bars(struct call *call) {
    struct tape_series series;
    struct tape *tape;
    TRY(find_tape(call, &series, &tape));
    if (series.kind != TAPE_BARS && series.kind != TAPE_MIDS)
        return ERR_SET(ERR_NOT_FOUND, "the series has no bars; its rows are at .../ticks");
    const struct instrument *instrument = &tape_meta(tape)->instrument;
    int price = instrument->price_decimals, qty = instrument->qty_decimals;
    const struct column columns[] = {{"open_ns", 0, -1}, {"close_ns", 1, -1}, {"open", 2, price},
                                     {"high", 3, price}, {"low", 4, price},   {"close", 5, price},
                                     {"volume", 6, qty}};
    struct span span = span_of(call, tape, series.kind);
    open_rows(&series, &call->out);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        print_column(tape, span, &columns[i], bars_column, &call->out);
    print_next(call, tape, series.kind, span, &call->out);
    jout_end_object(&call->out);
    return 0;
}

const struct route route_get_bars = {
    .method = "GET",
    .path = "/api/v1/series/{venue}/{symbol}/{kind}/bars",
    .id = "get_bars",
    .tag = "Market data",
    .summary = "Bars of a series.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "market_data",
    .flags = ROUTE_WORKER,
    ROUTE_QUERY(rows_query),
    .response = &bars_object,
    .status = 200,
    .handle = get_bars,
};

static const struct field ticks_fields[] = {
    {"series", FIELD_STRING, FIELD_REQUIRED, .help = "VENUE/SYMBOL/kind."},
    NUMBERS("ts_ns", "When."),
    DECIMALS("price", 0, "Of trades."),
    DECIMALS("qty", 0, "Of trades."),
    {"side", FIELD_INTEGER, FIELD_LIST, .items = ROWS_MAX,
     .help = "Of trades: 1 the buyer came, -1 the seller, 0 unknown."},
    DECIMALS("bid", 0, "Of quotes; 0: none."),
    DECIMALS("bid_qty", 0, "Of quotes."),
    DECIMALS("ask", 0, "Of quotes; 0: none."),
    DECIMALS("ask_qty", 0, "Of quotes."),
    NEXT,
};
static OBJECT(ticks_object, "Ticks", ticks_fields, "Trades or quotes by column, oldest first.");

static int get_ticks(struct call *call) {
    struct tape_series series;
    struct tape *tape;
    TRY(find_tape(call, &series, &tape));
    bool trades = series.kind == TAPE_TRADES;
    if (!trades && series.kind != TAPE_QUOTES)
        return ERR_SET(ERR_NOT_FOUND, "the series has neither trades nor quotes");
    const struct instrument *instrument = &tape_meta(tape)->instrument;
    int price = instrument->price_decimals, qty = instrument->qty_decimals;
    const struct column of_trades[] = {
        {"ts_ns", 0, -1}, {"price", 1, price}, {"qty", 2, qty}, {"side", 3, -1}};
    const struct column of_quotes[] = {{"ts_ns", 0, -1},
                                       {"bid", 1, price},
                                       {"bid_qty", 2, qty},
                                       {"ask", 3, price},
                                       {"ask_qty", 4, qty}};
    const struct column *columns = trades ? of_trades : of_quotes;
    struct span span = span_of(call, tape, series.kind);
    open_rows(&series, &call->out);
    for (size_t i = 0; i < (trades ? 4 : 5); i++)
        print_column(tape, span, &columns[i], trades ? trades_column : quotes_column, &call->out);
    print_next(call, tape, series.kind, span, &call->out);
    jout_end_object(&call->out);
    return 0;
}

const struct route route_get_ticks = {
    .method = "GET",
    .path = "/api/v1/series/{venue}/{symbol}/{kind}/ticks",
    .id = "get_ticks",
    .tag = "Market data",
    .summary = "Trades or quotes of a series.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "market_data",
    .flags = ROUTE_WORKER,
    ROUTE_QUERY(rows_query),
    .response = &ticks_object,
    .status = 200,
    .handle = get_ticks,
};
