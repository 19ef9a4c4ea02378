// SPDX-License-Identifier: Apache-2.0
// One class of assets holds no more than a share of the equity.
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
     .help = "Most gross value of one asset class, open orders included, as a share of the "
             "account's equity."},
};

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct risk_exposure *exposure = view->exposure;
    uint32_t asset = view->instruments->items[order->spec->instrument].asset;
    ret_result->limit = values[0];
    ret_result->value = INFINITY;
    if (exposure->unpriced > 0) return RISK_VETO;
    money_t others = money_sub(exposure->worst, exposure->worst_of[asset]); // of other classes
    money_t limit = risk_limit(view, values[0]);
    money_t after = money_sub(risk_exposure_with(exposure, order), others);
    // Above the limit already, what adds nothing passes.
    limit = risk_larger(limit, exposure->worst_of[asset]);
    if (after.m <= limit.m) return RISK_ALLOW;
    ret_result->value = risk_share(view, after);
    money_t room = risk_exposure_room(exposure, order, money_add(limit, others));
    return risk_cut(view, order, room, ret_result);
}

const struct risk_rule risk_rule_concentration = {
    .name = "concentration",
    .summary = "Cuts an order so that one asset class, with open orders, stays within max_share of "
               "equity.",
    .params = params,
    .param_count = 1,
    .uses = RISK_USES_EXPOSURE,
    .rank = RISK_RANK_CONCENTRATION,
    .check = check,
};
