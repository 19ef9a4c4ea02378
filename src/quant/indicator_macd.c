// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator.h"
#include "quant/smooth.h"

struct state {
    struct smooth fast;
    struct smooth slow;
    struct smooth signal;
    uint32_t wait; // values until the fast average starts, so that both are defined at once
    uint32_t reserved;
};
_Static_assert(sizeof(struct state) == 80, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("fast", 12, 1, "Length of the fast average."),
    INDICATOR_PERIOD("slow", 26, 2, "Length of the slow average."),
    INDICATOR_PERIOD("signal", 9, 1, "Length of the signal's average."),
};

static const char *fault(const double *values) {
    return values[0] < values[1] ? NULL : "fast must be less than slow";
}

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return (size_t)values[1] + (size_t)values[2] - 2;
}

static void init(void *memory, const double *values) {
    *(struct state *)memory = (struct state){.fast = smooth_ema((uint32_t)values[0]),
                                             .slow = smooth_ema((uint32_t)values[1]),
                                             .signal = smooth_ema((uint32_t)values[2]),
                                             .wait = (uint32_t)(values[1] - values[0])};
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = ret_outputs[1] = ret_outputs[2] = NAN;
    if (UNLIKELY(state->wait > 0))
        state->wait--;
    else
        (void)smooth_push(&state->fast, inputs[0]);
    if (!smooth_push(&state->slow, inputs[0])) return;
    double macd = state->fast.value - state->slow.value;
    if (!smooth_push(&state->signal, macd)) return;
    ret_outputs[0] = macd;
    ret_outputs[1] = state->signal.value;
    ret_outputs[2] = macd - state->signal.value;
}

const struct indicator indicator_macd = {
    .name = "macd",
    .group = "momentum",
    .summary = "Moving average convergence/divergence: fast EMA - slow EMA, its EMA, and their "
               "difference.",
    .source = "Appel (1979); TA-Lib MACD, whose fast EMA is seeded with the last fast values of "
              "the slow one's seed",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"macd", "signal", "histogram"},
    .output_count = 3,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fault = fault,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
