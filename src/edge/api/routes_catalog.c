// SPDX-License-Identifier: Apache-2.0
// What the program has: strategies, indicators, risk rules, each with its parameters.
#include <string.h>

#include "base/jout.h"
#include "edge/api/api_state.h"
#include "edge/api/routes.h"
#include "quant/indicator/indicator.h"
#include "risk/rule.h"
#include "strategy/strategy.h"

static const struct field param_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Its name."},
    {"type", FIELD_STRING, FIELD_REQUIRED, .choices = "int|real|bool|enum|duration",
     .help = "What it takes."},
    {"unit", FIELD_STRING, FIELD_REQUIRED, .help = "Of the value; empty where it has none."},
    {"default", FIELD_STRING, FIELD_REQUIRED, .help = "As text."},
    {"min", FIELD_NUMBER, FIELD_REQUIRED | FIELD_NULLABLE,
     .help = "Least; a duration's in seconds."},
    {"max", FIELD_NUMBER, FIELD_REQUIRED | FIELD_NULLABLE, .help = "Most."},
    {"choices", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST, .help = "Of an enum."},
    {"help", FIELD_STRING, FIELD_REQUIRED, .max = 1000, .help = "One sentence."},
    {"fixed", FIELD_BOOLEAN, 0, .help = "It cannot be changed while a strategy runs."},
};
static OBJECT(param_object, "Parameter", param_fields, "A parameter.");

static const char *type_name(enum param_type type) {
    static const char *const names[] = {"int", "real", "bool", "enum", "duration"};
    return names[type];
}

static void print_choices(const char *choices, struct text *out) {
    jout_array(out);
    for (const char *at = choices; at != NULL;) {
        size_t size = strcspn(at, "|");
        jout_bytes(out, at, size);
        at = at[size] == '|' ? at + size + 1 : NULL;
    }
    jout_end_array(out);
}

static void open_param(const struct param *row, struct text *out) {
    bool bounded = row->type != PARAM_BOOL && row->type != PARAM_ENUM;
    struct text value;
    text_init(&value, 256);
    params_print_value(row, row->def, &value);
    jout_object(out);
    jout_key_string(out, "name", row->name);
    jout_key_string(out, "type", type_name(row->type));
    jout_key_string(out, "unit", row->unit != NULL ? row->unit : "");
    jout_key_string(out, "default", text_string(&value));
    jout_key(out, "min");
    jout_real(out, bounded ? row->min : __builtin_nan(""));
    jout_key(out, "max");
    jout_real(out, bounded ? row->max : __builtin_nan(""));
    jout_key(out, "choices");
    print_choices(row->choices, out);
    jout_key_string(out, "help", row->help);
    text_fini(&value);
}

static void print_params(const struct param *table, size_t count, struct text *out) {
    jout_key(out, "params");
    jout_array(out);
    for (size_t i = 0; i < count; i++) {
        open_param(&table[i], out);
        jout_end_object(out);
    }
    jout_end_array(out);
}

static const struct field strategy_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Its name."},
    {"summary", FIELD_STRING, FIELD_REQUIRED, .max = 1000, .help = "What it does."},
    {"scope", FIELD_STRING, FIELD_REQUIRED, .choices = "instrument|universe|book",
     .help = "Whether it sees one instrument, all of them, or one's order book."},
    {"inputs", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST, .help = "Signals that it reads."},
    {"params", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &param_object,
     .help = "Its parameters."},
};
static OBJECT(strategy_object, "Strategy", strategy_fields, "A strategy of the program.");
static const struct field strategies_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &strategy_object, .help = "All."},
};
static OBJECT(strategies_object, "Strategies", strategies_fields, "The strategies.");

static void print_strategy(const struct strategy *strategy, struct text *out) {
    static const char *const scopes[] = {"instrument", "universe", "book"};
    jout_object(out);
    jout_key_string(out, "name", strategy->name);
    jout_key_string(out, "summary", strategy->summary);
    jout_key_string(out, "scope", scopes[strategy->scope]);
    jout_key(out, "inputs");
    jout_array(out);
    for (size_t i = 0; i < strategy->input_count; i++) jout_string(out, strategy->inputs[i]);
    jout_end_array(out);
    jout_key(out, "params");
    jout_array(out);
    for (size_t i = 0; i < strategy->param_count; i++) {
        open_param(&strategy->params[i], out);
        jout_key_bool(out, "fixed", strategy_param_is_wired(strategy, i));
        jout_end_object(out);
    }
    jout_end_array(out);
    jout_end_object(out);
}

static void open_items(struct text *out) {
    jout_object(out);
    jout_key(out, "items");
    jout_array(out);
}

static void end_items(struct text *out) {
    jout_end_array(out);
    jout_end_object(out);
}

static int list_strategies(struct call *call) {
    open_items(&call->out);
    for (size_t i = 0; i < strategy_count(); i++) print_strategy(strategy_at(i), &call->out);
    end_items(&call->out);
    return 0;
}

const struct route route_list_strategies = {
    .method = "GET",
    .path = "/api/v1/strategies",
    .id = "list_strategies",
    .tag = "Catalogue",
    .summary = "The strategies and their parameters.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .response = &strategies_object,
    .status = 200,
    .handle = list_strategies,
};

static int get_strategy(struct call *call) {
    const char *name = call_param(call, "strategy");
    const struct strategy *strategy = strategy_find(name);
    if (strategy == NULL) return ERR_SET(ERR_NOT_FOUND, "there is no strategy '%s'", name);
    print_strategy(strategy, &call->out);
    return 0;
}

const struct route route_get_strategy = {
    .method = "GET",
    .path = "/api/v1/strategies/{strategy}",
    .id = "get_strategy",
    .tag = "Catalogue",
    .summary = "A strategy and its parameters.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .response = &strategy_object,
    .status = 200,
    .handle = get_strategy,
};

static const struct field indicator_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Its name."},
    {"group", FIELD_STRING, FIELD_REQUIRED, .help = "Its family."},
    {"summary", FIELD_STRING, FIELD_REQUIRED, .max = 1000, .help = "What it measures."},
    {"source", FIELD_STRING, FIELD_REQUIRED, .max = 1000, .help = "Where the formula comes from."},
    {"inputs", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST, .help = "Columns that it reads."},
    {"outputs", FIELD_STRING, FIELD_REQUIRED | FIELD_LIST, .help = "Columns that it gives."},
    {"params", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &param_object,
     .help = "Its parameters."},
};
static OBJECT(indicator_object, "Indicator", indicator_fields, "An indicator of the program.");
static const struct field indicators_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &indicator_object, .help = "All."},
};
static OBJECT(indicators_object, "Indicators", indicators_fields, "The indicators.");

static void print_names(const char *key, const char *const *names, size_t count, struct text *out) {
    jout_key(out, key);
    jout_array(out);
    for (size_t i = 0; i < count; i++) jout_string(out, names[i]);
    jout_end_array(out);
}

static void print_indicator(const struct indicator *indicator, struct text *out) {
    jout_object(out);
    jout_key_string(out, "name", indicator->name);
    jout_key_string(out, "group", indicator->group);
    jout_key_string(out, "summary", indicator->summary);
    jout_key_string(out, "source", indicator->source);
    print_names("inputs", indicator->inputs, indicator->input_count, out);
    print_names("outputs", indicator->outputs, indicator->output_count, out);
    print_params(indicator->params, indicator->param_count, out);
    jout_end_object(out);
}

static const struct field indicator_query[] = {
    {"group", FIELD_STRING, 0, .form = &form_word, .example = "\"momentum\"",
     .help = "Those of a family alone."},
};

static int list_indicators(struct call *call) {
    const char *group = call_query(call, "group");
    open_items(&call->out);
    for (size_t i = 0; i < indicator_count(); i++) {
        const struct indicator *indicator = indicator_at(i);
        if (group == NULL || strcmp(group, indicator->group) == 0)
            print_indicator(indicator, &call->out);
    }
    end_items(&call->out);
    return 0;
}

const struct route route_list_indicators = {
    .method = "GET",
    .path = "/api/v1/indicators",
    .id = "list_indicators",
    .tag = "Catalogue",
    .summary = "The indicators and their parameters.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    ROUTE_QUERY(indicator_query),
    .response = &indicators_object,
    .status = 200,
    .handle = list_indicators,
};

static int get_indicator(struct call *call) {
    const char *name = call_param(call, "indicator");
    const struct indicator *indicator = indicator_find(name);
    if (indicator == NULL) return ERR_SET(ERR_NOT_FOUND, "there is no indicator '%s'", name);
    print_indicator(indicator, &call->out);
    return 0;
}

const struct route route_get_indicator = {
    .method = "GET",
    .path = "/api/v1/indicators/{indicator}",
    .id = "get_indicator",
    .tag = "Catalogue",
    .summary = "An indicator and its parameters.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .response = &indicator_object,
    .status = 200,
    .handle = get_indicator,
};

static const struct field rule_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Its name."},
    {"summary", FIELD_STRING, FIELD_REQUIRED, .max = 1000, .help = "What it holds."},
    {"on_by_default", FIELD_BOOLEAN, FIELD_REQUIRED,
     .help = "It has a limit that fits every account."},
    {"checks_orders", FIELD_BOOLEAN, FIELD_REQUIRED,
     .help = "It looks at orders before they leave."},
    {"is_breaker", FIELD_BOOLEAN, FIELD_REQUIRED,
     .help = "It looks at the account and may halt trading."},
    {"params", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &param_object,
     .help = "Its limits."},
};
static OBJECT(rule_object, "RiskRule", rule_fields, "A risk rule of the program.");
static const struct field rules_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &rule_object, .help = "All."},
};
static OBJECT(rules_object, "RiskRules", rules_fields, "The risk rules.");

static void print_rule(const struct risk_rule *rule, struct text *out) {
    jout_object(out);
    jout_key_string(out, "name", rule->name);
    jout_key_string(out, "summary", rule->summary);
    jout_key_bool(out, "on_by_default", rule->on_by_default);
    jout_key_bool(out, "checks_orders", rule->check != NULL);
    jout_key_bool(out, "is_breaker", rule->watch != NULL);
    print_params(rule->params, rule->param_count, out);
    jout_end_object(out);
}

static int list_rules(struct call *call) {
    open_items(&call->out);
    for (size_t i = 0; i < risk_rule_count(); i++) print_rule(risk_rule_at(i), &call->out);
    end_items(&call->out);
    return 0;
}

const struct route route_list_rules = {
    .method = "GET",
    .path = "/api/v1/risk/rules",
    .id = "list_rules",
    .tag = "Catalogue",
    .summary = "The risk rules and their limits.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .response = &rules_object,
    .status = 200,
    .handle = list_rules,
};

static int get_rule(struct call *call) {
    const char *name = call_param(call, "rule");
    int index = risk_rule_find(name);
    if (index < 0) return ERR_SET(ERR_NOT_FOUND, "there is no risk rule '%s'", name);
    print_rule(risk_rule_at((size_t)index), &call->out);
    return 0;
}

const struct route route_get_rule = {
    .method = "GET",
    .path = "/api/v1/risk/rules/{rule}",
    .id = "get_rule",
    .tag = "Catalogue",
    .summary = "A risk rule and its limits.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .response = &rule_object,
    .status = 200,
    .handle = get_rule,
};
