// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/stream/smooth.h"

struct state {
    struct smooth change[2];
    struct smooth path[2]; // of |change|
    struct smooth signal;
    double previous; // NaN before the first value
};
_Static_assert(sizeof(struct state) == 128, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("longer", 25, 1, "Length of the first smoothing."),
    INDICATOR_PERIOD("shorter", 13, 1, "Length of the second smoothing."),
    INDICATOR_PERIOD("signal", 13, 1, "Length of the signal's smoothing."),
};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return (size_t)(values[0] + values[1] + values[2]) - 2;
}

static void init(void *memory, const double *values) {
    struct smooth first = smooth_ema((uint32_t)values[0]);
    struct smooth second = smooth_ema((uint32_t)values[1]);
    *(struct state *)memory = (struct state){
        .change = {first, second},
        .path = {first, second},
        .signal = smooth_ema((uint32_t)values[2]),
        .previous = NAN,
    };
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double change = inputs[0] - state->previous;
    state->previous = inputs[0];
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (UNLIKELY(isnan(change))) return;
    (void)smooth_push(&state->change[0], change);
    if (!smooth_push(&state->path[0], fabs(change))) return;
    (void)smooth_push(&state->change[1], state->change[0].value);
    if (!smooth_push(&state->path[1], state->path[0].value)) return;
    double path = state->path[1].value;
    ret_outputs[0] = path > 0 ? 100 * (state->change[1].value / path) : 0;
    if (smooth_push(&state->signal, ret_outputs[0])) ret_outputs[1] = state->signal.value;
}

INDICATOR_RUN(1, 2)

const struct indicator indicator_tsi = {
    .name = "tsi",
    .group = "momentum",
    .summary = "True strength index: twice smoothed change over twice smoothed absolute change, "
               "-100 to 100, and its smoothed signal; 0 where nothing moved.",
    .source = "Blau, True Strength Index, Stocks & Commodities 9:11 (1991); seeds of TA-Lib EMA",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value", "signal"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
