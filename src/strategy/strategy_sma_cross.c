// SPDX-License-Identifier: Apache-2.0
// Crossing moving averages: long while the fast average is above the slow one.
//
// Idea: a trend, once there, goes on longer than chance would have it; two averages of different length see
// it late but without opinion.
// Source: Richard D. Donchian's crossing averages (Commodity Yearbook, 1957); William Brock, Josef Lakonishok
// and Blake LeBaron, "Simple Technical Trading Rules and the Stochastic Properties of Stock Returns", Journal of
// Finance 47 (1992), section II.
// Where it fails: in sideways markets it buys high and sells low again and again, and costs eat it.
#include <math.h>

#include "strategy/strategy.h"

enum { FAST, SLOW, SIDES };
enum { SIDES_LONG, SIDES_BOTH };
enum { INPUT_FAST, INPUT_SLOW };
enum { WHY_ABOVE = 1, WHY_BELOW = 2 };
static const char *const reasons[] = {[WHY_ABOVE] = "above", [WHY_BELOW] = "below"};

static const struct param params[] = {
    [FAST] = {.name = "fast",
              .type = PARAM_INT,
              .unit = "bars",
              .def = 20,
              .min = 1,
              .max = 10000,
              .help = "Length of the fast average."},
    [SLOW] = {.name = "slow",
              .type = PARAM_INT,
              .unit = "bars",
              .def = 50,
              .min = 2,
              .max = 10000,
              .help = "Length of the slow average; longer than the fast one."},
    [SIDES] = {.name = "sides",
               .type = PARAM_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "What to do below the slow average: stay out (long) or sell short (both)."},
};

static const char *const inputs[] = {
    [INPUT_FAST] = "sma(close, $fast)",
    [INPUT_SLOW] = "sma(close, $slow)",
};

static int check(const double *values) {
    if (values[FAST] < values[SLOW]) return 0;
    return ERR_SET(ERR_ARGUMENT, "fast (%.0f) must be less than slow (%.0f)", values[FAST],
                   values[SLOW]);
}

// Equal averages say nothing: what is held is kept.
static void decide(const struct strategy_view *view, void *state, struct strategy_out *ret_out) {
    double fast = view->inputs[INPUT_FAST], slow = view->inputs[INPUT_SLOW];
    if (isnan(fast) || isnan(slow) || fast == slow) return;
    struct strategy_target *target = &ret_out->targets[0];
    target->kind = TARGET_SET;
    target->weight = fast > slow ? 1 : view->params[SIDES] == SIDES_BOTH ? -1 : 0;
    target->reason = fast > slow ? WHY_ABOVE : WHY_BELOW;
}

const struct strategy strategy_sma_cross = {
    .name = "sma_cross",
    .summary = "Long while a fast moving average is above a slow one.",
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof *inputs,
    .reasons = reasons,
    .reason_count = sizeof reasons / sizeof *reasons,
    .scope = SCOPE_INSTRUMENT,
    .check = check,
    .decide = decide,
};
