// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/stream/smooth.h"

static const struct param params[] = {INDICATOR_PERIOD("period", 13, 1, "Length of the average.")};

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
    double average = smooth_push(state, inputs[2]) ? state->value : NAN;
    ret_outputs[0] = inputs[0] - average;
    ret_outputs[1] = inputs[1] - average;
}

INDICATOR_RUN(3, 2)

const struct indicator indicator_elder_ray = {
    .name = "elder_ray",
    .group = "momentum",
    .summary = "Elder-Ray: how far the high (bull power) and the low (bear power) stand above the "
               "exponential moving average of the close.",
    .source = "Elder, Trading for a Living (1993); the average has the seed of TA-Lib EMA",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"bull", "bear"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
