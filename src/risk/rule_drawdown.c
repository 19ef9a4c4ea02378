// SPDX-License-Identifier: Apache-2.0
// Halts trading and closes positions when the equity is a given share below its highest.
#include "risk/share.h"

static const struct param params[] = {
    {.name = "max_drawdown",
     .type = PARAM_REAL,
     .unit = "of peak equity",
     .def = 0.2,
     .min = 0,
     .max = 1,
     .help = "Fall from the highest equity that halts trading."},
    {.name = "flatten",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 1,
     .help = "Close every position as well; without it the halt only keeps risk from being added."},
};

static enum risk_verdict watch(const struct risk_view *view, const double *values, void *state,
                               struct risk_result *ret_result) {
    struct risk_view peak = {.equity = view->equity_peak, .money_decimals = view->money_decimals};
    money_t fall = money_sub(view->equity_peak, view->equity);
    if (fall.m <= 0 || fall.m < risk_limit(&peak, values[0]).m) return RISK_ALLOW;
    ret_result->flatten = values[1] != 0;
    ret_result->limit = values[0];
    ret_result->value = risk_share(&peak, fall);
    return RISK_HALT;
}

const struct risk_rule risk_rule_drawdown = {
    .name = "drawdown",
    .summary = "Halts trading and closes positions when the equity is max_drawdown below its peak.",
    .params = params,
    .param_count = 2,
    .watch = watch,
};
