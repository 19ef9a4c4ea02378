// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/true_range.h"
#include "quant/stream/window.h"

struct state {
    struct window_sum plus;
    struct window_sum minus;
    struct window_sum range;
    double high; // of the row before; NaN before the first
    double low;
    double close;
    double slots[]; // of plus, minus and range
};
_Static_assert(sizeof(struct state) == 96, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_PERIOD("period", 14, 1, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + 3 * sizeof(double) * window_sum_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->plus = state->minus = state->range = window_sum_make((uint32_t)values[0]);
    state->high = NAN;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    size_t slots = window_sum_slots(state->plus.at.period);
    double high = state->high, low = state->low, close = state->close;
    state->high = inputs[0];
    state->low = inputs[1];
    state->close = inputs[2];
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (UNLIKELY(isnan(high))) return;
    double plus = window_sum_push(&state->plus, state->slots, fabs(inputs[0] - low));
    double minus = window_sum_push(&state->minus, state->slots + slots, fabs(inputs[1] - high));
    double range = window_sum_push(&state->range, state->slots + 2 * slots,
                                   true_range(inputs[0], inputs[1], close));
    if (!state->range.at.full || !(range > 0)) return;
    ret_outputs[0] = plus / range;
    ret_outputs[1] = minus / range;
}

INDICATOR_RUN(3, 2)

const struct indicator indicator_vortex = {
    .name = "vortex",
    .group = "trend",
    .summary = "Vortex indicator: upward and downward vortex movement over the true range of the "
               "window; undefined where nothing moved.",
    .source = "Botes and Siepman, The Vortex Indicator, Stocks & Commodities 28:1 (2010): sums of "
              "|high - low before| and |low - high before| over the sum of true ranges",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"plus", "minus"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
