// SPDX-License-Identifier: Apache-2.0
// No more than so many instruments held or being bought at a time.
#include "risk/rule.h"

static const struct param params[] = {
    {.name = "max_positions",
     .type = PARAM_INT,
     .unit = "instruments",
     .def = 10,
     .min = 0,
     .max = 100000,
     .help = "Most instruments with a position or a live order."},
};

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct orders *orders = view->orders;
    if (order->position.m != 0 || orders->exposure[order->spec->instrument].count > 0)
        return RISK_ALLOW; // counted already
    uint32_t count = 0;
    for (uint32_t i = 0; i < view->instruments->count; i++)
        count += orders->exposure[i].count > 0 || ledger_quantity(view->ledger, i).m != 0;
    ret_result->limit = values[0];
    ret_result->value = count + 1;
    return count + 1 > values[0] ? RISK_VETO : RISK_ALLOW;
}

const struct risk_rule risk_rule_position_count = {
    .name = "position_count",
    .summary = "Refuses to open more than max_positions positions at a time.",
    .params = params,
    .param_count = 1,
    .rank = RISK_RANK_POSITION_COUNT,
    .check = check,
};
