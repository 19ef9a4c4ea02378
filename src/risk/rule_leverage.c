// SPDX-License-Identifier: Apache-2.0
// Gross positions with all open orders stay within a multiple of the equity.
#include <math.h>

#include "risk/exposure.h"
#include "risk/share.h"

static const struct param params[] = {
    {.name = "max_leverage",
     .type = PARAM_REAL,
     .unit = "of equity",
     .def = 2,
     .min = 0,
     .max = 100,
     .help =
         "Most gross value of positions and open orders, as a multiple of the account's equity."},
};

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    ret_result->limit = values[0];
    ret_result->value = INFINITY;
    if (view->exposure->unpriced > 0) return RISK_VETO;
    money_t limit = risk_limit(view, values[0]);
    money_t after = risk_exposure_with(view->exposure, order);
    // Above the limit already, what adds nothing passes.
    limit = risk_larger(limit, view->exposure->worst);
    if (after.m <= limit.m) return RISK_ALLOW;
    ret_result->value = risk_share(view, after);
    return risk_cut(view, order, risk_exposure_room(view->exposure, order, limit), ret_result);
}

const struct risk_rule risk_rule_leverage = {
    .name = "leverage",
    .summary =
        "Cuts an order so that gross positions with all open orders, UNKNOWN ones too, stay within "
        "max_leverage times the equity.",
    .params = params,
    .param_count = 1,
    .uses = RISK_USES_EXPOSURE,
    .rank = RISK_RANK_LEVERAGE,
    .check = check,
};
