// SPDX-License-Identifier: Apache-2.0
// Prices on ticks, quantities in lots and not below the least that a venue takes.
#include "risk/rule.h"

static bool off_step(int64_t value, int64_t step) {
    return value % step != 0;
}

// Whether the order is worth less than the venue takes.
static bool is_small(const struct risk_view *view, const struct risk_order *order) {
    const struct instrument *instrument = &view->instruments->items[order->spec->instrument];
    money_t size;
    if (order->spec->qty.m < instrument->qty_min.m) return true;
    return ledger_size(view->ledger, order->spec->instrument, order->reference, order->spec->qty,
                       &size) == 0 &&
           size.m < instrument->notional_min;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    const struct order_spec *spec = order->spec;
    const struct instrument *instrument = &view->instruments->items[spec->instrument];
    int64_t tick = instrument->tick.m;
    price_t price = off_step(spec->limit_price.m, tick)  ? spec->limit_price
                    : off_step(spec->stop_price.m, tick) ? spec->stop_price
                                                         : spec->trail;
    if (off_step(price.m, tick)) {
        ret_result->limit = decimal_to_double(tick, instrument->price_decimals);
        ret_result->value = decimal_to_double(price.m, instrument->price_decimals);
        return RISK_VETO;
    }
    ret_result->value = decimal_to_double(spec->qty.m, instrument->qty_decimals);
    ret_result->limit = decimal_to_double(instrument->lot.m, instrument->qty_decimals);
    if (off_step(spec->qty.m, instrument->lot.m)) return RISK_VETO;
    ret_result->limit = decimal_to_double(instrument->qty_min.m, instrument->qty_decimals);
    // What closes a position may be as small as what is left of it.
    if (order->reducing_qty.m == spec->qty.m) return RISK_ALLOW;
    return is_small(view, order) ? RISK_VETO : RISK_ALLOW;
}

const struct risk_rule risk_rule_tick_lot = {
    .name = "tick_lot",
    .summary = "Refuses prices off the tick, quantities off the lot, and what is below the least "
               "quantity or value that the instrument takes.",
    .on_by_default = true,
    .checks_reducing = true,
    .checks_cut = true,
    .rank = RISK_RANK_TICK_LOT,
    .check = check,
};
