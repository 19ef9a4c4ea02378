// SPDX-License-Identifier: Apache-2.0
// Halts trading and closes positions when the day's loss reaches a share of the equity the day began with; from a
// smaller one on nothing may raise risk.
#include "risk/share.h"

enum { MAX_LOSS, FLATTEN, SOFT_LOSS, CONFIRMATIONS, RESET, PARAMS };

static const struct param params[PARAMS] = {
    {.name = "max_loss",
     .type = PARAM_REAL,
     .unit = "of equity",
     .def = 0.05,
     .min = 0,
     .max = 1,
     .help = "Loss since the day began (00:00 UTC) that halts trading."},
    {.name = "flatten",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 1,
     .help = "Close every position as well; without it the halt only keeps risk from being added."},
    {.name = "soft_loss",
     .type = PARAM_REAL,
     .unit = "of equity",
     .def = 0.02,
     .min = 0,
     .max = 1,
     .help = "Loss since the day began from which nothing may raise risk; no less than max_loss: "
             "none."},
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
    struct risk_view day = {.equity = view->equity_day, .money_decimals = view->money_decimals};
    money_t loss = money_sub(view->equity_day, view->equity);
    if (loss.m <= 0) return RISK_ALLOW;
    bool is_hard = loss.m >= risk_limit(&day, values[MAX_LOSS]).m;
    if (!is_hard && loss.m < risk_limit(&day, values[SOFT_LOSS]).m) return RISK_ALLOW;
    ret_result->flatten = is_hard && values[FLATTEN] != 0;
    ret_result->limit = values[is_hard ? MAX_LOSS : SOFT_LOSS];
    ret_result->value = risk_share(&day, loss);
    return is_hard ? RISK_HALT : RISK_REDUCE;
}

const struct risk_rule risk_rule_daily_loss = {
    .name = "daily_loss",
    .summary = "Halts trading and closes positions when the day's loss reaches max_loss of the "
               "equity it began with; lets nothing raise risk from soft_loss on.",
    .params = params,
    .param_count = PARAMS,
    .confirm = 1 + CONFIRMATIONS,
    .reset = 1 + RESET,
    .rebases = true,
    .watch = watch,
};
