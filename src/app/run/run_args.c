// SPDX-License-Identifier: Apache-2.0
#include "app/run/run_args.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(void) {
    return ERR_SET(ERR_NOMEM, "no memory for the run's configuration");
}

// Everything in a configuration is from malloc: run_config_free gives it back, also a half-made one.
static int copy(const char *text, size_t len, const char **ret_string) {
    char *string = strndup(text, len);
    if (string == NULL) return no_memory();
    *ret_string = string;
    return 0;
}

static int set_text(const struct args *args, const char *option, const char **member) {
    const char *value = args_get(args, option, NULL);
    if (value == NULL) return 0;
    free((void *)*member);
    *member = NULL;
    return copy(value, strlen(value), member);
}

static int list_add(const char ***list, uint32_t *count, const char *text, size_t len) {
    const char **grown = realloc(*list, (*count + 1) * sizeof **list);
    if (grown == NULL) return no_memory();
    *list = grown;
    TRY(copy(text, len, &grown[*count]));
    (*count)++;
    return 0;
}

static int set_list(const struct args *args, const char *option, const char ***list,
                    uint32_t *count) {
    if (!args_has(args, option)) return 0;
    for (uint32_t i = 0; i < *count; i++) free((void *)(*list)[i]);
    *count = 0;
    const char *value;
    for (size_t i = 0; (value = args_nth(args, option, i)) != NULL; i++)
        TRY(list_add(list, count, value, strlen(value)));
    return 0;
}

// "name:a=1,b=2" into its name and its list.
static int split_words(const char *text, const char **ret_name, const char ***list,
                       uint32_t *count) {
    size_t len = strcspn(text, ":");
    TRY(copy(text, len, ret_name));
    text += len;
    while (*text == ':' || *text == ',') {
        text++;
        len = strcspn(text, ",");
        if (len > 0) TRY(list_add(list, count, text, len));
        text += len;
    }
    return 0;
}

static int set_model(const struct args *args, const char *option, struct run_model **member) {
    const char *value = args_get(args, option, NULL);
    if (value == NULL) return 0;
    if (*member != NULL) {
        for (uint32_t i = 0; i < (*member)->params_count; i++) free((void *)(*member)->params[i]);
        free((*member)->params);
        free((void *)(*member)->model);
        free(*member);
    }
    *member = calloc(1, sizeof **member);
    if (*member == NULL) return no_memory();
    return split_words(value, &(*member)->model, &(*member)->params, &(*member)->params_count);
}

static int add_strategies(const struct args *args, struct run_config *config) {
    const char *value;
    if (args_has(args, "strategy") && config->strategies_count > 0)
        return ERR_SET(ERR_ARGUMENT, "--strategy and the configuration's strategies exclude each "
                                     "other; edit the configuration");
    for (size_t i = 0; (value = args_nth(args, "strategy", i)) != NULL; i++) {
        struct run_strategy *grown =
            realloc(config->strategies, (config->strategies_count + 1) * sizeof *grown);
        if (grown == NULL) return no_memory();
        config->strategies = grown;
        struct run_strategy *strategy = &grown[config->strategies_count++];
        *strategy = (struct run_strategy){0};
        TRY(split_words(value, &strategy->strategy, &strategy->params, &strategy->params_count));
    }
    if (config->strategies_count == 0)
        return ERR_SET(ERR_ARGUMENT, "give a strategy: --strategy NAME, or --config FILE");
    return 0;
}

// An option's "name:a=1" in place of what a strategy has.
static int replace_words(const char *words, const char **name, const char ***list,
                         uint32_t *count) {
    if (words == NULL) return 0;
    free((void *)*name);
    *name = NULL;
    for (uint32_t k = 0; k < *count; k++) free((void *)(*list)[k]);
    *count = 0;
    return split_words(words, name, list, count);
}

static int override_strategies(const struct args *args, struct run_config *config) {
    const char *value;
    if (args_has(args, "param") && config->strategies_count != 1)
        return ERR_SET(ERR_ARGUMENT,
                       "--param needs exactly one strategy; write "
                       "--strategy NAME:%s instead",
                       args_get(args, "param", ""));
    struct run_strategy *first = config->strategies;
    for (size_t i = 0; (value = args_nth(args, "param", i)) != NULL; i++)
        TRY(list_add(&first->params, &first->params_count, value, strlen(value)));
    for (uint32_t i = 0; i < config->strategies_count; i++) {
        struct run_strategy *strategy = &config->strategies[i];
        TRY(set_text(args, "frame", &strategy->frame));
        TRY(set_list(args, "scale", &strategy->scale, &strategy->scale_count));
        TRY(set_list(args, "stop", &strategy->stops, &strategy->stops_count));
        TRY(set_list(args, "gate", &strategy->gates, &strategy->gates_count));
        TRY(replace_words(args_get(args, "sizing", NULL), &strategy->sizing,
                          &strategy->sizing_params, &strategy->sizing_params_count));
        TRY(replace_words(args_get(args, "execution", NULL), &strategy->execution,
                          &strategy->execution_params, &strategy->execution_params_count));
    }
    return 0;
}

static int override_config(const struct args *args, struct run_config *config) {
    TRY(set_list(args, "data", &config->data, &config->data_count));
    TRY(set_list(args, "venue", &config->venue, &config->venue_count));
    TRY(set_list(args, "risk", &config->risk, &config->risk_count));
    TRY(set_list(args, "restricted", &config->restricted, &config->restricted_count));
    TRY(set_list(args, "permission", &config->permissions, &config->permissions_count));
    TRY(set_list(args, "sector", &config->sectors, &config->sectors_count));
    TRY(set_list(args, "actions", &config->actions, &config->actions_count));
    TRY(set_list(args, "command", &config->commands, &config->commands_count));
    TRY(set_list(args, "market", &config->market, &config->market_count));
    TRY(set_list(args, "rate", &config->rates, &config->rates_count));
    TRY(set_list(args, "funding", &config->funding, &config->funding_count));
    TRY(set_text(args, "netting", &config->netting));
    TRY(set_text(args, "name", &config->name));
    TRY(set_text(args, "from", &config->from));
    TRY(set_text(args, "to", &config->to));
    TRY(set_text(args, "capital", &config->capital));
    TRY(set_text(args, "currency", &config->currency));
    TRY(set_text(args, "cost-method", &config->cost_method));
    TRY(set_text(args, "benchmark", &config->benchmark));
    TRY(set_model(args, "allocation", &config->allocation));
    TRY(set_model(args, "fee", &config->fees));
    TRY(set_model(args, "slippage", &config->slippage));
    TRY(set_model(args, "latency", &config->latency));
    TRY(set_model(args, "queue", &config->queue));
    long seed = (long)config->seed;
    TRY(args_int(args, "seed", 0, INT64_MAX, &seed));
    config->seed = seed;
    TRY(add_strategies(args, config));
    return override_strategies(args, config);
}

int run_config_from_args(const struct args *args, struct run_config **ret_config) {
    struct run_config *config = NULL;
    const char *path = args_get(args, "config", NULL);
    if (path != NULL) {
        TRY(run_config_read(path, &config));
    } else {
        config = calloc(1, sizeof *config);
        if (config == NULL) return no_memory();
    }
    int rc = override_config(args, config);
    if (rc < 0) {
        run_config_free(config);
        return rc;
    }
    *ret_config = config;
    return 0;
}
