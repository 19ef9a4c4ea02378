// SPDX-License-Identifier: Apache-2.0
#include "edge/api/run_request.h"

#include <stdlib.h>
#include <string.h>

#include "base/jout.h"
#include "edge/api/api_state.h"

static bool is_of(const char *text, size_t len, const char *more) {
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && (c == '\0' || strchr(more, c) == NULL)) return false;
    }
    return true;
}

static bool check_series(const char *text, size_t len) {
    static const char more[] = "_:+=^-";
    size_t parts = 1, from = 0;
    if (len > 0 && text[0] == '-') return false;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && text[i] != '/') continue;
        if (i == from || text[from] == '.' || parts > 3) return false;
        for (size_t k = from; k < i; k++)
            if (text[k] != '.' && !is_of(&text[k], 1, more)) return false;
        from = i + 1;
        parts++;
    }
    return len < 100;
}
const struct form form_series = {
    "series",
    "^[A-Za-z0-9_:+=^][A-Za-z0-9._:+=^-]{0,30}(/[A-Za-z0-9_:+=^-][A-Za-z0-9._:+=^-]{0,30}){0,2}$",
    "is a series of the tape, VENUE/SYMBOL/kind, or its symbol", "LOCAL/AAPL/bar-1d", check_series};

static bool check_model(const char *text, size_t len) {
    return len > 0 && text[0] >= 'a' && text[0] <= 'z' && is_of(text, len, "_:=,.+-");
}
const struct form form_model = {
    "model", "^[a-z][A-Za-z0-9_:=,.+-]*$",
    "is a model with its parameters, like maker_taker:maker=10,taker=20",
    "maker_taker:maker=10,taker=20", check_model};

static bool check_setting(const char *text, size_t len) {
    const char *equals = memchr(text, '=', len);
    size_t name = equals != NULL ? (size_t)(equals - text) : 0;
    return equals != NULL && form_word.check(text, name) && name + 1 < len &&
           is_of(equals + 1, len - name - 1, "_.+-");
}
const struct form form_setting = {"setting", "^[a-z][a-z0-9_]{0,63}=[A-Za-z0-9_.+-]+$",
                                  "is a name and a value, like allow_short=on", "allow_short=on",
                                  check_setting};

static bool check_space(const char *text, size_t len) {
    return len > 0 && text[0] != '-' && is_of(text, len, "_:,.+-");
}
const struct form form_space = {"space", "^[A-Za-z0-9_.+:,][A-Za-z0-9_:,.+-]*$",
                                "is values to try, like 5:50:5 or 10,20,50", "5:50:5", check_space};

static bool check_condition(const char *text, size_t len) {
    return len > 0 && text[0] != '-' && is_of(text, len, "_.+-*/<>=!() ");
}
const struct form form_condition = {
    "condition", "^[A-Za-z0-9_.+*/<>=!() ][A-Za-z0-9_.+*/<>=!() -]*$",
    "is a condition, like fast < slow", "fast < slow", check_condition};

static bool check_currency(const char *text, size_t len) {
    return len > 0 && len < 8 && is_of(text, len, "");
}
const struct form form_currency = {"currency", "^[A-Za-z0-9]{1,7}$", "is the code of a currency",
                                   "USD", check_currency};

static const struct field strategy_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_word, .help = "Of /api/v1/strategies."},
    {"params", FIELD_MAP, 0, .example = "{\"fast\":20,\"slow\":50}",
     .help = "Parameters by name; the others have their defaults."},
};
OBJECT(run_request_strategy, "StrategyChoice", strategy_fields, "A strategy and its parameters.");

// One value of a map as one word. False: it would be more.
static bool add_value(const json_t *value, struct text *out) {
    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        size_t len = strlen(text);
        if (len == 0 || !is_of(text, len, "_.+-")) return false;
        text_add(out, text);
        return true;
    }
    if (json_is_boolean(value)) {
        text_add(out, json_is_true(value) ? "true" : "false");
        return true;
    }
    char *words = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
    text_add(out, words != NULL ? words : "");
    free(words);
    return true;
}

static int refuse_value(struct call *call, const char *key) {
    return call_refuse(call, "/strategies", "%s: a value is a number, true, false or one word",
                       key);
}

// name:fast=20,slow=50
static int add_strategy(struct call *call, const json_t *strategy, struct text *out) {
    const char *key;
    json_t *value;
    bool first = true;
    text_add(out, json_string_value(json_object_get(strategy, "name")));
    json_object_foreach(json_object_get(strategy, "params"), key, value) {
        text_printf(out, "%s%s=", first ? ":" : ",", key);
        if (!add_value(value, out)) return refuse_value(call, key);
        first = false;
    }
    return 0;
}

int run_request_strategies(struct call *call, struct jobs_call *words) {
    size_t i;
    json_t *strategy;
    const json_t *strategies = call_member(call, "strategies");
    if (json_array_size(strategies) == 0)
        return call_refuse(call, "/strategies", "has at least one");
    json_array_foreach(strategies, i, strategy) {
        struct text out;
        text_init(&out, 4096);
        int rc = add_strategy(call, strategy, &out);
        jobs_word(words, "--strategy");
        jobs_word(words, "%s", text_string(&out));
        text_fini(&out);
        TRY(rc);
    }
    return 0;
}

void run_request_option(const struct call *call, const char *name, struct jobs_call *words) {
    const char *text = call_text(call, name);
    if (text[0] == '\0') return;
    jobs_word(words, "--%s", name);
    jobs_word(words, "%s", text);
}

static int check_data(struct call *call) {
    if (json_array_size(call_member(call, "data")) > 0) return 0;
    return call_refuse(call, "/data", "has at least one series");
}

int run_request_words(struct call *call, struct jobs_call *words) {
    static const char *const lists[] = {"data", "risk", "venue"};
    static const char *const names[] = {"frame",  "from", "to",       "capital", "currency",
                                        "sizing", "fee",  "slippage", "latency", "execution"};
    TRY(check_data(call));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        size_t k;
        json_t *value;
        json_array_foreach(call_member(call, lists[i]), k, value) {
            jobs_word(words, "--%s", lists[i]);
            jobs_word(words, "%s", json_string_value(value));
        }
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        run_request_option(call, names[i], words);
    jobs_word(words, "--tape");
    jobs_word(words, "%s", call->api->options.tape_root);
    jobs_word(words, "--json");
    return 0;
}

static void print_list(const struct call *call, const char *name, struct text *out) {
    size_t i;
    json_t *value;
    const json_t *list = call_member(call, name);
    if (json_array_size(list) == 0) return;
    jout_key(out, name);
    jout_array(out);
    json_array_foreach(list, i, value) jout_string(out, json_string_value(value));
    jout_end_array(out);
}

static void print_text(const struct call *call, const char *name, struct text *out) {
    if (call_text(call, name)[0] != '\0') jout_key_string(out, name, call_text(call, name));
}

// "maker=10,taker=20" as a list.
static void print_params(const char *key, const char *at, struct text *out) {
    jout_key(out, key);
    jout_array(out);
    while (*at != '\0') {
        size_t size = strcspn(at, ",");
        if (size > 0) jout_bytes(out, at, size);
        at += size + (at[size] == ',');
    }
    jout_end_array(out);
}

// A model as a member of its own: {"model":"maker_taker","params":[...]}.
static void print_model(const struct call *call, const char *name, const char *key,
                        struct text *out) {
    const char *text = call_text(call, name);
    size_t size = strcspn(text, ":");
    if (text[0] == '\0') return;
    jout_key(out, key);
    jout_object(out);
    jout_key(out, "model");
    jout_bytes(out, text, size);
    if (text[size] == ':') print_params("params", text + size + 1, out);
    jout_end_object(out);
}

// A model as members of a strategy: "sizing":"x","sizing_params":[...].
static void print_part(const struct call *call, const char *name, const char *params,
                       struct text *out) {
    const char *text = call_text(call, name);
    size_t size = strcspn(text, ":");
    if (text[0] == '\0') return;
    jout_key(out, name);
    jout_bytes(out, text, size);
    if (text[size] == ':') print_params(params, text + size + 1, out);
}

static int print_strategy(struct call *call, const json_t *strategy, struct text *out) {
    const char *key;
    json_t *value;
    jout_object(out);
    jout_key_string(out, "strategy", json_string_value(json_object_get(strategy, "name")));
    jout_key(out, "params");
    jout_array(out);
    json_object_foreach(json_object_get(strategy, "params"), key, value) {
        struct text word;
        text_init(&word, 1024);
        text_printf(&word, "%s=", key);
        bool good = add_value(value, &word);
        jout_string(out, text_string(&word));
        text_fini(&word);
        if (!good) return refuse_value(call, key);
    }
    jout_end_array(out);
    print_part(call, "sizing", "sizing_params", out);
    print_part(call, "execution", "execution_params", out);
    print_text(call, "frame", out);
    jout_end_object(out);
    return 0;
}

int run_request_config(struct call *call, const char *name, struct text *out) {
    size_t i;
    json_t *strategy;
    const json_t *strategies = call_member(call, "strategies");
    TRY(check_data(call));
    jout_object(out);
    jout_key_string(out, "name", name);
    print_list(call, "data", out);
    print_text(call, "from", out);
    print_text(call, "to", out);
    print_text(call, "capital", out);
    print_text(call, "currency", out);
    jout_key(out, "strategies");
    jout_array(out);
    json_array_foreach(strategies, i, strategy) TRY(print_strategy(call, strategy, out));
    jout_end_array(out);
    print_model(call, "fee", "fees", out);
    print_model(call, "slippage", "slippage", out);
    print_model(call, "latency", "latency", out);
    print_list(call, "venue", out);
    print_list(call, "risk", out);
    jout_end_object(out);
    text_add_char(out, '\n');
    return text_error(out);
}
