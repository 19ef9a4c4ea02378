// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator.h"
#include "quant/smooth.h"

struct state {
    struct smooth gain;
    struct smooth loss;
    double previous; // NaN before the first value
};
_Static_assert(sizeof(struct state) == 56, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(14, 2, "Length of the smoothing of gains and losses.")};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct smooth smooth = smooth_wilder((uint32_t)values[0]);
    *(struct state *)memory = (struct state){.gain = smooth, .loss = smooth, .previous = NAN};
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double change = inputs[0] - state->previous;
    state->previous = inputs[0];
    ret_outputs[0] = NAN;
    if (isnan(change)) return;
    (void)smooth_push(&state->gain, change > 0 ? change : 0);
    if (!smooth_push(&state->loss, change < 0 ? -change : 0)) return;
    double total = state->gain.value + state->loss.value;
    ret_outputs[0] = total > 0 ? 100 * (state->gain.value / total) : 0;
}

const struct indicator indicator_rsi = {
    .name = "rsi",
    .group = "momentum",
    .summary =
        "Relative strength index: 100 gain / (gain + loss), smoothed; 0 where nothing moved.",
    .source = "Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib RSI",
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
