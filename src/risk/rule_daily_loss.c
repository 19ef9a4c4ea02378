// SPDX-License-Identifier: Apache-2.0
// Halts trading and closes positions when the day's loss reaches a share of the equity the day began with.
#include "risk/share.h"

static const struct param params[] = {
    {.name = "max_loss",
     .type = PARAM_REAL,
     .unit = "of equity",
     .def = 0.02,
     .min = 0,
     .max = 1,
     .help = "Loss since the day began (00:00 UTC) that halts trading."},
    {.name = "flatten",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 1,
     .help = "Close every position as well; without it the halt only keeps risk from being added."},
};

static enum risk_verdict watch(const struct risk_view *view, const double *values, void *state,
                               struct risk_result *ret_result) {
    struct risk_view day = {.equity = view->equity_day, .money_decimals = view->money_decimals};
    money_t loss = money_sub(view->equity_day, view->equity);
    if (loss.m <= 0 || loss.m < risk_limit(&day, values[0]).m) return RISK_ALLOW;
    ret_result->flatten = values[1] != 0;
    ret_result->limit = values[0];
    ret_result->value = risk_share(&day, loss);
    return RISK_HALT;
}

const struct risk_rule risk_rule_daily_loss = {
    .name = "daily_loss",
    .summary = "Halts trading and closes positions when the day's loss reaches max_loss of the "
               "equity it began with.",
    .params = params,
    .param_count = 2,
    .watch = watch,
};
