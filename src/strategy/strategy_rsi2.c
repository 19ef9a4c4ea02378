// SPDX-License-Identifier: Apache-2.0
// RSI-2: buys a sharp short fall within a long rise, sells the first recovery.
//
// Idea: above its long average a market that falls for a few days was pushed, and comes back within days.
// Entry: close > average of `trend` bars and RSI of `period` bars < `enter` (mirrored below the average, with sides
// = both: RSI > 100 - enter). Exit, by `exit`: the close is beyond the average of `exit_period` bars, or the RSI is
// beyond `leave`. There is no stop, as Connors and Alvarez have it: theirs made every result worse.
// Source: Larry Connors and Cesar Alvarez, "Short Term Trading Strategies That Work" (2008), chapter 9.
// Where it fails: the fall that does not stop is held all the way down, and is the largest position of the year;
// the gains are small, so costs of some basis points take most of them.
#include <math.h>

#include "strategy/held.h"

enum { TREND, PERIOD, ENTER, EXIT, EXIT_PERIOD, LEAVE, SIDES };
enum { EXIT_AVERAGE, EXIT_RSI };
enum { SIDES_LONG, SIDES_BOTH };
enum { INPUT_TREND, INPUT_RSI, INPUT_AVERAGE, INPUT_COUNT };
enum { WHY_ENTER = 1, WHY_HOLD = 2, WHY_RECOVERED = 3, WHY_GONE = 4 };
static const char *const reasons[] = {
    [WHY_ENTER] = "enter", [WHY_HOLD] = "hold", [WHY_RECOVERED] = "recovered", [WHY_GONE] = "gone"};

static const struct param params[] = {
    [TREND] = {.name = "trend",
               .type = PARAM_INT,
               .unit = "bars",
               .def = 200,
               .min = 2,
               .max = 10000,
               .help = "Length of the average that tells rise from fall."},
    [PERIOD] = {.name = "period",
                .type = PARAM_INT,
                .unit = "bars",
                .def = 2,
                .min = 2,
                .max = 1000,
                .help = "Length of the RSI."},
    [ENTER] = {.name = "enter",
               .type = PARAM_REAL,
               .unit = "",
               .def = 10,
               .min = 0,
               .max = 50,
               .help = "Buys below this RSI, sells short above 100 less it."},
    [EXIT] = {.name = "exit",
              .type = PARAM_ENUM,
              .unit = "",
              .choices = "average|rsi",
              .help = "What ends a position: the short average (average) or the RSI (rsi)."},
    [EXIT_PERIOD] = {.name = "exit_period",
                     .type = PARAM_INT,
                     .unit = "bars",
                     .def = 5,
                     .min = 1,
                     .max = 10000,
                     .help = "Length of the short average that ends a position."},
    [LEAVE] = {.name = "leave",
               .type = PARAM_REAL,
               .unit = "",
               .def = 65,
               .min = 0,
               .max = 100,
               .help = "RSI that ends a long position with exit = rsi; more than enter."},
    [SIDES] = {.name = "sides",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "Whether rises below the average are sold short (both) or not (long)."},
};

static const char *const inputs[] = {
    [INPUT_TREND] = "sma(close, $trend)",
    [INPUT_RSI] = "rsi(close, $period)",
    [INPUT_AVERAGE] = "sma(close, $exit_period)",
};

static int check(const double *values) {
    if (values[ENTER] < values[LEAVE]) return 0;
    return ERR_SET(ERR_ARGUMENT, "enter (%g) must be less than leave (%g)", values[ENTER],
                   values[LEAVE]);
}

static int direction(const struct strategy_view *view) {
    double close = view->bars[0].close, rsi = view->inputs[INPUT_RSI];
    if (close > view->inputs[INPUT_TREND] && rsi < view->params[ENTER]) return 1;
    bool high = close < view->inputs[INPUT_TREND] && rsi > 100 - view->params[ENTER];
    return high && view->params[SIDES] == SIDES_BOTH ? -1 : 0;
}

static bool recovered(const struct strategy_view *view, int64_t side) {
    double rsi = view->inputs[INPUT_RSI], leave = view->params[LEAVE];
    if (view->params[EXIT] == EXIT_RSI) return side > 0 ? rsi > leave : rsi < 100 - leave;
    return (view->bars[0].close - view->inputs[INPUT_AVERAGE]) * (double)side > 0;
}

static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    struct held *held = state;
    for (int i = 0; i < INPUT_COUNT; i++)
        if (isnan(view->inputs[i])) return;
    uint32_t reason = held_watch(held, view) ? WHY_GONE : WHY_HOLD;
    if (held->side != 0 && recovered(view, held->side)) {
        held_exit(held);
        reason = WHY_RECOVERED;
    } else if (held_enter(held, direction(view), true)) {
        held->strength = 1;
        reason = WHY_ENTER;
    }
    held_answer(held, view->position[0], reason, &ret_out->targets[0]);
}

const struct strategy strategy_rsi2 = {
    .name = "rsi2",
    .summary = "Buys sharp short falls above a long average and sells the recovery.",
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
