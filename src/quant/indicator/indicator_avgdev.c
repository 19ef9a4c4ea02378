// SPDX-License-Identifier: Apache-2.0
#include <stdint.h>
#include <string.h>

#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/order_window.h"

// A window of at most SCANNED rows is gone through, row by row; a longer one is kept in order of size.
struct state {
    struct order_window order; // of a short window the cursor alone
    double slots[];
};
_Static_assert(sizeof(struct state) == 24, "hashed as bytes: no padding");

enum {
    TILE = 8, // rows whose sums are kept in registers
    SCANNED = 256
};

static const struct param params[] = {INDICATOR_TIMEPERIOD(14, 2, "Length of the window.")};

static size_t state_size(const double *values) {
    uint32_t period = (uint32_t)values[0];
    return sizeof(struct state) + sizeof(double) * (period <= SCANNED
                                                        ? window_delay_slots(period)
                                                        : order_window_measured_slots(period));
}

static size_t lookback(const double *values) {
    return (size_t)values[0] - 1;
}

static void init(void *memory, const double *values) {
    struct state *state = memory;
    uint32_t period = (uint32_t)values[0];
    memset(state, 0, state_size(values));
    if (period <= SCANNED)
        state->order.at = window_make(period);
    else
        state->order = order_window_make(period, state->slots);
}

static bool is_scanned(const struct state *state) {
    return state->order.at.period <= SCANNED;
}

// Two passes over the window, from the oldest value to the newest. The mean is kept as its difference
// from the newest value, so that the level of the series costs no digits.
static struct order_spread scan(struct state *state, double x) {
    const double *values = state->slots;
    size_t period = state->order.at.period;
    double sum = 0, deviations = 0;
    (void)window_delay_push(&state->order.at, state->slots, x);
    if (UNLIKELY(!state->order.at.full)) return (struct order_spread){NAN, NAN};
    size_t oldest = state->order.at.next;
    for (size_t i = oldest; i < period; i++) sum += values[i] - x;
    for (size_t i = 0; i < oldest; i++) sum += values[i] - x;
    double shift = sum / (double)period;
    for (size_t i = oldest; i < period; i++) deviations += fabs((values[i] - x) - shift);
    for (size_t i = 0; i < oldest; i++) deviations += fabs((values[i] - x) - shift);
    return (struct order_spread){.distance = 0 - shift, .deviation = deviations / (double)period};
}

static struct order_spread push(struct state *state, double x) {
    if (is_scanned(state)) return scan(state, x);
    order_window_measured_push(&state->order, state->slots, x);
    if (UNLIKELY(!state->order.at.full)) return (struct order_spread){NAN, NAN};
    return order_window_spread(&state->order, state->slots, x);
}

// Four rows, as the compiler's own vectors: sums stay in registers whatever the period.
typedef double lanes __attribute__((vector_size(32)));
typedef int64_t lane_bits __attribute__((vector_size(32)));
typedef double lanes_at __attribute__((vector_size(32), aligned(8), may_alias)); // in a column

// The same for TILE rows at once of a column that has the `period` - 1 rows before them, too.
RUN_INLINE void tile(const double *x, size_t period, double *ret_distance, double *ret_deviation) {
    const lanes_at *newest = (const lanes_at *)x;
    const double *oldest = x - (period - 1);
    lanes sum_a = {0}, sum_b = {0}, deviations_a = {0}, deviations_b = {0};
    for (size_t j = 0; j < period; j++) {
        const lanes_at *value = (const lanes_at *)(oldest + j);
        sum_a += value[0] - newest[0];
        sum_b += value[1] - newest[1];
    }
    lanes shift_a = sum_a / (double)period, shift_b = sum_b / (double)period;
    for (size_t j = 0; j < period; j++) {
        const lanes_at *value = (const lanes_at *)(oldest + j);
        lanes away_a = (value[0] - newest[0]) - shift_a;
        lanes away_b = (value[1] - newest[1]) - shift_b;
        deviations_a += (lanes)((lane_bits)away_a & INT64_MAX);
        deviations_b += (lanes)((lane_bits)away_b & INT64_MAX);
    }
    ((lanes_at *)ret_distance)[0] = 0 - shift_a;
    ((lanes_at *)ret_distance)[1] = 0 - shift_b;
    ((lanes_at *)ret_deviation)[0] = deviations_a / (double)period;
    ((lanes_at *)ret_deviation)[1] = deviations_b / (double)period;
}

static void avgdev_update(void *memory, const double *inputs, double *ret_outputs) {
    ret_outputs[0] = push(memory, inputs[0]).deviation;
}

SIMD_CLONES static void avgdev_run(void *memory, const double *const *inputs, size_t count,
                                   double *const *ret_outputs) {
    struct state *state = memory;
    double unused[TILE];
    size_t row = run_least(count, is_scanned(state) ? state->order.at.period : count), first = row;
    run_rows(avgdev_update, state, inputs, 1, 0, row, ret_outputs, 1);
    for (; row + TILE <= count; row += TILE)
        tile(inputs[0] + row, state->order.at.period, unused, ret_outputs[0] + row);
    window_delay_put(&state->order.at, state->slots, inputs[0] + first, row - first);
    run_rows(avgdev_update, state, inputs, 1, row, count, ret_outputs, 1);
}

RUN_INLINE double typical(double high, double low, double close) {
    return (high + low + close) / 3;
}

// Equal sums of three prices may differ by their roundings: a window of such has not moved.
RUN_INLINE double cci_of(double price, double distance, double deviation) {
    double index = distance / (0.015 * deviation);
    return deviation > 1e-15 * fabs(price) ? index : 0;
}

static void cci_update(void *memory, const double *inputs, double *ret_outputs) {
    double price = typical(inputs[0], inputs[1], inputs[2]);
    struct order_spread spread = push(memory, price);
    bool full = ((const struct state *)memory)->order.at.full;
    ret_outputs[0] = LIKELY(full) ? cci_of(price, spread.distance, spread.deviation) : NAN;
}

// Rows of whole tiles; typical prices stand behind those of the rows that a window reaches back to.
RUN_INLINE void cci_block(const double *const *inputs, size_t row, size_t count, size_t period,
                          double *price, double *restrict ret) {
    double distance[TILE], deviation[TILE];
    const double *high = inputs[0] + row, *low = inputs[1] + row, *close = inputs[2] + row;
    for (size_t i = 0; i < count; i++) price[i] = typical(high[i], low[i], close[i]);
    for (size_t i = 0; i < count; i += TILE) {
        tile(price + i, period, distance, deviation);
        for (size_t k = 0; k < TILE; k++)
            ret[i + k] = cci_of(price[i + k], distance[k], deviation[k]);
    }
}

SIMD_CLONES static void cci_run(void *memory, const double *const *inputs, size_t count,
                                double *const *ret_outputs) {
    struct state *state = memory;
    double prices[SCANNED + RUN_BLOCK];
    size_t period = state->order.at.period, back = period - 1;
    size_t row = run_least(count, is_scanned(state) ? period : count);
    run_rows(cci_update, state, inputs, 3, 0, row, ret_outputs, 1);
    for (size_t i = 0; row < count && i < back; i++) {
        size_t from = row - back + i;
        prices[i] = typical(inputs[0][from], inputs[1][from], inputs[2][from]);
    }
    for (size_t n; row + TILE <= count; row += n) {
        n = run_least((count - row) / TILE * TILE, RUN_BLOCK);
        cci_block(inputs, row, n, period, prices + back, ret_outputs[0] + row);
        window_delay_put(&state->order.at, state->slots, prices + back, n);
        memmove(prices, prices + n, back * sizeof *prices);
    }
    run_rows(cci_update, state, inputs, 3, row, count, ret_outputs, 1);
}

const struct indicator indicator_avgdev = {
    .name = "avgdev",
    .group = "statistic",
    .summary = "Mean absolute deviation of the window from its mean.",
    .source = "mean |x - mean|; TA-Lib AVGDEV",
    .inputs = {"close"},
    .input_count = 1,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = avgdev_update,
    .run = avgdev_run,
};

const struct indicator indicator_cci = {
    .name = "cci",
    .group = "momentum",
    .summary =
        "Commodity channel index: distance of the typical price from its mean in units of "
        "0.015 mean absolute deviations; 0 where that is 0, or what rounding leaves of equal "
        "prices.",
    .source = "Lambert, Commodities (1980); TA-Lib CCI",
    .inputs = {"high", "low", "close"},
    .input_count = 3,
    .outputs = {"value"},
    .output_count = 1,
    .params = params,
    .param_count = sizeof params / sizeof *params,
    .state_size = state_size,
    .lookback = lookback,
    .init = init,
    .update = cci_update,
    .run = cci_run,
};
