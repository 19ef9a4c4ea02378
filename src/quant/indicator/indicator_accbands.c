// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/stream/window.h"

enum { PIECE = 1024, BANDS = 3 };

struct state {
    struct window_sum sums[BANDS]; // upper, middle, lower
    double slots[];
};
_Static_assert(sizeof(struct state) == 72, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(20, 2, "Length of the averages.")};

static size_t state_size(const double *values) {
    return sizeof(struct state) + sizeof(double) * BANDS * window_sum_slots((uint32_t)values[0]);
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    memset(state, 0, state_size(values));
    for (size_t i = 0; i < BANDS; i++) state->sums[i] = window_sum_make((uint32_t)values[0]);
}

// A bar's own bands: as far outside high and low as four times its width, relative to their sum.
static inline void widen(double high, double low, double *ret_upper, double *ret_lower) {
    double total = high + low, width = 4 * (high - low) / total;
    width = fabs(total) >= INDICATOR_ZERO ? width : 0;
    *ret_upper = high * (1 + width);
    *ret_lower = low * (1 - width);
}

static void update(void *memory, const double *inputs, double *ret_outputs) {
    struct state *state = memory;
    double values[BANDS] = {0, inputs[2], 0}, period = (double)state->sums[0].at.period;
    widen(inputs[0], inputs[1], &values[0], &values[2]);
    for (size_t i = 0; i < BANDS; i++) {
        double *slots = state->slots + i * state->sums[0].at.period;
        double sum = window_sum_push(&state->sums[i], slots, values[i]);
        ret_outputs[i] = LIKELY(state->sums[i].at.full) ? sum / period : NAN;
    }
}

static void run(void *memory, const double *const *inputs, size_t count,
                double *const *ret_outputs) {
    struct state *state = memory;
    double upper[PIECE], lower[PIECE], period = (double)state->sums[0].at.period;
    for (size_t at = 0, n; at < count; at += n) {
        n = count - at < PIECE ? count - at : PIECE;
        size_t undefined = window_missing(&state->sums[0].at, n);
        for (size_t i = 0; i < n; i++)
            widen(inputs[0][at + i], inputs[1][at + i], &upper[i], &lower[i]);
        const double *values[BANDS] = {upper, inputs[2] + at, lower};
        for (size_t band = 0; band < BANDS; band++) {
            double *slots = state->slots + band * state->sums[0].at.period;
            double *out = ret_outputs[band] + at;
            window_mean_run(&state->sums[band], slots, values[band], n, period, out);
            for (size_t i = 0; i < undefined; i++) out[i] = NAN;
        }
    }
}

const struct indicator indicator_accbands = {
    .name = "accbands",
    .group = "overlap",
    .summary =
        "Acceleration bands: averages of the close and of high and low moved out by the bar's "
        "relative width.",
    .source = "Headley, Big Trends in Trading (2002); TA-Lib ACCBANDS",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"upperband", "middleband", "lowerband"},
    .output_count = 3,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = update,
    .run = run,
};
