// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window.h"

enum { LINES = 3 }; // conversion, base and span b: middles of three windows

struct state {
    struct window_max high[LINES];
    struct window_max low[LINES]; // of -low
    struct window delays[LINES];  // of span a, span b and the close
    double slots[];               // of high and low by turns, then of the delays
};
_Static_assert(sizeof(struct state) == 192, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("conversion", 9, 1, "Length of the conversion line's window (tenkan-sen)."),
    INDICATOR_PERIOD("base", 26, 1, "Length of the base line's window (kijun-sen)."),
    INDICATOR_PERIOD("span", 52, 1, "Length of the window of span b (senkou span b)."),
    INDICATOR_PERIOD("displacement", 26, 1,
                     "Rows between a cloud and what it is made of; 25 where charts count the "
                     "current one."),
};

static size_t state_size(const double *values) {
    size_t slots = LINES * window_delay_slots((uint32_t)values[LINES]);
    for (size_t k = 0; k < LINES; k++) slots += 2 * window_max_slots((uint32_t)values[k]);
    return sizeof(struct state) + sizeof(double) * slots;
}

static size_t lookback(const double *values) {
    double longest = values[0];
    for (size_t k = 1; k < LINES; k++)
        if (values[k] > longest) longest = values[k];
    return (size_t)(longest - 1 + values[LINES]);
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    for (size_t k = 0; k < LINES; k++) {
        state->high[k] = state->low[k] = window_max_make((uint32_t)values[k]);
        state->delays[k] = window_make((uint32_t)values[LINES]);
    }
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double *slots = state->slots;
    double lines[LINES];
    for (size_t k = 0; k < LINES; k++) {
        size_t count = window_max_slots(state->high[k].at.period);
        double high = window_max_push(&state->high[k], slots, inputs[0]);
        double low = -window_max_push(&state->low[k], slots + count, -inputs[1]);
        lines[k] = state->high[k].at.full ? (high + low) / 2 : NAN;
        slots += 2 * count;
    }
    bool both = state->high[0].at.full && state->high[1].at.full;
    double made[LINES] = {both ? (lines[0] + lines[1]) / 2 : NAN, lines[2], inputs[2]};
    double before[LINES];
    for (size_t k = 0; k < LINES; k++) {
        bool full = state->delays[k].full;
        double old = window_delay_push(&state->delays[k], slots, made[k]);
        before[k] = full ? old : NAN;
        slots += window_delay_slots(state->delays[k].period);
    }
    ret_outputs[0] = lines[0];
    ret_outputs[1] = lines[1];
    ret_outputs[2] = before[0];
    ret_outputs[3] = before[1];
    ret_outputs[4] = made[0];
    ret_outputs[5] = made[1];
    ret_outputs[6] = before[2];
}

INDICATOR_RUN(3, 7)

const struct indicator indicator_ichimoku = {
    .name = "ichimoku",
    .group = "trend",
    .summary = "Ichimoku: conversion and base line; the cloud that stands at the row (span_a, "
               "span_b, made `displacement` rows before) and the one that the row makes for "
               "`displacement` rows later (lead_a, lead_b); lagging, the close `displacement` rows "
               "before, which the lagging line of this row is drawn over. No output looks ahead.",
    .source = "Hosoda (1969), in Elliott, Ichimoku Charts (2007)",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"conversion", "base", "span_a", "span_b", "lead_a", "lead_b", "lagging"},
    .output_count = 7,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
