// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator.h"
#include "quant/window.h"

struct state {
    struct window_max high;
    struct window_max low; // of -low
    struct window_sum k;
    struct window_sum d;
    double slots[]; // of high, low, k and d
};
_Static_assert(sizeof(struct state) == 96, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 14, 1, "Length of the channel."),
    INDICATOR_PERIOD("slow_k", 3, 1, "Length of the first average."),
    INDICATOR_PERIOD("slow_d", 3, 1, "Length of the second average."),
};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * (2 * window_max_slots((uint32_t)values[0]) +
                                                    window_sum_slots((uint32_t)values[1]) +
                                                    window_sum_slots((uint32_t)values[2]));
}

static size_t lookback(const double *values) {
    return (size_t)values[0] + (size_t)values[1] + (size_t)values[2] - 3;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->high = window_max_make((uint32_t)values[0]);
    state->low = window_max_make((uint32_t)values[0]);
    state->k = window_sum_make((uint32_t)values[1]);
    state->d = window_sum_make((uint32_t)values[2]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double *low_slots = state->slots + window_max_slots(state->high.at.period);
    double *k_slots = low_slots + window_max_slots(state->low.at.period);
    double *d_slots = k_slots + window_sum_slots(state->k.at.period);
    double high = window_max_push(&state->high, state->slots, inputs[0]);
    double low = -window_max_push(&state->low, low_slots, -inputs[1]);
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (!state->high.at.full) return;
    double place = high > low ? 100 * ((inputs[2] - low) / (high - low)) : 0;
    double k = window_sum_push(&state->k, k_slots, place) / (double)state->k.at.period;
    if (!state->k.at.full) return;
    double d = window_sum_push(&state->d, d_slots, k) / (double)state->d.at.period;
    if (!state->d.at.full) return;
    ret_outputs[0] = k;
    ret_outputs[1] = d;
}

const struct indicator indicator_stoch = {
    .name = "stoch",
    .group = "momentum",
    .summary = "Slow stochastic: place of the close in the channel, 0 to 100, averaged to k and "
               "again to d; 0 where the channel has no width.",
    .source = "Lane (1957); TA-Lib STOCH with SMA",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"k", "d"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
