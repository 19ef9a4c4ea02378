// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window_powers.h"

struct state {
    struct window_powers powers;
    uint64_t adjusted;
    double slots[];
};
_Static_assert(sizeof(struct state) == 64, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 60, 3, "Length of the window."),
    {.name = "adjusted",
     .type = PARAM_BOOL,
     .unit = "",
     .def = 1,
     .help = "Correct for the bias of small samples, as pandas does; 0: the moments' own ratio."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_powers_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->powers = window_powers_make((uint32_t)values[0]);
    state->adjusted = values[1] != 0;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    struct central_moments m = window_powers_push(&state->powers, state->slots, inputs[0]);
    double n = (double)state->powers.at.period;
    ret_outputs[0] = NAN;
    if (!state->powers.at.full || !(m.second > 0)) return;
    double skew = m.third / (m.second * sqrt(m.second));
    ret_outputs[0] = state->adjusted ? skew * (sqrt(n * (n - 1)) / (n - 2)) : skew;
}

INDICATOR_RUN(1, 1)

const struct indicator indicator_rolling_skew = {
    .name = "rolling_skew",
    .group = "statistic",
    .summary =
        "Skewness of the window: third central moment over the deviation cubed, adjusted for "
        "its length unless told otherwise; undefined where all values are equal.",
    .source = "Fisher-Pearson coefficient g1, adjusted G1 (Joanes and Gill, The Statistician 47, "
              "1998); pandas rolling().skew()",
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
