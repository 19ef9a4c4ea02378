// SPDX-License-Identifier: Apache-2.0
// Straddle: a call and a put of one strike, bought or sold once, with the underlying held against their delta.
//
// Idea: who holds both does not care where the market goes but how far; delta-hedged, what is left is the volatility
// that comes against the one that was paid.
// The first of the universe is the underlying, the second the call, the third the put; others are left alone. At the
// first bar of all three from which both prices imply a volatility, `share` of the equity goes into the premiums (or is
// taken in), as many calls as puts. From bar to bar the underlying is brought to minus their delta, each leg's at its
// own implied volatility (Black-Scholes-Merton), unless it is within `band` of that. `exit` before expiry all is
// closed.
// Source: Black and Scholes, Journal of Political Economy 81 (1973); Sinclair, "Volatility Trading" (2013), chapter 5.
// Where it fails: bought when nothing moves, sold when much does; a middle price is no fill, and a gap over night is
// hedged after it. American legs are taken as European ones.
#include <math.h>

#include "base/timestamp.h"
#include "quant/option/option.h"
#include "strategy/strategy.h"

enum { STRIKE, EXPIRY, HOUR, SIDE, SHARE, BAND, EXIT, RATE, UNITS };
enum { SIDE_LONG, SIDE_SHORT };
enum { SPOT, CALL, PUT, LEGS };
enum { WHY_ENTER = 1, WHY_HEDGE = 2, WHY_ENDED = 3 };
static const char *const reasons[] = {
    [WHY_ENTER] = "enter", [WHY_HEDGE] = "hedge", [WHY_ENDED] = "ended"};

struct state {
    double count;   // of straddles that were asked for, signed; 0: none yet
    double vols[2]; // latest implied, of call and put; 0: none yet
    int64_t over;
};

static const struct param params[] = {
    [STRIKE] = {.name = "strike",
                .type = PARAM_REAL,
                .unit = "price",
                .def = 100,
                .min = 1e-9,
                .max = 1e12,
                .help = "Of both legs."},
    [EXPIRY] = {.name = "expiry",
                .type = PARAM_INT,
                .unit = "yyyymmdd",
                .def = 20991231,
                .min = 19700101,
                .max = 22611231,
                .help = "Day on which both legs end, by the clock of the data."},
    [HOUR] = {.name = "hour",
              .type = PARAM_REAL,
              .unit = "hours",
              .def = 16,
              .min = 0,
              .max = 24,
              .help = "And the hour of that day."},
    [SIDE] = {.name = "side",
              .type = PARAM_ENUM,
              .unit = "",
              .choices = "long|short",
              .help = "Whether it is bought or sold."},
    [SHARE] = {.name = "share",
               .type = PARAM_REAL,
               .unit = "of equity",
               .def = 0.01,
               .min = 0.0001,
               .max = 0.5,
               .help = "Premiums of the straddles."},
    [BAND] = {.name = "band",
              .type = PARAM_REAL,
              .unit = "delta",
              .def = 0,
              .min = 0,
              .max = 2,
              .help = "Leave the hedge alone while it is within this of a straddle's delta."},
    [EXIT] = {.name = "exit",
              .type = PARAM_DURATION,
              .unit = "",
              .def = 3600,
              .min = 0,
              .max = 31536000,
              .help = "Close all so long before the end."},
    [RATE] = {.name = "rate",
              .type = PARAM_REAL,
              .unit = "a year",
              .def = 0,
              .min = -0.5,
              .max = 0.5,
              .help = "Interest, continuous."},
    [UNITS] = {.name = "units",
               .type = PARAM_REAL,
               .unit = "",
               .def = 1,
               .min = 1e-9,
               .max = 1e9,
               .help = "Of the underlying that one contract of a leg stands for."},
};

static int check(const double *values) {
    int date = (int)values[EXPIRY], month = date / 100 % 100, day = date % 100;
    if (month >= 1 && month <= 12 && day >= 1 && day <= date_days_in_month(date / 10000, month))
        return 0;
    return ERR_SET(ERR_ARGUMENT, "expiry (%d) is not a day such as 20210108", date);
}

// Until both legs end.
static double seconds_left(const struct strategy_view *view) {
    int date = (int)view->params[EXPIRY];
    int64_t day_ns = date_to_ns(date_from_civil(date / 10000, date / 100 % 100, date % 100));
    return (double)(day_ns - view->now_ns) / 1e9 + view->params[HOUR] * 3600;
}

// Of one of each leg; a leg whose price implies no volatility keeps its last one. NaN: one had none yet.
static double delta_of(const struct strategy_view *view, struct state *state, double years,
                       double ret_deltas[2]) {
    for (int leg = 0; leg < 2; leg++) {
        struct option_terms terms = {.side = leg == 0 ? OPTION_CALL : OPTION_PUT,
                                     .model = OPTION_BLACK_SCHOLES,
                                     .spot = view->bars[SPOT].close,
                                     .strike = view->params[STRIKE],
                                     .years = years,
                                     .rate = view->params[RATE]};
        double vol;
        struct option_greeks greeks;
        if (option_implied(&terms, view->bars[CALL + leg].close, &vol) == OPTION_IV_FOUND)
            state->vols[leg] = vol;
        if (!(state->vols[leg] > 0)) return NAN;
        option_greeks(&terms, state->vols[leg], &greeks);
        ret_deltas[leg] = greeks.delta;
    }
    return ret_deltas[0] + ret_deltas[1];
}

static double bounded(double weight) {
    return weight > 1 ? 1 : weight < -1 ? -1 : weight;
}

static void set(struct strategy_target *target, uint32_t kind, double weight, uint32_t reason) {
    target->kind = kind;
    target->weight = bounded(weight);
    target->reason = reason;
}

static void begin(const struct strategy_view *view, struct state *state, double delta,
                  struct strategy_target *targets) {
    double units = view->params[UNITS], call = view->bars[CALL].close, put = view->bars[PUT].close;
    double side = view->params[SIDE] == SIDE_SHORT ? -1 : 1, share = view->params[SHARE];
    if (!(view->equity > 0) || !(call + put > 0)) return;
    state->count = side * share * view->equity / (units * (call + put));
    set(&targets[CALL], TARGET_SET, side * share * call / (call + put), WHY_ENTER);
    set(&targets[PUT], TARGET_SET, side * share * put / (call + put), WHY_ENTER);
    set(&targets[SPOT], TARGET_REBALANCE,
        -state->count * units * delta * view->bars[SPOT].close / view->equity, WHY_HEDGE);
}

static void hedge(const struct strategy_view *view, const struct state *state,
                  const double deltas[2], struct strategy_target *target) {
    double units = view->params[UNITS], count = fabs(state->count) * units;
    double call = view->position[CALL], put = view->position[PUT];
    if (call == 0 && put == 0) return; // not filled yet
    double wanted = -units * (call * deltas[0] + put * deltas[1]);
    double off = fabs(view->position[SPOT] - wanted) / count;
    if (off <= view->params[BAND]) return;
    set(target, TARGET_REBALANCE, wanted * view->bars[SPOT].close / view->equity, WHY_HEDGE);
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct state *state = memory;
    double deltas[2];
    if (view->instrument_count < LEGS || state->over) return;
    double left_s = seconds_left(view);
    if (left_s <= view->params[EXIT] || left_s <= 0) {
        state->over = 1;
        for (int i = 0; i < LEGS && state->count != 0; i++)
            set(&ret_out->targets[i], TARGET_SET, 0, WHY_ENDED);
        return;
    }
    for (int i = 0; i < LEGS; i++)
        if (!view->fresh[i] || !(view->bars[i].close > 0)) return;
    double delta = delta_of(view, state, left_s / (365 * 86400.0), deltas);
    if (isnan(delta)) return;
    if (state->count == 0)
        begin(view, state, delta, ret_out->targets);
    else if (view->equity > 0)
        hedge(view, state, deltas, &ret_out->targets[SPOT]);
}

const struct strategy strategy_straddle = {
    .name = "straddle",
    .summary = "Buys or sells a call and a put once and holds the underlying against their delta.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_UNIVERSE,
    .reads_equity = true,
    .state_size = sizeof(struct state),
    .check = check,
    .decide = decide,
};
