// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window_pair.h"

struct state {
    struct window_pair pair; // of the level before and the change
    double previous;         // NaN before the first value
    double slots[];
};
_Static_assert(sizeof(struct state) == 80, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 100, 3, "Number of changes in the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_pair_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->pair = window_pair_make((uint32_t)values[0]);
    state->previous = NAN;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double previous = state->previous;
    state->previous = inputs[0];
    ret_outputs[0] = ret_outputs[1] = ret_outputs[2] = NAN;
    if (UNLIKELY(isnan(previous))) return;
    struct pair_moments m =
        window_pair_push_moments(&state->pair, state->slots, previous, inputs[0] - previous);
    if (!state->pair.at.full || !(m.xx > 0)) return;
    double speed = -m.xy / m.xx;
    ret_outputs[1] = speed;
    if (!(speed > 0)) return;
    ret_outputs[0] = M_LN2 / speed;
    ret_outputs[2] = m.mean_x + m.mean_y / speed;
}

INDICATOR_RUN(1, 3)

const struct indicator indicator_half_life = {
    .name = "half_life",
    .group = "statistic",
    .summary = "Mean reversion of a level: rows in which half of a deviation is gone, the share of "
               "it that goes in a row, and the level it reverts to. Half-life and level are "
               "undefined where the share is not above 0, all where the level stood still.",
    .source =
        "Chan, Algorithmic Trading (2013): -log 2 / b, of the least-squares line x[i] - x[i - 1] = "
        "a + b x[i - 1] over the window, an Ornstein-Uhlenbeck process read row by row",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"half_life", "speed", "level"},
    .output_count = 3,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
