// SPDX-License-Identifier: Apache-2.0
// Carry: holds the spot and sells the perpetual while the perpetual's premium promises funding that is worth it.
//
// Idea: who wants to be long with borrowed money pays for it every few hours; the other side of both legs has no price
// risk and takes the payment.
// The first of the universe is the perpetual, the second the spot; others are left alone. The premium is the
// average close of the one over `window` bars over that of the other, less 1. The funding it leads to is that of
// Binance's rule, premium + clamp(interest - premium, -clamp, clamp) an interval; times `intervals` it is the carry
// a year. From `entry` on the spot is bought and the perpetual sold, half of the equity each; below `exit` both are
// closed. With sides = both a carry of -entry and less is taken the other way round. What is paid is what the run's
// --funding says.
// Source: Koijen, Moskowitz, Pedersen and Vrugt, "Carry", Journal of Financial Economics 127 (2018); Binance,
// "Introduction to Binance Futures Funding Rates"; Schmeling, Schrimpf and Todorov, "Crypto Carry", BIS Working
// Papers 1087 (2023).
// Where it fails: a premium that widens costs at once what funding pays over weeks, and the sold leg may be closed by
// force just then; four fills with fees a round trip need days of funding to come back.
#include <math.h>

#include "strategy/strategy.h"

enum { WINDOW, ENTRY, EXIT, INTEREST, CLAMP, INTERVALS, SIDES };
enum { SIDES_LONG, SIDES_BOTH };
enum { PERPETUAL, SPOT, LEGS };
enum { WHY_CARRY = 1, WHY_ENDED = 2 };
static const char *const reasons[] = {[WHY_CARRY] = "carry", [WHY_ENDED] = "ended"};

struct state {
    int64_t side; // +1: spot held, perpetual sold; -1: the other way round
};

static const struct param params[] = {
    [WINDOW] = {.name = "window",
                .type = PARAM_INT,
                .unit = "bars",
                .def = 480,
                .min = 1,
                .max = 100000,
                .help = "Bars of the average premium; 480 minutes are the 8 hours of funding."},
    [ENTRY] = {.name = "entry",
               .type = PARAM_REAL,
               .unit = "fraction a year",
               .def = 0.15,
               .min = 0,
               .max = 100,
               .help = "Carry from which both legs are opened."},
    [EXIT] = {.name = "exit",
              .type = PARAM_REAL,
              .unit = "fraction a year",
              .def = 0.05,
              .min = -100,
              .max = 100,
              .help = "Carry below which they are closed; less than entry."},
    [INTEREST] = {.name = "interest",
                  .type = PARAM_REAL,
                  .unit = "fraction",
                  .def = 0.0001,
                  .min = -1,
                  .max = 1,
                  .help = "Interest rate of the funding rule, an interval."},
    [CLAMP] = {.name = "clamp",
               .type = PARAM_REAL,
               .unit = "fraction",
               .def = 0.0005,
               .min = 0,
               .max = 1,
               .help = "How far interest may pull funding from the premium, an interval."},
    [INTERVALS] = {.name = "intervals",
                   .type = PARAM_REAL,
                   .unit = "a year",
                   .def = 1095,
                   .min = 1,
                   .max = 1e6,
                   .help = "Payments of funding a year; 1095 is one every 8 hours."},
    [SIDES] = {.name = "sides",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "Whether a negative carry is taken too, with the spot sold short (both)."},
};

static const char *const inputs[] = {"sma(close, $window)"};

static int check(const double *values) {
    if (values[EXIT] < values[ENTRY]) return 0;
    return ERR_SET(ERR_ARGUMENT, "exit (%g) must be less than entry (%g)", values[EXIT],
                   values[ENTRY]);
}

// The funding a year that a premium leads to.
static double carry_of(const double *values, double premium) {
    double pull = values[INTEREST] - premium, most = values[CLAMP];
    pull = pull > most ? most : pull < -most ? -most : pull;
    return (premium + pull) * values[INTERVALS];
}

static int64_t side_of(const double *values, int64_t side, double carry) {
    if (side != 0 && carry * (double)side < values[EXIT]) side = 0;
    if (side != 0) return side;
    if (carry >= values[ENTRY]) return 1;
    return carry <= -values[ENTRY] && values[SIDES] == SIDES_BOTH ? -1 : 0;
}

static void decide(const struct strategy_view *view, void *memory, struct strategy_out *ret_out) {
    struct state *state = memory;
    if (view->instrument_count < LEGS) return;
    double perpetual = view->inputs[PERPETUAL], spot = view->inputs[SPOT];
    if (!(perpetual > 0) || !(spot > 0)) return;
    state->side = side_of(view->params, state->side, carry_of(view->params, perpetual / spot - 1));
    for (int i = 0; i < LEGS; i++) {
        double half = i == SPOT ? 0.5 : -0.5;
        if (state->side == 0 && view->position[i] == 0) continue;
        ret_out->targets[i].kind = TARGET_SET;
        ret_out->targets[i].weight = (double)state->side * half;
        ret_out->targets[i].reason = state->side != 0 ? WHY_CARRY : WHY_ENDED;
    }
}

const struct strategy strategy_carry = {
    .name = "carry",
    .summary = "Holds the spot and sells the perpetual while its premium promises funding.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_UNIVERSE,
    .state_size = sizeof(struct state),
    .check = check,
    .decide = decide,
};
