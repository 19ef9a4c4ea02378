// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/order_window.h"

struct state {
    struct order_window window;
    double slots[];
};
_Static_assert(sizeof(struct state) == 24, "hashed as bytes: no padding");

static const struct param rank_params[] = {
    INDICATOR_PERIOD("period", 20, 1, "Length of the window.")};
static const struct param percent_rank_params[] = {
    INDICATOR_PERIOD("period", 100, 1, "How many values before are compared with the newest.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * order_window_slots((uint32_t)values[0]);
}

static size_t rank_lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static size_t percent_rank_lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->window = order_window_make((uint32_t)values[0], state->slots);
}

static void rank_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    order_window_push(&state->window, state->slots, inputs[0]);
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (!state->window.at.full) return;
    double below = (double)order_window_below(&state->window, state->slots, inputs[0]);
    double up_to = (double)order_window_up_to(&state->window, state->slots, inputs[0]);
    ret_outputs[0] = (below + 1 + up_to) / 2;
    ret_outputs[1] = ret_outputs[0] / (double)state->window.at.period;
}

static void percent_rank_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = NAN;
    if (state->window.at.full) {
        double below = (double)order_window_below(&state->window, state->slots, inputs[0]);
        ret_outputs[0] = 100 * (below / (double)state->window.at.period);
    }
    order_window_push(&state->window, state->slots, inputs[0]);
}

const struct indicator indicator_rank = {
    .name = "rank",
    .group = "statistic",
    .summary = "Rank of the newest value in its window, 1 for the smallest, equal values sharing "
               "the mean of theirs; and the rank as a fraction of the window's length.",
    .source = "Plain definition; pandas rolling().rank(), rank(pct=True)",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"rank", "fraction"},
    .output_count = 2,
    .params = rank_params,
    .param_count = sizeof rank_params / sizeof *rank_params,
    .state_size = state_size,
    .lookback = rank_lookback,
    .init = init,
    .update = rank_update,
};

const struct indicator indicator_percent_rank = {
    .name = "percent_rank",
    .group = "statistic",
    .summary = "Percentage of the values before it that are smaller than the newest, 0 to 100.",
    .source = "Connors and Alvarez, An Introduction to ConnorsRSI (2012)",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = percent_rank_params,
    .param_count = sizeof percent_rank_params / sizeof *percent_rank_params,
    .state_size = state_size,
    .lookback = percent_rank_lookback,
    .init = init,
    .update = percent_rank_update,
};
