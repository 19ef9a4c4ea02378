// SPDX-License-Identifier: Apache-2.0
// Trading sessions: made, looked at, moved through their data, ended.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/desk_print.h"
#include "edge/api/desks.h"
#include "edge/api/routes.h"
#include "edge/api/run_request.h"
#include "risk/rule.h"

enum { PACE_MAX = 1000000000, PLAN_PACE = 60 };

static const struct field make_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_run, .max = SESSION_NAME_SIZE - 1,
     .example = "\"paper-1\"", .help = "A name of its own."},
    RUN_REQUEST_STRATEGIES,
    {"pace", FIELD_NUMBER, 0, .min = 0, .max = PACE_MAX, .example = "3600",
     .help = "Seconds of data in a second; 0: as fast as possible. 60 by default."},
    {"paused", FIELD_BOOLEAN, 0, .help = "It waits to be told to run."},
    {"durable", FIELD_BOOLEAN, 0,
     .help = "Orders leave only when what caused them is on the disk; true by default."},
    RUN_REQUEST_FIELDS,
};
static OBJECT(make_object, "NewSession", make_fields,
              "A paper session to be made: recorded data, a simulated venue.");

static int find_desk(struct call *call, struct desk **ret_desk) {
    const char *name = call_param(call, "session");
    *ret_desk = desks_find(call->api->desks, call->caller.tenant_id, name);
    return *ret_desk != NULL ? 0 : ERR_SET(ERR_NOT_FOUND, "there is no session '%s'", name);
}

int routes_look(struct call *call, struct desk **ret_desk, const struct session_view **ret_view) {
    TRY(find_desk(call, ret_desk));
    return desk_look(*ret_desk, ret_view);
}

static int print_desk(struct call *call, struct desk *desk) {
    const struct session_view *view;
    if (desk->phase == DESK_OPEN) TRY(desk_look(desk, &view));
    desk_print_session(desk, &call->out);
    return 0;
}

static void made(struct call *call, struct desk *desk, int rc) {
    char location[RUN_STORE_NAME_MAX + 32];
    if (desk != NULL) {
        snprintf(location, sizeof location, "/api/v1/sessions/%s", desk->name);
        call_header(call, "Location", location);
        rc = print_desk(call, desk);
    } else if (rc == ERR_NOT_FOUND) { // what the configuration names
        rc = call_fail(call, 422, NULL, "%s", err_story());
    }
    call_done(call, rc);
}

static int make_session(struct call *call) {
    struct desk_plan plan = {.tenant_id = call->caller.tenant_id,
                             .pace = PLAN_PACE,
                             .paused = call_bool(call, "paused", false),
                             .durable = call_bool(call, "durable", true)};
    const json_t *pace = call_member(call, "pace");
    if (pace != NULL) plan.pace = json_number_value(pace);
    snprintf(plan.name, sizeof plan.name, "%s", call_text(call, "name"));
    snprintf(plan.owner, sizeof plan.owner, "%s", call->caller.name);
    text_init(&plan.config, DESKS_CONFIG_MAX);
    int rc = run_request_config(call, plan.name, &plan.config);
    if (rc == 0) rc = desks_make(call->api->desks, &plan, call, made);
    if (rc < 0) desk_plan_fini(&plan);
    return rc == 0 ? CALL_LATER : rc;
}

const struct route route_make_session = {
    .method = "POST",
    .path = "/api/v1/sessions",
    .id = "make_session",
    .tag = "Trading sessions",
    .summary = "Makes a paper session, and starts it.",
    .role = ROUTE_TRADER,
    .scope = "trade",
    .rate = "session",
    .flags = ROUTE_IDEMPOTENT | ROUTE_BUSY | ROUTE_NO_STORE,
    .request = &make_object,
    .response = &desk_session_object,
    .status = 201,
    .handle = make_session,
};

static const struct field list_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &desk_session_object,
     .help = "All."},
};
static OBJECT(list_object, "Sessions", list_fields, "The trading sessions of a tenant.");

static int by_name(const void *left, const void *right) {
    return strcmp((*(struct desk *const *)left)->name, (*(struct desk *const *)right)->name);
}

static int list_sessions(struct call *call) {
    struct desk *desks[DESKS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < DESKS_MAX; i++) {
        struct desk *desk = desks_at(call->api->desks, i);
        if (desk != NULL && desk->tenant_id == call->caller.tenant_id) desks[count++] = desk;
    }
    qsort(desks, count, sizeof *desks, by_name);
    jout_object(&call->out);
    jout_key(&call->out, "items");
    jout_array(&call->out);
    for (size_t i = 0; i < count; i++) TRY(print_desk(call, desks[i]));
    jout_end_array(&call->out);
    jout_end_object(&call->out);
    return 0;
}

const struct route route_list_sessions = {
    .method = "GET",
    .path = "/api/v1/sessions",
    .id = "list_sessions",
    .tag = "Trading sessions",
    .summary = "The trading sessions, with their accounts.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .response = &list_object,
    .status = 200,
    .handle = list_sessions,
};

static int get_session(struct call *call) {
    struct desk *desk;
    TRY(find_desk(call, &desk));
    return print_desk(call, desk);
}

const struct route route_get_session = {
    .method = "GET",
    .path = "/api/v1/sessions/{session}",
    .id = "get_session",
    .tag = "Trading sessions",
    .summary = "A trading session: its clock, its account, what has happened.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .response = &desk_session_object,
    .status = 200,
    .handle = get_session,
};

static void ended(struct call *call, struct desk *desk, int rc) {
    (void)desk;
    call_done(call, rc);
}

static int end_session(struct call *call) {
    struct desk *desk;
    TRY(find_desk(call, &desk));
    int rc = desks_end(call->api->desks, desk, call, ended);
    return rc == 0 ? CALL_LATER : rc;
}

const struct route route_end_session = {
    .method = "DELETE",
    .path = "/api/v1/sessions/{session}",
    .id = "end_session",
    .tag = "Trading sessions",
    .summary = "Ends a session for good; its journal is put away.",
    .role = ROUTE_TRADER,
    .scope = "trade",
    .rate = "session",
    .flags = ROUTE_CONFLICT | ROUTE_BUSY | ROUTE_NO_STORE,
    .status = 204,
    .handle = end_session,
};

static const struct field clock_fields[] = {
    {"action", FIELD_STRING, FIELD_REQUIRED, .choices = "run|pause|step|pace",
     .example = "\"pace\"", .help = "What the clock is to do."},
    {"pace", FIELD_NUMBER, 0, .min = 0, .max = PACE_MAX, .example = "600",
     .help = "Of pace: seconds of data in a second; 0: as fast as possible."},
    {"steps", FIELD_INTEGER, 0, .min = 1, .max = 1000000,
     .help = "Of step: groups of equal time; 1."},
    {"until", FIELD_STRING, 0, .form = &form_time, .help = "Of run: it pauses there."},
};
static OBJECT(clock_object, "ClockCommand", clock_fields, "What a session's clock is to do.");

static int print_after(struct call *call, struct desk *desk, const struct session_result *result) {
    if (result->outcome != SESSION_DONE) return routes_refuse(call, result);
    return print_desk(call, desk);
}

static int move_clock(struct call *call) {
    static const struct {
        const char *word;
        uint32_t verb;
    } verbs[] = {{"run", SESSION_RUN},
                 {"pause", SESSION_PAUSE},
                 {"step", SESSION_STEP},
                 {"pace", SESSION_PACE}};
    struct desk *desk;
    struct session_command command = {.count = (uint64_t)call_int(call, "steps", 1)};
    const char *until = call_text(call, "until");
    const json_t *pace = call_member(call, "pace");
    TRY(find_desk(call, &desk));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].word, call_text(call, "action")) == 0) command.verb = verbs[i].verb;
    if (command.verb == SESSION_PACE && pace == NULL)
        return call_refuse(call, "/pace", "is missing");
    command.pace = json_number_value(pace);
    if (until[0] != '\0') TRY(timestamp_parse(until, strlen(until), &command.until_ns));
    if (command.verb != SESSION_PACE)
        desks_note_clock(call->api->desks, desk,
                         command.verb == SESSION_RUN && command.until_ns == 0);
    return desks_command(call->api->desks, desk, &command, call, print_after);
}

const struct route route_move_clock = {
    .method = "POST",
    .path = "/api/v1/sessions/{session}/clock",
    .id = "move_clock",
    .tag = "Trading sessions",
    .summary = "Runs, pauses or steps a session, or changes its pace.",
    .role = ROUTE_TRADER,
    .scope = "trade",
    .rate = "session",
    .flags = ROUTE_CONFLICT | ROUTE_BUSY | ROUTE_NO_STORE,
    .request = &clock_object,
    .response = &desk_session_object,
    .status = 200,
    .handle = move_clock,
};

// Lists of a view: {"version":..,"items":[..]}
#define VIEW_LIST(variable_, name_, of_, help_)                                                    \
    static const struct field variable_##_fields[] = {                                             \
        {"session", FIELD_STRING, FIELD_REQUIRED, .help = "Whose they are."},                      \
        {"version", FIELD_INTEGER, FIELD_REQUIRED, .help = "Of the session's state."},             \
        {"clock", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,               \
         .help = "Of the data: what this is the state at."},                                       \
        {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &(of_), .items = 100000,        \
         .help = "All."},                                                                          \
    };                                                                                             \
    static OBJECT(variable_, name_, variable_##_fields, help_)

static void open_list(const struct desk *desk, const struct session_view *view, struct text *out) {
    jout_object(out);
    jout_key_string(out, "session", desk->name);
    jout_key_int(out, "version", (int64_t)view->version);
    jout_key_time(out, "clock", view->clock_ns);
    jout_key(out, "items");
    jout_array(out);
}

static void end_list(struct text *out) {
    jout_end_array(out);
    jout_end_object(out);
}

VIEW_LIST(positions_object, "Positions", desk_position_object, "What a session holds.");
static const struct field positions_query[] = {
    {"flat", FIELD_BOOLEAN, 0, .help = "Those that are closed too; false."},
};

static int list_positions(struct call *call) {
    struct desk *desk;
    const struct session_view *view;
    TRY(routes_look(call, &desk, &view));
    bool flat = call_query_bool(call, "flat", false);
    open_list(desk, view, &call->out);
    for (uint32_t i = 0; i < view->position_count; i++)
        if (flat || view->positions[i].qty.m != 0)
            desk_print_position(session_info(desk->session), &view->positions[i], &call->out);
    end_list(&call->out);
    return 0;
}

#define SESSION_READ(id_, path_, summary_, object_, ...)                                           \
    const struct route route_##id_ = {.method = "GET",                                             \
                                      .path = "/api/v1/sessions/{session}" path_,                  \
                                      .id = #id_,                                                  \
                                      .tag = "Trading sessions",                                   \
                                      .summary = (summary_),                                       \
                                      .role = ROUTE_VIEWER,                                        \
                                      .scope = "read",                                             \
                                      .rate = "read",                                              \
                                      .flags = ROUTE_CONFLICT,                                     \
                                      .response = &(object_),                                      \
                                      .status = 200,                                               \
                                      .handle = id_,                                               \
                                      __VA_ARGS__}

SESSION_READ(list_positions, "/positions", "What a session holds.", positions_object,
             ROUTE_QUERY(positions_query));

VIEW_LIST(orders_object, "Orders", desk_order_object, "Orders of a session.");
static const struct field orders_query[] = {
    {"state", FIELD_STRING, 0, .choices = "live|ended|all",
     .help = "Those that can fill (the default), the latest that ended, or both."},
};

static int list_orders(struct call *call) {
    struct desk *desk;
    const struct session_view *view;
    const char *state = call_query(call, "state");
    TRY(routes_look(call, &desk, &view));
    bool ended_too = state != NULL && strcmp(state, "live") != 0;
    bool live = state == NULL || strcmp(state, "ended") != 0;
    open_list(desk, view, &call->out);
    for (uint32_t i = 0; live && i < view->order_count; i++)
        desk_print_order(session_info(desk->session), &view->orders[i], &call->out);
    for (uint32_t i = view->ended_count; ended_too && i-- > 0;)
        desk_print_order(session_info(desk->session), &view->ended[i], &call->out);
    end_list(&call->out);
    return 0;
}
SESSION_READ(list_orders, "/orders",
             "Orders of a session: those at work, and the latest that ended.", orders_object,
             ROUTE_QUERY(orders_query));

VIEW_LIST(fills_object, "Fills", desk_fill_object, "The latest fills of a session, newest first.");

static int list_fills(struct call *call) {
    struct desk *desk;
    const struct session_view *view;
    TRY(routes_look(call, &desk, &view));
    open_list(desk, view, &call->out);
    for (uint32_t i = view->fill_count; i-- > 0;)
        desk_print_fill(session_info(desk->session), &view->fills[i], &call->out);
    end_list(&call->out);
    return 0;
}
SESSION_READ(list_fills, "/fills", "The latest fills of a session, newest first.", fills_object,
             .query = NULL);

VIEW_LIST(strategies_object, "RunningStrategies", desk_strategy_object,
          "The strategies of a session.");

static int list_running(struct call *call) {
    struct desk *desk;
    const struct session_view *view;
    TRY(routes_look(call, &desk, &view));
    open_list(desk, view, &call->out);
    for (uint32_t i = 0; i < view->strategy_count; i++)
        desk_print_strategy(session_info(desk->session), view, i, &call->out);
    end_list(&call->out);
    return 0;
}
SESSION_READ(list_running, "/strategies", "The strategies of a session.", strategies_object,
             .query = NULL);

VIEW_LIST(quotes_object, "Quotes", desk_quote_object, "The instruments of a session.");

static int list_quotes(struct call *call) {
    struct desk *desk;
    const struct session_view *view;
    TRY(routes_look(call, &desk, &view));
    open_list(desk, view, &call->out);
    for (uint32_t i = 0; i < view->instrument_count; i++)
        desk_print_quote(session_info(desk->session), view, i, &call->out);
    end_list(&call->out);
    return 0;
}
SESSION_READ(list_quotes, "/quotes", "The instruments of a session: prices, and what is held.",
             quotes_object, .query = NULL);

static const struct field risk_fields[] = {
    {"session", FIELD_STRING, FIELD_REQUIRED, .help = "Whose it is."},
    {"version", FIELD_INTEGER, FIELD_REQUIRED, .help = "Of the session's state."},
    {"clock", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "Of the data: what this is the state at."},
    {"halted", FIELD_STRING, FIELD_REQUIRED, .choices = "no|operator|breaker",
     .help = "Whether trading stands still."},
    {"reducing", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "Nothing may raise risk."},
    {"until", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "When a breaker lets go by time."},
    {"rules", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &desk_rule_object,
     .help = "All rules, with their limits."},
    {"events", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &desk_watch_object,
     .help = "Latest words of the gate, newest first."},
};
static OBJECT(risk_object, "SessionRisk", risk_fields,
              "The risk of a session: limits, breakers, vetoes.");

static int get_risk(struct call *call) {
    static const char *const halts[] = {"no", "operator", "breaker"};
    struct desk *desk;
    const struct session_view *view;
    struct text *out = &call->out;
    TRY(routes_look(call, &desk, &view));
    jout_object(out);
    jout_key_string(out, "session", desk->name);
    jout_key_int(out, "version", (int64_t)view->version);
    jout_key_time(out, "clock", view->clock_ns);
    jout_key_string(out, "halted", halts[view->halted < 3 ? view->halted : 2]);
    jout_key_bool(out, "reducing", view->reducing != 0);
    jout_key_time(out, "until", view->until_ns);
    jout_key(out, "rules");
    jout_array(out);
    for (uint32_t i = 0; i < view->rule_count; i++) desk_print_rule(view, i, out);
    jout_end_array(out);
    jout_key(out, "events");
    jout_array(out);
    for (uint32_t i = view->watch_count; i-- > 0;)
        desk_print_watch(session_info(desk->session), &view->watches[i], out);
    jout_end_array(out);
    jout_end_object(out);
    return 0;
}
SESSION_READ(get_risk, "/risk", "The risk of a session: limits, breakers, vetoes.", risk_object,
             .query = NULL);
