// SPDX-License-Identifier: Apache-2.0
#include "app/run/run_config.h"

#include <cyaml/cyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/yaml_fault.h"
#include "base/hash.h"
#include "base/io.h"

static const cyaml_schema_value_t text_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, const char, 0, CYAML_UNLIMITED)};

#define TEXT(struct_, key_, member_)                                                               \
    CYAML_FIELD_STRING_PTR(key_, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct_, member_, 0,    \
                           CYAML_UNLIMITED)
#define LIST(struct_, key_, member_)                                                               \
    CYAML_FIELD_SEQUENCE_COUNT(key_, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct_, member_,   \
                               member_##_count, &text_value, 0, RUN_LIST_MAX)

static const cyaml_schema_field_t strategy_fields[] = {
    CYAML_FIELD_STRING_PTR("strategy", CYAML_FLAG_POINTER, struct run_strategy, strategy, 1,
                           CYAML_UNLIMITED),
    LIST(struct run_strategy, "params", params),
    TEXT(struct run_strategy, "sizing", sizing),
    LIST(struct run_strategy, "sizing_params", sizing_params),
    LIST(struct run_strategy, "scale", scale),
    LIST(struct run_strategy, "stops", stops),
    TEXT(struct run_strategy, "execution", execution),
    LIST(struct run_strategy, "execution_params", execution_params),
    LIST(struct run_strategy, "gates", gates),
    LIST(struct run_strategy, "instruments", instruments),
    TEXT(struct run_strategy, "frame", frame),
    TEXT(struct run_strategy, "share", share),
    LIST(struct run_strategy, "limits", limits),
    CYAML_FIELD_END};
static const cyaml_schema_value_t strategy_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct run_strategy, strategy_fields)};

static const cyaml_schema_field_t model_fields[] = {
    CYAML_FIELD_STRING_PTR("model", CYAML_FLAG_POINTER, struct run_model, model, 1,
                           CYAML_UNLIMITED),
    LIST(struct run_model, "params", params), CYAML_FIELD_END};

#define NUMBER(key_, member_)                                                                      \
    CYAML_FIELD_INT(key_, CYAML_FLAG_DEFAULT, struct run_instrument, member_)
#define COUNT(key_, member_)                                                                       \
    CYAML_FIELD_UINT(key_, CYAML_FLAG_DEFAULT, struct run_instrument, member_)
static const cyaml_schema_field_t instrument_fields[] = {
    TEXT(struct run_instrument, "series", series),
    TEXT(struct run_instrument, "symbol", symbol),
    TEXT(struct run_instrument, "venue", venue),
    TEXT(struct run_instrument, "currency", currency),
    TEXT(struct run_instrument, "asset", asset),
    TEXT(struct run_instrument, "calendar", calendar),
    NUMBER("price_decimals", price_decimals),
    NUMBER("qty_decimals", qty_decimals),
    NUMBER("tick", tick),
    NUMBER("lot", lot),
    NUMBER("qty_min", qty_min),
    NUMBER("notional_min", notional_min),
    NUMBER("multiplier", multiplier),
    NUMBER("multiplier_decimals", multiplier_decimals),
    TEXT(struct run_instrument, "payoff", payoff),
    COUNT("frame_s", frame_s),
    COUNT("bar_flags", bar_flags),
    NUMBER("bars", bars),
    CYAML_FIELD_END};
static const cyaml_schema_value_t instrument_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct run_instrument, instrument_fields)};

static const cyaml_schema_field_t feed_fields[] = {
    CYAML_FIELD_STRING_PTR("feed", CYAML_FLAG_POINTER, struct run_feed_words, feed, 1,
                           CYAML_UNLIMITED),
    CYAML_FIELD_MAPPING_PTR("fees", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct run_feed_words,
                            fees, model_fields),
    CYAML_FIELD_MAPPING_PTR("latency", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                            struct run_feed_words, latency, model_fields),
    CYAML_FIELD_MAPPING_PTR("queue", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                            struct run_feed_words, queue, model_fields),
    LIST(struct run_feed_words, "venue", venue),
    CYAML_FIELD_END};
static const cyaml_schema_value_t feed_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct run_feed_words, feed_fields)};

#define MODEL(key_, member_)                                                                       \
    CYAML_FIELD_MAPPING_PTR(key_, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct run_config,     \
                            member_, model_fields)
static const cyaml_schema_field_t run_fields[] = {
    TEXT(struct run_config, "name", name),
    LIST(struct run_config, "data", data),
    TEXT(struct run_config, "from", from),
    TEXT(struct run_config, "to", to),
    TEXT(struct run_config, "capital", capital),
    TEXT(struct run_config, "currency", currency),
    TEXT(struct run_config, "cost_method", cost_method),
    CYAML_FIELD_SEQUENCE("strategies", CYAML_FLAG_POINTER, struct run_config, strategies,
                         &strategy_value, 1, RUN_LIST_MAX),
    MODEL("fees", fees),
    MODEL("slippage", slippage),
    MODEL("latency", latency),
    MODEL("queue", queue),
    LIST(struct run_config, "venue", venue),
    LIST(struct run_config, "risk", risk),
    LIST(struct run_config, "restricted", restricted),
    LIST(struct run_config, "permissions", permissions),
    LIST(struct run_config, "sectors", sectors),
    LIST(struct run_config, "actions", actions),
    LIST(struct run_config, "rates", rates),
    LIST(struct run_config, "funding", funding),
    TEXT(struct run_config, "netting", netting),
    MODEL("allocation", allocation),
    LIST(struct run_config, "commands", commands),
    CYAML_FIELD_SEQUENCE("feeds", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct run_config,
                         feeds, &feed_value, 0, RUN_LIST_MAX),
    LIST(struct run_config, "market", market),
    TEXT(struct run_config, "benchmark", benchmark),
    CYAML_FIELD_INT("seed", CYAML_FLAG_OPTIONAL, struct run_config, seed),
    CYAML_FIELD_SEQUENCE("instruments", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct run_config,
                         instruments, &instrument_value, 0, RUN_LIST_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t run_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct run_config, run_fields)};

// libcyaml tells what is wrong through its log; the first line of it is the story where yaml_fault has none.
struct log_story {
    char words[512];
};

static void keep_log(cyaml_log_t level, void *ctx, const char *format, va_list list) {
    struct log_story *story = ctx;
    if (level < CYAML_LOG_ERROR || story->words[0] != '\0') return;
    vsnprintf(story->words, sizeof story->words, format, list);
    story->words[strcspn(story->words, "\n")] = '\0';
}

static cyaml_config_t yaml_config(struct log_story *story) {
    return (cyaml_config_t){.log_fn = keep_log,
                            .log_ctx = story,
                            .mem_fn = cyaml_mem,
                            .log_level = CYAML_LOG_ERROR,
                            .flags = CYAML_CFG_STYLE_BLOCK};
}

int run_config_parse(const char *name, const char *text, size_t size,
                     struct run_config **ret_config) {
    struct log_story story = {""};
    cyaml_config_t yaml = yaml_config(&story);
    struct run_config *config = NULL;
    cyaml_err_t rc = cyaml_load_data((const uint8_t *)text, size, &yaml, &run_value,
                                     (cyaml_data_t **)&config, NULL);
    if (rc == CYAML_ERR_OOM) return ERR_SET(ERR_NOMEM, "no memory for %s", name);
    if (rc != CYAML_OK) {
        TRY(yaml_fault(name, text, size, &run_value));
        return ERR_SET(ERR_PARSE, "%s: %s%s%s", name, cyaml_strerror(rc),
                       story.words[0] != '\0' ? ": " : "", story.words);
    }
    if (config == NULL)
        return ERR_SET(ERR_PARSE,
                       "%s: there is no configuration in it; it needs at least strategies", name);
    *ret_config = config;
    return 0;
}

int run_config_read(const char *path, struct run_config **ret_config) {
    char *text;
    size_t size;
    TRY(io_read_file(path, RUN_CONFIG_MAX, &text, &size));
    int rc = run_config_parse(path, text, size, ret_config);
    free(text);
    return rc;
}

void run_config_free(struct run_config *config) {
    struct log_story story = {""};
    cyaml_config_t yaml = yaml_config(&story);
    if (config != NULL) cyaml_free(&yaml, &run_value, config, 0);
}

int run_config_write(const struct run_config *config, struct text *out) {
    struct log_story story = {""};
    cyaml_config_t yaml = yaml_config(&story);
    char *bytes = NULL;
    size_t size = 0;
    cyaml_err_t rc = cyaml_save_data(&bytes, &size, &yaml, &run_value, config, 0);
    if (rc != CYAML_OK)
        return ERR_SET(ERR_ARGUMENT, "the run's configuration cannot be written: %s %s",
                       cyaml_strerror(rc), story.words);
    text_add_bytes(out, bytes, size);
    yaml.mem_fn(yaml.mem_ctx, bytes, 0);
    return text_error(out);
}

int run_config_id(const struct run_config *config, uint64_t *ret_id) {
    struct text text;
    text_init(&text, RUN_CONFIG_MAX);
    int rc = run_config_write(config, &text);
    if (rc == 0) *ret_id = hash64(0, text_string(&text), text.len);
    text_fini(&text);
    return rc;
}
