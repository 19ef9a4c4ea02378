// SPDX-License-Identifier: Apache-2.0
// Implementation shortfall: the trajectory of Almgren and Chriss, "Optimal execution of portfolio transactions"
// (2000), which weighs the cost of trading fast against the risk of trading late.
//
// What is left after a time t of T is sinh(kappa (T - t)) / sinh(kappa T) of the whole. kappa comes from `half_life`,
// the time in which what is left falls to 1/e in a long execution, or, where that is 0, from the model's own parameters
// (quant/portfolio/almgren_chriss.h). kappa towards 0 is twap.
// Where it fails: impact is linear in the model, and its parameters are estimates.
#include "order/algo.h"

enum { SLICES = ALGO_PARAM_FIRST };

static const struct param params[] = {
    [ALGO_DURATION] = ALGO_DURATION_PARAM(3600),
    [ALGO_AT_END] = ALGO_AT_END_PARAM(ALGO_AT_END_MARKET),
    [SLICES] = ALGO_SLICES_PARAM(60),
    [ALGO_IMPACT_HALF_LIFE] = {.name = "half_life",
                               .type = PARAM_DURATION,
                               .unit = "",
                               .def = 1800,
                               .min = 0,
                               .max = 31536000,
                               .help = "1 / kappa: the shorter, the sooner it trades; 0: from the "
                                       "four below."},
    [ALGO_IMPACT_AVERSION] = {.name = "risk_aversion",
                              .type = PARAM_REAL,
                              .unit = "1 / money",
                              .def = 1e-6,
                              .min = 0,
                              .max = 1e3,
                              .help = "lambda: what a unit of variance of the cost is worth."},
    [ALGO_IMPACT_SIGMA] = {.name = "volatility",
                           .type = PARAM_REAL,
                           .unit = "price / day^1/2",
                           .def = 0.95,
                           .min = 0,
                           .max = 1e9,
                           .help = "sigma: the price's standard deviation over a day, in money."},
    [ALGO_IMPACT_ETA] = {.name = "temporary_impact",
                         .type = PARAM_REAL,
                         .unit = "price / (quantity / day)",
                         .def = 2.5e-6,
                         .min = 1e-18,
                         .max = 1e9,
                         .help = "eta: how much worse the price is by the speed of trading."},
    [ALGO_IMPACT_GAMMA] = {.name = "permanent_impact",
                           .type = PARAM_REAL,
                           .unit = "price / quantity",
                           .def = 2.5e-7,
                           .min = 0,
                           .max = 1e9,
                           .help = "gamma: how much the price stays moved by what was traded."},
};

const struct algo algo_is = {
    .name = "is",
    .summary = "Implementation shortfall: the optimal trajectory of Almgren and Chriss.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .curve = ALGO_CURVE_IMPACT,
    .slices_param = SLICES,
    .step = algo_follow_curve,
};
