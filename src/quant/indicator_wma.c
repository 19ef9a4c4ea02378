// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator.h"
#include "quant/window.h"

struct state {
    struct window_line line;
    double slots[];
};
_Static_assert(sizeof(struct state) == 40, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(20, 1, "Length of the window.")};

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
    double period = (double)state->line.at.period;
    double weights = period * (period + 1) / 2;
    ret_outputs[0] =
        LIKELY(state->line.at.full) ? sums.origin + (sums.moment + sums.sum) / weights : NAN;
}

const struct indicator indicator_wma = {
    .name = "wma",
    .group = "overlap",
    .summary = "Weighted moving average: weights 1 to period, the newest value heaviest.",
    .source = "Plain definition; TA-Lib WMA",
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
