// SPDX-License-Identifier: Apache-2.0
// Options: chains, surfaces and positions of several legs, as fulmar option has them. Quotes are sent along as CSV, or
// are files that the server keeps in the folder `options` of its tape.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/jout.h"
#include "base/params.h"
#include "base/timestamp.h"
#include "edge/api/api_state.h"
#include "edge/api/asks.h"
#include "edge/api/routes.h"
#include "edge/store/run_store.h"

enum { CSV_MAX = 1 << 20, SOURCES_MAX = 1000, LEGS_MAX = 32, LISTED_MAX = 64 };

static bool check_date(const char *text, size_t len) {
    int32_t date;
    return len == 10 && date_parse(text, len, &date) == 0;
}
static const struct form form_date = {"date", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                                      "is a day like 2014-06-06", "2014-06-06", check_date};
static bool check_minute(const char *text, size_t len) {
    if (len != 5 || text[2] != ':' || strspn(text, "0123456789") != 2) return false;
    return strspn(text + 3, "0123456789") == 2 && text[0] <= '2' && text[3] <= '5' &&
           (text[0] < '2' || text[1] < '4');
}
static const struct form form_minute = {"minute", "^([01][0-9]|2[0-3]):[0-5][0-9]$",
                                        "is a time of day like 16:00", "16:00", check_minute};

#define NUMBER(name_, low_, high_, help_)                                                          \
    { name_, FIELD_NUMBER, 0, .min = (low_), .max = (high_), .help = (help_) }
// clang-format off
#define CHAIN_FIELDS                                                                               \
    {"source", FIELD_STRING, 0, .form = &form_run, .example = "\"aapl_2014_quote_american.zip\"",  \
     .help = "A file of /api/v1/options/sources."},                                                \
    {"interest", FIELD_STRING, 0, .form = &form_run,                                               \
     .example = "\"aapl_2014_openinterest_american.zip\"",                                         \
     .help = "Open interest, likewise."},                                                          \
    {"csv", FIELD_STRING, 0, .max = CSV_MAX,                                                       \
     .help = "In its place: columns expiry, type (C or P), strike, bid, ask, open_interest, time"},\
    {"date", FIELD_STRING, 0, .form = &form_date,                                                  \
     .help = "The day of the quotes; the last one of them."},                                      \
    {"at", FIELD_STRING, 0, .form = &form_minute, .help = "The exchange's time of day; 16:00."},   \
    {"style", FIELD_STRING, 0, .choices = "american|european",                                     \
     .help = "What a Lean file's name says, else european."},                                      \
    NUMBER("rate", -1, 1, "Interest a year, continuous; from put-call parity."),                   \
    NUMBER("spot", 1e-9, 1e9, "Of the underlying; the nearest forward, discounted."),              \
    {"stale", FIELD_STRING, 0, .form = &form_length,                                               \
     .help = "Quotes older than this are left out; 15m."},                                         \
    NUMBER("tick", 1e-9, 1e6, "Least price step; 0.01.")
// clang-format on

static const struct field chain_fields[] = {CHAIN_FIELDS};
static OBJECT(chain_object, "ChainQuestion", chain_fields, "Quotes of options to be looked at.");
static const struct object chain_answer = {
    .name = "OptionChain",
    .help = "What fulmar option chain --json prints (docs/options.md).",
    .open = true};
static const struct field surface_fields[] = {
    CHAIN_FIELDS,
    {"model", FIELD_STRING, 0, .choices = "svi|ssvi|ssvi-heston", .help = "svi."},
    {"holdout", FIELD_BOOLEAN, 0,
     .help = "Also fit each half of the strikes, and tell how well it foretells the other."},
};
static OBJECT(surface_object, "SurfaceQuestion", surface_fields, "Quotes to fit a surface to.");
static const struct object surface_answer = {
    .name = "OptionSurface",
    .help = "What fulmar option surface --json prints (docs/options.md).",
    .open = true};

#define OPTION_ROUTE(id_, end_, summary_, request_, answer_, handle_)                              \
    const struct route route_##id_ = {.method = "POST",                                            \
                                      .path = "/api/v1/options/" end_,                             \
                                      .id = #id_,                                                  \
                                      .tag = "Options",                                            \
                                      .summary = summary_,                                         \
                                      .role = ROUTE_VIEWER,                                        \
                                      .scope = "read",                                             \
                                      .rate = "analysis",                                          \
                                      .flags = ROUTE_BUSY,                                         \
                                      .request = &(request_),                                      \
                                      .response = &(answer_),                                      \
                                      .status = 200,                                               \
                                      .handle = handle_}

static void folder_of(const struct call *call, char *ret_path, size_t size) {
    snprintf(ret_path, size, "%s/options", call->api->options.tape_root);
}

static int add_source(struct call *call, const char *name, struct question *question) {
    char folder[4000], path[4096];
    struct stat status;
    const char *file = call_text(call, name);
    if (file[0] == '\0') return 0;
    folder_of(call, folder, sizeof folder);
    int len = snprintf(path, sizeof path, "%s/%s", folder, file);
    if (len >= (int)sizeof path - 16 || lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return call_fail(call, 422, NULL, "%s: the server has no file of quotes '%s'", name, file);
    asks_word(question, "--input=%s", path);
    return 0;
}

static int add_quotes(struct call *call, struct question *question) {
    const char *csv = call_text(call, "csv"), *source = call_text(call, "source");
    if ((csv[0] != '\0') == (source[0] != '\0'))
        return call_refuse(call, "/csv", "give csv or source, one of them");
    if (csv[0] != '\0') TRY(asks_input(question, "input", "csv", csv, strlen(csv)));
    TRY(add_source(call, "source", question));
    return add_source(call, "interest", question);
}

static int ask_of_quotes(struct call *call, const char *verb) {
    static const char *const names[] = {"date", "at",    "style", "rate",
                                        "spot", "stale", "tick",  "model"};
    struct question *question;
    TRY(asks_make(call, &question));
    asks_of_body(question);
    asks_word(question, "option");
    asks_word(question, "%s", verb);
    int rc = add_quotes(call, question);
    if (rc < 0) return asks_drop(question, rc);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) asks_option(question, names[i]);
    if (call_bool(call, "holdout", false)) asks_word(question, "--holdout");
    return asks_send(question);
}

static int ask_chain(struct call *call) {
    return ask_of_quotes(call, "chain");
}
OPTION_ROUTE(ask_chain, "chain", "Quotes by expiry, cleaned, with forwards and volatilities.",
             chain_object, chain_answer, ask_chain);

static int ask_surface(struct call *call) {
    return ask_of_quotes(call, "surface");
}
OPTION_ROUTE(ask_surface, "surface", "A surface of volatility without arbitrage through quotes.",
             surface_object, surface_answer, ask_surface);

// Positions.

static const struct field leg_fields[] = {
    {"quantity", FIELD_NUMBER, FIELD_REQUIRED, .min = -1e6, .max = 1e6, .example = "1",
     .help = "Sold is below 0."},
    {"type", FIELD_STRING, FIELD_REQUIRED, .choices = "call|put|share", .help = "What."},
    {"strike", FIELD_NUMBER, 0, .min = 1e-9, .max = 1e9, .example = "100", .help = "Of an option."},
    NUMBER("premium", 0, 1e9, "Paid or taken for one, a share's cost; its value."),
    NUMBER("vol", 0, 100, "Volatility of its own."),
    NUMBER("days", 0, 36500, "It expires that much later than the others."),
};
static OBJECT(leg_object, "OptionLeg", leg_fields, "A leg of a position.");

static bool check_name(const char *text, size_t len) {
    if (len == 0 || len > 40 || text[0] == '-') return false;
    for (size_t i = 0; i < len; i++)
        if (!((text[i] >= 'a' && text[i] <= 'z') || text[i] == '-')) return false;
    return true;
}
static const struct form form_position = {"position", "^[a-z][a-z-]{0,39}$",
                                          "is lower-case letters and dashes, like iron-condor",
                                          "iron-condor", check_name};

#define LIST(name_, low_, high_, help_)                                                            \
    {                                                                                              \
        name_, FIELD_NUMBER, FIELD_LIST, .min = (low_), .max = (high_), .items = LISTED_MAX,       \
                                         .help = (help_)                                           \
    }
static const struct field strategy_fields[] = {
    {"legs", FIELD_OBJECT, FIELD_LIST, .of = &leg_object, .items = LEGS_MAX,
     .help = "The position, leg by leg."},
    {"name", FIELD_STRING, 0, .form = &form_position,
     .help = "In their place a position by its name, with strikes."},
    LIST("strikes", 1e-9, 1e9, "Of a position by its name, ascending."),
    NUMBER("apart", 0, 36500, "Days between the expiries of a calendar, diagonal or jelly roll."),
    LIST("premiums", 0, 1e9, "What its legs cost, in their order."),
    LIST("spots", 0, 1e9, "Of the table of what it pays."),
    NUMBER("spot", 1e-9, 1e9, "Of the underlying now."),
    NUMBER("days", 0, 36500, "To expiry."),
    NUMBER("rate", -1, 1, "Interest a year, continuous; 0."),
    NUMBER("yield", -1, 1, "Dividends a year, continuous; 0."),
    {"vol", FIELD_NUMBER, 0, .min = 0, .max = 100, .example = "0.2",
     .help = "Volatility of legs that name none: 0.2 is 20 %."},
    LIST("later", 0, 36500, "What if: so many days later; 0."),
    LIST("vol_change", -100, 100, "What if: volatility higher by this; 0."),
    NUMBER("spot_change", -1e9, 1e9, "What if: the spot higher by this; 0."),
};
static OBJECT(strategy_object, "OptionPosition", strategy_fields, "A position in options.");
static const struct object strategy_answer = {
    .name = "OptionPositionWorth",
    .help = "What fulmar option strategy --json prints (docs/options.md).",
    .open = true};

static double number_of(const json_t *leg, const char *name) {
    return json_number_value(json_object_get(leg, name));
}

// As short as it can be read back.
static void add_number(struct text *out, double value) {
    static const struct param number = {.type = PARAM_REAL};
    params_print_value(&number, value, out);
}

static bool has(const json_t *leg, const char *name) {
    return json_object_get(leg, name) != NULL;
}

// QTY:call|put:STRIKE[:PREMIUM[:VOL[:DAYS]]] or QTY:share[:COST]
static int add_leg(struct call *call, const json_t *leg, struct question *question) {
    static const char *const optional[] = {"premium", "vol", "days"};
    const char *type = json_string_value(json_object_get(leg, "type"));
    bool share = strcmp(type, "share") == 0;
    struct text word;
    if (share == has(leg, "strike"))
        return call_refuse(call, "/legs", "an option has a strike, a share has none");
    if (share && (has(leg, "vol") || has(leg, "days")))
        return call_refuse(call, "/legs", "a share has no volatility and no days");
    size_t last = share ? 1 : 3;
    while (last > 0 && !has(leg, optional[last - 1])) last--;
    text_init(&word, 512);
    add_number(&word, number_of(leg, "quantity"));
    text_printf(&word, ":%s%s", type, share ? "" : ":");
    if (!share) add_number(&word, number_of(leg, "strike"));
    for (size_t i = 0; i < last; i++) {
        text_add_char(&word, ':');
        if (has(leg, optional[i])) add_number(&word, number_of(leg, optional[i]));
    }
    asks_word(question, "--leg=%s", text_string(&word));
    text_fini(&word);
    return 0;
}

// A list as one word: --later=0,10,20.
static void add_list(const struct call *call, const char *name, const char *option,
                     struct question *question) {
    const json_t *list = call_member(call, name);
    struct text word;
    if (json_array_size(list) == 0) return;
    text_init(&word, 4000);
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (i > 0) text_add_char(&word, ',');
        add_number(&word, json_number_value(json_array_get(list, i)));
    }
    asks_word(question, "--%s=%s", option, text_string(&word));
    text_fini(&word);
}

static int add_position(struct call *call, struct question *question) {
    size_t i;
    json_t *leg;
    const json_t *legs = call_member(call, "legs");
    if ((json_array_size(legs) > 0) == (call_text(call, "name")[0] != '\0'))
        return call_refuse(call, "/legs", "give legs or a name, one of them");
    json_array_foreach(legs, i, leg) TRY(add_leg(call, leg, question));
    return 0;
}

static int ask_position(struct call *call) {
    static const char *const lists[][2] = {{"strikes", "strikes"},
                                           {"premiums", "premiums"},
                                           {"spots", "spots"},
                                           {"later", "later"},
                                           {"vol_change", "vol-change"}};
    static const char *const names[] = {"name", "apart", "spot", "days",
                                        "rate", "yield", "vol",  "spot_change"};
    struct question *question;
    TRY(asks_make(call, &question));
    asks_of_body(question);
    asks_word(question, "option");
    asks_word(question, "strategy");
    int rc = add_position(call, question);
    if (rc < 0) return asks_drop(question, rc);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        add_list(call, lists[i][0], lists[i][1], question);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) asks_option(question, names[i]);
    return asks_send(question);
}
OPTION_ROUTE(ask_position, "strategy",
             "What a position of several options pays, risks and is worth.", strategy_object,
             strategy_answer, ask_position);

// Files of the server.

static const struct field source_fields[] = {
    {"name", FIELD_STRING, FIELD_REQUIRED, .form = &form_run, .help = "Of the file."},
    {"bytes", FIELD_INTEGER, FIELD_REQUIRED, .help = "Its size."},
    {"interest", FIELD_BOOLEAN, FIELD_REQUIRED, .help = "It holds open interest, not quotes."},
};
static OBJECT(source_object, "OptionSource", source_fields, "A file of quotes.");
static const struct field sources_fields[] = {
    {"items", FIELD_OBJECT, FIELD_REQUIRED | FIELD_LIST, .of = &source_object, .help = "All."},
};
static OBJECT(sources_object, "OptionSources", sources_fields, "Files of quotes of the server.");

static int is_source(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".zip") == 0) &&
           form_run.check(entry->d_name, strlen(entry->d_name));
}

static int list_sources(struct call *call) {
    char folder[4000], path[4400];
    struct dirent **entries = NULL;
    struct text *out = &call->out;
    folder_of(call, folder, sizeof folder);
    int count = scandir(folder, &entries, is_source, alphasort), told = 0;
    jout_object(out);
    jout_key(out, "items");
    jout_array(out);
    for (int i = 0; i < count; i++) {
        struct stat status;
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (lstat(path, &status) == 0 && S_ISREG(status.st_mode) && told++ < SOURCES_MAX) {
            jout_object(out);
            jout_key_string(out, "name", entries[i]->d_name);
            jout_key_int(out, "bytes", status.st_size);
            jout_key_bool(out, "interest", strstr(entries[i]->d_name, "openinterest") != NULL);
            jout_end_object(out);
        }
        free(entries[i]);
    }
    free(entries);
    jout_end_array(out);
    jout_end_object(out);
    return 0;
}

const struct route route_list_option_sources = {
    .method = "GET",
    .path = "/api/v1/options/sources",
    .id = "list_option_sources",
    .tag = "Options",
    .summary = "Files of option quotes that the server has.",
    .role = ROUTE_VIEWER,
    .scope = "read",
    .rate = "read",
    .flags = ROUTE_WORKER,
    .response = &sources_object,
    .status = 200,
    .handle = list_sources,
};
