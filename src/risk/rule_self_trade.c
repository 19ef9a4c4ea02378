// SPDX-License-Identifier: Apache-2.0
// No order that could meet an order of the same account: a wash trade.
#include "risk/rule.h"

// Whether an order stands in a book at its limit price: not a stop that waits, not a bracket's part that sleeps.
static bool rests(const struct risk_view *view, const struct order *order) {
    if (order->spec.type != ORDER_LIMIT || order->spec.limit_price.m <= 0) return false;
    int parent = order->spec.parent != 0 ? orders_find(view->orders, order->spec.parent) : -1;
    return parent < 0 || !order_is_live(orders_get(view->orders, (uint32_t)parent));
}

// The price at which the order may trade at once; false: it waits for a trigger. 0 = at any.
static bool takes_at(const struct order_spec *spec, price_t *ret_price) {
    *ret_price = spec->type == ORDER_LIMIT ? spec->limit_price : PRICE(0);
    return spec->type == ORDER_MARKET || spec->type == ORDER_LIMIT ||
           spec->type == ORDER_MARKET_TO_LIMIT;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct order_spec *spec = order->spec;
    price_t price;
    if (spec->purpose == PURPOSE_FLATTEN || spec->parent != 0 || !takes_at(spec, &price))
        return RISK_ALLOW;
    int32_t decimals = view->instruments->items[spec->instrument].price_decimals;
    uint32_t handle = view->orders->exposure[spec->instrument].first;
    for (; handle != UINT32_MAX; handle = orders_next_live(view->orders, handle)) {
        const struct order *own = orders_get(view->orders, handle);
        if (own->spec.side == spec->side || !rests(view, own)) continue;
        bool meets = price.m == 0 || (spec->side > 0 ? price.m >= own->spec.limit_price.m
                                                     : price.m <= own->spec.limit_price.m);
        ret_result->limit = decimal_to_double(own->spec.limit_price.m, decimals);
        ret_result->value = decimal_to_double(price.m, decimals);
        if (meets) return RISK_VETO;
    }
    return RISK_ALLOW;
}

const struct risk_rule risk_rule_self_trade = {
    .name = "self_trade",
    .summary = "Refuses an order that could trade with an order of the account's own.",
    .checks_reducing = true,
    .rank = RISK_RANK_SELF_TRADE,
    .check = check,
};
