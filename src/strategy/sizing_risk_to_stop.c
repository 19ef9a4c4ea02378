// SPDX-License-Identifier: Apache-2.0
// Fixed risk to the stop: the position is as large as makes the loss at the protective stop a set part of
// the equity.
//
// Source: the percent-risk model of Van K. Tharp, "Trade Your Way to Financial Freedom" (1998), chapter 12:
// units = equity x risk / |price - stop|, so that value / equity = risk / (|price - stop| / price); of an inverse
// contract, which loses 1 / stop - 1 / price, value / equity = risk / (|price - stop| / stop).
// Where it fails: a gap passes the stop and loses more; a stop very near asks for a very large position,
// which only the cap holds.
#include <math.h>

#include "strategy/sizing.h"
#include "strategy/sizing_share.h"

enum { RISK, CAP };

static const struct param params[] = {
    [RISK] = {.name = "risk",
              .type = PARAM_REAL,
              .unit = "fraction",
              .def = 0.01,
              .min = 0,
              .max = 1,
              .help = "Part of the equity that is lost when the stop is hit at its price."},
    [CAP] = {.name = "cap",
             .type = PARAM_REAL,
             .unit = "fraction",
             .def = 1,
             .min = 0,
             .max = 20,
             .help = "Largest part of the equity that a position holds."},
};

static double fraction(const struct sizing_view *view, const double *values,
                       const struct strategy_target *target) {
    double distance = (view->price - target->stop) / (view->inverse ? target->stop : view->price);
    if (target->weight < 0) distance = -distance;
    if (!(view->price > 0) || !(distance > 0)) return 0;
    return sizing_share(view, target, values[RISK] / distance, values[CAP]);
}

const struct sizing sizing_risk_to_stop = {
    .name = "risk_to_stop",
    .summary =
        "A set loss at the protective stop; nothing for targets without a stop on the losing "
        "side.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fraction = fraction,
};
