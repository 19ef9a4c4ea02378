// SPDX-License-Identifier: Apache-2.0
// Halts when the venue reports fills of no order of ours, beyond an order's quantity or after its end.
#include "risk/rule.h"

enum { MAX_FILLS, CONFIRMATIONS, RESET, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "max_fills",
     .type = PARAM_INT,
     .unit = "fills",
     .def = 0,
     .min = 0,
     .max = 1000000,
     .help = "Such fills that are let pass."},
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
    return fills > values[MAX_FILLS] ? RISK_HALT : RISK_ALLOW;
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    uint64_t *fills = state;
    if (fact->kind == RISK_FACT_RESUMED && fact->strategy == STRATEGY_NONE) *fills = 0;
    if (fact->kind == RISK_FACT_STRANGE) ++*fills;
}

const struct risk_rule risk_rule_fill_without_order = {
    .name = "fill_without_order",
    .summary = "Halts trading when fills come that no live order asked for.",
    .params = params,
    .param_count = PARAMS,
    .state_size = sizeof(uint64_t),
    .confirm = 1 + CONFIRMATIONS,
    .reset = 1 + RESET,
    .notes = 1u << RISK_FACT_STRANGE | 1u << RISK_FACT_RESUMED,
    .watch = watch,
    .note = note,
};
