// SPDX-License-Identifier: Apache-2.0
// Nothing raises risk any more when fills are, one after the other, much worse than the last price.
#include "risk/rule.h"

enum { MAX_SLIPPAGE, MAX_FILLS, CONFIRMATIONS, RESET, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "max_slippage",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.01,
     .min = 0,
     .max = 10,
     .help = "How much worse than the last price a fill may be, as a fraction of that."},
    {.name = "max_fills",
     .type = PARAM_INT,
     .unit = "fills",
     .def = 3,
     .min = 1,
     .max = 1000000,
     .help = "Fills beyond that, one after the other, that are too many."},
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

static enum risk_verdict watch(const struct risk_view *view, const double *values, void *state,
                               struct risk_result *ret_result) {
    double fills = (double)*(const uint64_t *)state;
    ret_result->limit = values[MAX_FILLS];
    ret_result->value = fills;
    return fills >= values[MAX_FILLS] ? RISK_REDUCE : RISK_ALLOW;
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    uint64_t *fills = state;
    if (fact->kind == RISK_FACT_RESUMED && fact->strategy == STRATEGY_NONE) *fills = 0;
    if (fact->kind != RISK_FACT_EXECUTED || fact->last.m <= 0) return;
    double worse =
        (double)fact->side * (double)(fact->price.m - fact->last.m) / (double)fact->last.m;
    *fills = worse > values[MAX_SLIPPAGE] ? *fills + 1 : 0;
}

const struct risk_rule risk_rule_slippage = {
    .name = "slippage",
    .summary = "Lets nothing raise risk after max_fills fills in a row worse than max_slippage "
               "from the last price.",
    .params = params,
    .param_count = PARAMS,
    .state_size = sizeof(uint64_t),
    .confirm = 1 + CONFIRMATIONS,
    .reset = 1 + RESET,
    .notes = 1u << RISK_FACT_EXECUTED | 1u << RISK_FACT_RESUMED,
    .watch = watch,
    .note = note,
};
