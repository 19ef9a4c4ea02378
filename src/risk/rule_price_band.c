// SPDX-License-Identifier: Apache-2.0
// A price collar: no limit or stop price far from the last one known.
#include <math.h>

#include "risk/rule.h"

static const struct param params[] = {
    {.name = "max_distance",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.5,
     .min = 0,
     .max = 10,
     .help = "Most distance of an order's prices from the last price, as a fraction of that."},
};

static double distance(price_t price, price_t last) {
    return price.m > 0 ? fabs((double)(price.m - last.m)) / (double)last.m : 0;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    price_t last = view->board->rows[order->spec->instrument].last;
    if (last.m <= 0) return RISK_VETO;
    double limit = distance(order->spec->limit_price, last);
    double stop = distance(order->spec->stop_price, last);
    ret_result->limit = values[0];
    ret_result->value = limit > stop ? limit : stop;
    return ret_result->value > values[0] ? RISK_VETO : RISK_ALLOW;
}

const struct risk_rule risk_rule_price_band = {
    .name = "price_band",
    .summary = "Refuses an order whose limit or stop price is further than max_distance from the "
               "last price.",
    .params = params,
    .param_count = 1,
    .on_by_default = true,
    .checks_reducing = true,
    .check = check,
};
