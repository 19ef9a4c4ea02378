// SPDX-License-Identifier: Apache-2.0
#include "app/db/journal_source.h"

#include <stdlib.h>

#include "app/run/replay.h"

struct hold {
    struct run *run;
    struct projection_strategy *strategies;
    char (*names)[RUN_STRATEGY_NAME_SIZE];
};

static void tell(const struct hold *hold, struct projection_config *ret_config) {
    const struct run *run = hold->run;
    for (uint32_t i = 0; i < run->strategy_count; i++) {
        run_strategy_name(&run->config->strategies[i], hold->names[i]);
        hold->strategies[i] = (struct projection_strategy){
            .name = hold->names[i], .share_ppm = run->strategies[i].share_ppm};
    }
    *ret_config =
        (struct projection_config){.run_id = run->id,
                                   .instruments = &run->instruments,
                                   .strategies = hold->strategies,
                                   .strategy_count = run->strategy_count,
                                   .account_currency = run->engine_config.account_currency,
                                   .order_max = run->engine_config.order_max,
                                   .lot_max = run->engine_config.lot_max,
                                   .cost_method = run->engine_config.cost_method,
                                   .order_timeout_ns = run->engine_config.order_timeout_ns,
                                   .capital = run->capital};
}

static int build(struct hold *hold, struct journal_reader *reader, const char *path) {
    TRY(replay_open(reader, path, &hold->run));
    size_t count = hold->run->strategy_count + 1;
    hold->strategies = calloc(count, sizeof *hold->strategies);
    hold->names = calloc(count, sizeof *hold->names);
    return hold->strategies != NULL && hold->names != NULL
               ? 0
               : ERR_SET(ERR_NOMEM, "no memory for %zu strategies", count - 1);
}

int journal_source_open(struct journal_reader *reader, const char *path,
                        struct projection_config *ret_config, void **ret_hold) {
    struct hold *hold = calloc(1, sizeof *hold);
    if (hold == NULL) return ERR_SET(ERR_NOMEM, "no memory for a journal's description");
    int rc = build(hold, reader, path);
    if (rc < 0) {
        journal_source_close(hold);
        return rc;
    }
    tell(hold, ret_config);
    *ret_hold = hold;
    return 0;
}

void journal_source_close(void *self) {
    struct hold *hold = self;
    if (hold == NULL) return;
    run_close(hold->run);
    free(hold->strategies);
    free(hold->names);
    free(hold);
}

static int open_for(void *self, struct journal_reader *reader, const char *path,
                    struct projection_config *ret_config, void **ret_hold) {
    (void)self;
    return journal_source_open(reader, path, ret_config, ret_hold);
}

static void close_for(void *self, void *hold) {
    (void)self;
    journal_source_close(hold);
}

struct projector_source journal_source(void) {
    return (struct projector_source){.open = open_for, .close = close_for};
}
