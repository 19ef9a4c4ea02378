// SPDX-License-Identifier: Apache-2.0
// Orders shrink as the equity nears the floor of its drawdown: to the distance that is left as a share of all of it, as
// in Grossman and Zhou, "Optimal Investment Strategies for Controlling Drawdowns", Mathematical Finance 3(3), 1993,
// where what is at risk is in proportion to wealth less a fixed part of its highest. When the equity moves more than
// `volatility` a year, the floor comes nearer by as much: the drawdown that is allowed is max_drawdown times volatility
// over what was measured.
#include <math.h>

#include "quant/math/mathfn.h"
#include "risk/share.h"

enum { MAX_DRAWDOWN, VOLATILITY, HALF_LIFE, PARAMS, DAYS_MIN = 10 };

static const struct param params[PARAMS] = {
    {.name = "max_drawdown",
     .type = PARAM_REAL,
     .unit = "of peak equity",
     .def = 0.2,
     .min = 0.0001,
     .max = 1,
     .help = "Fall from the highest equity at which nothing that raises risk passes."},
    {.name = "volatility",
     .type = PARAM_REAL,
     .unit = "a year",
     .def = 0.15,
     .min = 0.0001,
     .max = 100,
     .help = "Volatility of the equity up to which that fall is allowed."},
    {.name = "half_life",
     .type = PARAM_REAL,
     .unit = "days",
     .def = 20,
     .min = 0.1,
     .max = 100000,
     .help = "Half-life of the measured volatility, which counts from the tenth day on."},
};

struct swing {
    double square; // average of squared daily returns
    uint64_t days;
};
_Static_assert(sizeof(struct swing) == 16, "engine state");

// The drawdown that is allowed now.
static double allowed(const double *values, const struct swing *swing) {
    double measured = sqrt(swing->square * 365);
    if (swing->days < DAYS_MIN) return values[MAX_DRAWDOWN];
    return values[MAX_DRAWDOWN] * fmin(1, values[VOLATILITY] / measured);
}

static enum risk_verdict check(const struct risk_view *view, const double *values, void *state,
                               const struct risk_order *order, struct risk_result *ret_result) {
    struct risk_view peak = {.equity = view->equity_peak, .money_decimals = view->money_decimals};
    money_t fall = money_sub(view->equity_peak, view->equity);
    ret_result->limit = allowed(values, state);
    ret_result->value = risk_share(&peak, fall);
    double left = 1 - ret_result->value / ret_result->limit;
    return risk_scale(view, order, left, ret_result);
}

// The day that ended: money that came or went in it is in what it began with.
static void note(const struct risk_view *view, const double *values, void *state,
                 const struct risk_fact *fact) {
    static const double ln_2 = 0.69314718055994530942;
    struct swing *swing = state;
    if (view->equity_day.m <= 0) return;
    double change = (double)(view->equity.m - view->equity_day.m) / (double)view->equity_day.m;
    swing->days++;
    double weight = fmax(1 - mathfn_exp(-ln_2 / values[HALF_LIFE]), 1 / (double)swing->days);
    swing->square += weight * (change * change - swing->square);
}

const struct risk_rule risk_rule_drawdown_scale = {
    .name = "drawdown_scale",
    .summary =
        "Cuts orders in proportion to what is left of the drawdown that max_drawdown allows, "
        "which is less when the equity moves more than `volatility`.",
    .params = params,
    .param_count = PARAMS,
    .state_size = sizeof(struct swing),
    .notes = 1u << RISK_FACT_DAY,
    .rank = RISK_RANK_DRAWDOWN_SCALE,
    .check = check,
    .note = note,
};
