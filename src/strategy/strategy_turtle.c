// SPDX-License-Identifier: Apache-2.0
// Turtle: buys breakouts of a Donchian channel in units of equal risk, adds to what gains, leaves at a shorter one.
//
// Idea: the few long trends of a market pay for its many false breakouts, when every entry risks the same and what
// goes well is added to.
// Rules, on closes where the original watched the market: N is Wilder's average true range. A close beyond the
// channel of the `entry` bars before opens one unit; every `add` N further in favour another, up to `units`. A unit
// is worth risk x close / N of the equity, so that N costs `risk` of it; all units together are at most the whole
// equity, where the original borrowed. The stop of all is `stop` N behind the latest unit's close. It leaves at a
// close beyond the opposite channel of `exit` bars. With `skip_after_win` a breakout is passed over when the one
// before, taken or not, would have gained; a close beyond the channel of `failsafe` bars is taken all the same.
// entry=55, exit=20, skip_after_win=false is the Turtles' System 2.
// Source: Curtis M. Faith, "The Original Turtle Trading Rules" (2003) and "Way of the Turtle" (2007); the channel is
// Richard D. Donchian's.
// Where it fails: in ranges it buys tops and sells bottoms, with added units just before the turn; the rules are known
// to everybody since the 1990s.
#include <math.h>

#include "strategy/held.h"

enum { ENTRY, EXIT, ATR, UNITS, ADD, STOP, RISK, SKIP, FAILSAFE, SIDES };
enum { SIDES_LONG, SIDES_BOTH };
enum {
    INPUT_UPPER,
    INPUT_LOWER,
    INPUT_EXIT_UPPER,
    INPUT_EXIT_LOWER,
    INPUT_SAFE_UPPER,
    INPUT_SAFE_LOWER,
    INPUT_ATR,
    INPUT_COUNT
};
enum { WHY_ENTER = 1, WHY_HOLD = 2, WHY_ADD = 3, WHY_CHANNEL = 4, WHY_STOPPED = 5 };
static const char *const reasons[] = {[WHY_ENTER] = "enter",
                                      [WHY_HOLD] = "hold",
                                      [WHY_ADD] = "add",
                                      [WHY_CHANNEL] = "channel",
                                      [WHY_STOPPED] = "stopped"};

// What became of the latest breakout, whether we took it or not.
struct shadow {
    int64_t side;
    double entry; // its close
    double stop;
    int64_t won; // 1: the one before gained
};

struct state {
    struct held held;
    struct shadow shadow;
    int64_t units;
    double unit; // of the equity
    double last; // close of the latest unit
};
_Static_assert(sizeof(struct state) == 104, "no padding");

static const struct param params[] = {
    [ENTRY] = {.name = "entry",
               .type = PARAM_INT,
               .unit = "bars",
               .def = 20,
               .min = 2,
               .max = 10000,
               .help = "Bars of the channel that is broken out of."},
    [EXIT] = {.name = "exit",
              .type = PARAM_INT,
              .unit = "bars",
              .def = 10,
              .min = 1,
              .max = 10000,
              .help = "Bars of the channel that ends a position; fewer than entry."},
    [ATR] = {.name = "atr_period",
             .type = PARAM_INT,
             .unit = "bars",
             .def = 20,
             .min = 1,
             .max = 10000,
             .help = "Length of the average true range, N."},
    [UNITS] = {.name = "units",
               .type = PARAM_INT,
               .unit = "",
               .def = 4,
               .min = 1,
               .max = 20,
               .help = "Units that a position may have."},
    [ADD] = {.name = "add",
             .type = PARAM_REAL,
             .unit = "average true ranges",
             .def = 0.5,
             .min = 0.01,
             .max = 100,
             .help = "How far the price must go for another unit."},
    [STOP] = {.name = "stop",
              .type = PARAM_REAL,
              .unit = "average true ranges",
              .def = 2,
              .min = 0.1,
              .max = 100,
              .help = "Distance of the stop from the latest unit's close."},
    [RISK] = {.name = "risk",
              .type = PARAM_REAL,
              .unit = "fraction",
              .def = 0.01,
              .min = 0.0001,
              .max = 1,
              .help = "What one average true range against one unit costs of the equity."},
    [SKIP] = {.name = "skip_after_win",
              .type = PARAM_BOOL,
              .unit = "",
              .def = 1,
              .help = "Whether a breakout after one that would have gained is passed over."},
    [FAILSAFE] = {.name = "failsafe",
                  .type = PARAM_INT,
                  .unit = "bars",
                  .def = 55,
                  .min = 2,
                  .max = 10000,
                  .help = "Bars of the channel whose breakout is never passed over."},
    [SIDES] = {.name = "sides",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "Whether falls out of the channel are sold short (both) or not (long)."},
};

static const char *const inputs[] = {
    [INPUT_UPPER] = "donchian($entry, 1).upper",
    [INPUT_LOWER] = "donchian($entry, 1).lower",
    [INPUT_EXIT_UPPER] = "donchian($exit, 1).upper",
    [INPUT_EXIT_LOWER] = "donchian($exit, 1).lower",
    [INPUT_SAFE_UPPER] = "donchian($failsafe, 1).upper",
    [INPUT_SAFE_LOWER] = "donchian($failsafe, 1).lower",
    [INPUT_ATR] = "atr($atr_period)",
};

static int check(const double *values) {
    if (values[EXIT] < values[ENTRY]) return 0;
    return ERR_SET(ERR_ARGUMENT, "exit (%.0f) must be less than entry (%.0f)", values[EXIT],
                   values[ENTRY]);
}

// +1 above the channel of these two inputs, -1 below it, else 0.
static int beyond(const struct strategy_view *view, int upper, int lower) {
    double close = view->bars[0].close;
    return close > view->inputs[upper] ? 1 : close < view->inputs[lower] ? -1 : 0;
}

static bool channel_ends(const struct strategy_view *view, int64_t side) {
    return side != 0 && beyond(view, INPUT_EXIT_UPPER, INPUT_EXIT_LOWER) == -side;
}

// Brings the shadow of the latest breakout up to this bar; a new one begins where none is under way.
static void follow(struct shadow *shadow, const struct strategy_view *view, int breakout) {
    const struct strategy_bar *bar = &view->bars[0];
    double worst = shadow->side > 0 ? bar->low : bar->high;
    bool stopped = shadow->side != 0 && (worst - shadow->stop) * (double)shadow->side <= 0;
    if (stopped || channel_ends(view, shadow->side)) {
        shadow->won = !stopped && (bar->close - shadow->entry) * (double)shadow->side > 0;
        shadow->side = 0;
    }
    if (shadow->side != 0 || breakout == 0) return;
    shadow->side = breakout;
    shadow->entry = bar->close;
    shadow->stop = bar->close - breakout * view->params[STOP] * view->inputs[INPUT_ATR];
}

static void take_unit(struct state *state, const struct strategy_view *view) {
    double close = view->bars[0].close;
    double weight = (double)++state->units * state->unit;
    state->last = close;
    state->held.strength = weight < 1 ? weight : 1;
    state->held.stop =
        close - (double)state->held.side * view->params[STOP] * view->inputs[INPUT_ATR];
}

// True when the price has gone far enough for another unit.
static bool adds(const struct state *state, const struct strategy_view *view) {
    double gone = (view->bars[0].close - state->last) * (double)state->held.side;
    return state->held.filled && (double)state->units < view->params[UNITS] &&
           gone >= view->params[ADD] * view->inputs[INPUT_ATR];
}

// The side to enter now, 0 = none.
static int direction(const struct strategy_view *view, int breakout, bool passed_over) {
    int side = passed_over ? beyond(view, INPUT_SAFE_UPPER, INPUT_SAFE_LOWER) : breakout;
    return side < 0 && view->params[SIDES] != SIDES_BOTH ? 0 : side;
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct state *state = memory;
    struct held *held = &state->held;
    for (int i = 0; i < INPUT_COUNT; i++)
        if (isnan(view->inputs[i])) return;
    if (!(view->inputs[INPUT_ATR] > 0)) return; // nothing has moved: no unit
    uint32_t reason = held_watch(held, view) ? WHY_STOPPED : WHY_HOLD;
    if (channel_ends(view, held->side)) {
        held_exit(held);
        reason = WHY_CHANNEL;
    }
    int breakout = beyond(view, INPUT_UPPER, INPUT_LOWER);
    follow(&state->shadow, view, breakout);
    bool passed_over = view->params[SKIP] != 0 && state->shadow.won;
    if (held_enter(held, direction(view, breakout, passed_over), true)) {
        state->units = 0;
        state->unit = view->params[RISK] * view->bars[0].close / view->inputs[INPUT_ATR];
        take_unit(state, view);
        reason = WHY_ENTER;
    } else if (held->side != 0 && adds(state, view)) {
        take_unit(state, view);
        reason = WHY_ADD;
    }
    held_answer(held, view->position[0], reason, &ret_out->targets[0]);
}

const struct strategy strategy_turtle = {
    .name = "turtle",
    .summary = "Buys channel breakouts in units of equal risk and adds to what gains.",
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
