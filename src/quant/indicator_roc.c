// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator.h"
#include "quant/window.h"

struct state {
    struct window at;
    double slots[];
};
_Static_assert(sizeof(struct state) == 16, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(10, 1, "How many bars back the change is measured from.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_delay_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->at = window_make((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    bool full = state->at.full;
    double old = window_delay_push(&state->at, state->slots, inputs[0]);
    ret_outputs[0] = full && old != 0 ? 100 * (inputs[0] / old - 1) : NAN;
}

const struct indicator indicator_roc = {
    .name = "roc",
    .group = "momentum",
    .summary = "Rate of change in per cent; undefined where the old value is 0.",
    .source = "100 (x[i] / x[i - period] - 1); TA-Lib ROC",
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
