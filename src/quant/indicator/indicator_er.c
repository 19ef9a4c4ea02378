// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window.h"

struct state {
    struct window delay;
    struct window_sum path;
    double previous; // NaN before the first value
    double slots[];  // of delay, then of path
};
_Static_assert(sizeof(struct state) == 48, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 10, 1, "Number of changes in the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * (window_delay_slots((uint32_t)values[0]) +
                                                    window_sum_slots((uint32_t)values[0]));
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->delay = window_make((uint32_t)values[0]);
    state->path = window_sum_make((uint32_t)values[0]);
    state->previous = NAN;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double *path_slots = state->slots + window_delay_slots(state->delay.period);
    double change = fabs(inputs[0] - state->previous);
    double old = window_delay_push(&state->delay, state->slots, inputs[0]);
    state->previous = inputs[0];
    ret_outputs[0] = NAN;
    if (UNLIKELY(isnan(change))) return;
    double path = window_sum_push(&state->path, path_slots, change);
    if (!state->path.at.full) return;
    double ratio = path > 0 ? fabs(inputs[0] - old) / path : 0;
    ret_outputs[0] = ratio < 1 ? ratio : 1;
}

const struct indicator indicator_er = {
    .name = "er",
    .group = "trend",
    .summary = "Kaufman's efficiency ratio: net change over the sum of absolute changes, 0 to 1; 0 "
               "where nothing moved.",
    .source = "Kaufman, Smarter Trading (1995): |x[i] - x[i - period]| / sum |x[j] - x[j - 1]|",
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
