// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/window.h"

struct state {
    struct window_sum sum;
    double slots[];
};
_Static_assert(sizeof(struct state) == 24, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(30, 2, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_sum_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->sum = window_sum_make((uint32_t)values[0]);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double sum = window_sum_push(&state->sum, state->slots, inputs[0]);
    ret_outputs[0] = LIKELY(state->sum.at.full) ? sum : NAN;
}

static void run(void *memory, const double *const *inputs, size_t count,
                double *const *ret_outputs) {
    struct state *state = memory;
    size_t row = window_missing(&state->sum.at, count);
    run_rows(update, state, inputs, 1, 0, row, ret_outputs, 1);
    window_sum_run(&state->sum, state->slots, inputs[0] + row, count - row, ret_outputs[0] + row);
}

const struct indicator indicator_sum = {
    .name = "sum",
    .group = "math",
    .summary = "The sum of the window.",
    .source = "Plain definition; TA-Lib SUM",
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
