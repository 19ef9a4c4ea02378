// SPDX-License-Identifier: Apache-2.0
// The credit threshold of an account: an amount, whatever the equity (SEC Rule 15c3-5 (c)(1)(i)).
#include <math.h>

#include "risk/exposure.h"
#include "risk/share.h"

static const struct param params[] = {
    {.name = "max_amount",
     .type = PARAM_REAL,
     .unit = "account money",
     .def = 1e12,
     .min = 0,
     .max = 1e18,
     .help = "Most gross value of positions and open orders."},
};

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    ret_result->limit = values[0];
    ret_result->value = INFINITY;
    if (view->exposure->unpriced > 0) return RISK_VETO;
    money_t limit =
        MONEY((int128_t)floor(values[0] * (double)decimal_pow10(view->money_decimals) + 0.5));
    money_t after = risk_exposure_with(view->exposure, order);
    // Above the limit already, what adds nothing passes.
    limit = risk_larger(limit, view->exposure->worst);
    if (after.m <= limit.m) return RISK_ALLOW;
    ret_result->value = money_to_double(after, view->money_decimals);
    return risk_cut(view, order, risk_exposure_room(view->exposure, order, limit), ret_result);
}

const struct risk_rule risk_rule_gross_exposure = {
    .name = "gross_exposure",
    .summary = "Cuts an order so that gross positions with all open orders stay within max_amount.",
    .params = params,
    .param_count = 1,
    .uses = RISK_USES_EXPOSURE,
    .rank = RISK_RANK_GROSS_EXPOSURE,
    .check = check,
};
