// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/order_window.h"

struct state {
    struct order_window window;
    double share;
    double slots[];
};
_Static_assert(sizeof(struct state) == 32, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 20, 1, "Length of the window."),
    {.name = "share",
     .type = PARAM_REAL,
     .unit = "fraction",
     .def = 0.5,
     .min = 0,
     .max = 1,
     .help = "Share of the values that lie below: 0 is the smallest, 1 the largest."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * order_window_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init_share(struct state *state, const double *values, double share) {
    memset(state, 0, state_size(values));
    state->window = order_window_make((uint32_t)values[0], state->slots);
    state->share = share;
}

static void init_quantile(void *memory, const double *values) {
    init_share(memory, values, values[1]);
}

static void init_median(void *memory, const double *values) {
    init_share(memory, values, 0.5);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    order_window_push(&state->window, state->slots, inputs[0]);
    ret_outputs[0] = state->window.at.full
                         ? order_window_quantile(&state->window, state->slots, state->share)
                         : NAN;
}

const struct indicator indicator_median = {
    .name = "median",
    .group = "statistic",
    .summary = "Median of the window; of an even number of values the mean of the middle two.",
    .source = "Plain definition; pandas rolling().median()",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = 1, // the period alone
    .state_size = state_size,
    .lookback = lookback,
    .init = init_median,
    .update = update,
};

const struct indicator indicator_quantile = {
    .name = "quantile",
    .group = "statistic",
    .summary = "Quantile of the window, exact, by linear interpolation between the two nearest "
               "values.",
    .source = "Type 7 of Hyndman and Fan (1996); pandas rolling().quantile()",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init_quantile,
    .update = update,
};
