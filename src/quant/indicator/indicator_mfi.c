// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/window.h"

struct state {
    struct window_sum rising;
    struct window_sum falling;
    double previous; // typical price; NaN before the first bar
    double slots[];  // of rising, then of falling
};
_Static_assert(sizeof(struct state) == 56, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(14, 2, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + 2 * sizeof(double) * window_sum_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->rising = state->falling = window_sum_make((uint32_t)values[0]);
    state->previous = NAN;
}

static double *falling_slots(struct state *state) {
    return state->slots + window_sum_slots(state->rising.at.period);
}

RUN_INLINE double typical(double high, double low, double close) {
    return (high + low + close) / 3;
}

// TA-Lib's rule: a window with less money than 1 has an index of 0.
RUN_INLINE double mfi_of(double rising, double falling) {
    double share = 100 * (rising / (rising + falling));
    return rising + falling < 1 ? 0 : share;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double price = typical(inputs[0], inputs[1], inputs[2]), previous = state->previous;
    double money = price * inputs[3];
    state->previous = price;
    ret_outputs[0] = NAN;
    if (UNLIKELY(isnan(previous))) return;
    double rising = window_sum_push(&state->rising, state->slots, price > previous ? money : 0);
    double falling =
        window_sum_push(&state->falling, falling_slots(state), price < previous ? money : 0);
    if (LIKELY(state->rising.at.full)) ret_outputs[0] = mfi_of(rising, falling);
}

SIMD_CLONES static void mfi_run(void *memory, const double *const *inputs, size_t count,
                                double *const *ret_outputs) {
    struct state *state = memory;
    double price[RUN_BLOCK + 1], rising[RUN_BLOCK], falling[RUN_BLOCK];
    double up[RUN_BLOCK], down[RUN_BLOCK]; // the windows' sums
    size_t missing = window_missing(&state->rising.at, count) + (isnan(state->previous) ? 1 : 0);
    size_t row = run_least(count, missing);
    run_rows(update, state, inputs, 4, 0, row, ret_outputs, 1);
    for (size_t n; row < count; row += n) {
        double *restrict out = ret_outputs[0] + row;
        const double *high = inputs[0] + row, *low = inputs[1] + row;
        const double *close = inputs[2] + row, *volume = inputs[3] + row;
        n = run_least(count - row, RUN_BLOCK);
        price[0] = state->previous;
        for (size_t i = 0; i < n; i++) price[i + 1] = typical(high[i], low[i], close[i]);
        for (size_t i = 0; i < n; i++) {
            double money = price[i + 1] * volume[i];
            rising[i] = price[i + 1] > price[i] ? money : 0;
            falling[i] = price[i + 1] < price[i] ? money : 0;
        }
        state->previous = price[n];
        window_sum_run(&state->rising, state->slots, rising, n, up);
        window_sum_run(&state->falling, falling_slots(state), falling, n, down);
        for (size_t i = 0; i < n; i++) out[i] = mfi_of(up[i], down[i]);
    }
}

const struct indicator indicator_mfi = {
    .name = "mfi",
    .group = "momentum",
    .summary = "Money flow index: of price times volume over the window, the share of rising "
               "typical prices in per cent; 0 where that is less than 1 in all.",
    .source = "Quong and Soudack (1989); TA-Lib MFI",
    .inputs = {"high", "low", "close", "volume"},
    .input_count = 4,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = mfi_run,
};
