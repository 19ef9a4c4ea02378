// SPDX-License-Identifier: Apache-2.0
// No single order above a number of units: the fat-finger limit.
#include "risk/rule.h"

static const struct param params[] = {
    {.name = "max_units",
     .type = PARAM_REAL,
     .unit = "units",
     .def = 1e9,
     .min = 0,
     .max = 1e15,
     .help = "Most units in one order."},
};

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct instrument *instrument = &view->instruments->items[order->spec->instrument];
    double units = decimal_to_double(order->spec->qty.m, instrument->qty_decimals);
    ret_result->limit = values[0];
    ret_result->value = units;
    return units > values[0] ? RISK_VETO : RISK_ALLOW;
}

const struct risk_rule risk_rule_order_size = {
    .name = "order_size",
    .summary = "Refuses an order of more than max_units.",
    .params = params,
    .param_count = 1,
    .on_by_default = true,
    .checks_reducing = false,
    .rank = RISK_RANK_ORDER_SIZE,
    .check = check,
};
