// SPDX-License-Identifier: Apache-2.0
// What people ask of a session: orders by hand, strategies, limits, halt and kill. Each becomes a command of the
// session and is answered with what came of it.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/jout.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/desk_print.h"
#include "edge/api/desks.h"
#include "edge/api/routes.h"
#include "risk/rule.h"

enum { PAUSED_BY_BREAKER = 2 }; // struct session_strategy

static const struct field result_fields[] = {
    {"outcome", FIELD_STRING, FIELD_REQUIRED, .choices = "done|duplicate|shrunk",
     .help = "What became of it. duplicate: it was there already."},
    {"order", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_number,
     .help = "The order's number."},
    {"seq", FIELD_INTEGER, FIELD_REQUIRED, .help = "Of the event that it became; 0: none."},
    {"time", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .form = &form_time,
     .help = "By the session's clock."},
    {"durable", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "It is on the disk."},
    {"rule", FIELD_STRING, FIELD_REQUIRED | FIELD_NULLABLE, .help = "That made it smaller."},
    {"limit", FIELD_NUMBER, FIELD_REQUIRED | FIELD_NULLABLE, .help = "Of that rule."},
    {"value", FIELD_NUMBER, FIELD_REQUIRED | FIELD_NULLABLE, .help = "That met it."},
    {"canceled", FIELD_INTEGER, FIELD_REQUIRED, .help = "Orders that were told to be canceled."},
    {"took_us", FIELD_NUMBER, FIELD_REQUIRED, .help = "Until the engine was done."},
};
static OBJECT(result_object, "CommandResult", result_fields, "What became of a command.");

int routes_refuse(struct call *call, const struct session_result *result) {
    bool vetoed = result->outcome == SESSION_VETOED;
    const char *rule = vetoed ? desk_rule_name(result->rule) : "";
    const char *code =
        vetoed && result->rule == RISK_RULE_ENGINE ? engine_veto_name(result->code) : "";
    int status = result->outcome == SESSION_NOT_FOUND   ? 404
                 : result->outcome == SESSION_TOO_LATE  ? 409
                 : result->outcome == SESSION_DUPLICATE ? 409
                 : result->outcome == SESSION_FAILED    ? 409
                                                        : 422;
    if (!vetoed)
        return call_fail(call, status, session_outcome_name(result->outcome), "%s", result->story);
    return call_fail(call, status, "vetoed", "%s %s%s: %s (limit %.6g, value %.6g)", rule,
                     code != NULL && code[0] != '\0' ? "by " : "", code != NULL ? code : "",
                     result->story, result->limit, result->value);
}

static int print_result(struct call *call, struct desk *desk, const struct session_result *result) {
    struct text *out = &call->out;
    char number[24];
    bool shrunk = result->outcome == SESSION_SHRUNK;
    (void)desk;
    if (result->outcome != SESSION_DONE && result->outcome != SESSION_DUPLICATE && !shrunk)
        return routes_refuse(call, result);
    snprintf(number, sizeof number, "%" PRIu64, result->order_id);
    jout_object(out);
    jout_key_string(out, "outcome", session_outcome_name(result->outcome));
    jout_key_string(out, "order", result->order_id != 0 ? number : NULL);
    jout_key_int(out, "seq", (int64_t)result->seq);
    jout_key_time(out, "time", result->ts_ns);
    jout_key_bool(out, "durable", result->durable != 0);
    jout_key_string(out, "rule", shrunk ? desk_rule_name(result->rule) : NULL);
    jout_key_real(out, "limit", shrunk ? result->limit : NAN);
    jout_key_real(out, "value", shrunk ? result->value : NAN);
    jout_key_int(out, "canceled", result->canceled);
    jout_key_real(out, "took_us", (double)result->taken_ns / 1e3);
    jout_end_object(out);
    return 0;
}

static int give_to(struct call *call, struct session_command *command,
                   int (*print)(struct call *call, struct desk *desk,
                                const struct session_result *result)) {
    struct desk *desk;
    const struct session_view *view;
    TRY(routes_look(call, &desk, &view));
    command->actor = (uint64_t)call->caller.user_id;
    return desks_command(call->api->desks, desk, command, call, print);
}

static int give(struct call *call, struct session_command *command) {
    return give_to(call, command, print_result);
}

static const struct field place_fields[] = {
    {"symbol", FIELD_STRING, FIELD_REQUIRED, .form = &form_venue, .help = "The instrument."},
    {"venue", FIELD_STRING, 0, .form = &form_venue, .example = "\"LOCAL\"",
     .help = "Where; needed where two venues have the symbol."},
    {"side", FIELD_STRING, FIELD_REQUIRED, .choices = "buy|sell", .help = "Which."},
    {"type", FIELD_STRING, FIELD_REQUIRED,
     .choices = "market|limit|stop|stop_limit|trailing_stop|market_on_close",
     .help = "Of the order."},
    {"qty", FIELD_STRING, FIELD_REQUIRED, .form = &form_decimal, .example = "\"1\"",
     .help = "Above 0, in whole lots."},
    {"limit_price", FIELD_STRING, 0, .form = &form_decimal, .help = "Of limit and stop_limit."},
    {"stop_price", FIELD_STRING, 0, .form = &form_decimal,
     .help = "Of stop, stop_limit and trailing_stop."},
    {"trail", FIELD_STRING, 0, .form = &form_decimal, .help = "Of trailing_stop: its distance."},
    {"tif", FIELD_STRING, 0, .choices = "gtc|day|ioc|fok|gtd", .help = "How long it works; gtc."},
    {"expires", FIELD_STRING, 0, .form = &form_time, .help = "Of gtd."},
    {"post_only", FIELD_BOOLEAN, 0, .help = "It is refused where it would take."},
    {"reduce_only", FIELD_BOOLEAN, 0, .help = "It opens nothing."},
};
static OBJECT(place_object, "NewOrder", place_fields, "An order to be placed.");

static int read_number(struct call *call, const char *name, int decimals, int64_t *ret_mantissa) {
    char at[64];
    const char *text = call_text(call, name);
    if (text[0] == '\0') return 0;
    int rc = decimal_parse(text, strlen(text), decimals, ret_mantissa);
    snprintf(at, sizeof at, "/%s", name);
    if (rc == ERR_INEXACT) return call_refuse(call, at, "has at most %d decimals", decimals);
    if (rc < 0) return call_refuse(call, at, "is a decimal that this instrument can have");
    if (*ret_mantissa <= 0) return call_refuse(call, at, "is above 0");
    return 0;
}

static uint16_t type_of(const char *word) {
    for (uint16_t type = 0; type < ORDER_TYPE_COUNT; type++)
        if (strcmp(order_type_name(type), word) == 0) return type;
    return ORDER_MARKET;
}

static uint16_t tif_of(const char *word) {
    for (uint16_t tif = 0; tif < TIF_COUNT; tif++)
        if (strcmp(order_tif_name(tif), word) == 0) return tif;
    return TIF_GTC;
}

static int read_instrument(struct call *call, const struct session_info *info,
                           struct manual_order *order) {
    int index = desk_find_instrument(info, call_text(call, "venue"), call_text(call, "symbol"));
    if (index < 0) return call_refuse(call, "/symbol", "is no instrument of this session");
    order->instrument = (uint32_t)index;
    return 0;
}

static int read_order(struct call *call, const struct session_info *info,
                      struct manual_order *order) {
    const char *expires = call_text(call, "expires");
    TRY(read_instrument(call, info, order));
    const struct instrument *instrument = instruments_get(info->instruments, order->instrument);
    int price = instrument->price_decimals;
    order->side = strcmp(call_text(call, "side"), "buy") == 0 ? 1 : -1;
    order->type = type_of(call_text(call, "type"));
    order->tif = tif_of(call_text(call, "tif"));
    order->flags = (call_bool(call, "post_only", false) ? ORDER_POST_ONLY : 0) |
                   (call_bool(call, "reduce_only", false) ? ORDER_REDUCE_ONLY : 0);
    TRY(read_number(call, "qty", instrument->qty_decimals, &order->qty.m));
    TRY(read_number(call, "limit_price", price, &order->limit_price.m));
    TRY(read_number(call, "stop_price", price, &order->stop_price.m));
    TRY(read_number(call, "trail", price, &order->trail.m));
    if (expires[0] != '\0') TRY(timestamp_parse(expires, strlen(expires), &order->expire_ns));
    return 0;
}

// The client's name for the order: of who asks and its idempotency key, so that nobody meets another's; or one of ours,
// which is as good as none.
static void name_order(const struct call *call, struct manual_order *order) {
    const char *key = http_request_field(call->request, "Idempotency-Key");
    uint8_t digest[SHA256_SIZE];
    struct text name;
    char print[SHA256_TEXT_SIZE];
    text_init(&name, 1 << 16);
    text_printf(&name, "%" PRId64 " %" PRId64 " %s", call->principal.user_id,
                call->principal.key_id, key != NULL ? key : call->id);
    if (key == NULL) text_printf(&name, " %" PRId64, sql_now_ns());
    sha256(name.data, name.len, digest);
    sha256_print(print, digest);
    memcpy(order->client_id, print, MANUAL_ID_SIZE - 1);
    text_fini(&name);
}

static bool is_same(const struct order_spec *placed, const struct manual_order *asked) {
    bool trails = placed->type == ORDER_TRAILING_STOP; // its trigger moves
    return placed->instrument == asked->instrument && placed->side == asked->side &&
           placed->type == asked->type && placed->tif == asked->tif &&
           placed->flags == asked->flags && placed->qty.m == asked->qty.m &&
           placed->limit_price.m == asked->limit_price.m &&
           (trails || placed->stop_price.m == asked->stop_price.m) &&
           placed->trail.m == asked->trail.m &&
           (asked->tif != TIF_GTD || placed->expire_ns == asked->expire_ns);
}

static const struct order *find_order(const struct session_view *view, uint64_t id) {
    for (uint32_t i = 0; i < view->order_count; i++)
        if (view->orders[i].order.id == id) return &view->orders[i].order;
    for (uint32_t i = 0; i < view->ended_count; i++)
        if (view->ended[i].order.id == id) return &view->ended[i].order;
    return NULL;
}

// An order that was placed by this key is the answer where it is the one that is asked for.
static int print_placed(struct call *call, struct desk *desk, const struct session_result *result) {
    const struct session_view *view;
    struct manual_order asked = {.instrument = 0};
    if (result->outcome != SESSION_DUPLICATE) return print_result(call, desk, result);
    TRY(desk_look(desk, &view));
    TRY(read_order(call, session_info(desk->session), &asked));
    const struct order *placed = find_order(view, result->order_id);
    if (placed != NULL && is_same(&placed->spec, &asked)) return print_result(call, desk, result);
    return call_fail(call, 409, "key_reused",
                     "the Idempotency-Key placed order %" PRIu64 ", which is not as asked here",
                     result->order_id);
}

static int place_order(struct call *call) {
    struct desk *desk;
    const struct session_view *view;
    struct session_command command = {.verb = SESSION_PLACE};
    TRY(routes_look(call, &desk, &view));
    TRY(read_order(call, session_info(desk->session), &command.order));
    name_order(call, &command.order);
    return give_to(call, &command, print_placed);
}

#define COMMAND(method_, id_, path_, summary_, scope_, rate_, role_, status_, flags_, request_)    \
    const struct route route_##id_ = {.method = (method_),                                         \
                                      .path = "/api/v1/sessions/{session}" path_,                  \
                                      .id = #id_,                                                  \
                                      .tag = "Trading",                                            \
                                      .summary = (summary_),                                       \
                                      .role = (role_),                                             \
                                      .scope = (scope_),                                           \
                                      .rate = (rate_),                                             \
                                      .flags =                                                     \
                                          ROUTE_CONFLICT | ROUTE_BUSY | ROUTE_NO_STORE | (flags_), \
                                      .request = (request_),                                       \
                                      .response = &result_object,                                  \
                                      .status = (status_),                                         \
                                      .handle = id_}

COMMAND("POST", place_order, "/orders", "Places an order by hand.", "trade", "trading",
        ROUTE_TRADER, 201, ROUTE_IDEMPOTENT, &place_object);

static uint64_t order_param(const struct call *call) {
    return strtoull(call_param(call, "order"), NULL, 10);
}

static int cancel_order(struct call *call) {
    struct session_command command = {.verb = SESSION_CANCEL, .order_id = order_param(call)};
    return give(call, &command);
}
COMMAND("DELETE", cancel_order, "/orders/{order}", "Cancels an order.", "trade", "cancel",
        ROUTE_TRADER, 200, 0, NULL);

static const struct field replace_fields[] = {
    {"qty", FIELD_STRING, 0, .form = &form_decimal, .example = "\"2\"",
     .help = "The new total; as it is."},
    {"price", FIELD_STRING, 0, .form = &form_decimal, .example = "\"101.5\"",
     .help = "The new limit, or trigger of a stop; as it is."},
};
static OBJECT(replace_object, "OrderChange", replace_fields, "What is to be another in an order.");

static int replace_order(struct call *call) {
    struct desk *desk;
    const struct session_view *view;
    struct session_command command = {.verb = SESSION_REPLACE, .order_id = order_param(call)};
    const struct order *order = NULL;
    TRY(routes_look(call, &desk, &view));
    const struct session_info *info = session_info(desk->session);
    for (uint32_t i = 0; i < view->order_count; i++)
        if (view->orders[i].order.id == command.order_id) order = &view->orders[i].order;
    if (order == NULL)
        return ERR_SET(ERR_NOT_FOUND, "there is no order %" PRIu64 " at work", command.order_id);
    const struct instrument *instrument =
        instruments_get(info->instruments, order->spec.instrument);
    int64_t price = 0;
    TRY(read_number(call, "qty", instrument->qty_decimals, &command.order.qty.m));
    TRY(read_number(call, "price", instrument->price_decimals, &price));
    command.order.instrument = order->spec.instrument;
    bool stop = order->spec.type == ORDER_STOP || order->spec.type == ORDER_TRAILING_STOP;
    if (stop)
        command.order.stop_price.m = price;
    else
        command.order.limit_price.m = price;
    return give(call, &command);
}
COMMAND("PATCH", replace_order, "/orders/{order}", "Changes quantity or price of an order.",
        "trade", "trading", ROUTE_TRADER, 200, 0, &replace_object);

// A strategy of the session by its number in the path.
static int read_instance(struct call *call, uint32_t *ret_index) {
    struct desk *desk;
    const struct session_view *view;
    TRY(routes_look(call, &desk, &view));
    unsigned long long index = strtoull(call_param(call, "instance"), NULL, 10);
    if (index >= view->strategy_count)
        return ERR_SET(ERR_NOT_FOUND, "session '%s' has no strategy %llu", desk->name, index);
    *ret_index = (uint32_t)index;
    return 0;
}

static const struct field strategy_fields[] = {
    {"action", FIELD_STRING, FIELD_REQUIRED, .choices = "start|stop|drain|pause|resume",
     .help = "drain: it closes what it holds, then stops. pause: only what reduces its position "
             "leaves."},
    {"reason", FIELD_INTEGER, 0, .min = 0, .max = 1000000000,
     .help = "Of resume, where a breaker paused it: the operator's number of why."},
};
static OBJECT(strategy_object, "StrategyCommand", strategy_fields, "What a strategy is to do.");

// What a breaker paused goes on as after a halt of all. A resume without a reason lifts no breaker: who gives one is
// asked the same, whatever the view has of it yet.
static int check_lift(struct call *call, const struct session_command *command) {
    struct desk *desk;
    const struct session_view *view;
    if (command->verb != SESSION_RESUME) return 0;
    TRY(routes_look(call, &desk, &view));
    bool breaker = view->strategies[command->index].paused == PAUSED_BY_BREAKER;
    return breaker || command->reason != 0 ? api_check_rule(call, &route_resume_session) : 0;
}

static int command_strategy(struct call *call) {
    static const struct {
        const char *word;
        uint32_t verb;
    } verbs[] = {{"start", SESSION_STRATEGY_START},
                 {"stop", SESSION_STRATEGY_STOP},
                 {"drain", SESSION_STRATEGY_DRAIN},
                 {"pause", SESSION_HALT},
                 {"resume", SESSION_RESUME}};
    struct session_command command = {.scope = HALT_STRATEGY,
                                      .reason = (uint64_t)call_int(call, "reason", 0)};
    TRY(read_instance(call, &command.index));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].word, call_text(call, "action")) == 0) command.verb = verbs[i].verb;
    TRY(check_lift(call, &command));
    return give(call, &command);
}
COMMAND("POST", command_strategy, "/strategies/{instance}/command",
        "Starts, stops, drains, pauses or resumes a strategy.", "trade", "session", ROUTE_TRADER,
        200, 0, &strategy_object);

static const struct field param_fields[] = {
    {"param", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .example = "\"fast\"",
     .help = "Of the strategy."},
    {"value", FIELD_STRING, FIELD_REQUIRED, .form = &form_line, .max = 64, .example = "\"20\"",
     .help = "As text."},
};
static OBJECT(param_object, "ParameterChange", param_fields, "A parameter that is to be another.");

static int read_value(struct call *call, const struct param *table, size_t count,
                      struct session_command *command) {
    double values[PARAMS_MAX];
    const char *name = call_text(call, "param");
    int index = params_find(table, count, name);
    if (index < 0) return call_refuse(call, "/param", "is no parameter that it has");
    params_defaults(table, count, values);
    if (params_set(table, count, name, call_text(call, "value"), values) < 0) {
        char story[200];
        snprintf(story, sizeof story, "%s", err_story());
        return call_refuse(call, "/value", "%s", story);
    }
    command->param = (uint32_t)index;
    command->value = values[index];
    return 0;
}

static int set_param(struct call *call) {
    struct desk *desk;
    const struct session_view *view;
    struct session_command command = {.verb = SESSION_SET_PARAM};
    TRY(read_instance(call, &command.index));
    TRY(routes_look(call, &desk, &view));
    const struct strategy *strategy =
        session_info(desk->session)->strategies[command.index].strategy;
    TRY(read_value(call, strategy->params, strategy->param_count, &command));
    return give(call, &command);
}
COMMAND("PUT", set_param, "/strategies/{instance}/params",
        "Changes a parameter of a running strategy.", "trade", "session", ROUTE_TRADER, 200, 0,
        &param_object);

static const struct field limit_fields[] = {
    {"rule", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .example = "\"drawdown\"",
     .help = "Of /api/v1/risk/rules."},
    {"param", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .example = "\"max\"",
     .help = "Of the rule."},
    {"value", FIELD_STRING, FIELD_REQUIRED, .form = &form_line, .max = 64, .example = "\"0.2\"",
     .help = "As text."},
};
static OBJECT(limit_object, "LimitChange", limit_fields, "A limit that is to be another.");

// Of a limit by the sense of its name. What cannot be told is no tightening, nor is 0, which may mean none.
static bool is_tighter(const char *name, double now, double then) {
    if (strncmp(name, "max_", 4) == 0) return then < now && then > 0;
    return strncmp(name, "min_", 4) == 0 && then > now;
}

// Anybody who trades may take risk away at any time; to allow more, one proves again who one is.
static int check_limit(struct call *call, const struct session_command *command) {
    struct desk *desk;
    const struct session_view *view;
    const struct risk_rule *rule = risk_rule_at(command->rule);
    TRY(routes_look(call, &desk, &view));
    double now = view->rules[command->rule].params[command->param];
    if (is_tighter(rule->params[command->param].name, now, command->value)) return 0;
    return api_check_rule(call, &route_resume_session);
}

static int set_limit(struct call *call) {
    struct session_command command = {.verb = SESSION_SET_LIMIT};
    int rule = risk_rule_find(call_text(call, "rule"));
    if (rule < 0) return call_refuse(call, "/rule", "is no risk rule");
    command.rule = (uint32_t)rule;
    TRY(read_value(call, risk_rule_at((size_t)rule)->params,
                   risk_rule_at((size_t)rule)->param_count, &command));
    TRY(check_limit(call, &command));
    return give(call, &command);
}
COMMAND("PUT", set_limit, "/risk/limits",
        "Changes a risk limit; one that is not tighter than before asks for a step-up.", "risk",
        "risk", ROUTE_TRADER, 200, 0, &limit_object);

static const struct field kill_fields[] = {
    {"flatten", FIELD_BOOLEAN, 0, .example = "false", .help = "Closes what is held, too."},
};
static OBJECT(kill_object, "Kill", kill_fields, "The kill switch.");

static int kill_session(struct call *call) {
    struct session_command command = {.verb = SESSION_KILL,
                                      .flatten = call_bool(call, "flatten", false)};
    return give(call, &command);
}
COMMAND("POST", kill_session, "/kill",
        "Halts trading at once and cancels every order; flatten closes what is held.", "risk",
        "emergency", ROUTE_TRADER, 200, 0, &kill_object);

static const struct field halt_fields[] = {
    {"scope", FIELD_STRING, 0, .choices = "all|instrument", .help = "What stands still; all."},
    {"symbol", FIELD_STRING, 0, .form = &form_venue, .help = "Of an instrument."},
    {"venue", FIELD_STRING, 0, .form = &form_venue, .example = "\"LOCAL\"",
     .help = "Of an instrument."},
    {"reason", FIELD_INTEGER, 0, .min = 0, .max = 1000000000,
     .help = "The operator's number of why; resume after a breaker needs one above 0."},
};
static OBJECT(halt_object, "Halt", halt_fields, "What is to stand still, or to go on.");

static int read_halt(struct call *call, struct session_command *command) {
    struct desk *desk;
    const struct session_view *view;
    struct manual_order order = {.instrument = 0};
    TRY(routes_look(call, &desk, &view));
    command->reason = (uint64_t)call_int(call, "reason", 0);
    command->scope =
        strcmp(call_text(call, "scope"), "instrument") == 0 ? HALT_INSTRUMENT : HALT_ALL;
    if (command->scope == HALT_ALL) return 0;
    TRY(read_instrument(call, session_info(desk->session), &order));
    command->index = order.instrument;
    return 0;
}

static int halt_session(struct call *call) {
    struct session_command command = {.verb = SESSION_HALT};
    TRY(read_halt(call, &command));
    return give(call, &command);
}
COMMAND("POST", halt_session, "/halt",
        "Lets nothing leave that raises risk: of all, or of an instrument.", "risk", "emergency",
        ROUTE_TRADER, 200, 0, &halt_object);

static int resume_session(struct call *call) {
    struct session_command command = {.verb = SESSION_RESUME};
    TRY(read_halt(call, &command));
    return give(call, &command);
}
COMMAND("POST", resume_session, "/resume", "Lets trading go on after a halt, a kill or a breaker.",
        "risk", "risk", ROUTE_TRADER, 200, ROUTE_STEP_UP, &halt_object);
