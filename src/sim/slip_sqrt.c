// SPDX-License-Identifier: Apache-2.0
// The square-root law of market impact:
//
//   price x (1 + half_spread + y x sigma x sqrt(q / v))
//
// q: what we take, this fill included; v: mean daily volume; sigma: standard deviation of daily returns, both
// over the last `days` whole days. (Torre and Ferrari, BARRA Market Impact Model Handbook, 1997;
// Toth et al., Anomalous price impact and the critical nature of liquidity, Phys. Rev. X 1, 021006, 2011, who
// find y near 1.) While volatility or volume is not known, `unknown` is lost instead of the impact.
#include <math.h>

#include "sim/model.h"

enum { Y, DAYS, HALF_SPREAD, UNKNOWN, PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {
    {.name = "y",
     .type = PARAM_REAL,
     .unit = "",
     .def = 1,
     .min = 0,
     .max = 100,
     .help = "the law's constant"},
    {.name = "days",
     .type = PARAM_INT,
     .unit = "days",
     .def = 20,
     .min = 2,
     .max = 64,
     .help = "whole days that volatility and volume are of"},
    {.name = "half_spread",
     .type = PARAM_REAL,
     .unit = "bps",
     .def = 1,
     .min = 0,
     .max = 1e4,
     .help = "lost on every fill that takes"},
    {.name = "unknown",
     .type = PARAM_REAL,
     .unit = "bps",
     .def = 20,
     .min = 0,
     .max = 1e4,
     .help = "impact while volatility or volume is not known"},
};

static uint32_t history(const double *values) {
    return (uint32_t)values[DAYS];
}

static int64_t offset(const struct slip_view *view, const double *values) {
    double fraction = values[HALF_SPREAD] / 1e4;
    if (view->sigma_daily > 0 && view->volume_daily > 0) {
        double taken = (double)view->before.m + (double)view->qty.m;
        fraction += values[Y] * view->sigma_daily * sqrt(taken / view->volume_daily);
    } else {
        fraction += values[UNKNOWN] / 1e4;
    }
    return model_price_share(view->price, fraction < 1000 ? fraction : 1000);
}

const struct slip_model slip_sqrt = {
    .name = "sqrt",
    .summary = "square-root impact: y x daily volatility x sqrt(quantity / daily volume)",
    .params = params,
    .param_count = PARAM_COUNT,
    .history = history,
    .offset = offset,
};
