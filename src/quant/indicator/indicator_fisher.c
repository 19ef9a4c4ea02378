// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/math/mathfn.h"
#include "quant/stream/window.h"

struct state {
    struct window_max high;
    struct window_max low; // of -x
    double position;       // smoothed, within (-1, 1)
    double value;          // of the row before; NaN before the first
    double slots[];        // of high, then of low
};
_Static_assert(sizeof(struct state) == 64, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_PERIOD("period", 10, 1, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + 2 * sizeof(double) * window_max_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->high = state->low = window_max_make((uint32_t)values[0]);
    state->value = NAN;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double *low_slots = state->slots + window_max_slots(state->high.at.period);
    double x = (inputs[0] + inputs[1]) / 2;
    double high = window_max_push(&state->high, state->slots, x);
    double low = -window_max_push(&state->low, low_slots, -x);
    ret_outputs[0] = NAN;
    ret_outputs[1] = state->value;
    if (!state->high.at.full) return;
    double place = high > low ? (x - low) / (high - low) - 0.5 : 0;
    double position = 0.66 * place + 0.67 * state->position;
    if (position > 0.99) position = 0.999;
    if (position < -0.99) position = -0.999;
    double before = isnan(state->value) ? 0 : state->value;
    state->position = position;
    state->value = 0.5 * mathfn_log((1 + position) / (1 - position)) + 0.5 * before;
    ret_outputs[0] = state->value;
}

INDICATOR_RUN(2, 2)

const struct indicator indicator_fisher = {
    .name = "fisher",
    .group = "momentum",
    .summary =
        "Fisher transform of where the middle of the row stands in its range of the window, "
        "smoothed, and its value of the row before; a window without range counts as its middle.",
    .source = "Ehlers, Using the Fisher Transform, Stocks & Commodities 20:11 (2002)",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"value", "trigger"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
