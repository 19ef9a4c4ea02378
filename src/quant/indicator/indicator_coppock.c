// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window.h"

struct state {
    struct window longer;
    struct window shorter;
    struct window_line average;
    double slots[]; // of longer, shorter and average
};
_Static_assert(sizeof(struct state) == 72, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("wma", 10, 1, "Length of the weighted average."),
    INDICATOR_PERIOD("longer", 14, 1, "Length of the long rate of change."),
    INDICATOR_PERIOD("shorter", 11, 1, "Length of the short rate of change."),
};

static size_t state_size(const double *values) {
    size_t slots = window_delay_slots((uint32_t)values[1]) +
                   window_delay_slots((uint32_t)values[2]) + window_line_slots((uint32_t)values[0]);
    return sizeof(struct state) + sizeof(double) * slots;
}

static size_t lookback(const double *values) {
    return (size_t)(values[1] > values[2] ? values[1] : values[2]) + (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->longer = window_make((uint32_t)values[1]);
    state->shorter = window_make((uint32_t)values[2]);
    state->average = window_line_make((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double *shorter_slots = state->slots + window_delay_slots(state->longer.period);
    double *average_slots = shorter_slots + window_delay_slots(state->shorter.period);
    bool full = state->longer.full && state->shorter.full;
    double longer = window_delay_push(&state->longer, state->slots, inputs[0]);
    double shorter = window_delay_push(&state->shorter, shorter_slots, inputs[0]);
    ret_outputs[0] = NAN;
    if (!full || longer == 0 || shorter == 0) return;
    double rates = 100 * ((inputs[0] - longer) / longer + (inputs[0] - shorter) / shorter);
    struct line_sums sums = window_line_push(&state->average, average_slots, rates);
    if (!state->average.at.full) return;
    double period = (double)state->average.at.period;
    ret_outputs[0] = sums.origin + (sums.moment + sums.sum) / (period * (period + 1) / 2);
}

INDICATOR_RUN(1, 1)

const struct indicator indicator_coppock = {
    .name = "coppock",
    .group = "momentum",
    .summary = "Coppock curve: weighted moving average of the sum of a long and a short rate of "
               "change in per cent; a row whose old value is 0 gives none and is left out.",
    .source = "Coppock, Barron's, 15 October 1962; defaults for monthly rows",
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
    .run = run,
};
