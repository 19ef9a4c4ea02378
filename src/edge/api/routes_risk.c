// SPDX-License-Identifier: Apache-2.0
// How much can be lost: value at risk, expected shortfall and what adds to them, of a portfolio that is sent along.
#include <string.h>

#include "edge/api/api_state.h"
#include "edge/api/asks.h"
#include "edge/api/panel_request.h"
#include "edge/api/routes.h"

enum { CSV_MAX = 1 << 20, LEVELS_MAX = 8 };

#define NUMBER(name_, low_, high_, help_)                                                          \
    { name_, FIELD_NUMBER, 0, .min = (low_), .max = (high_), .help = (help_) }

static const struct field weight_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_venue, .example = "\"AAPL\"",
     .help = "A column of the returns: the symbol of a series."},
    {"weight", FIELD_NUMBER, FIELD_REQUIRED, .min = -1e15, .max = 1e15, .example = "1",
     .help = "Share or amount held of it; sold is below 0."},
};
static OBJECT(weight_object, "RiskWeight", weight_fields, "A part of a portfolio.");
static const struct field tail_fields[] = {
    {"measure", FIELD_STRING, FIELD_REQUIRED, .choices = "var|es|contrib",
     .help = "Value at risk, expected shortfall, or what each part adds."},
    PANEL_REQUEST_FIELDS,
    {"returns", FIELD_STRING, 0, .max = CSV_MAX,
     .help = "In place of series: CSV with a column of simple returns an asset."},
    {"weights", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &weight_object,
     .items = PANEL_SERIES_MAX, .help = "What is held."},
    {"amounts", FIELD_BOOLEAN, 0, .help = "Weights are amounts: they need not add up to 1."},
    {"level", FIELD_NUMBER, FIELD_LIST, .min = 0.5, .max = 0.999999, .items = LEVELS_MAX,
     .example = "0.99", .help = "Confidence; 0.99. Of contrib one alone."},
    {"method", FIELD_STRING, 0, .choices = PANEL_REQUEST_METHODS,
     .help = "Of var and es; historical."},
    NUMBER("horizon", 1, 1000, "Of var and es: periods; 1."),
    NUMBER("decay", 0.5, 1, "Of age: weight of a return one period older."),
    NUMBER("dof", 2.001, 1000, "Of student, mc-student: degrees of freedom; 5."),
    {"estimator", FIELD_STRING, 0, .choices = "sample|ewma|identity|constant|oas",
     .help = "Of the covariance; sample."},
    NUMBER("lambda", 0.001, 0.9999, "Of ewma; 0.94."),
    {"paths", FIELD_INTEGER, 0, .min = 100, .max = 1000000,
     .help = "Of methods that draw; 100000."},
    NUMBER("block", 1, 10000, "Of mc-bootstrap: mean rows of a stretch; 1."),
    {"seed", FIELD_INTEGER, 0, .min = 0, .max = 1e15, .help = "Of methods that draw; 1."},
};
static OBJECT(tail_object, "TailQuestion", tail_fields, "A portfolio whose risk is asked for.");

static int read_series(struct question *question, struct call *call) {
    struct text csv;
    TRY(panel_request_read(call, true, &csv));
    int rc = asks_input(question, "returns", "series", csv.data, csv.len);
    text_fini(&csv);
    return rc;
}

static int add_portfolio(struct call *call, struct question *question) {
    const char *names[PANEL_SERIES_MAX], *returns = call_text(call, "returns");
    const json_t *list = call_member(call, "weights");
    double weights[PANEL_SERIES_MAX];
    size_t count = json_array_size(list);
    bool series = json_array_size(call_member(call, "series")) > 0;
    if (series == (returns[0] != '\0'))
        return call_refuse(call, "/series", "give series or returns, one of them");
    if (count == 0) return call_refuse(call, "/weights", "has at least one");
    for (size_t i = 0; i < count; i++) {
        names[i] = json_string_value(json_object_get(json_array_get(list, i), "name"));
        weights[i] = json_number_value(json_object_get(json_array_get(list, i), "weight"));
    }
    TRY(panel_request_weights(question, names, weights, count));
    if (series)
        asks_before(question, read_series);
    else
        TRY(asks_input(question, "returns", "returns", returns, strlen(returns)));
    return 0;
}

static int ask_tail(struct call *call) {
    static const char *const names[] = {"level", "method",    "horizon", "decay", "dof",
                                        "paths", "estimator", "lambda",  "block", "seed"};
    struct question *question;
    TRY(asks_make(call, &question));
    asks_of_body(question);
    asks_word(question, "risk");
    asks_word(question, "%s", call_text(call, "measure"));
    int rc = add_portfolio(call, question);
    if (rc < 0) return asks_drop(question, rc);
    if (call_bool(call, "amounts", false)) asks_word(question, "--amounts");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) asks_option(question, names[i]);
    return asks_send(question);
}

const struct route route_ask_tail = {
    .method = "POST",
    .path = "/api/v1/risk/tail",
    .id = "ask_tail",
    .tag = "Risk",
    .summary = "Value at risk or expected shortfall of a portfolio, and what adds to it.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "analysis",
    .flags = ROUTE_BUSY,
    .request = &tail_object,
    .response = &panel_request_tail,
    .status = 200,
    .handle = ask_tail,
};
