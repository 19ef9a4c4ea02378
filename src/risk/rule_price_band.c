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
    {.name = "max_age_s",
     .type = PARAM_REAL,
     .unit = "s",
     .def = 864000,
     .min = 0,
     .max = 1e9,
     .help = "Most age of the last price for an order that raises risk."},
};

static double distance(price_t price, price_t last) {
    return price.m > 0 ? fabs((double)(price.m - last.m)) / (double)last.m : 0;
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    price_t last = view->board->rows[order->spec->instrument].last;
    if (last.m <= 0) return RISK_VETO;
    int64_t age_ns = view->now_ns - view->board->rows[order->spec->instrument].ts_ns;
    bool reduces = order->reducing_qty.m == order->spec->qty.m;
    if (!reduces && (double)age_ns > values[1] * 1e9) {
        ret_result->limit = values[1];
        ret_result->value = (double)age_ns / 1e9;
        return RISK_VETO;
    }
    double limit = distance(order->spec->limit_price, last);
    double stop = distance(order->spec->stop_price, last);
    ret_result->limit = values[0];
    ret_result->value = limit > stop ? limit : stop;
    return ret_result->value > values[0] ? RISK_VETO : RISK_ALLOW;
}

const struct risk_rule risk_rule_price_band = {
    .name = "price_band",
    .summary = "Refuses an order whose limit or stop price is further than max_distance from the "
               "last price, or that raises risk on a price older than max_age_s.",
    .params = params,
    .param_count = 2,
    .on_by_default = true,
    .checks_reducing = true,
    .rank = RISK_RANK_PRICE_BAND,
    .check = check,
};
