// SPDX-License-Identifier: Apache-2.0
// Fixed fraction: every full-strength target holds the same part of the equity, whatever the instrument.
//
// Source: the "percent of equity" method of Ralph Vince, "Portfolio Management Formulas" (1990):
// position value = fraction x equity.
// Where it fails: the risk taken moves with the instrument's volatility.
#include "strategy/sizing.h"
#include "strategy/sizing_share.h"

enum { FRACTION };

static const struct param params[] = {
    [FRACTION] = {.name = "fraction",
                  .type = PARAM_REAL,
                  .unit = "fraction",
                  .def = 0.98,
                  .min = 0,
                  .max = 20,
                  .help = "Part of the equity that a full-strength target holds; what is left pays "
                          "fees and the gap to the next open. Over 1 borrows."},
};

static double fraction(const struct sizing_view *view, const double *values,
                       const struct strategy_target *target) {
    return sizing_share(view, target, values[FRACTION], values[FRACTION]);
}

const struct sizing sizing_fixed_fraction = {
    .name = "fixed_fraction",
    .summary = "The same part of the equity for every full-strength target.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fraction = fraction,
};
