// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator.h"
#include "quant/smooth.h"
#include "quant/true_range.h"

struct state {
    struct smooth adx;
    double high; // of the bar before; NaN before the first
    double low;
    double close;
    double plus; // Wilder's running sums of directional movement and true range
    double minus;
    double range;
    double dx;     // the latest; kept where there is no movement in either direction
    uint32_t bars; // added to the sums, up to period
    uint32_t period;
};
_Static_assert(sizeof(struct state) == 88, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(14, 2, "Length of the smoothing.")};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return 2 * (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    *state = (struct state){
        .adx = smooth_wilder((uint32_t)values[0]), .high = NAN, .period = (uint32_t)values[0]};
}

// The first period - 1 bars are summed; from then on the sums lose a period-th of themselves with
// each bar.
static void accumulate(struct state *state, double plus, double minus, double range) {
    if (state->bars + 1 >= state->period) {
        double period = (double)state->period;
        state->plus -= state->plus / period;
        state->minus -= state->minus / period;
        state->range -= state->range / period;
    }
    state->plus += plus;
    state->minus += minus;
    state->range += range;
    if (state->bars < state->period) state->bars++;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = ret_outputs[1] = ret_outputs[2] = NAN;
    if (LIKELY(!isnan(state->high))) {
        double up = inputs[0] - state->high;
        double down = state->low - inputs[1];
        accumulate(state, up > down && up > 0 ? up : 0, down > up && down > 0 ? down : 0,
                   true_range(inputs[0], inputs[1], state->close));
    }
    state->high = inputs[0];
    state->low = inputs[1];
    state->close = inputs[2];
    if (state->bars < state->period) return;
    double plus = state->range > 0 ? 100 * (state->plus / state->range) : 0;
    double minus = state->range > 0 ? 100 * (state->minus / state->range) : 0;
    ret_outputs[1] = plus;
    ret_outputs[2] = minus;
    if (plus + minus > 0) state->dx = 100 * (fabs(plus - minus) / (plus + minus));
    if (smooth_push(&state->adx, state->dx)) ret_outputs[0] = state->adx.value;
}

const struct indicator indicator_adx = {
    .name = "adx",
    .group = "momentum",
    .summary = "Average directional index with the directional indicators +DI and -DI.",
    .source =
        "Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib ADX, PLUS_DI, MINUS_DI",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"adx", "plus_di", "minus_di"},
    .output_count = 3,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
