// SPDX-License-Identifier: Apache-2.0
#include "app/risk/risk_scenario.h"

#include <cyaml/cyaml.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/yaml_fault.h"
#include "base/io.h"
#include "base/params.h"

static const cyaml_schema_value_t text_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, const char, 0, CYAML_UNLIMITED)};

#define LIST(key_, member_)                                                                        \
    CYAML_FIELD_SEQUENCE_COUNT(key_, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,                     \
                               struct risk_scenario, member_, member_##_count, &text_value, 0,     \
                               RISK_SHOCKS_MAX)
static const cyaml_schema_field_t scenario_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct risk_scenario, name, 1,
                           CYAML_UNLIMITED),
    LIST("shocks", shocks),
    CYAML_FIELD_STRING_PTR("others", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct risk_scenario,
                           others, 0, CYAML_UNLIMITED),
    LIST("correlations", correlations), CYAML_FIELD_END};
static const cyaml_schema_value_t scenario_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct risk_scenario, scenario_fields)};
static const cyaml_schema_field_t file_fields[] = {
    CYAML_FIELD_SEQUENCE("scenarios", CYAML_FLAG_POINTER, struct risk_scenarios, list,
                         &scenario_value, 1, RISK_SCENARIOS_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t file_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct risk_scenarios, file_fields)};

// yaml_fault tells what is wrong.
static const cyaml_config_t yaml = {
    .mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR, .flags = CYAML_CFG_DEFAULT};

static int check(const char *path, const char *text, size_t size, const struct risk_input *input,
                 const struct risk_scenarios *scenarios);

int risk_scenario_read(const char *path, const struct risk_input *input,
                       struct risk_scenarios **ret) {
    struct risk_scenarios *scenarios = NULL;
    char *text;
    size_t size;
    TRY(io_read_file(path, RISK_SCENARIO_FILE_MAX, &text, &size));
    cyaml_err_t loaded = cyaml_load_data((const uint8_t *)text, size, &yaml, &file_value,
                                         (cyaml_data_t **)&scenarios, NULL);
    int rc = 0;
    if (loaded != CYAML_OK) rc = yaml_fault(path, text, size, &file_value);
    if (rc == 0 && loaded != CYAML_OK)
        rc = ERR_SET(ERR_PARSE, "%s: %s", path, cyaml_strerror(loaded));
    if (rc == 0 && scenarios == NULL)
        rc = ERR_SET(ERR_PARSE, "%s: there is nothing in it; it needs a list, scenarios", path);
    if (rc == 0) rc = check(path, text, size, input, scenarios);
    free(text);
    if (rc == 0)
        *ret = scenarios;
    else
        risk_scenario_free(scenarios);
    return rc;
}

void risk_scenario_free(struct risk_scenarios *scenarios) {
    if (scenarios != NULL) cyaml_free(&yaml, &file_value, scenarios, 0);
}

// What a story begins with: the value that was at fault.
struct place {
    char key[64];
};

static int shocks_of(const struct risk_scenario *scenario, const struct risk_input *input,
                     struct risk_shocks *shocks, struct place *place) {
    *shocks = (struct risk_shocks){.all = NAN};
    snprintf(place->key, sizeof place->key, "others");
    if (scenario->others != NULL) {
        shocks->still = strcmp(scenario->others, "still") == 0;
        if (!shocks->still && strcmp(scenario->others, "expected") != 0)
            return ERR_SET(ERR_ARGUMENT, "'%s' is not expected or still", scenario->others);
    }
    for (uint32_t i = 0; i < scenario->shocks_count; i++) {
        snprintf(place->key, sizeof place->key, "shocks[%u]", i);
        TRY(risk_scenario_add_shock(scenario->shocks[i], input, shocks));
    }
    for (uint32_t i = 0; i < scenario->correlations_count; i++) {
        snprintf(place->key, sizeof place->key, "correlations[%u]", i);
        TRY(risk_scenario_add_correlation(scenario->correlations[i], input, shocks));
    }
    snprintf(place->key, sizeof place->key, "name");
    if (scenario->shocks_count == 0 && scenario->correlations_count == 0)
        return ERR_SET(ERR_ARGUMENT, "'%s' has neither shocks nor correlations", scenario->name);
    return 0;
}

static int check(const char *path, const char *text, size_t size, const struct risk_input *input,
                 const struct risk_scenarios *scenarios) {
    for (uint32_t i = 0; i < scenarios->list_count; i++) {
        struct risk_shocks shocks;
        struct place place;
        char key[128];
        int rc = shocks_of(&scenarios->list[i], input, &shocks, &place);
        if (rc == 0) continue;
        snprintf(key, sizeof key, "scenarios[%u].%s", i, place.key);
        char story[512];
        snprintf(story, sizeof story, "%s", err_story());
        return ERR_SET(ERR_PARSE, "%s:%zu: %s: %s", path, yaml_fault_line(text, size, key), key,
                       story);
    }
    return 0;
}

int risk_scenario_shocks(const struct risk_scenario *scenario, const struct risk_input *input,
                         struct risk_shocks *ret) {
    struct place place;
    return shocks_of(scenario, input, ret, &place);
}

int risk_scenario_asset(const struct risk_input *input, const char *name, size_t length,
                        size_t *ret_asset) {
    char word[128];
    for (size_t i = 0; i < input->count; i++)
        if (strlen(input->names[i]) == length && memcmp(input->names[i], name, length) == 0) {
            *ret_asset = i;
            return 0;
        }
    snprintf(word, sizeof word, "%.*s", (int)length, name);
    const char *near = nearest_name(word, input->names, input->count);
    return ERR_SET(ERR_NOT_FOUND, "the portfolio has no asset '%s'%s%s", word,
                   near != NULL ? "; did you mean " : "", near != NULL ? near : "");
}

// The number behind the last '=', and how long the name before it is; false where there is none.
static bool split(const char *word, size_t *ret_length, double *ret_value) {
    const char *equals = strrchr(word, '=');
    char *end;
    if (equals == NULL || equals == word) return false;
    *ret_length = (size_t)(equals - word);
    *ret_value = strtod(equals + 1, &end);
    return end != equals + 1 && *end == '\0' && isfinite(*ret_value);
}

int risk_scenario_add_shock(const char *word, const struct risk_input *input,
                            struct risk_shocks *shocks) {
    size_t length, asset;
    double move;
    if (!split(word, &length, &move))
        return ERR_SET(ERR_ARGUMENT, "a shock is ASSET=MOVE, as SPY=-0.2, not '%s'", word);
    if (shocks->count == RISK_SHOCKS_MAX)
        return ERR_SET(ERR_FULL, "there are more than %d shocks", RISK_SHOCKS_MAX);
    TRY(risk_scenario_asset(input, word, length, &asset));
    shocks->moved[shocks->count] = asset;
    shocks->moves[shocks->count++] = move;
    return 0;
}

int risk_scenario_add_correlation(const char *word, const struct risk_input *input,
                                  struct risk_shocks *shocks) {
    struct stress_pair pair = {.correlation = NAN};
    size_t length = 0;
    const char *colon = strchr(word, ':');
    bool good = split(word, &length, &pair.correlation) && fabs(pair.correlation) <= 1;
    if (good && length == 3 && memcmp(word, "all", 3) == 0) {
        shocks->all = pair.correlation;
        return 0;
    }
    if (!good || colon == NULL || colon >= word + length)
        return ERR_SET(
            ERR_ARGUMENT,
            "a correlation is A:B=R or all=R, as SPY:TLT=0.5, R within [-1, 1], not '%s'", word);
    if (shocks->pair_count == RISK_SHOCKS_MAX)
        return ERR_SET(ERR_FULL, "there are more than %d correlations", RISK_SHOCKS_MAX);
    TRY(risk_scenario_asset(input, word, (size_t)(colon - word), &pair.first));
    TRY(risk_scenario_asset(input, colon + 1, (size_t)(word + length - colon - 1), &pair.second));
    if (pair.first == pair.second)
        return ERR_SET(ERR_ARGUMENT, "'%s': an asset's correlation with itself is 1", word);
    shocks->pairs[shocks->pair_count++] = pair;
    return 0;
}
