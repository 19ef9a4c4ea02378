// SPDX-License-Identifier: Apache-2.0
// Impact grows with the square of the share of the bar's volume that our fills take:
//
//   price x (1 + impact x min(share, limit)^2)    share = taken, this fill included / volume of the bar
//
// The form of zipline's VolumeShareSlippage (its defaults: impact 0.1, limit 0.025). Where the volume is
// not known the share is taken to be the limit.
#include "sim/model.h"

enum { IMPACT, LIMIT, PARAM_COUNT };

static const struct param params[PARAM_COUNT] = {
    {.name = "impact",
     .type = PARAM_REAL,
     .unit = "",
     .def = 0.1,
     .min = 0,
     .max = 100,
     .help = "share of the price lost at all of the volume"},
    {.name = "limit",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.1,
     .min = 0,
     .max = 1,
     .help = "the share beyond which impact is constant"},
};

static int64_t offset(const struct slip_view *view, const double *values) {
    double share = values[LIMIT];
    if (view->volume.m > 0) {
        double taken = (double)view->before.m + (double)view->qty.m;
        double of_bar = taken / (double)view->volume.m;
        if (of_bar < share) share = of_bar;
    }
    return model_price_share(view->price, values[IMPACT] * share * share);
}

const struct slip_model slip_volume_share = {
    .name = "volume_share",
    .summary = "impact with the square of the share of the bar's volume",
    .params = params,
    .param_count = PARAM_COUNT,
    .offset = offset,
};
