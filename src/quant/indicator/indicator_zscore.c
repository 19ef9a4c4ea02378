// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window.h"

struct state {
    struct window_moments moments;
    double slots[];
};
_Static_assert(sizeof(struct state) == 40, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_PERIOD("period", 20, 2, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_moments_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->moments = window_moments_make((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    struct moments moments = window_moments_push(&state->moments, state->slots, inputs[0]);
    ret_outputs[0] = NAN;
    if (!state->moments.at.full || !(moments.squares > 0)) return;
    ret_outputs[0] = moments.deviation / sqrt(moments.squares / (double)state->moments.at.period);
}

const struct indicator indicator_zscore = {
    .name = "zscore",
    .group = "statistic",
    .summary =
        "Distance of the newest value from its window's mean in population standard deviations; "
        "undefined where all values of the window are equal.",
    .source = "Plain definition; numpy: (x - mean(w)) / std(w)",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
