// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/series/hedge.h"

struct state {
    struct hedge hedge;
    uint64_t seen;
};
_Static_assert(sizeof(struct state) == 64, "hashed as bytes: no padding");

static const struct param params[] = {
    {.name = "drift",
     .type = PARAM_REAL,
     .unit = "",
     .def = 1e-4,
     .min = 1e-15,
     .max = 1e6,
     .help = "Variance that a row adds to each of alpha and beta: more follows faster."},
    {.name = "noise",
     .type = PARAM_REAL,
     .unit = "",
     .def = 1e-3,
     .min = 1e-15,
     .max = 1e12,
     .help = "Variance of y about the line."},
    {.name = "prior",
     .type = PARAM_REAL,
     .unit = "",
     .def = 1,
     .min = 1e-12,
     .max = 1e9,
     .help = "Variance of alpha and beta about 0 before the drift of the first row."},
};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return 2;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, sizeof *state);
    state->hedge = hedge_make(values[0], values[1], values[2]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    struct hedge_row row = hedge_update(&state->hedge, inputs[0], inputs[1]);
    state->seen++;
    bool known = state->seen > 2;
    ret_outputs[0] = state->hedge.alpha;
    ret_outputs[1] = state->hedge.beta;
    ret_outputs[2] = known ? row.error : NAN;
    ret_outputs[3] = known ? row.error / row.deviation : NAN;
}

INDICATOR_RUN(2, 4)

const struct indicator indicator_kalman_hedge = {
    .name = "kalman_hedge",
    .group = "statistic",
    .summary =
        "Line of y on x that moves, by Kalman's filter: alpha and beta after the row, y less "
        "the line before the row, and that over its expected deviation (both from the third "
        "row on).",
    .source = "Kalman (1960); Chan, Algorithmic Trading (2013), chapter 3",
    .inputs = {"y", "x"},
    .input_count = 2,
    .outputs = {"alpha", "beta", "spread", "z"},
    .output_count = 4,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
