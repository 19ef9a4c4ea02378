// SPDX-License-Identifier: Apache-2.0
// No single order above a share of the equity.
#include "risk/share.h"

static const struct param params[] = {
    {.name = "max_share",
     .type = PARAM_REAL,
     .unit = "of equity",
     .def = 2,
     .min = 0,
     .max = 1000,
     .help = "Most value of one order, as a share of the account's equity."},
};

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    money_t limit = risk_limit(view, values[0]);
    if (order->notional.m <= limit.m) return RISK_ALLOW;
    ret_result->limit = values[0];
    ret_result->value = risk_share(view, order->notional);
    return risk_cut(view, order, limit, ret_result);
}

const struct risk_rule risk_rule_order_notional = {
    .name = "order_notional",
    .summary = "Cuts an order to max_share of the account's equity.",
    .params = params,
    .param_count = 1,
    .on_by_default = true,
    .rank = RISK_RANK_ORDER_NOTIONAL,
    .check = check,
};
