// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/smooth.h"

struct state {
    struct smooth gain;
    struct smooth loss;
    double previous; // NaN before the first value
};
_Static_assert(sizeof(struct state) == 56, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_TIMEPERIOD(14, 2, "Length of the smoothing of gains and losses.")};

static size_t state_size(const double *values) {
    return sizeof(struct state);
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct smooth smooth = smooth_wilder((uint32_t)values[0]);
    *(struct state *)memory = (struct state){.gain = smooth, .loss = smooth, .previous = NAN};
}

RUN_INLINE double gain_of(double change) {
    return change > 0 ? change : 0;
}

RUN_INLINE double loss_of(double change) {
    return change < 0 ? -change : 0;
}

RUN_INLINE double rsi_of(double gain, double loss) {
    double ratio = 100 * (gain / (gain + loss));
    return gain + loss >= INDICATOR_ZERO ? ratio : 0;
}

RUN_INLINE double cmo_of(double gain, double loss) {
    double ratio = 100 * ((gain - loss) / (gain + loss));
    return gain + loss >= INDICATOR_ZERO ? ratio : 0;
}

// True when the averages are defined.
RUN_INLINE bool push(struct state *state, double x) {
    double change = x - state->previous;
    state->previous = x;
    if (UNLIKELY(isnan(change))) return false;
    (void)smooth_push(&state->gain, gain_of(change));
    return smooth_push(&state->loss, loss_of(change));
}

RUN_INLINE void averages(struct state *state, const double *x, size_t count, double *restrict gain,
                         double *restrict loss) {
    const double *before = x - 1;
    for (size_t i = 0; i < count; i++) {
        gain[i] = gain_of(x[i] - before[i]);
        loss[i] = loss_of(x[i] - before[i]);
    }
    struct smooth gains = state->gain, losses = state->loss;
    for (size_t i = 0; i < count; i++) {
        gain[i] = smooth_next(&gains, gain[i]);
        loss[i] = smooth_next(&losses, loss[i]);
    }
    state->gain = gains;
    state->loss = losses;
    state->previous = x[count - 1];
}

#define STRENGTH_INDICATOR(name_, summary_, source_)                                               \
    static void name_##_update(void *memory, const double *inputs, double *ret_outputs) {          \
        struct state *state = memory;                                                              \
        ret_outputs[0] =                                                                           \
            push(state, inputs[0]) ? name_##_of(state->gain.value, state->loss.value) : NAN;       \
    }                                                                                              \
    SIMD_CLONES static void name_##_run(void *memory, const double *const *inputs, size_t count,   \
                                        double *const *ret_outputs) {                              \
        struct state *state = memory;                                                              \
        double gain[RUN_BLOCK], loss[RUN_BLOCK];                                                   \
        size_t missing = state->loss.left + (isnan(state->previous) ? 1 : 0);                      \
        size_t row = run_least(count, missing > 1 ? missing : 1);                                  \
        run_rows(name_##_update, state, inputs, 1, 0, row, ret_outputs, 1);                        \
        for (size_t n; row < count; row += n) {                                                    \
            double *restrict out = ret_outputs[0] + row;                                           \
            n = run_least(count - row, RUN_BLOCK);                                                 \
            averages(state, inputs[0] + row, n, gain, loss);                                       \
            for (size_t i = 0; i < n; i++) out[i] = name_##_of(gain[i], loss[i]);                  \
        }                                                                                          \
    }                                                                                              \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = "momentum",                                                                       \
        .summary = (summary_),                                                                     \
        .source = (source_),                                                                       \
        .inputs = {"close"},                                                                       \
        .input_count = 1,                                                                          \
        .outputs = {"value"},                                                                      \
        .output_count = 1,                                                                         \
        .params = params,                                                                          \
        .param_count = sizeof params / sizeof *params,                                             \
        .state_size = state_size,                                                                  \
        .lookback = lookback,                                                                      \
        .init = init,                                                                              \
        .update = name_##_update,                                                                  \
        .run = name_##_run,                                                                        \
    };

STRENGTH_INDICATOR(cmo,
                   "Chande momentum oscillator: 100 (gain - loss) / (gain + loss), smoothed as "
                   "Wilder does; 0 where gain + loss is below 1e-14.",
                   "Chande and Kroll, The New Technical Trader (1994), with Wilder's averages; "
                   "TA-Lib CMO")
STRENGTH_INDICATOR(rsi,
                   "Relative strength index: 100 gain / (gain + loss), smoothed; 0 where gain + "
                   "loss is below 1e-14.",
                   "Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib RSI")
