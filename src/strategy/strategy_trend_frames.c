// SPDX-License-Identifier: Apache-2.0
// Trend over several frames: holds while the short, the middle and the long view all point the same way.
//
// Idea: a trend that is seen at one time scale alone is mostly noise. An exponential average on the decision
// frame and on two longer frames has a slope each: its change from one bar of its frame to the next.
// Entry: all three slopes have one sign. Exit: the slope of the middle or of the long frame has the other
// sign, or the stop: `stop_atr` average true ranges behind the best close since the entry. After a stop the
// alignment must lapse once.
// Source: Alexander Elder, "Trading for a Living" (1993), the triple screen; Brian Hurst, Yao Hua Ooi and Lasse
// Heje Pedersen, "A Century of Evidence on Trend-Following Investing", Journal of Portfolio Management 44
// (2017), for several horizons together; J. Welles Wilder (1978) for the average true range.
// Where it fails: three views agree late, so sharp turns cost what was open; sideways years cost a little with
// every false start.
#include <math.h>

#include "strategy/held.h"

enum { MIDDLE, LONG, PERIOD, PERIOD_MIDDLE, PERIOD_LONG, ATR_PERIOD, STOP_ATR, SIDES };
enum { SIDES_LONG, SIDES_BOTH };
enum { INPUT_EMA, INPUT_EMA_MIDDLE, INPUT_EMA_LONG, INPUT_ATR, INPUT_COUNT };
enum { FRAMES = 3 };
enum { WHY_ENTER = 1, WHY_HOLD = 2, WHY_TURNED = 3, WHY_STOPPED = 4 };
static const char *const reasons[] = {
    [WHY_ENTER] = "enter", [WHY_HOLD] = "hold", [WHY_TURNED] = "turned", [WHY_STOPPED] = "stopped"};

struct state {
    struct held held;
    double average[FRAMES]; // the latest, 0 before the first
    double slope[FRAMES];   // of the latest change, 0 before it
};
_Static_assert(sizeof(struct state) == 96, "no padding");

static const struct param params[] = {
    [MIDDLE] = {.name = "middle",
                .type = PARAM_DURATION,
                .unit = "s",
                .def = 7 * 86400,
                .min = 60,
                .max = 30 * 86400,
                .help = "The middle frame, a multiple of the bars' own."},
    [LONG] = {.name = "long",
              .type = PARAM_DURATION,
              .unit = "s",
              .def = 30 * 86400,
              .min = 60,
              .max = 30 * 86400,
              .help = "The long frame, longer than the middle one; 30d is a calendar month."},
    [PERIOD] = {.name = "period",
                .type = PARAM_INT,
                .unit = "bars",
                .def = 20,
                .min = 1,
                .max = 10000,
                .help = "Length of the average on the decision frame."},
    [PERIOD_MIDDLE] = {.name = "period_middle",
                       .type = PARAM_INT,
                       .unit = "bars",
                       .def = 10,
                       .min = 1,
                       .max = 10000,
                       .help = "Length of the average on the middle frame, in its bars."},
    [PERIOD_LONG] = {.name = "period_long",
                     .type = PARAM_INT,
                     .unit = "bars",
                     .def = 6,
                     .min = 1,
                     .max = 10000,
                     .help = "Length of the average on the long frame, in its bars."},
    [ATR_PERIOD] = {.name = "atr_period",
                    .type = PARAM_INT,
                    .unit = "bars",
                    .def = 14,
                    .min = 1,
                    .max = 10000,
                    .help = "Length of the average true range on the decision frame."},
    [STOP_ATR] = {.name = "stop_atr",
                  .type = PARAM_REAL,
                  .unit = "average true ranges",
                  .def = 5,
                  .min = 0.1,
                  .max = 100,
                  .help = "Distance of the trailing stop."},
    [SIDES] = {.name = "sides",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "Whether falls are sold short (both) or sat out (long)."},
};

static const char *const inputs[] = {
    [INPUT_EMA] = "ema(close, $period)",
    [INPUT_EMA_MIDDLE] = "ema(close, $period_middle) @ $middle",
    [INPUT_EMA_LONG] = "ema(close, $period_long) @ $long",
    [INPUT_ATR] = "atr($atr_period)",
};

static int check(const double *values) {
    if (values[MIDDLE] < values[LONG]) return 0;
    return ERR_SET(ERR_ARGUMENT, "middle (%.0f s) must be less than long (%.0f s)", values[MIDDLE],
                   values[LONG]);
}

// A longer frame's average stands still between its bars, and its slope with it.
static void take_slopes(const struct strategy_view *view, struct state *state) {
    for (int i = 0; i < FRAMES; i++) {
        double average = view->inputs[INPUT_EMA + i];
        if (isnan(average) || average == state->average[i]) continue;
        if (state->average[i] != 0) state->slope[i] = average - state->average[i];
        state->average[i] = average;
    }
}

static int sign(double x) {
    return (x > 0) - (x < 0);
}

static int direction(const struct strategy_view *view, const struct state *state) {
    int side = sign(state->slope[0]);
    if (sign(state->slope[1]) != side || sign(state->slope[2]) != side) return 0;
    return side < 0 && view->params[SIDES] != SIDES_BOTH ? 0 : side;
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct state *state = memory;
    struct held *held = &state->held;
    take_slopes(view, state);
    for (int i = 0; i < INPUT_COUNT; i++)
        if (isnan(view->inputs[i])) return;
    double distance = view->params[STOP_ATR] * view->inputs[INPUT_ATR];
    double close = view->bars[0].close;
    uint32_t reason = WHY_HOLD;
    if (held_watch(held, view)) reason = WHY_STOPPED;
    bool against = sign(state->slope[1]) == -held->side || sign(state->slope[2]) == -held->side;
    if (held->side != 0 && against) {
        held_exit(held);
        reason = WHY_TURNED;
    }
    if (held_enter(held, direction(view, state), true)) {
        held->strength = 1;
        held->stop = close - (double)held->side * distance;
        reason = WHY_ENTER;
    }
    if (held->side != 0) held_trail(held, close - (double)held->side * distance);
    held_answer(held, view->position[0], reason, &ret_out->targets[0]);
}

const struct strategy strategy_trend_frames = {
    .name = "trend_frames",
    .summary = "Holds while short, middle and long averages all slope the same way.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_INSTRUMENT,
    .state_size = sizeof(struct state),
    .check = check,
    .decide = decide,
};
