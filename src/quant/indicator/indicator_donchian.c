// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window.h"

struct state {
    struct window_max high;
    struct window_max low; // of -low
    double previous_upper;
    double previous_lower;
    uint32_t offset;
    uint32_t reserved;
    double slots[]; // of high, then of low
};
_Static_assert(sizeof(struct state) == 72, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 20, 1, "Length of the window."),
    {.name = "offset",
     .type = PARAM_INT,
     .unit = "bars",
     .def = 0,
     .min = 0,
     .max = 1,
     .help = "0: the window ends with the current bar; 1: with the bar before it, so that a bar "
             "can break out."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state) + 2 * sizeof(double) * window_max_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1 + (size_t)values[1];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->high = window_max_make((uint32_t)values[0]);
    state->low = window_max_make((uint32_t)values[0]);
    state->previous_upper = NAN;
    state->previous_lower = NAN;
    state->offset = (uint32_t)values[1];
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    size_t slots = window_max_slots(state->high.at.period);
    double upper = window_max_push(&state->high, state->slots, inputs[0]);
    double lower = -window_max_push(&state->low, state->slots + slots, -inputs[1]);
    if (UNLIKELY(!state->high.at.full)) upper = lower = NAN;
    ret_outputs[0] = state->offset > 0 ? state->previous_upper : upper;
    ret_outputs[2] = state->offset > 0 ? state->previous_lower : lower;
    ret_outputs[1] = (ret_outputs[0] + ret_outputs[2]) / 2;
    state->previous_upper = upper;
    state->previous_lower = lower;
}

const struct indicator indicator_donchian = {
    .name = "donchian",
    .group = "trend",
    .summary = "Donchian channel: highest high, lowest low and their middle.",
    .source = "Donchian's four-week rule; TA-Lib MAX of high and MIN of low",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"upper", "middle", "lower"},
    .output_count = 3,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
