// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/window.h"

struct state {
    struct window_max high;
    struct window_max low; // of -low
    double slots[];        // of high, then of low
};
_Static_assert(sizeof(struct state) == 48, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(14, 2, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + 2 * sizeof(double) * window_max_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->high = state->low = window_max_make((uint32_t)values[0]);
}

static double *low_slots(struct state *state) {
    return state->slots + window_max_slots(state->high.at.period);
}

RUN_INLINE double willr_of(double highest, double lowest, double close) {
    double range = highest - lowest;
    double depth = -100 * ((highest - close) / range);
    return range != 0 ? depth : 0;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double high = window_max_push(&state->high, state->slots, inputs[0]);
    double low = window_min_push(&state->low, low_slots(state), inputs[1]);
    ret_outputs[0] = LIKELY(state->high.at.full) ? willr_of(high, low, inputs[2]) : NAN;
}

SIMD_CLONES static void willr_run(void *memory, const double *const *inputs, size_t count,
                                  double *const *ret_outputs) {
    struct state *state = memory;
    double high[RUN_BLOCK], low[RUN_BLOCK];
    size_t row = window_missing(&state->high.at, count);
    run_rows(update, state, inputs, 3, 0, row, ret_outputs, 1);
    for (size_t n; row < count; row += n) {
        double *restrict out = ret_outputs[0] + row;
        const double *close = inputs[2] + row;
        n = run_least(count - row, RUN_BLOCK);
        window_max_run(&state->high, state->slots, inputs[0] + row, n, high);
        window_min_run(&state->low, low_slots(state), inputs[1] + row, n, low);
        for (size_t i = 0; i < n; i++) out[i] = willr_of(high[i], low[i], close[i]);
    }
}

const struct indicator indicator_willr = {
    .name = "willr",
    .group = "momentum",
    .summary = "Williams' %R: how far the close is below the window's highest high, in per cent of "
               "its range, -100 to 0; 0 where the range is 0.",
    .source = "Williams, How I Made One Million Dollars (1973); TA-Lib WILLR",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = willr_run,
};
