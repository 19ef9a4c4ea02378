// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator.h"
#include "quant/mathfn.h"
#include "quant/window.h"

struct state {
    struct window_moments moments;
    double previous; // NaN before the first value
    double periods_per_year;
    double slots[];
};
_Static_assert(sizeof(struct state) == 56, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 20, 2, "Number of returns in the window."),
    {.name = "periods_per_year",
     .type = PARAM_REAL,
     .unit = "bars",
     .def = 252,
     .min = 1,
     .max = 1e9,
     .help = "Bars in a year: 252 for daily bars of stocks, 365 for daily bars of coins."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_moments_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->moments = window_moments_make((uint32_t)values[0]);
    state->previous = NAN;
    state->periods_per_year = values[1];
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = NAN;
    if (!(inputs[0] > 0)) return;
    double previous = state->previous;
    state->previous = inputs[0];
    if (isnan(previous)) return;
    struct moments moments =
        window_moments_push(&state->moments, state->slots, mathfn_log(inputs[0] / previous));
    if (!state->moments.at.full) return;
    double variance = moments.squares / ((double)state->moments.at.period - 1);
    ret_outputs[0] = sqrt(variance * state->periods_per_year);
}

const struct indicator indicator_vol = {
    .name = "vol",
    .group = "volatility",
    .summary =
        "Realised volatility: annualised sample standard deviation of log returns; undefined "
        "while a value <= 0 is in the window.",
    .source = "sqrt(periods_per_year) times the standard deviation (n - 1) of log(x[i] / x[i - 1])",
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
