// SPDX-License-Identifier: Apache-2.0
// Volatility breakout: buys a close clearly above the highest high of the bars before, and asks for more where
// the market is wild.
//
// Idea: a close outside the range of the past weeks is news that is not priced in yet. How far outside counts
// is measured in average true ranges. The regime is the short over the long average true range: above 1 the
// market is wilder than usual, so the margin grows and the position shrinks with it, and above `regime_max`
// nothing is entered.
// Entry: close > upper channel + margin x regime x ATR, regime held within [1/2, 2]; the channel ends with the
// bar before. Strength: 1 / regime, at least 1/4 and at most 1, as it was at the entry. Exit: the close is
// back beyond the middle of the channel, or the stop: `stop_atr` average true ranges behind the best close
// since the entry. After a stop the breakout must lapse once.
// Source: Richard D. Donchian's four-week rule; the Turtle rules in Curtis M. Faith, "Way of the Turtle" (2007), for
// channel and stop in ATR; Chuck LeBeau's chandelier exit in Alexander Elder, "Come Into My Trading Room"
// (2002); Robert F. Engle, "Autoregressive Conditional Heteroscedasticity", Econometrica 50 (1982), for regimes of
// volatility that last.
// Where it fails: in ranges whose edges are tested again and again; most breakouts are false, and a few long
// ones pay for them.
#include <math.h>

#include "strategy/held.h"

enum { CHANNEL, ATR_SHORT, ATR_LONG, MARGIN, STOP_ATR, REGIME_MAX, SIDES };
enum { SIDES_LONG, SIDES_BOTH };
enum { INPUT_UPPER, INPUT_MIDDLE, INPUT_LOWER, INPUT_ATR_SHORT, INPUT_ATR_LONG, INPUT_COUNT };
enum { WHY_ENTER = 1, WHY_HOLD = 2, WHY_MIDDLE = 3, WHY_STOPPED = 4 };
static const char *const reasons[] = {
    [WHY_ENTER] = "enter", [WHY_HOLD] = "hold", [WHY_MIDDLE] = "middle", [WHY_STOPPED] = "stopped"};

static const struct param params[] = {
    [CHANNEL] = {.name = "channel",
                 .type = PARAM_INT,
                 .unit = "bars",
                 .def = 20,
                 .min = 2,
                 .max = 10000,
                 .help = "Bars of the channel that is broken out of."},
    [ATR_SHORT] = {.name = "atr_short",
                   .type = PARAM_INT,
                   .unit = "bars",
                   .def = 10,
                   .min = 1,
                   .max = 10000,
                   .help = "Length of the short average true range."},
    [ATR_LONG] = {.name = "atr_long",
                  .type = PARAM_INT,
                  .unit = "bars",
                  .def = 100,
                  .min = 2,
                  .max = 10000,
                  .help =
                      "Length of the long one, which says what is usual; longer than the short."},
    [MARGIN] = {.name = "margin",
                .type = PARAM_REAL,
                .unit = "average true ranges",
                .def = 0.25,
                .min = 0,
                .max = 100,
                .help = "How far outside the channel a close must be in a usual regime."},
    [STOP_ATR] = {.name = "stop_atr",
                  .type = PARAM_REAL,
                  .unit = "average true ranges",
                  .def = 3,
                  .min = 0.1,
                  .max = 100,
                  .help = "Distance of the trailing stop."},
    [REGIME_MAX] = {.name = "regime_max",
                    .type = PARAM_REAL,
                    .unit = "ratio",
                    .def = 2.5,
                    .min = 0.1,
                    .max = 1000,
                    .help = "Short over long range above which nothing is entered."},
    [SIDES] = {.name = "sides",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "Whether falls out of the channel are sold short (both) or not (long)."},
};

static const char *const inputs[] = {
    [INPUT_UPPER] = "donchian($channel, 1).upper", [INPUT_MIDDLE] = "donchian($channel, 1).middle",
    [INPUT_LOWER] = "donchian($channel, 1).lower", [INPUT_ATR_SHORT] = "atr($atr_short)",
    [INPUT_ATR_LONG] = "atr($atr_long)",
};

static int check(const double *values) {
    if (values[ATR_SHORT] < values[ATR_LONG]) return 0;
    return ERR_SET(ERR_ARGUMENT, "atr_short (%.0f) must be less than atr_long (%.0f)",
                   values[ATR_SHORT], values[ATR_LONG]);
}

static double within(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

static int direction(const struct strategy_view *view, double regime) {
    double close = view->bars[0].close;
    double margin = view->params[MARGIN] * within(regime, 0.5, 2) * view->inputs[INPUT_ATR_SHORT];
    if (close > view->inputs[INPUT_UPPER] + margin) return 1;
    bool below = close < view->inputs[INPUT_LOWER] - margin;
    return below && view->params[SIDES] == SIDES_BOTH ? -1 : 0;
}

static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    struct held *held = state;
    for (int i = 0; i < INPUT_COUNT; i++)
        if (isnan(view->inputs[i])) return;
    double close = view->bars[0].close, range = view->inputs[INPUT_ATR_SHORT];
    if (!(view->inputs[INPUT_ATR_LONG] > 0)) return; // nothing has moved: no regime
    double regime = range / view->inputs[INPUT_ATR_LONG];
    double distance = view->params[STOP_ATR] * range;
    uint32_t reason = WHY_HOLD;
    if (held_watch(held, view)) reason = WHY_STOPPED;
    if ((close - view->inputs[INPUT_MIDDLE]) * (double)held->side < 0) {
        held_exit(held);
        reason = WHY_MIDDLE;
    }
    if (held_enter(held, direction(view, regime), regime <= view->params[REGIME_MAX])) {
        held->strength = within(1 / regime, 0.25, 1);
        held->stop = close - (double)held->side * distance;
        reason = WHY_ENTER;
    }
    if (held->side != 0) held_trail(held, close - (double)held->side * distance);
    held_answer(held, view->position[0], reason, &ret_out->targets[0]);
}

const struct strategy strategy_volatility_breakout = {
    .name = "volatility_breakout",
    .summary = "Buys closes clearly outside the recent channel, less of it in wild markets.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_INSTRUMENT,
    .state_size = sizeof(struct held),
    .check = check,
    .decide = decide,
};
