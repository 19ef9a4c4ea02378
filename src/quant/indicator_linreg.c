// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator.h"
#include "quant/window.h"

struct state {
    struct window_line line;
    double slots[];
};
_Static_assert(sizeof(struct state) == 40, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_PERIOD("period", 14, 2, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_line_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->line = window_line_make((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    struct line_sums sums = window_line_push(&state->line, state->slots, inputs[0]);
    ret_outputs[0] = ret_outputs[1] = ret_outputs[2] = NAN;
    if (UNLIKELY(!state->line.at.full)) return;
    double period = (double)state->line.at.period;
    double middle = (period - 1) / 2;
    double slope = 12 * (sums.moment - middle * sums.sum) / (period * (period * period - 1));
    double mean = sums.origin + sums.sum / period;
    ret_outputs[0] = mean + slope * middle;
    ret_outputs[1] = slope;
    ret_outputs[2] = mean - slope * middle;
}

const struct indicator indicator_linreg = {
    .name = "linreg",
    .group = "statistic",
    .summary = "Least-squares line through the window: its value at the newest bar, slope a bar, "
               "value at the oldest.",
    .source = "Ordinary least squares on x = 0 .. period - 1; TA-Lib LINEARREG, _SLOPE, _INTERCEPT",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value", "slope", "intercept"},
    .output_count = 3,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
