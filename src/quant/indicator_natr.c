// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator.h"
#include "quant/smooth.h"
#include "quant/true_range.h"

struct state {
    struct smooth range;
    double previous_close; // NaN before the first bar
};
_Static_assert(sizeof(struct state) == 32, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(14, 1, "Length of the smoothing of the true range.")};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    *(struct state *)memory =
        (struct state){.range = smooth_wilder((uint32_t)values[0]), .previous_close = NAN};
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double previous = state->previous_close;
    state->previous_close = inputs[2];
    ret_outputs[0] = NAN;
    if (isnan(previous)) return;
    bool defined = smooth_push(&state->range, true_range(inputs[0], inputs[1], previous));
    if (defined && inputs[2] != 0) ret_outputs[0] = 100 * (state->range.value / inputs[2]);
}

const struct indicator indicator_natr = {
    .name = "natr",
    .group = "volatility",
    .summary = "Average true range in per cent of the close; undefined where the close is 0.",
    .source = "100 ATR / close; TA-Lib NATR",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
