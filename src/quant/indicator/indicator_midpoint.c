// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window.h"

enum { PIECE = 1024 };

struct state {
    struct window_max high;
    struct window_max low; // of -low
    double slots[];        // of high, then of low
};
_Static_assert(sizeof(struct state) == 48, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(14, 2, "Length of the window.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * 2 * window_max_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->high = window_max_make((uint32_t)values[0]);
    state->low = window_max_make((uint32_t)values[0]);
}

static inline double push(struct state *state, double high, double low) {
    double *low_slots = state->slots + window_max_slots(state->high.at.period);
    double top = window_max_push(&state->high, state->slots, high);
    double bottom = window_min_push(&state->low, low_slots, low);
    return LIKELY(state->high.at.full) ? (top + bottom) / 2 : NAN;
}

static inline void push_all(struct state *state, const double *high, const double *low,
                            size_t count, double *ret) {
    double *low_slots = state->slots + window_max_slots(state->high.at.period);
    double bottom[PIECE];
    for (size_t at = 0, n; at < count; at += n) {
        n = count - at < PIECE ? count - at : PIECE;
        size_t undefined = window_missing(&state->high.at, n);
        window_max_run(&state->high, state->slots, high + at, n, ret + at);
        window_min_run(&state->low, low_slots, low + at, n, bottom);
        for (size_t i = 0; i < n; i++) ret[at + i] = (ret[at + i] + bottom[i]) / 2;
        for (size_t i = 0; i < undefined; i++) ret[at + i] = NAN;
    }
}

static void midpoint_update(void *memory, const double *inputs, double *ret_outputs) {
    ret_outputs[0] = push(memory, inputs[0], inputs[0]);
}

static void midpoint_run(void *memory, const double *const *inputs, size_t count,
                         double *const *ret_outputs) {
    push_all(memory, inputs[0], inputs[0], count, ret_outputs[0]);
}

static void midprice_update(void *memory, const double *inputs, double *ret_outputs) {
    ret_outputs[0] = push(memory, inputs[0], inputs[1]);
}

static void midprice_run(void *memory, const double *const *inputs, size_t count,
                         double *const *ret_outputs) {
    push_all(memory, inputs[0], inputs[1], count, ret_outputs[0]);
}

const struct indicator indicator_midpoint = {
    .name = "midpoint",
    .group = "overlap",
    .summary = "Middle between the largest and the smallest of the last values.",
    .source = "Plain definition; TA-Lib MIDPOINT",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = midpoint_update,
    .run = midpoint_run,
};

const struct indicator indicator_midprice = {
    .name = "midprice",
    .group = "overlap",
    .summary = "Middle between the highest high and the lowest low.",
    .source = "Plain definition; TA-Lib MIDPRICE",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = midprice_update,
    .run = midprice_run,
};
