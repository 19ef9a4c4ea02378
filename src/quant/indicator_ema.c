// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator.h"
#include "quant/smooth.h"

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(20, 1, "Length: the weight of the newest value is 2 / (period + 1).")};

static size_t state_size(const double *values) {
    return sizeof(struct smooth);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    *(struct smooth *)memory = smooth_ema((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct smooth *state = memory;
    ret_outputs[0] = smooth_push(state, inputs[0]) ? state->value : NAN;
}

const struct indicator indicator_ema = {
    .name = "ema",
    .group = "overlap",
    .summary = "Exponential moving average, seeded with the mean of the first values.",
    .source = "TA-Lib EMA (seed: SMA of the first period values)",
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
