// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/window.h"

struct state {
    struct window_sum rising;
    struct window_sum falling;
    double slots[]; // of rising, then of falling
};
_Static_assert(sizeof(struct state) == 48, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(14, 2, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + 2 * sizeof(double) * window_sum_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->rising = state->falling = window_sum_make((uint32_t)values[0]);
}

static double *falling_slots(struct state *state) {
    return state->slots + window_sum_slots(state->rising.at.period);
}

RUN_INLINE double body(double from, double to) {
    return to > from ? to - from : 0;
}

RUN_INLINE double imi_of(double rising, double falling) {
    double share = 100 * (rising / (rising + falling));
    return rising + falling > 0 ? share : NAN;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double rising = window_sum_push(&state->rising, state->slots, body(inputs[0], inputs[1]));
    double falling =
        window_sum_push(&state->falling, falling_slots(state), body(inputs[1], inputs[0]));
    ret_outputs[0] = LIKELY(state->rising.at.full) ? imi_of(rising, falling) : NAN;
}

SIMD_CLONES static void imi_run(void *memory, const double *const *inputs, size_t count,
                                double *const *ret_outputs) {
    struct state *state = memory;
    double rising[RUN_BLOCK], falling[RUN_BLOCK], up[RUN_BLOCK], down[RUN_BLOCK];
    size_t row = window_missing(&state->rising.at, count);
    run_rows(update, state, inputs, 2, 0, row, ret_outputs, 1);
    for (size_t n; row < count; row += n) {
        double *restrict out = ret_outputs[0] + row;
        const double *open = inputs[0] + row, *close = inputs[1] + row;
        n = run_least(count - row, RUN_BLOCK);
        for (size_t i = 0; i < n; i++) {
            rising[i] = body(open[i], close[i]);
            falling[i] = body(close[i], open[i]);
        }
        window_sum_run(&state->rising, state->slots, rising, n, up);
        window_sum_run(&state->falling, falling_slots(state), falling, n, down);
        for (size_t i = 0; i < n; i++) out[i] = imi_of(up[i], down[i]);
    }
}

const struct indicator indicator_imi = {
    .name = "imi",
    .group = "momentum",
    .summary = "Intraday momentum index: of the bodies of the window's bars, the share of rising "
               "ones in per cent; undefined where no bar has a body.",
    .source = "Chande and Kroll, The New Technical Trader (1994); TA-Lib IMI",
    .inputs = {"open", "close"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = imi_run,
};
