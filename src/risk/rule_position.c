// SPDX-License-Identifier: Apache-2.0
// No position above a share of the equity, counting what is on its way: working and UNKNOWN orders
// of the same side count as filled (SEC Rule 15c3-5: limits on orders entered, not on executions).
#include <stdlib.h>

#include "risk/share.h"

static const struct param params[] = {
    {.name = "max_share",
     .type = PARAM_REAL,
     .unit = "of equity",
     .def = 1,
     .min = 0,
     .max = 1000,
     .help = "Most value of one instrument's position, as a share of the account's equity."},
};

// Value of the position and live orders that the order would add to.
static double held_share(const struct risk_view *view, const struct risk_order *order) {
    int64_t lot = view->instruments->items[order->spec->instrument].lot.m;
    double held = (double)(order->spec->side * order->position.m) + (double)order->working.m;
    return held / (double)lot * risk_share(view, order->unit_notional);
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    double held = held_share(view, order);
    double after = held + risk_share(view, order->notional);
    ret_result->limit = values[0];
    ret_result->value = after;
    return after > values[0] ? risk_cut(view, order, values[0] - held, ret_result) : RISK_ALLOW;
}

const struct risk_rule risk_rule_position = {
    .name = "position",
    .summary = "Cuts an order so that its instrument's position stays within max_share of equity.",
    .params = params,
    .param_count = 1,
    .check = check,
};
