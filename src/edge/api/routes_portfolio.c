// SPDX-License-Identifier: Apache-2.0
// Weights of a portfolio, as fulmar portfolio finds them: from series of the tape, or from a table that is sent along.
#include <string.h>

#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/asks.h"
#include "edge/api/panel_request.h"
#include "edge/api/routes.h"

enum { CSV_MAX = 1 << 20, GROUPS_MAX = 64 };

#define METHODS                                                                                    \
    "mean-variance|min-variance|max-sharpe|frontier|min-cvar|erc|hrp|herc|max-diversification|"    \
    "black-litterman|kelly|kelly-mean"

static bool check_group(const char *text, size_t len) {
    const char *equals = memchr(text, '=', len);
    size_t name = equals != NULL ? (size_t)(equals - text) : 0, colons = 0;
    if (name == 0 || !form_run.check(text, name)) return false;
    for (size_t i = name + 1; i < len; i++) {
        if (strchr("0123456789.:-", text[i]) == NULL) return false;
        colons += text[i] == ':';
    }
    return colons == 1;
}
static const struct form form_group = {
    "group", "^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}=[0-9.-]*:[0-9.-]*$",
    "is a group and the limits of its weights, like energy=0.05:0.2", "energy=:0.2", check_group};

#define NUMBER(name_, low_, high_, help_)                                                          \
    { name_, FIELD_NUMBER, 0, .min = (low_), .max = (high_), .help = (help_) }
#define TABLE(name_, help_)                                                                        \
    { name_, FIELD_STRING, 0, .max = CSV_MAX, .help = (help_) }
static const struct field ask_fields[] = {
    {"method", FIELD_STRING, FIELD_REQUIRED, .choices = METHODS, .example = "\"max-sharpe\"",
     .help = "How weights are found; frontier: several portfolios."},
    PANEL_REQUEST_FIELDS,
    TABLE("prices", "In place of series: CSV with a column of prices an asset."),
    TABLE("returns", "The same with simple returns."),
    TABLE("assets", "A row an asset: asset, group, mean, min, max, held, cost, impact, "
                    "uncertainty, budget, market."),
    TABLE("views", "black-litterman: a row a view: value, deviation, then weights by asset."),
    NUMBER("rf", -1, 1, "Riskless rate a year; 0.02."),
    {"periods", FIELD_INTEGER, 0, .min = 1, .max = 1000000, .help = "Rows a year; 252."},
    {"shrink", FIELD_STRING, 0, .choices = "none|identity|constant|oas",
     .help = "What the covariance is shrunk to; none."},
    NUMBER("min_weight", -100, 100, "Least weight of an asset; 0."),
    NUMBER("max_weight", -100, 100, "Largest; none."),
    {"group", FIELD_STRING, FIELD_LIST, .form = &form_group, .items = GROUPS_MAX,
     .help = "Limits of the sum of a group's weights."},
    NUMBER("turnover", 0, 100, "Largest sum of weights bought and sold, from the column held."),
    NUMBER("trade_cost", 0, 1, "Of trading, by weight traded."),
    NUMBER("impact", 0, 1000, "Of trading, by its square: mean-variance with aversion."),
    NUMBER("uncertainty", 0, 10, "Each mean may be off by so much, and the worst case counts."),
    NUMBER("target", -100, 100, "Return a year to reach: mean-variance, min-cvar."),
    NUMBER("aversion", 0, 1e6, "To risk: mean-variance, black-litterman."),
    {"points", FIELD_INTEGER, 0, .min = 2, .max = 1000, .help = "Of the frontier; 11."},
    NUMBER("confidence", 0.5, 0.9999, "Of min-cvar; 0.95."),
    {"distance", FIELD_STRING, 0, .choices = "correlation|columns", .help = "hrp, herc."},
    {"linkage", FIELD_STRING, 0, .choices = "single|complete|average|ward", .help = "herc; ward."},
    {"clusters", FIELD_INTEGER, 0, .min = 1, .max = 1000, .help = "herc: how many."},
    NUMBER("tau", 1e-9, 10, "black-litterman: uncertainty of the equilibrium; 0.05."),
    NUMBER("total_max", 0, 100, "kelly, kelly-mean: largest sum of weights; 1."),
    NUMBER("value", 0, 1e15, "With prices: the weights as whole lots that it buys."),
};
static OBJECT(ask_object, "PortfolioQuestion", ask_fields, "A portfolio to be found.");
static const struct object answer_object = {
    .name = "Portfolio",
    .help = "What fulmar portfolio --json prints (docs/portfolio.md).",
    .open = true};

static int prepare(struct question *question, struct call *call) {
    struct text csv;
    TRY(panel_request_read(call, false, &csv));
    int rc = asks_input(question, "prices", "series", csv.data, csv.len);
    text_fini(&csv);
    return rc;
}

static int add_tables(struct call *call, struct question *question) {
    static const char *const data[] = {"prices", "returns"};
    static const char *const more[] = {"assets", "views"};
    size_t given = json_array_size(call_member(call, "series")) > 0;
    for (size_t i = 0; i < 2; i++) {
        const char *csv = call_text(call, data[i]);
        if (csv[0] == '\0') continue;
        given++;
        TRY(asks_input(question, data[i], data[i], csv, strlen(csv)));
    }
    if (given != 1)
        return call_refuse(call, "/series", "give series, prices or returns, one of them");
    for (size_t i = 0; i < 2; i++) {
        const char *csv = call_text(call, more[i]);
        if (csv[0] != '\0') TRY(asks_input(question, more[i], more[i], csv, strlen(csv)));
    }
    return 0;
}

static int ask_portfolio(struct call *call) {
    static const char *const names[] = {
        "rf",          "periods", "shrink",   "min_weight", "max_weight", "group",    "turnover",
        "trade_cost",  "impact",  "target",   "aversion",   "points",     "distance", "confidence",
        "uncertainty", "linkage", "clusters", "tau",        "total_max",  "value"};
    struct question *question;
    TRY(asks_make(call, &question));
    asks_of_body(question);
    asks_word(question, "portfolio");
    asks_word(question, "%s", call_text(call, "method"));
    int rc = add_tables(call, question);
    if (rc < 0) return asks_drop(question, rc);
    if (json_array_size(call_member(call, "series")) > 0) asks_before(question, prepare);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) asks_option(question, names[i]);
    return asks_send(question);
}

const struct route route_ask_portfolio = {
    .method = "POST",
    .path = "/api/v1/portfolio/optimise",
    .id = "ask_portfolio",
    .tag = "Portfolios",
    .summary = "Weights of a portfolio, or a frontier of them.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "analysis",
    .flags = ROUTE_BUSY,
    .request = &ask_object,
    .response = &answer_object,
    .status = 200,
    .handle = ask_portfolio,
};
