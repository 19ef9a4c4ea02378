// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/true_range.h"
#include "quant/stream/window.h"

enum { WINDOWS = 3 };

struct state {
    struct window_sum pressure[WINDOWS]; // shortest window first
    struct window_sum range[WINDOWS];
    double previous; // close; NaN before the first bar
    double slots[];  // of pressure[0], range[0], pressure[1], ...
};
_Static_assert(sizeof(struct state) == 152, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("timeperiod1", 7, 1, "Length of the first window."),
    INDICATOR_PERIOD("timeperiod2", 14, 1, "Length of the second window."),
    INDICATOR_PERIOD("timeperiod3", 28, 1, "Length of the third window."),
};

static size_t state_size(const double *values) {
    size_t slots = 0;
    for (size_t i = 0; i < WINDOWS; i++) slots += 2 * window_sum_slots((uint32_t)values[i]);
    return sizeof(struct state) + sizeof(double) * slots;
}

static size_t lookback(const double *values) {
    return (size_t)fmax(values[0], fmax(values[1], values[2]));
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    double longest = fmax(values[0], fmax(values[1], values[2]));
    double shortest = fmin(values[0], fmin(values[1], values[2]));
    double middle = values[0] + values[1] + values[2] - longest - shortest;
    const double periods[WINDOWS] = {shortest, middle, longest};
    for (size_t i = 0; i < WINDOWS; i++)
        state->pressure[i] = state->range[i] = window_sum_make((uint32_t)periods[i]);
    state->previous = NAN;
}

// How far the close is above the lower of the low and the close before.
RUN_INLINE double buying_pressure(double low, double close, double previous) {
    return close - (previous < low ? previous : low);
}

RUN_INLINE double share(double pressure, double range) {
    double ratio = pressure / range;
    return range >= INDICATOR_ZERO ? ratio : 0;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double shares[WINDOWS], previous = state->previous, *slots = state->slots;
    state->previous = inputs[2];
    ret_outputs[0] = NAN;
    if (UNLIKELY(isnan(previous))) return;
    double range = true_range(inputs[0], inputs[1], previous);
    double bought = buying_pressure(inputs[1], inputs[2], previous);
    for (size_t i = 0; i < WINDOWS; i++) {
        size_t size = window_sum_slots(state->range[i].at.period);
        double pressure = window_sum_push(&state->pressure[i], slots, bought);
        shares[i] = share(pressure, window_sum_push(&state->range[i], slots + size, range));
        slots += 2 * size;
    }
    if (LIKELY(state->range[WINDOWS - 1].at.full))
        ret_outputs[0] = 100 * (4 * shares[0] + 2 * shares[1] + shares[2]) / 7;
}

RUN_INLINE void block(struct state *state, const double *const *inputs, size_t row, size_t count,
                      double *restrict ret) {
    const double *high = inputs[0] + row, *low = inputs[1] + row;
    const double *close = inputs[2] + row, *before = close - 1;
    double range[RUN_BLOCK], bought[RUN_BLOCK], *slots = state->slots;
    double pressures[WINDOWS][RUN_BLOCK], ranges[WINDOWS][RUN_BLOCK];
    for (size_t i = 0; i < count; i++) {
        range[i] = true_range(high[i], low[i], before[i]);
        bought[i] = buying_pressure(low[i], close[i], before[i]);
    }
    for (size_t w = 0; w < WINDOWS; w++) {
        size_t size = window_sum_slots(state->range[w].at.period);
        window_sum_run(&state->pressure[w], slots, bought, count, pressures[w]);
        window_sum_run(&state->range[w], slots + size, range, count, ranges[w]);
        slots += 2 * size;
    }
    for (size_t i = 0; i < count; i++)
        ret[i] = 100 *
                 (4 * share(pressures[0][i], ranges[0][i]) +
                  2 * share(pressures[1][i], ranges[1][i]) + share(pressures[2][i], ranges[2][i])) /
                 7;
    state->previous = close[count - 1];
}

SIMD_CLONES static void ultosc_run(void *memory, const double *const *inputs, size_t count,
                                   double *const *ret_outputs) {
    struct state *state = memory;
    size_t missing = window_missing(&state->range[WINDOWS - 1].at, count);
    missing += isnan(state->previous) ? 1 : 0;
    size_t row = run_least(count, missing > 1 ? missing : 1);
    run_rows(update, state, inputs, 3, 0, row, ret_outputs, 1);
    for (size_t n; row < count; row += n) {
        n = window_block(&state->range[WINDOWS - 1].at, count - row, RUN_BLOCK);
        block(state, inputs, row, n, ret_outputs[0] + row);
    }
}

const struct indicator indicator_ultosc = {
    .name = "ultosc",
    .group = "momentum",
    .summary = "Ultimate oscillator: buying pressure over true range in three windows, the shorter "
               "the more it counts, in per cent; a window without range counts as 0.",
    .source = "Williams (1985): 100 (4 a + 2 b + c) / 7, shortest window first; TA-Lib ULTOSC",
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
    .run = ultosc_run,
};
