// SPDX-License-Identifier: Apache-2.0
// The same distance on every fill that takes: a share of the price, and a number of ticks.
#include "sim/model.h"

enum { BPS, TICKS, PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {
    {.name = "bps",
     .type = PARAM_REAL,
     .unit = "bps",
     .def = 1,
     .min = 0,
     .max = 1e4,
     .help = "share of the price lost on every fill that takes"},
    {.name = "ticks",
     .type = PARAM_INT,
     .unit = "ticks",
     .def = 0,
     .min = 0,
     .max = 1e6,
     .help = "ticks lost on every fill that takes"},
};

static int64_t offset(const struct slip_view *view, const double *values) {
    return model_price_share(view->price, values[BPS] / 1e4) +
           (int64_t)values[TICKS] * view->tick.m;
}

const struct slip_model slip_fixed = {
    .name = "fixed",
    .summary = "a fixed share of the price or number of ticks",
    .params = params,
    .param_count = PARAM_COUNT,
    .offset = offset,
};
