// SPDX-License-Identifier: Apache-2.0
// Halts trading when the equity is a given share below its highest.
#include "risk/rule.h"

static const struct param params[] = {
    {.name = "max_drawdown",
     .type = PARAM_REAL,
     .unit = "of peak equity",
     .def = 0.2,
     .min = 0,
     .max = 1,
     .help = "Fall from the highest equity that halts trading."},
};

static enum risk_verdict watch(const struct risk_view *view, const double *values, void *state,
                               struct risk_result *ret_result) {
    double peak = money_to_double(view->equity_peak, view->money_decimals);
    double fall = peak - money_to_double(view->equity, view->money_decimals);
    if (!(peak > 0) || fall < values[0] * peak || fall <= 0) return RISK_ALLOW;
    ret_result->limit = values[0];
    ret_result->value = fall / peak;
    return RISK_HALT;
}

const struct risk_rule risk_rule_drawdown = {
    .name = "drawdown",
    .summary = "Halts trading when the equity is max_drawdown below its peak.",
    .params = params,
    .param_count = 1,
    .watch = watch,
};
