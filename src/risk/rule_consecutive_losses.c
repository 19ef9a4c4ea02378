// SPDX-License-Identifier: Apache-2.0
// Pauses each strategy that closed so many positions in a row at a loss; others go on.
#include "risk/rule.h"

enum { MAX_LOSSES, CONFIRMATIONS, RESET, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "max_losses",
     .type = PARAM_INT,
     .unit = "closings",
     .def = 5,
     .min = 1,
     .max = 1000000,
     .help = "Closings at a loss, one after the other, that pause a strategy."},
    {.name = "confirmations",
     .type = PARAM_INT,
     .unit = "looks",
     .def = 1,
     .min = 1,
     .max = 1000,
     .help = "How many looks in a row have to find the same."},
    {.name = "reset_s",
     .type = PARAM_DURATION,
     .unit = "s",
     .def = 0,
     .min = 0,
     .max = 1e8,
     .help = "After how long trading goes on by itself; 0: by a command alone."},
};

struct streak { // of a strategy
    uint64_t losses;
    uint64_t paused; // 1: told already
};

static size_t state_more(const double *values, uint32_t instruments, uint32_t strategies) {
    return strategies * sizeof(struct streak);
}

static enum risk_verdict watch(const struct risk_view *view, const double *values, void *state,
                               struct risk_result *ret_result) {
    const struct streak *streaks = state;
    for (uint32_t i = 0; i < view->strategy_count; i++) {
        if (streaks[i].paused || (double)streaks[i].losses < values[MAX_LOSSES]) continue;
        ret_result->strategy = i;
        ret_result->limit = values[MAX_LOSSES];
        ret_result->value = (double)streaks[i].losses;
        return RISK_PAUSE;
    }
    return RISK_ALLOW;
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    struct streak *streaks = state;
    if (fact->kind == RISK_FACT_RESUMED)
        for (uint32_t i = 0; i < view->strategy_count; i++)
            if (fact->strategy == STRATEGY_NONE || fact->strategy == i)
                streaks[i] = (struct streak){0};
    if (fact->strategy >= view->strategy_count) return;
    struct streak *own = &streaks[fact->strategy];
    if (fact->kind == RISK_FACT_PAUSED) own->paused = 1;
    if (fact->kind != RISK_FACT_FILLED || !fact->closed) return;
    own->losses = fact->realised.m < 0 ? own->losses + 1 : 0;
}

const struct risk_rule risk_rule_consecutive_losses = {
    .name = "consecutive_losses",
    .summary = "Pauses a strategy after max_losses closings at a loss in a row.",
    .params = params,
    .param_count = PARAMS,
    .state_more = state_more,
    .confirm = 1 + CONFIRMATIONS,
    .reset = 1 + RESET,
    .notes = 1u << RISK_FACT_FILLED | 1u << RISK_FACT_PAUSED | 1u << RISK_FACT_RESUMED,
    .watch = watch,
    .note = note,
};
