// SPDX-License-Identifier: Apache-2.0
// The expected shortfall of the account with the order stays within a share of the equity.
#include "risk/tail_limit.h"

static const struct param params[TAIL_PARAMS] = {
    TAIL_PARAM_ROWS("Most expected shortfall over a day, as a share of the account's equity."),
};

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    return risk_tail_check(view, values, order, ret_result, true);
}

const struct risk_rule risk_rule_es_limit = {
    .name = "es_limit",
    .summary =
        "Cuts an order so that the account's historical expected shortfall over a day, with open "
        "orders and this one, stays within max_share of equity.",
    .params = params,
    .param_count = TAIL_PARAMS,
    .uses = RISK_USES_EXPOSURE | RISK_USES_MODEL,
    .rank = RISK_RANK_ES_LIMIT,
    .model = risk_tail_spec,
    .check = check,
};
