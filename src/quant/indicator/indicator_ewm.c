// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>

#include "quant/indicator/indicator.h"

struct state {
    double mean;
    double lost;     // what rounding took from the mean
    double variance; // weighted mean of squared deviations
    double weights;  // sum of the weights
    double squares;  // and of their squares
    double alpha;
    double fresh; // weight of a new value
    uint64_t biased;
};
_Static_assert(sizeof(struct state) == 64, "hashed as bytes: no padding");

static const struct param params[] = {
    {.name = "span",
     .type = PARAM_REAL,
     .unit = "bars",
     .def = 20,
     .min = 2,
     .max = INDICATOR_PERIOD_MAX,
     .help = "A value weighs 1 - 2 / (span + 1) times as much as the one after it."},
    {.name = "adjust",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 1,
     .help = "Divide by the sum of the weights; 0: the first value is the seed of the average."},
    {.name = "bias",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 0,
     .help = "Leave the variance without the correction for what the mean takes of it."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return values[2] != 0 ? 0 : 1;
}

static void init(void *memory, const double *values) {
    double alpha = 2 / (values[0] + 1);
    *(struct state *)memory = (struct state){
        .alpha = alpha,
        .fresh = values[1] != 0 ? 1 : alpha,
        .biased = values[2] != 0,
    };
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    bool first = state->weights == 0;
    double keep = 1 - state->alpha;
    double fresh = first ? 1 : state->fresh;
    double old = keep * state->weights;
    double share = fresh / (old + fresh);
    if (first) state->mean = inputs[0];
    double change = (inputs[0] - state->mean) - state->lost;
    double step = state->lost + share * change;
    double mean = state->mean + step;
    state->lost = step - (mean - state->mean);
    state->mean = mean;
    state->variance = (1 - share) * (state->variance + share * change * change);
    state->weights = old + fresh;
    state->squares = keep * keep * state->squares + fresh * fresh;
    double square = state->weights * state->weights;
    double factor = state->biased ? 1 : square / (square - state->squares);
    double variance = first && !state->biased ? NAN : state->variance * factor;
    ret_outputs[0] = state->mean;
    ret_outputs[1] = variance;
    ret_outputs[2] = sqrt(variance);
}

INDICATOR_RUN(1, 3)

const struct indicator indicator_ewm = {
    .name = "ewm",
    .group = "statistic",
    .summary = "Exponentially weighted mean, variance and standard deviation of all values so far; "
               "of the first value the variance is undefined, or 0 where it is not corrected.",
    .source = "pandas Series.ewm(span).mean(), .var(), .std(); weighted updates of West, CACM 22:9 "
              "(1979)",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"mean", "variance", "deviation"},
    .output_count = 3,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
