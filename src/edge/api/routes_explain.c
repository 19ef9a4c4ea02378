// SPDX-License-Identifier: Apache-2.0
// Why a run or a session did what it did: fulmar explain, asked for a decision, an order or a fill.
#include "edge/api/api_state.h"
#include "edge/api/asks.h"
#include "edge/api/desks.h"
#include "edge/api/routes.h"
#include "edge/api/run_request.h"

#define THE_END "2262-01-01T00:00:00Z"

static const struct object explanation_object = {
    .name = "Explanation",
    .help = "What fulmar explain --json prints (docs/explain.md).",
    .open = true};
static const struct field explain_query[] = {
    {"at", FIELD_STRING, 0, .form = &form_time,
     .help = "The latest decisions at or before this instant; the end."},
    {"symbol", FIELD_STRING, 0, .form = &form_series, .example = "\"AAPL\"",
     .help = "On this instrument, or VENUE/SYMBOL."},
    {"strategy", FIELD_STRING, 0, .form = &form_word, .example = "\"sma_cross\"",
     .help = "Of this strategy alone."},
    {"order", FIELD_STRING, 0, .form = &form_number,
     .help = "Why this order was sent, in place of an instant."},
    {"fill", FIELD_STRING, 0, .form = &form_number,
     .help = "Why the order of this fill was sent, by the venue's number."},
};

static int ask(struct call *call, struct question **ret_question) {
    static const char *const names[] = {"at", "symbol", "strategy"};
    static const char *const numbers[] = {"order", "fill"};
    TRY(asks_make(call, ret_question));
    asks_word(*ret_question, "explain");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) asks_option(*ret_question, names[i]);
    // The API's numbers are decimal; fulmar explain takes them as journals print them.
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *number = call_query(call, numbers[i]);
        if (number == NULL) continue;
        asks_word(*ret_question, "--%s=%llx", numbers[i], strtoull(number, NULL, 10));
    }
    bool chosen = call_query(call, "at") != NULL || call_query(call, "order") != NULL ||
                  call_query(call, "fill") != NULL;
    if (!chosen) asks_word(*ret_question, "--at=%s", THE_END);
    return 0;
}

static int find_journal(struct question *question, struct call *call) {
    char path[RUN_STORE_PATH_SIZE];
    struct tenant_runs *runs;
    const struct run_entry *entry;
    TRY(api_find_run(call, call_param(call, "run"), &runs, &entry));
    TRY(run_index_path(runs->index, entry->name, "run.journal", path));
    asks_word(question, "--journal=%s", path);
    return 0;
}

static int explain_run(struct call *call) {
    struct question *question;
    TRY(ask(call, &question));
    asks_before(question, find_journal);
    return asks_send(question);
}

const struct route route_explain_run = {
    .method = "GET",
    .path = "/api/v1/runs/{run}/explain",
    .id = "explain_run",
    .tag = "Runs",
    .summary =
        "Why a run did what it did: a decision from its inputs to its orders and their outcome.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "report",
    .flags = ROUTE_BUSY,
    ROUTE_QUERY(explain_query),
    .response = &explanation_object,
    .status = 200,
    .handle = explain_run,
};

static int explain_session(struct call *call) {
    struct desk *desk;
    const struct session_view *view;
    struct question *question;
    TRY(routes_look(call, &desk, &view));
    TRY(ask(call, &question));
    asks_word(question, "--journal=%s", session_info(desk->session)->journal);
    return asks_send(question);
}

const struct route route_explain_session = {
    .method = "GET",
    .path = "/api/v1/sessions/{session}/explain",
    .id = "explain_session",
    .tag = "Trading sessions",
    .summary = "Why a session did what it did, as far as its journal is on the disk.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "report",
    .flags = ROUTE_BUSY | ROUTE_CONFLICT,
    ROUTE_QUERY(explain_query),
    .response = &explanation_object,
    .status = 200,
    .handle = explain_session,
};
