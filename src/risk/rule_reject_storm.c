// SPDX-License-Identifier: Apache-2.0
// Halts when the venue refuses so much within a window that something must be wrong.
#include "risk/rule.h"

enum { MAX_REJECTS, WINDOW, CONFIRMATIONS, RESET, PARAMS, RING = 256 };

static const struct param params[PARAMS] = {
    {.name = "max_rejects",
     .type = PARAM_INT,
     .unit = "refusals",
     .def = 20,
     .min = 1,
     .max = RING,
     .help = "Refusals of orders, cancels and replaces within the window that halt trading."},
    {.name = "window_s",
     .type = PARAM_REAL,
     .unit = "s",
     .def = 60,
     .min = 0.001,
     .max = 864000,
     .help = "Length of the window; what is exactly so old is outside."},
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

struct refusals {
    uint64_t count; // of all; the latest RING are at the count modulo it
    int64_t ts_ns[RING];
};

static enum risk_verdict watch(const struct risk_view *view, const double *values, void *state,
                               struct risk_result *ret_result) {
    const struct refusals *refusals = state;
    uint64_t wanted = (uint64_t)values[MAX_REJECTS];
    if (refusals->count < wanted) return RISK_ALLOW;
    int64_t first_ns = refusals->ts_ns[(refusals->count - wanted) % RING];
    if (first_ns <= view->now_ns - (int64_t)(values[WINDOW] * 1e9)) return RISK_ALLOW;
    ret_result->limit = values[MAX_REJECTS];
    ret_result->value = (double)wanted;
    return RISK_HALT;
}

static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    struct refusals *refusals = state;
    if (fact->kind == RISK_FACT_RESUMED && fact->strategy == STRATEGY_NONE) refusals->count = 0;
    if (fact->kind == RISK_FACT_REJECTED) refusals->ts_ns[refusals->count++ % RING] = view->now_ns;
}

const struct risk_rule risk_rule_reject_storm = {
    .name = "reject_storm",
    .summary = "Halts trading when the venue refuses max_rejects times in window_s seconds.",
    .params = params,
    .param_count = PARAMS,
    .state_size = sizeof(struct refusals),
    .confirm = 1 + CONFIRMATIONS,
    .reset = 1 + RESET,
    .notes = 1u << RISK_FACT_REJECTED | 1u << RISK_FACT_RESUMED,
    .watch = watch,
    .note = note,
};
