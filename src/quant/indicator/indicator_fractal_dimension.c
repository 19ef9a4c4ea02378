// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/math/mathfn.h"
#include "quant/stream/window.h"

struct state {
    struct window_max high; // of the newer half
    struct window_max low;  // of -low
    struct window delay_high;
    struct window delay_low;
    double slots[]; // of high, low and the delays of their results
};
_Static_assert(sizeof(struct state) == 80, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 16, 2, "Length of the window, an even number.")};

static const char *fault(const double *values) {
    return (uint32_t)values[0] % 2 == 0 ? NULL
                                        : "period must be even, so that the window has halves";
}

static size_t state_size(const double *values) {
    uint32_t half = (uint32_t)values[0] / 2;
    return sizeof(struct state) +
           sizeof(double) * (2 * window_max_slots(half) + 2 * window_delay_slots(half));
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    uint32_t half = (uint32_t)values[0] / 2;
    memset(state, 0, state_size(values));
    state->high = state->low = window_max_make(half);
    state->delay_high = state->delay_low = window_make(half);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    uint32_t half = state->high.at.period;
    double *low_slots = state->slots + window_max_slots(half);
    double *delay_slots = low_slots + window_max_slots(half);
    double high = window_max_push(&state->high, state->slots, inputs[0]);
    double low = -window_max_push(&state->low, low_slots, -inputs[1]);
    ret_outputs[0] = NAN;
    if (!state->high.at.full) return;
    bool full = state->delay_high.full;
    double old_high = window_delay_push(&state->delay_high, delay_slots, high);
    double old_low =
        window_delay_push(&state->delay_low, delay_slots + window_delay_slots(half), low);
    if (!full) return;
    double range = (high > old_high ? high : old_high) - (low < old_low ? low : old_low);
    double halves = (high - low) + (old_high - old_low);
    if (halves > 0) ret_outputs[0] = 1 + mathfn_log(halves / range) / M_LN2;
}

INDICATOR_RUN(2, 1)

const struct indicator indicator_fractal_dimension = {
    .name = "fractal_dimension",
    .group = "statistic",
    .summary = "Fractal dimension of the price path: 1 for a straight line, 2 where it fills its "
               "range; undefined where neither half of the window has a range.",
    .source = "Ehlers, FRAMA: Fractal Adaptive Moving Average, Stocks & Commodities 23:10 (2005): "
              "1 + log2 of the summed ranges of the window's halves over its own range",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fault = fault,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
