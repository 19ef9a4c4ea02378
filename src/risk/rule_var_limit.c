// SPDX-License-Identifier: Apache-2.0
// The value at risk of the account with the order stays within a share of the equity.
#include "risk/tail_limit.h"

static const struct param params[TAIL_PARAMS] = {
    TAIL_PARAM_ROWS("Most value at risk over a day, as a share of the account's equity."),
};

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    return risk_tail_check(view, values, order, ret_result, false);
}

const struct risk_rule risk_rule_var_limit = {
    .name = "var_limit",
    .summary = "Cuts an order so that the account's historical value at risk over a day, with open "
               "orders and this one, stays within max_share of equity.",
    .params = params,
    .param_count = TAIL_PARAMS,
    .uses = RISK_USES_EXPOSURE | RISK_USES_MODEL,
    .rank = RISK_RANK_VAR_LIMIT,
    .model = risk_tail_spec,
    .check = check,
};
