// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator.h"
#include "quant/true_range.h"

struct state {
    double previous_close; // NaN before the first bar
};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return 1;
}

static void init(void *memory, const double *values) {
    *(struct state *)memory = (struct state){.previous_close = NAN};
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double previous = state->previous_close;
    state->previous_close = inputs[2];
    ret_outputs[0] = isnan(previous) ? NAN : true_range(inputs[0], inputs[1], previous);
}

const struct indicator indicator_tr = {
    .name = "tr",
    .group = "volatility",
    .summary = "True range, from the second bar on.",
    .source = "Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib TRANGE",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"value"},
    .output_count = 1,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
