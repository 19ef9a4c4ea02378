// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/average_true_range.h"
#include "quant/stream/window.h"

struct state {
    struct window_max high;
    struct window_max low; // of -low
    struct average_true_range range;
    double width;
    double slots[]; // of high, then of low
};
_Static_assert(sizeof(struct state) == 88, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 22, 1, "Length of the window and of the average true range."),
    {.name = "width",
     .type = PARAM_REAL,
     .unit = "ranges",
     .def = 3,
     .min = 0,
     .max = 100,
     .help = "Distance of the exit from the extreme."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state) + 2 * sizeof(double) * window_max_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->high = window_max_make((uint32_t)values[0]);
    state->low = window_max_make((uint32_t)values[0]);
    state->range = average_true_range_make((uint32_t)values[0]);
    state->width = values[1];
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double *low_slots = state->slots + window_max_slots(state->high.at.period);
    double high = window_max_push(&state->high, state->slots, inputs[0]);
    double low = -window_max_push(&state->low, low_slots, -inputs[1]);
    double range = average_true_range_push(&state->range, inputs[0], inputs[1], inputs[2]);
    ret_outputs[0] = high - state->width * range;
    ret_outputs[1] = low + state->width * range;
}

INDICATOR_RUN(3, 2)

const struct indicator indicator_chandelier = {
    .name = "chandelier",
    .group = "trend",
    .summary = "Chandelier exit: for long positions so many average true ranges below the highest "
               "high of the window, for short ones above its lowest low.",
    .source = "LeBeau, in Elder, Come Into My Trading Room (2002); Wilder's ATR",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"long", "short"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
