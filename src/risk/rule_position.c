// SPDX-License-Identifier: Apache-2.0
// No position above a share of the equity, counting what is on its way: working and UNKNOWN orders
// of the same side count as filled (SEC Rule 15c3-5: limits on orders entered, not on executions).
#include "risk/share.h"

static const struct param params[] = {
    {.name = "max_share",
     .type = PARAM_REAL,
     .unit = "of equity",
     .def = 0.2,
     .min = 0,
     .max = 1000,
     .help = "Most value of one instrument's position, as a share of the account's equity."},
};

// Value of the position and live orders that the order would add to; negative when it works against them. False: not
// known.
static bool held_value(const struct risk_view *view, const struct risk_order *order,
                       money_t *ret_value) {
    uint32_t instrument = order->spec->instrument;
    int128_t held = (int128_t)order->spec->side * order->position.m + order->working.m;
    money_t size;
    if (held != (int64_t)held ||
        ledger_size(view->ledger, instrument, order->reference, QTY((int64_t)held), &size) < 0 ||
        ledger_convert(view->ledger, size, view->instruments->items[instrument].currency,
                       ret_value) < 0)
        return false;
    ret_value->m = held < 0 ? -ret_value->m : ret_value->m;
    return true;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    money_t held, limit = risk_limit(view, values[0]);
    ret_result->limit = values[0];
    ret_result->value = INFINITY;
    if (!held_value(view, order, &held)) return RISK_VETO;
    money_t after = money_add(held, order->notional);
    if (after.m <= limit.m) return RISK_ALLOW;
    ret_result->value = risk_share(view, after);
    return risk_cut(view, order, money_sub(limit, held), ret_result);
}

const struct risk_rule risk_rule_position = {
    .name = "position",
    .summary = "Cuts an order so that its instrument's position stays within max_share of equity.",
    .params = params,
    .param_count = 1,
    .rank = RISK_RANK_POSITION,
    .check = check,
};
