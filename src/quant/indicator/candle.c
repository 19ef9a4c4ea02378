// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/candle.h"

// Bars ahead of those that are worked at, of which the next part is asked for before each pass over a block.
enum { AHEAD = 2 * CANDLE_BLOCK };

struct tables {
    double measures[CANDLE_HISTORY + CANDLE_BLOCK];
    double means[CANDLE_MEANS][CANDLE_HISTORY + CANDLE_BLOCK];
};

static bool block(const struct candle_pattern *pattern, struct candles *candles, size_t count,
                  double *ret_values);
static SIMD_CLONES bool all_finite(const struct candles *candles, size_t first, size_t count);
static SIMD_CLONES void measure(const struct candles *candles, size_t count, enum candle_mean mean,
                                double *ret_measures);
static SIMD_CLONES void average(const double *restrict measures, size_t count, bool lesser,
                                double *restrict ret_means);

size_t candle_state_size(const double *params) {
    return sizeof(struct candle_state);
}

void candle_init(void *memory, const double *params) {
    memset(memory, 0, sizeof(struct candle_state));
}

void candle_init_penetration(void *memory, const double *params) {
    struct candle_state *state = memory;
    *state = (struct candle_state){.penetration = params[0]};
}

// The first bars look back into the state, together with which they make short columns of their
// own; the others look back into the caller's columns, the last bars of which are the state
// afterwards.
size_t candle_run(const struct candle_pattern *pattern, struct candle_state *state,
                  const double *const *inputs, size_t count, double *ret_values) {
    double *history[] = {state->open, state->high, state->low, state->close};
    double seam[4][2 * CANDLE_HISTORY];
    size_t head = count < CANDLE_HISTORY ? count : CANDLE_HISTORY;
    for (size_t k = 0; k < 4; k++) {
        memcpy(seam[k], history[k], CANDLE_HISTORY * sizeof(double));
        memcpy(seam[k] + CANDLE_HISTORY, inputs[k], head * sizeof(double));
    }
    struct candles candles = {seam[0], seam[1], seam[2], seam[3],
                              .penetration = state->penetration};
    if (!block(pattern, &candles, head, ret_values)) return 0;
    for (size_t i = 0; i < head && state->seen + i < pattern->lookback; i++) ret_values[i] = NAN;
    size_t row = head;
    for (size_t step; row < count; row += step) {
        step = count - row < CANDLE_BLOCK ? count - row : CANDLE_BLOCK;
        size_t from = row - CANDLE_HISTORY;
        candles.open = inputs[0] + from;
        candles.high = inputs[1] + from;
        candles.low = inputs[2] + from;
        candles.close = inputs[3] + from;
        if (!block(pattern, &candles, step, ret_values + row)) break;
    }
    state->seen += row;
    for (size_t k = 0; k < 4; k++)
        memcpy(history[k], row > head ? inputs[k] + row - CANDLE_HISTORY : seam[k] + head,
               CANDLE_HISTORY * sizeof(double));
    return row;
}

// Whether bars are finite; false, too, where the sum of one's prices is not.
static SIMD_CLONES bool all_finite(const struct candles *candles, size_t first, size_t count) {
    const double *open = candles->open + first, *high = candles->high + first;
    const double *low = candles->low + first, *close = candles->close + first;
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        double sum = (open[i] + high[i]) + (low[i] + close[i]);
        double zero = sum - sum; // or NaN
        uint64_t zero_bits;
        memcpy(&zero_bits, &zero, sizeof zero_bits);
        bits |= zero_bits;
    }
    return bits == 0;
}

// The values of `count` bars that follow CANDLE_HISTORY others.
static bool block(const struct candle_pattern *pattern, struct candles *candles, size_t count,
                  double *ret_values) {
    struct tables tables;
    simd_fetch(candles->open, AHEAD, count);
    simd_fetch(candles->high, AHEAD, count);
    if (!all_finite(candles, CANDLE_HISTORY, count)) return false;
    simd_fetch(candles->low, AHEAD, count);
    simd_fetch(candles->close, AHEAD, count);
    for (enum candle_mean mean = 0; mean < CANDLE_MEANS; mean++) {
        if (!(pattern->means >> mean & 1)) continue;
        measure(candles, CANDLE_HISTORY + count, mean, tables.measures);
        average(tables.measures, CANDLE_HISTORY + count, mean == CANDLE_RANGES_SHORT,
                tables.means[mean]);
        candles->means[mean] = tables.means[mean];
    }
    simd_fetch(ret_values, AHEAD, count);
    pattern->values(candles, CANDLE_HISTORY, count, ret_values);
    return true;
}

static SIMD_CLONES void measure(const struct candles *candles, size_t count, enum candle_mean mean,
                                double *ret_measures) {
    struct candles c = *candles;
    double *x = ret_measures;
    if (mean == CANDLE_BODIES)
        for (size_t i = 0; i < count; i++) x[i] = candle_body(&c, i);
    else if (mean == CANDLE_SHADOWS)
        for (size_t i = 0; i < count; i++) x[i] = candle_shadows(&c, i);
    else
        for (size_t i = 0; i < count; i++) x[i] = candle_range(&c, i);
}

static SIMD_CLONES void average(const double *restrict measures, size_t count, bool lesser,
                                double *restrict ret_means) {
    if (lesser)
        for (size_t i = 10; i < count; i++) ret_means[i] = candle_mean_5(measures + i - 5);
    else
        for (size_t i = 10; i < count; i++) ret_means[i] = candle_mean_10(measures + i - 10);
}
