// SPDX-License-Identifier: Apache-2.0
// Momentum with confirmation: buys what has risen, if a trend carries it and others trade it.
//
// Idea: returns of the past months continue. A rise counts when the close is on the same side of its long
// average, when the directional index says that there is a trend at all, and when the bar's volume is above
// its usual.
// Entry: rate of change beyond `threshold`, close beyond the average of `trend` bars, ADX >= `adx_min`,
// volume >= `volume_factor` x its average. Exit: the rate of change turns, or the close crosses the average,
// or the stop `stop_atr` average true ranges from the entry's close. After a stop the
// momentum must lapse once.
// Source: Tobias J. Moskowitz, Yao Hua Ooi and Lasse Heje Pedersen, "Time Series Momentum", Journal of Financial
// Economics 104 (2012); J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978), for ADX and
// ATR; Charles M. C. Lee and Bhaskaran Swaminathan, "Price Momentum and Trading Volume", Journal of Finance
// 55 (2000), for volume.
// Where it fails: at turning points, which it sees late; after panics, when what fell most rises fastest. Where
// volume is not known (zero all along) it cannot confirm and is not asked.
#include <math.h>

#include "strategy/held.h"

enum {
    LOOKBACK,
    THRESHOLD,
    TREND,
    ADX_PERIOD,
    ADX_MIN,
    VOLUME_PERIOD,
    VOLUME_FACTOR,
    ATR_PERIOD,
    STOP_ATR,
    SIDES
};
enum { SIDES_LONG, SIDES_BOTH };
enum { INPUT_ROC, INPUT_TREND, INPUT_ADX, INPUT_VOLUME, INPUT_ATR, INPUT_COUNT };
enum { WHY_ENTER = 1, WHY_HOLD = 2, WHY_TURNED = 3, WHY_STOPPED = 4 };
static const char *const reasons[] = {
    [WHY_ENTER] = "enter", [WHY_HOLD] = "hold", [WHY_TURNED] = "turned", [WHY_STOPPED] = "stopped"};

static const struct param params[] = {
    [LOOKBACK] = {.name = "lookback",
                  .type = PARAM_INT,
                  .unit = "bars",
                  .def = 60,
                  .min = 1,
                  .max = 10000,
                  .help = "Bars over which the change is measured."},
    [THRESHOLD] = {.name = "threshold",
                   .type = PARAM_REAL,
                   .unit = "per cent",
                   .def = 0,
                   .min = 0,
                   .max = 1000,
                   .help = "Least change that is momentum."},
    [TREND] = {.name = "trend",
               .type = PARAM_INT,
               .unit = "bars",
               .def = 100,
               .min = 1,
               .max = 10000,
               .help = "Length of the average that confirms the trend."},
    [ADX_PERIOD] = {.name = "adx_period",
                    .type = PARAM_INT,
                    .unit = "bars",
                    .def = 14,
                    .min = 2,
                    .max = 10000,
                    .help = "Length of the average directional index."},
    [ADX_MIN] = {.name = "adx_min",
                 .type = PARAM_REAL,
                 .unit = "",
                 .def = 20,
                 .min = 0,
                 .max = 100,
                 .help = "Least directional index to enter with; 0 does not ask for one."},
    [VOLUME_PERIOD] = {.name = "volume_period",
                       .type = PARAM_INT,
                       .unit = "bars",
                       .def = 20,
                       .min = 1,
                       .max = 10000,
                       .help = "Length of the average of the volume."},
    [VOLUME_FACTOR] = {.name = "volume_factor",
                       .type = PARAM_REAL,
                       .unit = "",
                       .def = 1,
                       .min = 0,
                       .max = 100,
                       .help = "Volume to enter with, in averages; 0 does not ask for any."},
    [ATR_PERIOD] = {.name = "atr_period",
                    .type = PARAM_INT,
                    .unit = "bars",
                    .def = 14,
                    .min = 1,
                    .max = 10000,
                    .help = "Length of the average true range."},
    [STOP_ATR] = {.name = "stop_atr",
                  .type = PARAM_REAL,
                  .unit = "average true ranges",
                  .def = 3,
                  .min = 0,
                  .max = 100,
                  .help = "Distance of the protective stop from the entry; 0 sets none."},
    [SIDES] = {.name = "sides",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "Whether falls are sold short (both) or sat out (long)."},
};

static const char *const inputs[] = {
    [INPUT_ROC] = "roc(close, $lookback)", [INPUT_TREND] = "sma(close, $trend)",
    [INPUT_ADX] = "adx($adx_period)",      [INPUT_VOLUME] = "sma(volume, $volume_period)",
    [INPUT_ATR] = "atr($atr_period)",
};

// +1, -1 or 0: change and trend agree.
static int direction(const struct strategy_view *view) {
    double change = view->inputs[INPUT_ROC], close = view->bars[0].close;
    double threshold = view->params[THRESHOLD], trend = view->inputs[INPUT_TREND];
    if (change > threshold && close > trend) return 1;
    if (change < -threshold && close < trend && view->params[SIDES] == SIDES_BOTH) return -1;
    return 0;
}

// Where volume is never known, zero is not below an average of zero.
static bool confirmed(const struct strategy_view *view) {
    double usual = view->inputs[INPUT_VOLUME];
    return view->inputs[INPUT_ADX] >= view->params[ADX_MIN] &&
           view->bars[0].volume >= view->params[VOLUME_FACTOR] * usual;
}

static bool turned(const struct strategy_view *view, const struct held *held) {
    double side = (double)held->side;
    return view->inputs[INPUT_ROC] * side <= 0 ||
           (view->bars[0].close - view->inputs[INPUT_TREND]) * side < 0;
}

static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    struct held *held = state;
    for (int i = 0; i < INPUT_COUNT; i++)
        if (isnan(view->inputs[i])) return;
    uint32_t reason = WHY_HOLD;
    if (held_watch(held, view)) reason = WHY_STOPPED;
    if (held->side != 0 && turned(view, held)) {
        held_exit(held);
        reason = WHY_TURNED;
    }
    int side = direction(view);
    if (held_enter(held, side, confirmed(view))) {
        double distance = view->params[STOP_ATR] * view->inputs[INPUT_ATR];
        held->strength = 1;
        held->stop = distance > 0 ? view->bars[0].close - side * distance : NAN;
        reason = WHY_ENTER;
    }
    held_answer(held, view->position[0], reason, &ret_out->targets[0]);
}

const struct strategy strategy_momentum = {
    .name = "momentum",
    .summary = "Buys what has risen, confirmed by trend, directional index and volume.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_INSTRUMENT,
    .state_size = sizeof(struct held),
    .decide = decide,
};
