// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/jump.h"

struct state {
    struct jump jump;
    struct jump_law law;
    double threshold;
    double previous; // NaN before the first
    double slots[];
};
_Static_assert(sizeof(struct state) == 64, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("window", 16, JUMP_WINDOW_MIN,
                     "Bars of the local volatility; the paper has 16 for days, 78 for hours, 110 "
                     "for half hours, 156 for quarters, 270 for five minutes."),
    {.name = "count",
     .type = PARAM_REAL,
     .unit = "bars",
     .def = 252,
     .min = 3,
     .max = 1e12,
     .help = "Bars among which a jump by chance has the probability `level`."},
    {.name = "level",
     .type = PARAM_REAL,
     .unit = "probability",
     .def = 0.01,
     .min = 1e-12,
     .max = 0.5,
     .help = "Of taking what is none for a jump."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * jump_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->jump = jump_make((uint32_t)values[0]);
    state->law = jump_law_of(values[1]);
    state->threshold = jump_threshold(&state->law, values[2]);
    state->previous = NAN;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double r = mathfn_log(inputs[0] / state->previous);
    bool priced = inputs[0] > 0;
    ret_outputs[0] = ret_outputs[1] = ret_outputs[2] = ret_outputs[3] = NAN;
    if (priced) state->previous = inputs[0];
    if (!priced || isnan(r)) return;
    double statistic = jump_push(&state->jump, state->slots, r);
    if (isnan(statistic)) return;
    double size = fabs(statistic);
    ret_outputs[0] = statistic;
    ret_outputs[1] = jump_p_value(&state->law, statistic);
    ret_outputs[2] = size > state->threshold ? (statistic > 0 ? 1 : -1) : 0;
    ret_outputs[3] = state->threshold;
}

const struct indicator indicator_lee_mykland = {
    .name = "lee_mykland",
    .group = "anomaly",
    .summary = "Jumps of the price: the log return over the local volatility of the bars before, "
               "the probability of one as large among `count` bars without jumps, and 1 or -1 "
               "where it is below `level`. Undefined where nothing moved in the window.",
    .source = "Lee and Mykland, Review of Financial Studies 21(6), 2008",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"statistic", "p_value", "jump", "threshold"},
    .output_count = 4,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
