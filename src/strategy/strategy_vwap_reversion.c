// SPDX-License-Identifier: Apache-2.0
// VWAP reversion: buys far below the session's volume-weighted average price, sells when it is back there.
//
// Idea: who must trade a day's amount measures itself against the VWAP and waits when the price is away from it; what
// was pushed away in haste comes back.
// The average is of the bars' typical prices, (high + low + close) / 3, weighted by volume, since the session's
// open; the band is their weighted deviation from it. Entry: the close is `entry` deviations or more from the
// average, from `warmup` after the open on. Exit: it is back within `exit` deviations. The stop is `stop`
// deviations of the entry's moment from the average; after it the same side must lapse once. Everything is sold
// `flat` before the close. Bars without volume add nothing.
// Source: Berkowitz, Logue and Noser, "The Total Cost of Transactions on the NYSE", Journal of Finance 43 (1988), for
// the average as a measure; Robert Kissell, "The Science of Algorithmic Trading" (2013), for its bands; the rule is
// Bollinger's on it.
// Where it fails: on days with news, which go away from the average all day; spread and fees are most of what minutes
// give back.
#include <math.h>

#include "strategy/held.h"
#include "strategy/session_clock.h"

enum { CALENDAR, ENTRY, EXIT, STOP, WARMUP, FLAT, SIDES };
enum { SIDES_LONG, SIDES_BOTH };
enum {
    WHY_ENTER = 1,
    WHY_HOLD = 2,
    WHY_REVERTED = 3,
    WHY_STOPPED = 4,
    WHY_CLOSE = 5,
    WHY_OVERNIGHT = 6
};
static const char *const reasons[] = {
    [WHY_ENTER] = "enter",     [WHY_HOLD] = "hold",   [WHY_REVERTED] = "reverted",
    [WHY_STOPPED] = "stopped", [WHY_CLOSE] = "close", [WHY_OVERNIGHT] = "overnight"};

struct state {
    struct held held;
    struct session_clock clock;
    double volume; // since the open
    double mean;   // weighted by it
    double square; // sum of volume x squared deviation from the mean
};
_Static_assert(sizeof(struct state) == 88, "no padding");

static const struct param params[] = {
    [CALENDAR] = SESSION_CALENDAR_PARAM,
    [ENTRY] = {.name = "entry",
               .type = PARAM_REAL,
               .unit = "standard deviations",
               .def = 2,
               .min = 0.1,
               .max = 20,
               .help = "Distance from the average to enter at."},
    [EXIT] = {.name = "exit",
              .type = PARAM_REAL,
              .unit = "standard deviations",
              .def = 0,
              .min = -20,
              .max = 20,
              .help = "Distance from the average to leave at; below 0 waits for the other side."},
    [STOP] = {.name = "stop",
              .type = PARAM_REAL,
              .unit = "standard deviations",
              .def = 4,
              .min = 0.1,
              .max = 100,
              .help = "Distance of the stop from the average."},
    [WARMUP] = {.name = "warmup",
                .type = PARAM_DURATION,
                .unit = "",
                .def = 1800,
                .min = 1,
                .max = 86400,
                .help = "Time from the open in which nothing is entered."},
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
               .help = "Whether what stands high is sold short (both) or left alone (long)."},
};

static int check(const double *values) {
    if (values[EXIT] < values[ENTRY] && values[ENTRY] < values[STOP]) return 0;
    return ERR_SET(ERR_ARGUMENT, "want exit (%g) < entry (%g) < stop (%g)", values[EXIT],
                   values[ENTRY], values[STOP]);
}

static uint32_t begin(struct state *state) {
    bool overnight = state->held.side != 0;
    held_exit(&state->held);
    state->held.blocked = 0;
    state->volume = state->mean = state->square = 0;
    return overnight ? WHY_OVERNIGHT : WHY_HOLD;
}

// West's update of a weighted mean and its squares (Communications of the ACM 22, 1979).
static void weigh(struct state *state, const struct strategy_bar *bar) {
    if (!(bar->volume > 0)) return;
    double price = (bar->high + bar->low + bar->close) / 3, away = price - state->mean;
    state->volume += bar->volume;
    state->mean += away * (bar->volume / state->volume);
    state->square += bar->volume * away * (price - state->mean);
}

static int direction(const struct strategy_view *view, double z) {
    if (z <= -view->params[ENTRY]) return 1;
    return z >= view->params[ENTRY] && view->params[SIDES] == SIDES_BOTH ? -1 : 0;
}

static uint32_t trade(struct state *state, const struct strategy_view *view) {
    struct held *held = &state->held;
    double close = view->bars[0].close;
    int64_t now_ns = view->bars[0].close_ns;
    uint32_t reason = held_watch(held, view) ? WHY_STOPPED : WHY_HOLD;
    if (session_ends(&state->clock, now_ns, view->params[FLAT])) {
        if (held->side == 0) return reason;
        held_exit(held);
        return WHY_CLOSE;
    }
    double spread = state->volume > 0 ? sqrt(state->square / state->volume) : 0;
    if (!(spread > 0)) return reason; // no band
    double z = (close - state->mean) / spread;
    if (held->side != 0 && -z * (double)held->side <= view->params[EXIT]) {
        held_exit(held);
        return WHY_REVERTED;
    }
    bool ready = session_passed(&state->clock, now_ns, view->params[WARMUP]);
    if (!held_enter(held, direction(view, z), ready && fabs(z) < view->params[STOP])) return reason;
    held->strength = 1;
    held->stop = state->mean - (double)held->side * view->params[STOP] * spread;
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
    if (place != SESSION_OUTSIDE) {
        weigh(state, bar);
        uint32_t why = trade(state, view);
        if (reason == WHY_HOLD) reason = why;
    }
    held_answer(&state->held, view->position[0], reason, &ret_out->targets[0]);
}

const struct strategy strategy_vwap_reversion = {
    .name = "vwap_reversion",
    .summary = "Buys far below the session's volume-weighted average and sells when it is back.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_INSTRUMENT,
    .state_size = sizeof(struct state),
    .check = check,
    .decide = decide,
};
