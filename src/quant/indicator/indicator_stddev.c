// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/window.h"

struct state {
    struct window_moments moments;
    double nbdev;
    double slots[];
};
_Static_assert(sizeof(struct state) == 48, "hashed as bytes: no padding");

#define NBDEV(help_)                                                                               \
    {                                                                                              \
        .name = "nbdev", .type = PARAM_REAL, .unit = "", .def = 1, .min = -3e37, .max = 3e37,      \
        .help = (help_)                                                                            \
    }

static const struct param stddev_params[] = {INDICATOR_TIMEPERIOD(5, 2, "Length of the window."),
                                             NBDEV("What the deviation is multiplied by.")};
static const struct param var_params[] = {
    INDICATOR_TIMEPERIOD(5, 1, "Length of the window."),
    NBDEV("Without effect, as in TA-Lib, whose call has this parameter.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_moments_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->moments = window_moments_make((uint32_t)values[0]);
    state->nbdev = values[1];
}

RUN_INLINE double var_of(double squares, double period, double nbdev) {
    return squares / period;
}

RUN_INLINE double stddev_of(double squares, double period, double nbdev) {
    double variance = squares / period, deviation = sqrt(variance) * nbdev;
    return variance >= INDICATOR_ZERO ? deviation : 0;
}

#define MOMENTS_INDICATOR(name_, summary_, source_)                                                \
    static void name_##_update(void *memory, const double *inputs, double *ret_outputs) {          \
        struct state *state = memory;                                                              \
        double squares = window_moments_push(&state->moments, state->slots, inputs[0]).squares;    \
        double period = (double)state->moments.at.period;                                          \
        bool full = state->moments.at.full;                                                        \
        ret_outputs[0] = LIKELY(full) ? name_##_of(squares, period, state->nbdev) : NAN;           \
    }                                                                                              \
    SIMD_CLONES static void name_##_run(void *memory, const double *const *inputs, size_t count,   \
                                        double *const *ret_outputs) {                              \
        struct state *state = memory;                                                              \
        double means[RUN_BLOCK], squares[RUN_BLOCK];                                               \
        double period = (double)state->moments.at.period, nbdev = state->nbdev;                    \
        size_t row = window_missing(&state->moments.at, count);                                    \
        run_rows(name_##_update, state, inputs, 1, 0, row, ret_outputs, 1);                        \
        for (size_t n; row < count; row += n) {                                                    \
            double *restrict out = ret_outputs[0] + row;                                           \
            n = run_least(count - row, RUN_BLOCK);                                                 \
            window_moments_run(&state->moments, state->slots, inputs[0] + row, n, means, squares); \
            for (size_t i = 0; i < n; i++) out[i] = name_##_of(squares[i], period, nbdev);         \
        }                                                                                          \
    }                                                                                              \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = "statistic",                                                                      \
        .summary = (summary_),                                                                     \
        .source = (source_),                                                                       \
        .inputs = {"close"},                                                                       \
        .input_count = 1,                                                                          \
        .outputs = {"value"},                                                                      \
        .output_count = 1,                                                                         \
        .params = name_##_params,                                                                  \
        .param_count = sizeof name_##_params / sizeof *name_##_params,                             \
        .state_size = state_size,                                                                  \
        .lookback = lookback,                                                                      \
        .init = init,                                                                              \
        .update = name_##_update,                                                                  \
        .run = name_##_run,                                                                        \
    };

MOMENTS_INDICATOR(stddev, "Population standard deviation of the window, times nbdev; 0 below 1e-7.",
                  "sqrt(mean (x - mean)^2) nbdev; TA-Lib STDDEV")
MOMENTS_INDICATOR(var, "Population variance of the window.", "mean (x - mean)^2; TA-Lib VAR")
