// SPDX-License-Identifier: Apache-2.0
// Risk parity: the equity is divided among the strategy's instruments so that each brings the same volatility, instead
// of the same money.
//
// Source: Edward Qian, "Risk Parity Portfolios" (2005); Sebastien Maillard, Thierry Roncalli and Jerome Teiletche, "The
// Properties of Equally Weighted Risk Contribution Portfolios", Journal of Portfolio Management 36 (2010): where all
// correlations are equal, equal risk contributions are w_i = (1 / s_i) / sum(1 / s_j). Times the equal part 1 / n that
// sizing takes of everything, that is h / s_i, with h the harmonic mean of the volatilities.
// Where it fails: correlations are not equal (fulmar portfolio solves for those that are measured), and the calmest
// instrument is held most until it no longer is.
#include <math.h>

#include "strategy/sizing.h"
#include "strategy/sizing_share.h"

enum { TOTAL, CAP };

static const struct param params[] = {
    [TOTAL] = {.name = "total",
               .type = PARAM_REAL,
               .unit = "fraction",
               .def = 0.98,
               .min = 0,
               .max = 20,
               .help = "Part of the equity that all instruments hold together at full strength."},
    [CAP] = {.name = "cap",
             .type = PARAM_REAL,
             .unit = "fraction",
             .def = 3,
             .min = 0,
             .max = 20,
             .help = "Largest size of an instrument, in equal parts of the equity."},
};

static double fraction(const struct sizing_view *view, const double *values,
                       const struct strategy_target *target) {
    if (!(view->volatility > 0) || !(view->volatility_mean > 0)) return 0;
    double size = values[TOTAL] * view->volatility_mean / view->volatility;
    return sizing_share(view, target, size, values[CAP]);
}

const struct sizing sizing_risk_parity = {
    .name = "risk_parity",
    .summary = "The equity divided by 1 / volatility among the strategy's instruments; nothing "
               "while the instrument's volatility is unknown or zero.",
    .reads_volatility = true,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fraction = fraction,
};
