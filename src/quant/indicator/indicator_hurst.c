// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/check.h"
#include "quant/indicator/indicator.h"
#include "quant/indicator/rescaled_range.h"
#include "quant/math/mathfn.h"

enum { SCALES_MAX = 16 };

struct scale {
    struct rescaled_range range;
    struct window_sum sum;   // of R/S
    struct window_sum count; // of windows that have one
    double log_length;
    double log_expected; // of R/S
};
_Static_assert(sizeof(struct scale) == 152, "hashed as bytes: no padding");

struct state {
    struct scale scales[SCALES_MAX]; // from the longest to the shortest
    double previous;                 // NaN before the first value
    uint32_t count;                  // of scales
    uint32_t plain;
    double slots[]; // of each scale's range, sum and count
};
_Static_assert(sizeof(struct state) == 152 * SCALES_MAX + 16, "hashed as bytes: no padding");

static const struct param params[] = {
    INDICATOR_PERIOD("period", 128, 8, "Number of changes in the window."),
    INDICATOR_PERIOD("shortest", 8, 4, "The least length that is looked at."),
    {.name = "changes",
     .type = PARAM_ENUM,
     .unit = "",
     .def = 0,
     .max = 1,
     .choices = "log|plain",
     .help = "log: of the logarithm, where a value <= 0 is left out; plain: of the value itself."},
};

static const char *fault(const double *values) {
    return values[0] >= 2 * values[1] ? NULL : "period must be at least twice the shortest length";
}

static uint32_t scale_count(const double *values) {
    uint32_t count = 0;
    for (uint32_t n = (uint32_t)values[0]; (double)n >= values[1]; n /= 2) count++;
    return count;
}

// Windows of n changes within those of the period.
static uint32_t windows_of(const double *values, uint32_t n) {
    return (uint32_t)values[0] - n + 1;
}

static size_t state_size(const double *values) {
    size_t slots = 0;
    uint32_t n = (uint32_t)values[0];
    for (uint32_t k = 0; k < scale_count(values); k++, n /= 2)
        slots += rescaled_range_slots(n) + 2 * window_sum_slots(windows_of(values, n));
    return sizeof(struct state) + sizeof(double) * slots;
}

static size_t lookback(const double *values) {
    return (size_t)values[0];
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    state->previous = NAN;
    state->count = scale_count(values);
    state->plain = values[2] != 0;
    CHECK(state->count <= SCALES_MAX);
    uint32_t n = (uint32_t)values[0];
    for (uint32_t k = 0; k < state->count; k++, n /= 2)
        state->scales[k] = (struct scale){
            .range = rescaled_range_make(n),
            .sum = window_sum_make(windows_of(values, n)),
            .count = window_sum_make(windows_of(values, n)),
            .log_length = mathfn_log(n),
            .log_expected = mathfn_log(rescaled_range_expected(n)),
        };
}

// The change from one value to the next; NaN where it has none.
static double change_of(const struct state *state, double from, double to) {
    if (state->plain) return to - from;
    double rate = (to - from) / from;
    return fabs(rate) < 0.5 ? mathfn_log1p(rate) : mathfn_log(to / from);
}

// The mean R/S of a scale, or NaN.
static double scale_push(struct scale *scale, double *slots, double change) {
    uint32_t n = scale->range.moments.at.period;
    double *sum_slots = slots + rescaled_range_slots(n);
    double ratio = rescaled_range_push(&scale->range, slots, change);
    if (!scale->range.at.full) return NAN;
    bool defined = ratio > 0;
    double sum = window_sum_push(&scale->sum, sum_slots, defined ? ratio : 0);
    double count =
        window_sum_push(&scale->count, sum_slots + window_sum_slots(scale->sum.at.period), defined);
    return scale->sum.at.full && count > 0 ? sum / count : NAN;
}

// Slope of the least-squares line through (x, y).
static double slope_of(const double *x, const double *y, size_t count) {
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < count; i++) mean_x += x[i], mean_y += y[i];
    mean_x /= (double)count;
    mean_y /= (double)count;
    for (size_t i = 0; i < count; i++) {
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    return xy / xx;
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    ret_outputs[0] = ret_outputs[1] = NAN;
    if (!state->plain && !(inputs[0] > 0)) return;
    double previous = state->previous;
    state->previous = inputs[0];
    if (isnan(previous)) return;
    double change = change_of(state, previous, inputs[0]);
    double lengths[SCALES_MAX], ratios[SCALES_MAX], excesses[SCALES_MAX];
    double *slots = state->slots;
    size_t count = 0;
    for (uint32_t k = 0; k < state->count; k++) {
        struct scale *scale = &state->scales[k];
        double ratio = scale_push(scale, slots, change);
        slots += rescaled_range_slots(scale->range.moments.at.period) +
                 2 * window_sum_slots(scale->sum.at.period);
        if (isnan(ratio)) continue;
        lengths[count] = scale->log_length;
        ratios[count] = mathfn_log(ratio);
        excesses[count] = ratios[count] - scale->log_expected;
        count++;
    }
    if (count < 2) return;
    ret_outputs[0] = slope_of(lengths, ratios, count);
    ret_outputs[1] = 0.5 + slope_of(lengths, excesses, count);
}

const struct indicator indicator_hurst = {
    .name = "hurst",
    .group = "statistic",
    .summary = "Hurst exponent by rescaled range: the slope of log R/S on log n for windows of n = "
               "period, period / 2, period / 4 ... changes, R/S being the mean over all windows of "
               "n changes within the last `period`, those without deviation left out; corrected: "
               "0.5 more than the same slope of R/S over its expectation for independent changes. "
               "Undefined with fewer than two lengths left.",
    .source =
        "Mandelbrot and Wallis, Water Resour. Res. 5 (1969); Anis and Lloyd, Biometrika 63 (1976)",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value", "corrected"},
    .output_count = 2,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .fault = fault,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
};
