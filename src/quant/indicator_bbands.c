// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator.h"
#include "quant/window.h"

struct state {
    struct window_moments moments;
    double width;
    double slots[];
};
_Static_assert(sizeof(struct state) == 48, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(20, 2, "Length of the window."),
    {.name = "width",
     .type = PARAM_REAL,
     .unit = "deviations",
     .def = 2,
     .min = 0,
     .max = 100,
     .help = "Distance of the bands from the middle."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_moments_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->moments = window_moments_make((uint32_t)values[0]);
    state->width = values[1];
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    struct moments moments = window_moments_push(&state->moments, state->slots, inputs[0]);
    if (UNLIKELY(!state->moments.at.full)) {
        ret_outputs[0] = ret_outputs[1] = ret_outputs[2] = NAN;
        return;
    }
    double band = state->width * sqrt(moments.squares / (double)state->moments.at.period);
    ret_outputs[0] = moments.mean + band;
    ret_outputs[1] = moments.mean;
    ret_outputs[2] = moments.mean - band;
}

const struct indicator indicator_bbands = {
    .name = "bbands",
    .group = "overlap",
    .summary = "Bollinger bands: a moving average and population standard deviations around it.",
    .source = "Bollinger, Bollinger on Bollinger Bands (2001); TA-Lib BBANDS with SMA",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"upper", "middle", "lower"},
    .output_count = 3,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
