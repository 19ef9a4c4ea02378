// SPDX-License-Identifier: Apache-2.0
// Nothing raises risk while an instrument that is held has had no price for too long.
#include "risk/rule.h"

enum { MAX_AGE, CONFIRMATIONS, RESET, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "max_age_s",
     .type = PARAM_REAL,
     .unit = "s",
     .def = 864000,
     .min = 0,
     .max = 1e9,
     .help = "Most age of the last price of what is held."},
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
    for (uint32_t i = 0; i < view->instruments->count; i++) {
        double age_ns = (double)(view->now_ns - view->board->rows[i].ts_ns);
        if (age_ns <= values[MAX_AGE] * 1e9 || ledger_quantity(view->ledger, i).m == 0) continue;
        ret_result->limit = values[MAX_AGE];
        ret_result->value = age_ns / 1e9;
        return RISK_REDUCE;
    }
    return RISK_ALLOW;
}

const struct risk_rule risk_rule_stale_data = {
    .name = "stale_data",
    .summary = "Lets nothing raise risk when the price of what is held is older than max_age_s.",
    .params = params,
    .param_count = PARAMS,
    .confirm = 1 + CONFIRMATIONS,
    .reset = 1 + RESET,
    .watch = watch,
};
