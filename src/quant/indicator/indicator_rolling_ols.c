// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window_pair.h"

struct state {
    struct window_pair pair;
    double slots[];
};
_Static_assert(sizeof(struct state) == 72, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_PERIOD("period", 60, 2, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_pair_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->pair = window_pair_make((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    struct pair_moments m =
        window_pair_push_moments(&state->pair, state->slots, inputs[1], inputs[0]);
    for (size_t i = 0; i < 4; i++) ret_outputs[i] = NAN;
    if (!state->pair.at.full || !(m.xx > 0)) return;
    double slope = m.xy / m.xx;
    ret_outputs[0] = slope;
    ret_outputs[1] = m.mean_y - slope * m.mean_x;
    ret_outputs[3] = m.deviation_y - slope * m.deviation_x;
    if (!(m.yy > 0)) return;
    double r2 = slope * (m.xy / m.yy);
    ret_outputs[2] = r2 < 1 ? r2 : 1;
}

INDICATOR_RUN(2, 4)

const struct indicator indicator_rolling_ols = {
    .name = "rolling_ols",
    .group = "statistic",
    .summary = "Least-squares line of y on x over the window: slope, intercept, share of the "
               "variance explained, and the newest y less the line. Undefined where all x are "
               "equal; r2 also where all y are.",
    .source = "Plain definition; numpy: polyfit(x, y, 1)",
    .inputs = {"y", "x"},
    .input_count = 2,
    .outputs = {"slope", "intercept", "r2", "residual"},
    .output_count = 4,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
