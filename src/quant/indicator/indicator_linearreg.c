// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/math/mathfn.h"
#include "quant/math/mathfn_many.h"
#include "quant/stream/window.h"

struct state {
    struct window_line line;
    double slots[];
};
_Static_assert(sizeof(struct state) == 40, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(14, 2, "Length of the window.")};

static const double degrees = 57.295779513082320877; // 180 / pi

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * window_line_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->line = window_line_make((uint32_t)values[0]);
}

RUN_INLINE double slope_of(struct line_sums sums, double period) {
    double middle = (period - 1) / 2;
    return (sums.moment - middle * sums.sum) * (12 / (period * (period * period - 1)));
}

// The line's value at position x, 0 for the oldest row.
RUN_INLINE double value_at(struct line_sums sums, double period, double x) {
    double middle = (period - 1) / 2;
    return sums.origin + sums.sum / period + slope_of(sums, period) * (x - middle);
}

RUN_INLINE double linearreg_of(struct line_sums sums, double period) {
    return value_at(sums, period, period - 1);
}

RUN_INLINE double linearreg_intercept_of(struct line_sums sums, double period) {
    return value_at(sums, period, 0);
}

RUN_INLINE double linearreg_slope_of(struct line_sums sums, double period) {
    return slope_of(sums, period);
}

RUN_INLINE double tsf_of(struct line_sums sums, double period) {
    return value_at(sums, period, period);
}

#define UPDATE(name, of)                                                                           \
    static void name##_update(void *memory, const double *inputs, double *ret_outputs) {           \
        struct state *state = memory;                                                              \
        struct line_sums sums = window_line_push(&state->line, state->slots, inputs[0]);           \
        double period = (double)state->line.at.period;                                             \
        ret_outputs[0] = LIKELY(state->line.at.full) ? of(sums, period) : NAN;                     \
    }

#define RUN(name, of)                                                                              \
    SIMD_CLONES static void name##_run(void *memory, const double *const *inputs, size_t count,    \
                                       double *const *ret_outputs) {                               \
        struct state *state = memory;                                                              \
        double origin[RUN_BLOCK], sum[RUN_BLOCK], moment[RUN_BLOCK];                               \
        double period = (double)state->line.at.period;                                             \
        size_t row = window_missing(&state->line.at, count);                                       \
        run_rows(name##_update, state, inputs, 1, 0, row, ret_outputs, 1);                         \
        for (size_t n; row < count; row += n) {                                                    \
            double *restrict out = ret_outputs[0] + row;                                           \
            n = run_least(count - row, RUN_BLOCK);                                                 \
            window_line_run(&state->line, state->slots, inputs[0] + row, n, origin, sum, moment);  \
            for (size_t i = 0; i < n; i++)                                                         \
                out[i] = of((struct line_sums){origin[i], sum[i], moment[i]}, period);             \
        }                                                                                          \
    }

UPDATE(linearreg, linearreg_of)
RUN(linearreg, linearreg_of)
UPDATE(linearreg_intercept, linearreg_intercept_of)
RUN(linearreg_intercept, linearreg_intercept_of)
UPDATE(linearreg_slope, linearreg_slope_of)
RUN(linearreg_slope, linearreg_slope_of)
UPDATE(tsf, tsf_of)
RUN(tsf, tsf_of)

static void linearreg_angle_update(void *memory, const double *inputs, double *ret_outputs) {
    double slope;
    linearreg_slope_update(memory, inputs, &slope);
    ret_outputs[0] = isnan(slope) ? NAN : mathfn_atan(slope) * degrees;
}

SIMD_CLONES static void linearreg_angle_run(void *memory, const double *const *inputs, size_t count,
                                            double *const *ret_outputs) {
    double slope[RUN_BLOCK];
    linearreg_slope_run(memory, inputs, count, ret_outputs);
    for (size_t row = 0, n; row < count; row += n) {
        double *restrict out = ret_outputs[0] + row;
        n = run_least(count - row, RUN_BLOCK);
        for (size_t i = 0; i < n; i++) slope[i] = isnan(out[i]) ? 0 : out[i];
        mathfn_atan_many(slope, n, slope);
        for (size_t i = 0; i < n; i++) out[i] = isnan(out[i]) ? NAN : slope[i] * degrees;
    }
}

#define LINE_INDICATOR(name_, summary_, source_)                                                   \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = "statistic",                                                                      \
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

LINE_INDICATOR(linearreg, "Least-squares line through the window: its value at the newest bar.",
               "Ordinary least squares on x = 0 .. timeperiod - 1; TA-Lib LINEARREG")
LINE_INDICATOR(linearreg_angle,
               "Least-squares line through the window: the angle of its slope in degrees.",
               "atan(slope) 180 / pi; TA-Lib LINEARREG_ANGLE")
LINE_INDICATOR(linearreg_intercept,
               "Least-squares line through the window: its value at the oldest bar.",
               "Ordinary least squares on x = 0 .. timeperiod - 1; TA-Lib LINEARREG_INTERCEPT")
LINE_INDICATOR(linearreg_slope, "Least-squares line through the window: its slope a bar.",
               "Ordinary least squares on x = 0 .. timeperiod - 1; TA-Lib LINEARREG_SLOPE")
LINE_INDICATOR(tsf, "Time series forecast: the least-squares line through the window, one bar on.",
               "Ordinary least squares on x = 0 .. timeperiod - 1; TA-Lib TSF")
