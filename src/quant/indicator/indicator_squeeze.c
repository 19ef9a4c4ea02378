// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/true_range.h"
#include "quant/stream/window.h"

struct state {
    struct window_moments close;
    struct window_max high;
    struct window_max low; // of -low
    struct window_sum range;
    struct window_line momentum;
    double previous; // close of the row before; NaN before the first
    double bands;
    double channel;
    double slots[]; // of close, momentum, high, low and range
};
_Static_assert(sizeof(struct state) == 176, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 20, 2, "Length of every window."),
    {.name = "bands",
     .type = PARAM_REAL,
     .unit = "deviations",
     .def = 2,
     .min = 0,
     .max = 100,
     .help = "Distance of the Bollinger bands from the average."},
    {.name = "channel",
     .type = PARAM_REAL,
     .unit = "ranges",
     .def = 1.5,
     .min = 0,
     .max = 100,
     .help = "Distance of the Keltner channel's bounds from the average."},
};

static size_t state_size(const double *values) {
    uint32_t period = (uint32_t)values[0];
    size_t slots = window_moments_slots(period) + window_line_slots(period) +
                   2 * window_max_slots(period) + window_sum_slots(period);
    return sizeof(struct state) + sizeof(double) * slots;
}

static size_t lookback(const double *values) {
    return 2 * ((size_t)values[0] - 1);
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    uint32_t period = (uint32_t)values[0];
    memset(state, 0, state_size(values));
    state->close = window_moments_make(period);
    state->high = state->low = window_max_make(period);
    state->range = window_sum_make(period);
    state->momentum = window_line_make(period);
    state->previous = NAN;
    state->bands = values[1];
    state->channel = values[2];
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    uint32_t period = state->close.at.period;
    double count = (double)period;
    double *line_slots = state->slots + window_moments_slots(period);
    double *high_slots = line_slots + window_line_slots(period);
    double *low_slots = high_slots + window_max_slots(period);
    double *range_slots = low_slots + window_max_slots(period);
    double close = inputs[2], previous = state->previous;
    struct moments moments = window_moments_push(&state->close, state->slots, close);
    double high = window_max_push(&state->high, high_slots, inputs[0]);
    double low = -window_max_push(&state->low, low_slots, -inputs[1]);
    state->previous = close;
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (!isnan(previous)) {
        double range =
            window_sum_push(&state->range, range_slots, true_range(inputs[0], inputs[1], previous));
        double width = state->bands * sqrt(moments.squares / count);
        if (state->range.at.full) ret_outputs[0] = width < state->channel * (range / count);
    }
    if (!state->close.at.full) return;
    double from_middle = ((close - high) + (close - low)) / 2;
    struct line_sums sums =
        window_line_push(&state->momentum, line_slots, (from_middle + moments.deviation) / 2);
    if (!state->momentum.at.full) return;
    double middle = (count - 1) / 2;
    double slope = 12 * (sums.moment - middle * sums.sum) / (count * (count * count - 1));
    ret_outputs[1] = (sums.origin + sums.sum / count) + slope * middle;
}

INDICATOR_RUN(3, 2)

const struct indicator indicator_squeeze = {
    .name = "squeeze",
    .group = "momentum",
    .summary =
        "Squeeze: 1 while the Bollinger bands lie within the Keltner channel about the same moving "
        "average, 0 otherwise and where nothing moved; momentum is the end of the least-squares "
        "line through the distances of the close from the middle of average and Donchian channel.",
    .source = "Carter, Mastering the Trade (2005), with the histogram of the indicator that "
              "LazyBear published: population deviations, plain mean of true ranges",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"on", "momentum"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
