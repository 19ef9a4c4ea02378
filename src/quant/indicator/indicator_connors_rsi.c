// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/order_window.h"
#include "quant/stream/smooth.h"

struct strength {
    struct smooth gain;
    struct smooth loss;
};
_Static_assert(sizeof(struct strength) == 48, "hashed as bytes: no padding");

struct state {
    struct strength close;
    struct strength streak;
    struct order_window changes;
    double previous; // NaN before the first value
    double length;   // of the streak: above 0 of rises, below 0 of falls
    double slots[];
};
_Static_assert(sizeof(struct state) == 136, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("rsi", 3, 1, "Length of the smoothing of the RSI of the close."),
    INDICATOR_PERIOD("streak", 2, 1, "Length of the smoothing of the RSI of the streak."),
    INDICATOR_PERIOD("rank", 100, 1, "How many changes before are compared with the newest."),
};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * order_window_slots((uint32_t)values[2]);
}

static size_t lookback(const double *values) {
    double longest = values[0] > values[1] ? values[0] : values[1];
    return (size_t)(longest > values[2] + 1 ? longest : values[2] + 1);
}

static struct strength strength_make(double period) {
    struct smooth smooth = smooth_wilder((uint32_t)period);
    return (struct strength){.gain = smooth, .loss = smooth};
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->close = strength_make(values[0]);
    state->streak = strength_make(values[1]);
    state->changes = order_window_make((uint32_t)values[2], state->slots);
    state->previous = NAN;
}

// Takes a change; the relative strength index, or NaN before it is defined.
static double strength_push(struct strength *strength, double change) {
    (void)smooth_push(&strength->gain, change > 0 ? change : 0);
    if (!smooth_push(&strength->loss, change < 0 ? -change : 0)) return NAN;
    double total = strength->gain.value + strength->loss.value;
    return total > 0 ? 100 * (strength->gain.value / total) : 0;
}

static double streak_after(double streak, double change) {
    if (change > 0) return streak > 0 ? streak + 1 : 1;
    if (change < 0) return streak < 0 ? streak - 1 : -1;
    return 0;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double previous = state->previous;
    state->previous = inputs[0];
    for (size_t i = 0; i < 4; i++) ret_outputs[i] = NAN;
    if (isnan(previous) || previous == 0) return;
    double change = inputs[0] - previous;
    double length = state->length;
    state->length = streak_after(length, change);
    double rate = change / previous;
    ret_outputs[1] = strength_push(&state->close, change);
    ret_outputs[2] = strength_push(&state->streak, state->length - length);
    if (state->changes.at.full) {
        uint32_t below = order_window_below(&state->changes, state->slots, rate);
        ret_outputs[3] = 100 * ((double)below / (double)state->changes.at.period);
    }
    order_window_push(&state->changes, state->slots, rate);
    ret_outputs[0] = (ret_outputs[1] + ret_outputs[2] + ret_outputs[3]) / 3;
}

const struct indicator indicator_connors_rsi = {
    .name = "connors_rsi",
    .group = "momentum",
    .summary = "Connors RSI: the mean of a short RSI, the RSI of the streak of rises or falls, and "
               "the percentage of the changes before that were smaller than this one; an RSI over "
               "which nothing moved is 0. A row over an old value of 0 is undefined and left out.",
    .source = "Connors and Alvarez, An Introduction to ConnorsRSI (2012); Wilder's smoothing",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value", "rsi", "streak_rsi", "percent_rank"},
    .output_count = 4,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
