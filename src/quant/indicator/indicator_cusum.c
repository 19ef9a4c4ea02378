// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/baseline.h"
#include "quant/indicator/indicator.h"

struct state {
    struct baseline baseline;
    double drift;
    double threshold;
    double up;
    double down;
    uint64_t up_rows; // since the sum was 0
    uint64_t down_rows;
};
_Static_assert(sizeof(struct state) == 88, "hashed as bytes: no padding");

static const struct param params[] = {
    {.name = "drift",
     .type = PARAM_REAL,
     .unit = "of the column",
     .def = 0.5,
     .min = 0,
     .max = 1e300,
     .help = "What a row may be off without adding to a sum; half of the change that matters."},
    {.name = "threshold",
     .type = PARAM_REAL,
     .unit = "of the column",
     .def = 5,
     .min = 0,
     .max = 1e300,
     .help = "A sum above it is an alarm."},
    BASELINE_PARAM,
};

static const char *fault(const double *values) {
    return baseline_fault(values[2]);
}

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return (size_t)values[2];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    *state = (struct state){
        .baseline = baseline_make((uint32_t)values[2]), .drift = values[0], .threshold = values[1]};
}

static void add(double *sum, uint64_t *rows, double x) {
    double next = *sum + x;
    *rows = next > 0 ? *rows + 1 : 0;
    *sum = next > 0 ? next : 0;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double z;
    if (baseline_learns(&state->baseline, inputs[0], &z)) {
        for (size_t i = 0; i < 4; i++) ret_outputs[i] = NAN;
        return;
    }
    add(&state->up, &state->up_rows, z - state->drift);
    add(&state->down, &state->down_rows, -z - state->drift);
    bool rising = state->up >= state->down;
    bool alarm = (rising ? state->up : state->down) > state->threshold;
    ret_outputs[0] = state->up;
    ret_outputs[1] = state->down;
    ret_outputs[2] = alarm ? (rising ? 1 : -1) : 0;
    ret_outputs[3] = (double)(rising ? state->up_rows : state->down_rows);
    if (!alarm) return;
    state->up = state->down = 0;
    state->up_rows = state->down_rows = 0;
    state->baseline = baseline_make(state->baseline.length);
}

INDICATOR_RUN(1, 4)

const struct indicator indicator_cusum = {
    .name = "cusum",
    .group = "regime",
    .summary = "Two-sided cumulative sums of what rows are above and below the drift: an alarm (1 "
               "up, -1 down) where one exceeds the threshold, from which both begin again at 0 and "
               "the baseline is learned anew; `rows` is how long the larger sum has been above 0, "
               "the estimate of when the change began. Undefined while the baseline is learned.",
    .source = "Page, Biometrika 41, 1954; Montgomery, Introduction to Statistical Quality Control, "
              "section 9.1: C+ = max(0, x - drift + C+), C- = max(0, -x - drift + C-)",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"up", "down", "alarm", "rows"},
    .output_count = 4,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fault = fault,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
