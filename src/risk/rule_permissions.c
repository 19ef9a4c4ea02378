// SPDX-License-Identifier: Apache-2.0
// What a strategy may do: which instruments it trades, by which types of order, and whether it may be long or short.
#include "risk/rule.h"

// The strategy's position with all its orders of the side filled, and this one.
static int128_t position_after(const struct risk_view *view, const struct order_spec *spec) {
    int128_t after = ledger_position(view->ledger, spec->strategy, spec->instrument)->qty.m;
    uint32_t handle = view->orders->exposure[spec->instrument].first;
    for (; handle != UINT32_MAX; handle = orders_next_live(view->orders, handle)) {
        const struct order *order = orders_get(view->orders, handle);
        if (order->spec.strategy == spec->strategy && order->spec.side == spec->side)
            after += spec->side * (int128_t)order_leaves(order).m;
    }
    return after + spec->side * (int128_t)spec->qty.m;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct order_spec *spec = order->spec;
    if (view->permissions == NULL || spec->strategy >= view->strategy_count) return RISK_ALLOW;
    uint32_t may = view->permissions[spec->strategy * view->instruments->count + spec->instrument];
    ret_result->limit = may;
    ret_result->value = RISK_MAY_SEND(spec->type);
    if (may & RISK_MAY_SEND(spec->type))
        ret_result->value = spec->side > 0 ? RISK_MAY_LONG : RISK_MAY_SHORT;
    bool passes = risk_may(may, spec->type, spec->side, position_after(view, spec));
    return passes ? RISK_ALLOW : RISK_VETO;
}

const struct risk_rule risk_rule_permissions = {
    .name = "permissions",
    .summary = "Refuses what a strategy's permissions leave out: instruments, types of order, long "
               "or short positions.",
    .on_by_default = true,
    .uses = RISK_USES_PERMISSIONS,
    .rank = RISK_RANK_PERMISSIONS,
    .check = check,
};
