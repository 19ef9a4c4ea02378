// SPDX-License-Identifier: Apache-2.0
// Volatility target: the position shrinks as the instrument's volatility grows, so that each contributes the
// same.
//
// Source: Tobias J. Moskowitz, Yao Hua Ooi and Lasse Heje Pedersen, "Time Series Momentum", Journal of
// Financial Economics 104 (2012), equation 5: position = target volatility / ex-ante volatility; Robert Carver,
// "Systematic Trading" (2015), chapter 9.
// Where it fails: volatility is measured after the fact, so the position is largest just before it jumps.
// Divided among several instruments the whole has less than the target volatility, by what their moves do
// not have in common.
#include <math.h>

#include "strategy/sizing.h"
#include "strategy/sizing_share.h"

enum { TARGET, CAP };

static const struct param params[] = {
    [TARGET] = {.name = "target",
                .type = PARAM_REAL,
                .unit = "fraction per year",
                .def = 0.15,
                .min = 0,
                .max = 5,
                .help = "Annual volatility that a full-strength position is to have."},
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
    if (!(view->volatility > 0)) return 0;
    return sizing_share(view, target, values[TARGET] / view->volatility, values[CAP]);
}

const struct sizing sizing_volatility_target = {
    .name = "volatility_target",
    .summary =
        "A set annual volatility of the position; nothing while the instrument's is unknown or "
        "zero.",
    .reads_volatility = true,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fraction = fraction,
};
