// SPDX-License-Identifier: Apache-2.0
// A strategy outside Fulmar: the crossing of two moving averages, as the built-in sma_cross decides it. Built against the
// public header alone; see the Makefile.
#include <fulmar/strategy.h>

#include <math.h>

enum { FAST, SLOW, SIDES, PARAM_COUNT };
enum { SIDES_LONG, SIDES_BOTH };
enum { INPUT_FAST, INPUT_SLOW, INPUT_COUNT };
enum { WHY_ABOVE = 1, WHY_BELOW = 2 };

static const struct fulmar_param params[PARAM_COUNT] = {
    [FAST] = {.name = "fast",
              .type = FULMAR_INT,
              .unit = "bars",
              .def = 20,
              .min = 1,
              .max = 10000,
              .help = "Length of the fast average."},
    [SLOW] = {.name = "slow",
              .type = FULMAR_INT,
              .unit = "bars",
              .def = 50,
              .min = 2,
              .max = 10000,
              .help = "Length of the slow average; longer than the fast one."},
    [SIDES] = {.name = "sides",
               .type = FULMAR_ENUM,
               .unit = "",
               .choices = "long|both",
               .help = "Whether it sells short (both) or holds nothing (long)."},
};

static const char *const inputs[INPUT_COUNT] = {
    [INPUT_FAST] = "sma(close, $fast)",
    [INPUT_SLOW] = "sma(close, $slow)",
};

static const char *check(const double *values) {
    return values[FAST] < values[SLOW] ? NULL : "fast must be less than slow";
}

// Equal averages say nothing: what is held is kept.
static void decide(const struct fulmar_view *view, void *state, struct fulmar_target *ret_targets) {
    double fast = view->inputs[INPUT_FAST], slow = view->inputs[INPUT_SLOW];
    (void)state;
    if (isnan(fast) || isnan(slow) || fast == slow) return;
    struct fulmar_target *target = &ret_targets[0];
    target->kind = FULMAR_SET;
    target->weight = fast > slow ? 1 : view->params[SIDES] == SIDES_BOTH ? -1 : 0;
    target->reason = fast > slow ? WHY_ABOVE : WHY_BELOW;
}

const struct fulmar_strategy fulmar_strategy = {
    FULMAR_STRATEGY_HEAD,
    .name = "cross",
    .summary = "Long while the fast average is above the slow one.",
    .params = params,
    .param_count = PARAM_COUNT,
    .inputs = inputs,
    .input_count = INPUT_COUNT,
    .scope = FULMAR_INSTRUMENT,
    .check = check,
    .decide = decide,
};
