// SPDX-License-Identifier: Apache-2.0
// The restricted list: instruments that are not to be bought, sold short, or traded at all. What is held can always be
// closed.
#include "risk/rule.h"

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    uint32_t flags = view->flags != NULL ? view->flags[order->spec->instrument] : 0;
    int64_t qty = order->spec->qty.m, position = order->position.m;
    ret_result->value = flags;
    if (flags & RISK_NO_TRADE) return RISK_VETO;
    // Live orders of the same side close first: what is sold twice is sold short.
    bool is_sale = order->spec->side < 0;
    int64_t held = is_sale ? position : -position;
    bool opens = qty > held - order->working.m;
    if (is_sale) return (flags & RISK_NO_SHORT) && opens ? RISK_VETO : RISK_ALLOW;
    return (flags & RISK_NO_BUY) && opens ? RISK_VETO : RISK_ALLOW;
}

const struct risk_rule risk_rule_restricted = {
    .name = "restricted",
    .summary = "Refuses what an instrument's restrictions forbid: to trade it, to sell it short, "
               "to buy it.",
    .on_by_default = true,
    .uses = RISK_USES_FLAGS,
    .rank = RISK_RANK_RESTRICTED,
    .check = check,
};
