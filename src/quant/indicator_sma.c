// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator.h"
#include "quant/window.h"

struct state {
    struct window_sum sum;
    double slots[];
};

static const struct param params[] = {INDICATOR_TIMEPERIOD(20, 1, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_sum_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->sum = window_sum_make((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double sum = window_sum_push(&state->sum, state->slots, inputs[0]);
    ret_outputs[0] = LIKELY(state->sum.at.full) ? sum / (double)state->sum.at.period : NAN;
}

const struct indicator indicator_sma = {
    .name = "sma",
    .group = "overlap",
    .summary = "Simple moving average: the mean of the last values.",
    .source = "Plain definition; TA-Lib SMA",
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
