// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/indicator/window_tail.h"

struct state {
    struct window_peak high;
    struct window_peak low; // of -low
    double now;             // rows seen
    double slots[];         // of high, then of low
};
_Static_assert(sizeof(struct state) == 88, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(14, 2, "Rows back that an extreme may lie; the window has one more.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + 2 * sizeof(double) * window_peak_slots((uint32_t)values[0] + 1);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->high = window_peak_make((uint32_t)values[0] + 1);
    state->low = window_peak_make((uint32_t)values[0] + 1);
}

static double *low_slots(struct state *state) {
    return state->slots + window_peak_slots(state->high.at.period);
}

// Per cent of the window that has passed when the extreme came.
RUN_INLINE double passed(double row, double now, double period, double factor) {
    return factor * (period - (now - row));
}

static void aroon_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double high = window_peak_push(&state->high, state->slots, inputs[0], PEAK_NEWEST).row;
    double low = window_peak_push(&state->low, low_slots(state), -inputs[1], PEAK_NEWEST).row;
    double now = state->now++, period = (double)state->high.at.period - 1;
    bool full = state->high.at.full;
    ret_outputs[0] = full ? passed(low, now, period, 100 / period) : NAN;
    ret_outputs[1] = full ? passed(high, now, period, 100 / period) : NAN;
}

static void aroonosc_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double high = window_peak_push(&state->high, state->slots, inputs[0], PEAK_NEWEST).row;
    double low = window_peak_push(&state->low, low_slots(state), -inputs[1], PEAK_NEWEST).row;
    state->now++;
    ret_outputs[0] =
        state->high.at.full ? 100 / ((double)state->high.at.period - 1) * (high - low) : NAN;
}

// The rows of the extremes of up to WINDOW_TAIL_ROWS rows, and of two series.
RUN_INLINE void find(const struct state *state, const double *high, const double *low, size_t count,
                     double *ret_high, double *ret_low) {
    double unused[WINDOW_TAIL_ROWS];
    size_t period = state->high.at.period;
    window_tail_peak(high, count, period, 1, PEAK_NEWEST, state->now, unused, ret_high);
    window_tail_peak(low, count, period, -1, PEAK_NEWEST, state->now, unused, ret_low);
}

// The rows of a call that are pushed one by one: until the window is full and lies in the columns.
RUN_INLINE size_t pushed(const struct state *state, size_t count) {
    size_t period = state->high.at.period;
    return period > WINDOW_TAIL_REACH ? count : run_least(count, period);
}

RUN_INLINE void skip(struct state *state, const double *high, const double *low, size_t count) {
    window_peak_skip(&state->high, state->slots, high, count, 1, PEAK_NEWEST);
    window_peak_skip(&state->low, low_slots(state), low, count, -1, PEAK_NEWEST);
}

SIMD_CLONES static void aroon_run(void *memory, const double *const *inputs, size_t count,
                                  double *const *ret_outputs) {
    struct state *state = memory;
    double high[WINDOW_TAIL_ROWS], low[WINDOW_TAIL_ROWS];
    size_t first = pushed(state, count);
    double period = (double)state->high.at.period - 1, factor = 100 / period;
    run_rows(aroon_update, state, inputs, 2, 0, first, ret_outputs, 2);
    for (size_t row = first, n; row < count; row += n) {
        double *restrict down = ret_outputs[0] + row, *restrict up = ret_outputs[1] + row;
        n = run_least(count - row, WINDOW_TAIL_ROWS);
        find(state, inputs[0] + row, inputs[1] + row, n, high, low);
        for (size_t i = 0; i < n; i++) {
            double now = state->now + (double)(int)i;
            down[i] = passed(low[i], now, period, factor);
            up[i] = passed(high[i], now, period, factor);
        }
        state->now += (double)n;
    }
    skip(state, inputs[0] + first, inputs[1] + first, count - first);
}

SIMD_CLONES static void aroonosc_run(void *memory, const double *const *inputs, size_t count,
                                     double *const *ret_outputs) {
    struct state *state = memory;
    double high[WINDOW_TAIL_ROWS], low[WINDOW_TAIL_ROWS];
    size_t first = pushed(state, count);
    double factor = 100 / ((double)state->high.at.period - 1);
    run_rows(aroonosc_update, state, inputs, 2, 0, first, ret_outputs, 1);
    for (size_t row = first, n; row < count; row += n) {
        double *restrict out = ret_outputs[0] + row;
        n = run_least(count - row, WINDOW_TAIL_ROWS);
        find(state, inputs[0] + row, inputs[1] + row, n, high, low);
        for (size_t i = 0; i < n; i++) out[i] = factor * (high[i] - low[i]);
        state->now += (double)n;
    }
    skip(state, inputs[0] + first, inputs[1] + first, count - first);
}

const struct indicator indicator_aroon = {
    .name = "aroon",
    .group = "momentum",
    .summary = "Aroon: per cent of the window that had passed when its newest lowest low and its "
               "newest highest high came.",
    .source = "Chande (1995): 100 (timeperiod - rows since) / timeperiod; TA-Lib AROON",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"aroondown", "aroonup"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = aroon_update,
    .run = aroon_run,
};

const struct indicator indicator_aroonosc = {
    .name = "aroonosc",
    .group = "momentum",
    .summary = "Aroon oscillator: Aroon up less Aroon down.",
    .source = "Chande (1995); TA-Lib AROONOSC",
    .inputs = {"high", "low"},
    .input_count = 2,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = aroonosc_update,
    .run = aroonosc_run,
};
