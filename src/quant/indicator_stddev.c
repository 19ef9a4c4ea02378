// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator.h"
#include "quant/window.h"

struct state {
    struct window_moments moments;
    double divisor;
    double slots[];
};
_Static_assert(sizeof(struct state) == 48, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(20, 2, "Length of the window."),
    {.name = "ddof",
     .type = PARAM_INT,
     .unit = "",
     .def = 0,
     .min = 0,
     .max = 1,
     .help = "0: of the window as a population; 1: as a sample, divided by period - 1."},
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
    state->divisor = values[0] - values[1];
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    struct moments moments = window_moments_push(&state->moments, state->slots, inputs[0]);
    ret_outputs[0] = LIKELY(state->moments.at.full) ? sqrt(moments.squares / state->divisor) : NAN;
}

const struct indicator indicator_stddev = {
    .name = "stddev",
    .group = "statistic",
    .summary = "Rolling standard deviation.",
    .source = "Plain definition; TA-Lib STDDEV with ddof 0",
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
