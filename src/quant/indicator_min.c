// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator.h"
#include "quant/window.h"

struct state {
    struct window_max min; // of -x
    double slots[];
};
_Static_assert(sizeof(struct state) == 24, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(20, 1, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_max_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->min = window_max_make((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double min = -window_max_push(&state->min, state->slots, -inputs[0]);
    ret_outputs[0] = LIKELY(state->min.at.full) ? min : NAN;
}

const struct indicator indicator_min = {
    .name = "min",
    .group = "math",
    .summary = "The smallest value of the window.",
    .source = "Plain definition; TA-Lib MIN",
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
