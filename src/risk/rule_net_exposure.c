// SPDX-License-Identifier: Apache-2.0
// What is long less what is short, with all open orders of one side filled, stays within a share of the equity.
#include <math.h>

#include "risk/exposure.h"
#include "risk/share.h"

static const struct param params[] = {
    {.name = "max_share",
     .type = PARAM_REAL,
     .unit = "of equity",
     .def = 1,
     .min = 0,
     .max = 100,
     .help = "Most net value of positions, either way, as a share of the account's equity."},
};

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    ret_result->limit = values[0];
    ret_result->value = INFINITY;
    if (view->exposure->unpriced > 0) return RISK_VETO;
    money_t limit = risk_limit(view, values[0]);
    // In the order's own direction.
    money_t before = order->spec->side > 0 ? view->exposure->up : money_neg(view->exposure->down);
    money_t after = money_add(before, order->notional);
    if (after.m <= limit.m) return RISK_ALLOW;
    ret_result->value = risk_share(view, after);
    return risk_cut(view, order, money_sub(limit, before), ret_result);
}

const struct risk_rule risk_rule_net_exposure = {
    .name = "net_exposure",
    .summary = "Cuts an order so that long less short positions, with open orders, stay within "
               "max_share of "
               "equity either way.",
    .params = params,
    .param_count = 1,
    .uses = RISK_USES_EXPOSURE,
    .rank = RISK_RANK_NET_EXPOSURE,
    .check = check,
};
