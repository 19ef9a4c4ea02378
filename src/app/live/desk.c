// SPDX-License-Identifier: Apache-2.0
#include "app/live/desk.h"

#include <stdlib.h>
#include <string.h>

#include "strategy/manual.h"

int desk_add_manual(struct run_config *config) {
    for (uint32_t i = 0; i < config->strategies_count; i++)
        if (strcmp(config->strategies[i].strategy, strategy_manual.name) == 0) return 0;
    struct run_strategy *grown =
        realloc(config->strategies, (config->strategies_count + 1) * sizeof *grown);
    if (grown == NULL) return ERR_SET(ERR_NOMEM, "no memory for a configuration");
    config->strategies = grown;
    char *name = strdup(strategy_manual.name);
    if (name == NULL) return ERR_SET(ERR_NOMEM, "no memory for a configuration");
    grown[config->strategies_count++] = (struct run_strategy){.strategy = name};
    return 0;
}

static void desk_close(void *self) {
    struct desk *desk = self;
    run_report_free(desk->report);
    run_close(desk->run);
    text_fini(&desk->description);
    free(desk);
}

static int build(struct desk *desk, struct run_config *config, const char *tape_root) {
    TRY(run_open(config, tape_root, &desk->run));
    if (desk->run->is_feed || desk->run->market != NULL)
        return ERR_SET(ERR_UNSUPPORTED,
                       "a session trades on bars; this configuration's data are %s",
                       desk->run->is_feed ? "a recorded feed" : "made as they go");
    TRY(run_report_new(desk->run, tape_root, &desk->report));
    return run_config_write(desk->run->config, &desk->description);
}

int desk_open(struct run_config *config, const char *tape_root, struct session_desk *ret_desk) {
    struct desk *desk = calloc(1, sizeof *desk);
    if (desk == NULL) {
        run_config_free(config);
        return ERR_SET(ERR_NOMEM, "no memory for a session");
    }
    text_init(&desk->description, RUN_CONFIG_MAX);
    int rc = build(desk, config, tape_root);
    if (rc < 0) {
        desk_close(desk);
        return rc;
    }
    const struct run *run = desk->run;
    *ret_desk = (struct session_desk){
        .engine = run->engine,
        .exchange = run->exchange,
        .source = run->source,
        .market_events = run->market_events,
        .capital = run->capital,
        .account_currency = run->engine_config.account_currency,
        .instruments = &run->instruments,
        .strategies = run->strategies,
        .strategy_count = run->strategy_count,
        .order_max = run->engine_config.order_max,
        .manual = engine_manual_strategy(run->engine),
        .run_id = run->id,
        .description = text_string(&desk->description),
        .description_size = desk->description.len,
        .observer = run_report_observer(desk->report),
        .close = desk_close,
        .self = desk,
    };
    return 0;
}

static int make(void *self, const struct session_options *options, const char *yaml, size_t size,
                struct session **ret_session) {
    struct run_config *config;
    struct session_desk desk;
    TRY(run_config_parse(options->name, yaml, size, &config));
    int rc = desk_add_manual(config);
    if (rc < 0) {
        run_config_free(config);
        return rc;
    }
    TRY(desk_open(config, self, &desk));
    return session_open(options, &desk, ret_session);
}

struct session_maker desk_maker(const char *tape_root) {
    return (struct session_maker){.make = make, .self = (void *)(uintptr_t)tape_root};
}
