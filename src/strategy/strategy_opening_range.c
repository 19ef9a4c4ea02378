// SPDX-License-Identifier: Apache-2.0
// Opening-range breakout: buys when the price leaves the range of the session's first minutes upward.
//
// Idea: the first minutes take in the night's news; who is wrong about it leaves when their range breaks, and the day
// goes that way.
// The range is high and low of the bars that end within `opening` of the session's open. The first close beyond it is
// entered, once a session; the stop is `stop` ranges from the broken edge back, 1 being the other edge, the target
// `target` ranges on, 0 being none. Everything is sold `flat` before the session's close, and what is held over it all
// the same (a halt, missing bars) at the next bar.
// Source: Toby Crabel, "Day Trading with Short Term Price Patterns and Opening Range Breakout" (1990); Carlo Zarattini
// and Andrew Aziz, "Can Day Trading Really Be Profitable?" (2023), for the range of the first minutes and the exit at
// the close.
// Where it fails: on days without direction both edges break and the stop is hit; one trade a day pays spread and fees
// twice.
#include <math.h>

#include "strategy/held.h"
#include "strategy/session_clock.h"

enum { CALENDAR, OPENING, STOP, TARGET, FLAT, SIDES };
enum { SIDES_LONG, SIDES_BOTH };
enum { WHY_ENTER = 1, WHY_HOLD = 2, WHY_CLOSE = 3, WHY_ENDED = 4, WHY_OVERNIGHT = 5 };
static const char *const reasons[] = {[WHY_ENTER] = "enter",
                                      [WHY_HOLD] = "hold",
                                      [WHY_CLOSE] = "close",
                                      [WHY_ENDED] = "ended",
                                      [WHY_OVERNIGHT] = "overnight"};

struct state {
    struct held held;
    struct session_clock clock;
    double high; // of the opening; 0: no bar yet
    double low;
    double take;     // the position's target price, 0 = none
    int64_t entered; // 1: this session has had its trade
};
_Static_assert(sizeof(struct state) == 96, "no padding");

static const struct param params[] = {
    [CALENDAR] = SESSION_CALENDAR_PARAM,
    [OPENING] = {.name = "opening",
                 .type = PARAM_DURATION,
                 .unit = "",
                 .def = 1800,
                 .min = 60,
                 .max = 86400,
                 .help = "Time from the open whose range is broken out of."},
    [STOP] = {.name = "stop",
              .type = PARAM_REAL,
              .unit = "ranges",
              .def = 1,
              .min = 0.01,
              .max = 100,
              .help = "Distance of the stop from the broken edge; 1 is the other edge."},
    [TARGET] = {.name = "target",
                .type = PARAM_REAL,
                .unit = "ranges",
                .def = 0,
                .min = 0,
                .max = 1000,
                .help = "Distance of the target from the broken edge; 0: none."},
    [FLAT] = {.name = "flat",
              .type = PARAM_DURATION,
              .unit = "",
              .def = 300,
              .min = 1,
              .max = 86400,
              .help = "Time before the close from which nothing is held."},
    [SIDES] = {.name = "sides",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "Whether breaks downward are sold short (both) or not (long)."},
};

// Ends the session before; what is still held leaves now.
static uint32_t begin(struct state *state) {
    bool overnight = state->held.side != 0;
    held_exit(&state->held);
    state->held.blocked = 0;
    state->high = state->low = state->take = 0;
    state->entered = 0;
    return overnight ? WHY_OVERNIGHT : WHY_HOLD;
}

static void widen(struct state *state, const struct strategy_bar *bar) {
    bool first = !(state->high > 0);
    if (first || bar->high > state->high) state->high = bar->high;
    if (first || bar->low < state->low) state->low = bar->low;
}

static int direction(const struct state *state, const struct strategy_view *view) {
    double close = view->bars[0].close;
    if (!(state->high > state->low) || state->entered) return 0;
    if (close > state->high) return 1;
    return close < state->low && view->params[SIDES] == SIDES_BOTH ? -1 : 0;
}

static void enter(struct state *state, const struct strategy_view *view) {
    double side = (double)state->held.side, range = state->high - state->low;
    double edge = side > 0 ? state->high : state->low;
    state->entered = 1;
    state->held.strength = 1;
    state->held.stop = edge - side * view->params[STOP] * range;
    state->take = view->params[TARGET] > 0 ? edge + side * view->params[TARGET] * range : 0;
}

// Inside the session, after the opening. The reason.
static uint32_t trade(struct state *state, const struct strategy_view *view) {
    struct held *held = &state->held;
    int64_t now_ns = view->bars[0].close_ns;
    uint32_t reason = held_watch(held, view) ? WHY_ENDED : WHY_HOLD;
    if (session_ends(&state->clock, now_ns, view->params[FLAT])) {
        if (held->side == 0) return reason;
        held_exit(held);
        return WHY_CLOSE;
    }
    if (!held_enter(held, direction(state, view), true)) return reason;
    enter(state, view);
    return WHY_ENTER;
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct state *state = memory;
    const struct strategy_bar *bar = &view->bars[0];
    if (bar->close_ns == 0) return;
    enum calendar_id calendar = (enum calendar_id)view->params[CALENDAR];
    enum session_place place = session_watch(&state->clock, calendar, bar->close_ns);
    uint32_t reason = WHY_HOLD;
    if (place != SESSION_SAME) reason = begin(state);
    bool over = session_passed(&state->clock, bar->close_ns - 1, view->params[OPENING]);
    if (place != SESSION_OUTSIDE && !over)
        widen(state, bar);
    else if (place != SESSION_OUTSIDE)
        reason = trade(state, view);
    struct strategy_target *target = &ret_out->targets[0];
    held_answer(&state->held, view->position[0], reason, target);
    if (target->weight != 0 && state->take > 0) target->take = state->take;
}

const struct strategy strategy_opening_range = {
    .name = "opening_range",
    .summary =
        "Buys when the price leaves the range of the session's first minutes; flat by the close.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_INSTRUMENT,
    .state_size = sizeof(struct state),
    .decide = decide,
};
