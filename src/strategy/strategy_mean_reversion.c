// SPDX-License-Identifier: Apache-2.0
// Mean reversion: buys what stands far below its average, in units of its own spread.
//
// Idea: a price far from its recent mean was pushed there by haste, and comes back when the haste is over.
// Entry: z-score <= -entry buys (>= entry sells short, with sides = both). Exit: the z-score is back within
// `exit` of the mean. Giving up: the z-score goes on beyond `stop`, or `hold_max` bars have passed; the same
// side must then lapse once. The protective stop is the price at which the z-score of the entry's window would be
// at `stop`; it does most of the work, for no z-score exceeds sqrt(window - 1). A window of equal closes has no
// z-score, and nothing is traded on it.
// Source: John Bollinger, "Bollinger on Bollinger Bands" (2001); Ernest P. Chan, "Algorithmic Trading" (2013),
// chapter 2; James M. Poterba and Lawrence H. Summers, "Mean Reversion in Stock Prices", Journal of Financial
// Economics 22 (1988).
// Where it fails: when the push was news, the mean moves to the price and not the price to the mean: many small
// gains, a few large losses.
#include <math.h>

#include "strategy/held.h"

enum { WINDOW, ENTRY, EXIT, STOP, HOLD_MAX, SIDES };
enum { SIDES_LONG, SIDES_BOTH };
enum { INPUT_ZSCORE, INPUT_MEAN };
enum {
    WHY_ENTER = 1,
    WHY_HOLD = 2,
    WHY_REVERTED = 3,
    WHY_GAVE_UP = 4,
    WHY_TIME = 5,
    WHY_STOPPED = 6
};
static const char *const reasons[] = {
    [WHY_ENTER] = "enter",     [WHY_HOLD] = "hold", [WHY_REVERTED] = "reverted",
    [WHY_GAVE_UP] = "gave up", [WHY_TIME] = "time", [WHY_STOPPED] = "stopped"};

struct state {
    struct held held;
    int64_t bars; // decisions since the entry
};
_Static_assert(sizeof(struct state) == 56, "no padding");

static const struct param params[] = {
    [WINDOW] = {.name = "window",
                .type = PARAM_INT,
                .unit = "bars",
                .def = 20,
                .min = 2,
                .max = 10000,
                .help = "Bars of the mean and the spread."},
    [ENTRY] = {.name = "entry",
               .type = PARAM_REAL,
               .unit = "standard deviations",
               .def = 2,
               .min = 0.1,
               .max = 20,
               .help = "Distance from the mean to enter at."},
    [EXIT] = {.name = "exit",
              .type = PARAM_REAL,
              .unit = "standard deviations",
              .def = 0.5,
              .min = -20,
              .max = 20,
              .help = "Distance from the mean to leave at; below 0 waits for the other side."},
    [STOP] = {.name = "stop",
              .type = PARAM_REAL,
              .unit = "standard deviations",
              .def = 4,
              .min = 0.1,
              .max = 100,
              .help = "Distance from the mean to give up at."},
    [HOLD_MAX] = {.name = "hold_max",
                  .type = PARAM_INT,
                  .unit = "bars",
                  .def = 0,
                  .min = 0,
                  .max = 100000,
                  .help = "Bars to wait for the mean; 0 waits on."},
    [SIDES] = {.name = "sides",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "Whether what stands high is sold short (both) or left alone (long)."},
};

static const char *const inputs[] = {
    [INPUT_ZSCORE] = "zscore(close, $window)",
    [INPUT_MEAN] = "sma(close, $window)",
};

static int check(const double *values) {
    if (values[EXIT] < values[ENTRY] && values[ENTRY] < values[STOP]) return 0;
    return ERR_SET(ERR_ARGUMENT, "want exit (%g) < entry (%g) < stop (%g)", values[EXIT],
                   values[ENTRY], values[STOP]);
}

static int direction(const struct strategy_view *view) {
    double z = view->inputs[INPUT_ZSCORE];
    if (z <= -view->params[ENTRY]) return 1;
    return z >= view->params[ENTRY] && view->params[SIDES] == SIDES_BOTH ? -1 : 0;
}

// Ends a position whose time has come; the reason, or WHY_HOLD.
static uint32_t leave(const struct strategy_view *view, struct state *state) {
    double distance = -view->inputs[INPUT_ZSCORE] * (double)state->held.side; // > 0: not back yet
    double hold_max = view->params[HOLD_MAX];
    state->bars++;
    if (distance <= view->params[EXIT]) {
        held_exit(&state->held);
        return WHY_REVERTED;
    }
    bool late = hold_max > 0 && (double)state->bars >= hold_max;
    if (!late && distance < view->params[STOP]) return WHY_HOLD;
    held_give_up(&state->held);
    return late ? WHY_TIME : WHY_GAVE_UP;
}

// The spread follows from z = (close - mean) / spread. Beyond the stop already: no entry.
static void enter(const struct strategy_view *view, struct state *state) {
    double z = view->inputs[INPUT_ZSCORE], mean = view->inputs[INPUT_MEAN];
    double spread = (view->bars[0].close - mean) / z;
    state->bars = 0;
    state->held.strength = 1;
    state->held.stop = mean - (double)state->held.side * view->params[STOP] * spread;
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct state *state = memory;
    double z = view->inputs[INPUT_ZSCORE];
    if (isnan(z) || isnan(view->inputs[INPUT_MEAN])) return;
    uint32_t reason = WHY_HOLD;
    if (held_watch(&state->held, view)) reason = WHY_STOPPED;
    if (state->held.side != 0) reason = leave(view, state);
    if (held_enter(&state->held, direction(view), fabs(z) < view->params[STOP])) {
        enter(view, state);
        reason = WHY_ENTER;
    }
    held_answer(&state->held, view->position[0], reason, &ret_out->targets[0]);
}

const struct strategy strategy_mean_reversion = {
    .name = "mean_reversion",
    .summary = "Buys far below the average and sells when the price is back.",
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
