// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/smooth.h"
#include "quant/stream/true_range.h"

struct state {
    struct smooth range;
    double previous_close; // NaN before the first bar
};
_Static_assert(sizeof(struct state) == 32, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(14, 1, "Length of the smoothing of the true range.")};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    *(struct state *)memory =
        (struct state){.range = smooth_wilder((uint32_t)values[0]), .previous_close = NAN};
}

// True when the average is defined.
RUN_INLINE bool push(struct state *state, const double *inputs) {
    double previous = state->previous_close;
    state->previous_close = inputs[2];
    if (UNLIKELY(isnan(previous))) return false;
    return smooth_push(&state->range, true_range(inputs[0], inputs[1], previous));
}

RUN_INLINE double per_cent(double range, double close) {
    double ratio = 100 * (range / close);
    return fabs(close) >= INDICATOR_ZERO ? ratio : 0;
}

static void atr_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = push(state, inputs) ? state->range.value : NAN;
}

static void natr_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = push(state, inputs) ? per_cent(state->range.value, inputs[2]) : NAN;
}

// The rows from which on the bar before is in the columns and the average is defined.
RUN_INLINE size_t first_row(const struct state *state, size_t count) {
    size_t missing = state->range.left + (isnan(state->previous_close) ? 1 : 0);
    return run_least(count, missing > 1 ? missing : 1);
}

RUN_INLINE void averages(struct state *state, const double *const *inputs, size_t row, size_t count,
                         double *restrict ret) {
    const double *high = inputs[0] + row, *low = inputs[1] + row, *close = inputs[2] + row;
    const double *before = close - 1;
    double range[RUN_BLOCK];
    for (size_t i = 0; i < count; i++) range[i] = true_range(high[i], low[i], before[i]);
    struct smooth smooth = state->range;
    for (size_t i = 0; i < count; i++) ret[i] = smooth_next(&smooth, range[i]);
    state->range = smooth;
    state->previous_close = close[count - 1];
}

SIMD_CLONES static void atr_run(void *memory, const double *const *inputs, size_t count,
                                double *const *ret_outputs) {
    struct state *state = memory;
    size_t row = first_row(state, count);
    run_rows(atr_update, state, inputs, 3, 0, row, ret_outputs, 1);
    for (size_t n; row < count; row += n) {
        n = run_least(count - row, RUN_BLOCK);
        averages(state, inputs, row, n, ret_outputs[0] + row);
    }
}

SIMD_CLONES static void natr_run(void *memory, const double *const *inputs, size_t count,
                                 double *const *ret_outputs) {
    struct state *state = memory;
    double average[RUN_BLOCK];
    size_t row = first_row(state, count);
    run_rows(natr_update, state, inputs, 3, 0, row, ret_outputs, 1);
    for (size_t n; row < count; row += n) {
        double *restrict out = ret_outputs[0] + row;
        n = run_least(count - row, RUN_BLOCK);
        averages(state, inputs, row, n, average);
        for (size_t i = 0; i < n; i++) out[i] = per_cent(average[i], inputs[2][row + i]);
    }
}

// The true range has the state of an average that nothing is put in.
static size_t trange_lookback(const double *values) {
    return 1;
}

static void trange_init(void *memory, const double *values) {
    *(struct state *)memory = (struct state){.previous_close = NAN};
}

static void trange_update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double previous = state->previous_close;
    state->previous_close = inputs[2];
    ret_outputs[0] =
        isnan(previous) ? NAN : run_defined(true_range(inputs[0], inputs[1], previous));
}

SIMD_CLONES static size_t trange_run(void *memory, const double *const *inputs, size_t count,
                                     double *const *ret_outputs) {
    struct state *state = memory;
    const double *high = inputs[0], *low = inputs[1], *close = inputs[2];
    double *restrict out = ret_outputs[0];
    if (count == 0) return 0;
    uint64_t bad = run_bad(high[0]) | run_bad(low[0]) | run_bad(close[0]);
    for (size_t row = 1; row < count; row++) {
        out[row] = run_defined(true_range(high[row], low[row], close[row - 1]));
        bad |= run_bad(high[row]) | run_bad(low[row]) | run_bad(close[row]);
    }
    if (bad != 0) return 0;
    trange_update(state, (double[]){high[0], low[0], close[0]}, out);
    state->previous_close = close[count - 1];
    return count;
}

const struct indicator indicator_atr = {
    .name = "atr",
    .group = "volatility",
    .summary =
        "Average true range: the true range from the second bar on, smoothed as Wilder does.",
    .source = "Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib ATR",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = atr_update,
    .run = atr_run,
};

const struct indicator indicator_natr = {
    .name = "natr",
    .group = "volatility",
    .summary = "Average true range in per cent of the close; 0 where the close is 0.",
    .source = "100 ATR / close; TA-Lib NATR",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = natr_update,
    .run = natr_run,
};

const struct indicator indicator_trange = {
    .name = "trange",
    .group = "volatility",
    .summary = "True range, from the second bar on.",
    .source = "Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib TRANGE",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"value"},
    .output_count = 1,
    .state_size = state_size,
    .lookback = trange_lookback,
    .init = trange_init,
    .update = trange_update,
    .run_finite = trange_run,
};
