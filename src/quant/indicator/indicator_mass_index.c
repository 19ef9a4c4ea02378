// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/smooth.h"
#include "quant/stream/window.h"

struct state {
    struct smooth once;
    struct smooth twice;
    struct window_sum sum;
    double slots[];
};
_Static_assert(sizeof(struct state) == 72, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 25, 1, "Length of the sum."),
    INDICATOR_PERIOD("ema", 9, 1, "Length of the smoothing of high - low."),
};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_sum_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1 + 2 * ((size_t)values[1] - 1);
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->once = state->twice = smooth_ema((uint32_t)values[1]);
    state->sum = window_sum_make((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = NAN;
    if (!smooth_push(&state->once, inputs[0] - inputs[1])) return;
    if (!smooth_push(&state->twice, state->once.value)) return;
    double ratio = state->twice.value > 0 ? state->once.value / state->twice.value : 1;
    double sum = window_sum_push(&state->sum, state->slots, ratio);
    if (state->sum.at.full) ret_outputs[0] = sum;
}

INDICATOR_RUN(2, 1)

const struct indicator indicator_mass_index = {
    .name = "mass_index",
    .group = "volatility",
    .summary = "Mass index: the sum over the window of a smoothed range over the same smoothed "
               "twice; a row whose smoothed range is 0 counts as 1.",
    .source = "Dorsey, The Mass Index, Stocks & Commodities 10:6 (1992); seeds of TA-Lib EMA",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
