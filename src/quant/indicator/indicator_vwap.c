// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window.h"

struct state {
    struct window_sum value;
    struct window_sum volume;
    double slots[]; // of value, then of volume
};
_Static_assert(sizeof(struct state) == 48, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_PERIOD("period", 20, 1, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + 2 * sizeof(double) * window_sum_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->value = window_sum_make((uint32_t)values[0]);
    state->volume = window_sum_make((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double *volume_slots = state->slots + window_sum_slots(state->value.at.period);
    double typical = (inputs[0] + inputs[1] + inputs[2]) / 3;
    double value = window_sum_push(&state->value, state->slots, typical * inputs[3]);
    double volume = window_sum_push(&state->volume, volume_slots, inputs[3]);
    ret_outputs[0] = state->value.at.full && volume > 0 ? value / volume : NAN;
}

const struct indicator indicator_vwap = {
    .name = "vwap",
    .group = "volume",
    .summary = "Rolling volume-weighted average of the typical price (high + low + close) / 3; "
               "undefined without volume.",
    .source = "sum(typical price x volume) / sum(volume) over the window",
    .inputs = {"high", "low", "close", "volume"},
    .input_count = 4,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
