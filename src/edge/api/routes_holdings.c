// SPDX-License-Identifier: Apache-2.0
// What a session holds: its exposures, how much can be lost of them, and how its instruments move together. It is
// judged by the tape up to the session's clock and not beyond.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/jout.h"
#include "edge/api/api_state.h"
#include "edge/api/asks.h"
#include "edge/api/desk_print.h"
#include "edge/api/desks.h"
#include "edge/api/panel_request.h"
#include "edge/api/routes.h"
#include "quant/series/covariance.h"

enum { NAME_SIZE = VENUE_NAME_SIZE + SYMBOL_SIZE + 2, ROWS = 500 };

struct holding {
    uint32_t instrument;
    double value, qty, last; // value in the instrument's currency, signed
};

// A session's holdings as they were when somebody asked; a question's.
struct holdings {
    struct holding *items;
    char (*names)[NAME_SIZE]; // VENUE/SYMBOL
    size_t count;
    int64_t clock_ns;
};

static double scaled(double mantissa, int decimals) {
    return mantissa * pow(10, -decimals);
}

static int money_decimals(const struct session_info *info, uint32_t currency) {
    return currency < info->instruments->currency_count
               ? info->instruments->currencies[currency].decimals
               : 2;
}

static void add_holding(struct holding *items, size_t *count, const struct session_info *info,
                        const struct session_position *position) {
    const struct instrument *instrument = instruments_get(info->instruments, position->instrument);
    size_t at = 0;
    while (at < *count && items[at].instrument != position->instrument) at++;
    if (at == *count) items[(*count)++] = (struct holding){.instrument = position->instrument};
    items[at].value +=
        scaled((double)position->value.m, money_decimals(info, instrument->currency));
    items[at].qty += scaled((double)position->qty.m, instrument->qty_decimals);
    items[at].last = scaled((double)position->last.m, instrument->price_decimals);
}

// What is held over all strategies, by instrument; *ret_items is malloc.
static int collect(const struct session_info *info, const struct session_view *view,
                   struct holding **ret_items, size_t *ret_count) {
    struct holding *items = calloc(view->position_count + 1, sizeof *items);
    size_t count = 0, held = 0;
    if (items == NULL) return ERR_SET(ERR_NOMEM, "no memory for positions");
    for (uint32_t i = 0; i < view->position_count; i++)
        if (view->positions[i].qty.m != 0) add_holding(items, &count, info, &view->positions[i]);
    for (size_t i = 0; i < count; i++)
        if (items[i].qty != 0) items[held++] = items[i]; // what strategies hold against each other
    *ret_items = items;
    *ret_count = held;
    return 0;
}

static const struct field exposure_fields[] = {
    {"instrument", FIELD_STRING, FIELD_REQUIRED, .help = "VENUE/SYMBOL."},
    {"currency", FIELD_STRING, FIELD_REQUIRED, .help = "Of the value."},
    {"asset", FIELD_STRING, FIELD_REQUIRED, .help = "equity, crypto, forex, future, index."},
    {"qty", FIELD_NUMBER, FIELD_REQUIRED, .help = "Held by all strategies, signed."},
    {"last", FIELD_NUMBER, FIELD_REQUIRED, .help = "Price now."},
    {"value", FIELD_NUMBER, FIELD_REQUIRED, .help = "At that price, signed."},
    {"share", FIELD_NUMBER, FIELD_REQUIRED | FIELD_NULLABLE,
     .help = "Of equity, where the currency is the account's."},
};
static OBJECT(exposure_object, "Exposure", exposure_fields, "What is held of an instrument.");
static const struct field exposures_fields[] = {
    {"session", FIELD_STRING, FIELD_REQUIRED, .help = "Whose."},
    {"clock", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time, .help = "When."},
    {"currency", FIELD_STRING, FIELD_REQUIRED, .help = "The account's."},
    {"equity", FIELD_NUMBER, FIELD_REQUIRED, .help = "In it, as what follows."},
    {"gross", FIELD_NUMBER, FIELD_REQUIRED, .help = "Long and short added."},
    {"net", FIELD_NUMBER, FIELD_REQUIRED, .help = "Long less short."},
    {"leverage", FIELD_NUMBER, FIELD_REQUIRED | FIELD_NULLABLE, .help = "Gross by equity."},
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &exposure_object, .items = 10000,
     .help = "By instrument, the largest first."},
};
static OBJECT(exposures_object, "Exposures", exposures_fields, "What a session is exposed to.");

static int by_size(const void *left, const void *right) {
    const struct holding *a = left, *b = right;
    double x = fabs(a->value), y = fabs(b->value);
    if (x != y) return x < y ? 1 : -1;
    return (a->instrument > b->instrument) - (a->instrument < b->instrument);
}

static void currency_code(const struct session_info *info, uint32_t currency,
                          char ret_code[CURRENCY_CODE_SIZE + 1]) {
    snprintf(ret_code, CURRENCY_CODE_SIZE + 1, "%.*s", CURRENCY_CODE_SIZE,
             info->instruments->currencies[currency].code);
}

static void print_holding(const struct session_info *info, const struct holding *holding,
                          double equity, struct text *out) {
    const struct instrument *instrument = instruments_get(info->instruments, holding->instrument);
    char code[CURRENCY_CODE_SIZE + 1];
    bool own = instrument->currency == info->account_currency;
    currency_code(info, instrument->currency, code);
    jout_object(out);
    jout_key(out, "instrument");
    desk_print_symbol(info, holding->instrument, out);
    jout_key_string(out, "currency", code);
    jout_key_string(out, "asset", asset_class_name(instrument->asset));
    jout_key_real(out, "qty", holding->qty);
    jout_key_real(out, "last", holding->last);
    jout_key_real(out, "value", holding->value);
    jout_key_real(out, "share", own && equity > 0 ? holding->value / equity : NAN);
    jout_end_object(out);
}

static int get_exposures(struct call *call) {
    struct desk *desk;
    const struct session_view *view;
    struct holding *items;
    size_t count;
    struct text *out = &call->out;
    char code[CURRENCY_CODE_SIZE + 1];
    TRY(routes_look(call, &desk, &view));
    const struct session_info *info = session_info(desk->session);
    TRY(collect(info, view, &items, &count));
    if (count > 0) qsort(items, count, sizeof *items, by_size);
    double equity = scaled((double)view->equity.m, info->money_decimals);
    double gross = scaled((double)view->gross.m, info->money_decimals);
    currency_code(info, info->account_currency, code);
    jout_object(out);
    jout_key_string(out, "session", desk->name);
    jout_key_time(out, "clock", view->clock_ns > view->now_ns ? view->clock_ns : view->now_ns);
    jout_key_string(out, "currency", code);
    jout_key_real(out, "equity", equity);
    jout_key_real(out, "gross", gross);
    jout_key_real(out, "net", scaled((double)view->net.m, info->money_decimals));
    jout_key_real(out, "leverage", equity > 0 ? gross / equity : NAN);
    jout_key(out, "items");
    jout_array(out);
    for (size_t i = 0; i < count; i++) print_holding(info, &items[i], equity, out);
    jout_end_array(out);
    jout_end_object(out);
    free(items);
    return 0;
}

const struct route route_get_exposures = {
    .method = "GET",
    .path = "/api/v1/sessions/{session}/risk/exposures",
    .id = "get_exposures",
    .tag = "Risk",
    .summary = "What a session is exposed to, by instrument. Numbers to look at, not to book.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .flags = ROUTE_CONFLICT,
    .response = &exposures_object,
    .status = 200,
    .handle = get_exposures,
};

static void holdings_free(void *self) {
    struct holdings *holdings = self;
    free(holdings->items);
    free(holdings->names);
    free(holdings);
}

// Of the session's instruments that are held, or of all of them.
static int look_at_session(struct call *call, bool all, struct holdings **ret_holdings) {
    struct desk *desk;
    const struct session_view *view;
    struct holding *items;
    size_t count;
    TRY(routes_look(call, &desk, &view));
    const struct session_info *info = session_info(desk->session);
    TRY(collect(info, view, &items, &count));
    size_t max = all ? info->instruments->count : count;
    struct holdings *holdings = calloc(1, sizeof *holdings);
    char(*names)[NAME_SIZE] = calloc(max + 1, sizeof *names);
    if (holdings == NULL || names == NULL) {
        free(holdings);
        free(names);
        free(items);
        return ERR_SET(ERR_NOMEM, "no memory for positions");
    }
    for (size_t i = 0; i < max; i++) {
        uint32_t index = all ? (uint32_t)i : items[i].instrument;
        const struct instrument *one = instruments_get(info->instruments, index);
        snprintf(names[i], NAME_SIZE, "%.*s/%.*s", VENUE_NAME_SIZE, one->venue, SYMBOL_SIZE,
                 one->symbol);
    }
    int64_t clock_ns = view->clock_ns > view->now_ns ? view->clock_ns : view->now_ns;
    *holdings = (struct holdings){items, names, max, clock_ns};
    *ret_holdings = holdings;
    bool foreign = false;
    for (size_t i = 0; i < count && !all; i++)
        foreign = foreign || instruments_get(info->instruments, items[i].instrument)->currency !=
                                 instruments_get(info->instruments, items[0].instrument)->currency;
    if (!foreign && max > 0 && max <= PANEL_SERIES_MAX) return 0;
    holdings_free(holdings);
    if (foreign) return call_fail(call, 422, NULL, "what is held is of several currencies");
    return call_fail(call, 422, NULL, max == 0 ? "nothing is held" : "more than %d instruments",
                     PANEL_SERIES_MAX);
}

// The bars that the tape has of all of them: those of `frame`, or the longest up to a day.
static int read_panel(struct call *call, const struct holdings *holdings, struct panel *ret_panel) {
    static const char *const frames[] = {"1d", "4h", "1h", "30m", "15m", "5m", "1m"};
    const char *wanted = call_query(call, "frame"), *root = call->api->options.tape_root;
    char names[PANEL_SERIES_MAX][NAME_SIZE + 16];
    const char *series[PANEL_SERIES_MAX];
    struct panel_options options = {.series = series,
                                    .count = holdings->count,
                                    .from_ns = INT64_MIN,
                                    .to_ns = holdings->clock_ns + 1,
                                    .rows = (size_t)call_query_int(call, "rows", ROWS)};
    int rc = ERR_NOT_FOUND;
    for (size_t f = 0; f < sizeof frames / sizeof *frames && rc == ERR_NOT_FOUND; f++) {
        const char *frame = wanted != NULL ? wanted : frames[f];
        for (size_t i = 0; i < holdings->count; i++) {
            snprintf(names[i], sizeof names[i], "%s/bar-%s", holdings->names[i], frame);
            series[i] = names[i];
        }
        rc = panel_read(call->worker->tapes, root, &options, ret_panel);
        if (rc < 0) panel_free(ret_panel);
        if (wanted != NULL) break;
    }
    if (rc == 0 || rc == ERR_NOMEM) return rc;
    return call_fail(call, 422, NULL, "no common bars of what is held, up to its clock: %s",
                     err_story());
}

#define RANGE_QUERY                                                                                \
    {"frame",                                                                                      \
     FIELD_STRING,                                                                                 \
     0,                                                                                            \
     .form = &form_length,                                                                         \
     .example = "\"1d\"",                                                                          \
     .help = "Of the bars; the longest that the tape has of all, up to a day."},                   \
    {                                                                                              \
        "rows", FIELD_INTEGER, 0, .min = 3, .max = PANEL_ROWS_MAX,                                 \
                                  .help = "The latest so many bars up to the session's clock; "    \
                                          "500."                                                   \
    }

static const struct field session_tail_query[] = {
    {"measure", FIELD_STRING, 0, .choices = "var|es|contrib",
     .help = "Value at risk, expected shortfall, or what each holding adds; var."},
    {"level", FIELD_NUMBER, 0, .min = 0.5, .max = 0.999999, .example = "0.99",
     .help = "Confidence; 0.99."},
    {"method", FIELD_STRING, 0, .choices = PANEL_REQUEST_METHODS,
     .help = "Of var and es; historical."},
    {"horizon", FIELD_NUMBER, 0, .min = 1, .max = 1000, .help = "Bars; 1. Of var and es."},
    RANGE_QUERY,
};

static int read_holdings(struct question *question, struct call *call) {
    const struct holdings *holdings = asks_kept(question);
    const char *names[PANEL_SERIES_MAX];
    double values[PANEL_SERIES_MAX];
    struct panel panel;
    struct text csv;
    TRY(read_panel(call, holdings, &panel));
    for (size_t i = 0; i < holdings->count; i++) {
        names[i] = panel.names[i];
        values[i] = holdings->items[i].value;
    }
    text_init(&csv, 64 << 20);
    panel_print(&panel, true, &csv);
    int rc = text_error(&csv);
    if (rc == 0) rc = panel_request_weights(question, names, values, holdings->count);
    if (rc == 0) rc = asks_input(question, "returns", "returns", csv.data, csv.len);
    text_fini(&csv);
    panel_free(&panel);
    return rc;
}

static int ask_session_tail(struct call *call) {
    static const char *const names[] = {"level", "method", "horizon"};
    const char *measure = call_query(call, "measure");
    struct holdings *holdings;
    struct question *question;
    TRY(look_at_session(call, false, &holdings));
    int rc = asks_make(call, &question);
    if (rc < 0) {
        holdings_free(holdings);
        return rc;
    }
    asks_keep(question, holdings, holdings_free);
    asks_before(question, read_holdings);
    asks_of_body(question);
    asks_word(question, "risk");
    asks_word(question, "%s", measure != NULL ? measure : "var");
    asks_word(question, "--amounts");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) asks_option(question, names[i]);
    return asks_send(question);
}

const struct route route_ask_session_tail = {
    .method = "GET",
    .path = "/api/v1/sessions/{session}/risk/tail",
    .id = "ask_session_tail",
    .tag = "Risk",
    .summary = "Value at risk or expected shortfall of what a session holds now, as amounts.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "analysis",
    .flags = ROUTE_BUSY | ROUTE_CONFLICT,
    ROUTE_QUERY(session_tail_query),
    .response = &panel_request_tail,
    .status = 200,
    .handle = ask_session_tail,
};

static const struct field correlations_query[] = {
    RANGE_QUERY,
    {"held", FIELD_BOOLEAN, 0, .help = "Of what is held alone; else of all its instruments."},
};
static const struct field correlations_fields[] = {
    {"session", FIELD_STRING, FIELD_REQUIRED, .help = "Whose instruments."},
    {"names", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST,
     .help = "VENUE/SYMBOL, by row and column."},
    {"rows", FIELD_INTEGER, FIELD_REQUIRED, .help = "Returns that it is of."},
    {"matrix", FIELD_ANY, FIELD_REQUIRED | FIELD_LIST,
     .help = "Rows of correlations; null where a price never moved."},
    {"deviations", FIELD_NUMBER, FIELD_REQUIRED | FIELD_LIST,
     .help = "Standard deviation of a return, by column."},
};
static OBJECT(correlations_object, "Correlations", correlations_fields,
              "How the instruments of a session move together.");

static void print_matrix(const double *matrix, size_t count, struct text *out) {
    jout_key(out, "matrix");
    jout_array(out);
    for (size_t i = 0; i < count; i++) {
        jout_array(out);
        for (size_t k = 0; k < count; k++)
            jout_real(out,
                      matrix[i * count + k] / sqrt(matrix[i * count + i] * matrix[k * count + k]));
        jout_end_array(out);
    }
    jout_end_array(out);
    jout_key(out, "deviations");
    jout_array(out);
    for (size_t i = 0; i < count; i++) jout_real(out, sqrt(matrix[i * count + i]));
    jout_end_array(out);
}

// `returns` has room for them twice.
static int correlate(const struct panel *panel, double *returns, double *matrix) {
    const double *columns[PANEL_SERIES_MAX];
    size_t rows = panel->rows - 1;
    for (size_t i = 0; i < panel->count; i++) {
        columns[i] = returns + i * rows;
        for (size_t row = 0; row < rows; row++)
            returns[i * rows + row] = panel_return(panel, i, row);
    }
    covariance_of(columns, panel->count, rows, 1, returns + panel->count * rows, matrix);
    return 0;
}

static int answer_correlations(struct question *question, struct call *call) {
    const struct holdings *holdings = asks_kept(question);
    struct panel panel;
    struct text *out = &call->out;
    TRY(read_panel(call, holdings, &panel));
    double *returns = malloc(2 * panel.count * panel.rows * sizeof *returns);
    double *matrix = malloc(panel.count * panel.count * sizeof *matrix);
    int rc = returns != NULL && matrix != NULL ? correlate(&panel, returns, matrix)
                                               : ERR_SET(ERR_NOMEM, "no memory for correlations");
    if (rc == 0) {
        jout_object(out);
        jout_key_string(out, "session", call_param(call, "session"));
        jout_key(out, "names");
        jout_array(out);
        for (size_t i = 0; i < panel.count; i++) jout_string(out, holdings->names[i]);
        jout_end_array(out);
        jout_key_int(out, "rows", (int64_t)panel.rows - 1);
        print_matrix(matrix, panel.count, out);
        jout_end_object(out);
    }
    free(returns);
    free(matrix);
    panel_free(&panel);
    return rc == 0 ? ASKS_ANSWERED : rc;
}

static int get_correlations(struct call *call) {
    struct holdings *holdings;
    struct question *question;
    TRY(look_at_session(call, !call_query_bool(call, "held", false), &holdings));
    int rc = asks_make(call, &question);
    if (rc < 0) {
        holdings_free(holdings);
        return rc;
    }
    asks_keep(question, holdings, holdings_free);
    asks_before(question, answer_correlations);
    asks_of_body(question);
    return asks_send(question);
}

const struct route route_get_correlations = {
    .method = "GET",
    .path = "/api/v1/sessions/{session}/risk/correlations",
    .id = "get_correlations",
    .tag = "Risk",
    .summary = "How the instruments of a session move together, up to its clock.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "analysis",
    .flags = ROUTE_BUSY | ROUTE_CONFLICT,
    ROUTE_QUERY(correlations_query),
    .response = &correlations_object,
    .status = 200,
    .handle = get_correlations,
};
