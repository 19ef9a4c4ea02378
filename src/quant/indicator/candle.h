// SPDX-License-Identifier: Apache-2.0
// Candlestick patterns: what the indicators of group "pattern" are made of.
//
// A pattern is a pure function of the last few bars and of what was usual before each of them: the
// mean body, range or shadow of the bars that precede it, itself not counted. Periods and factors
// are those that TA-Lib has by default. The value is 0 where there is no pattern, otherwise 100
// with the sign of what it foretells (that of the bar's colour where a lone bar says no more), 80
// where the ends of two bodies coincide, 200 where a pattern is confirmed.
//
// It is written without branches, on columns that end with the bar in question: conditions are ints
// 0 or 1 joined by & and |, and candle_when makes the value of them. So one function serves the
// stream, where the columns are the state's and means are computed as they are asked for, and the
// batch, where the columns are the caller's, means are tabled and the compiler makes vectors of
// bars. Both do the same operations in the same order: the same bits.
//
// A bar is white when it closes at or above its open, and black otherwise. Bars are taken as they
// are: where the high lies below the low, ranges and shadows are below zero.
//
// Ties: "longer than usual" is decided in doubles, as in TA-Lib. Differences of prices and sums of
// ten of them are exact while they stay below the lowest price among them; the means are then
// TA-Lib's to the bit, which moves its sums along by adding and subtracting. Where prices are small
// beside their ranges, or were of another magnitude before, TA-Lib's sums keep what rounding left in
// them; a body that equals a mean in decimals may then fall on the other side there. Here it
// depends on no bar but those that count.
#ifndef FULMAR_QUANT_INDICATOR_CANDLE_H
#define FULMAR_QUANT_INDICATOR_CANDLE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/simd.h"
#include "quant/indicator/indicator.h"

enum {
    CANDLE_HISTORY = 16, // bars: the deepest pattern looks back over 14 and itself
    CANDLE_BLOCK = 128   // bars whose columns and tables stay in the nearest cache
};

// The means, each over the bars before the one it belongs to.
enum candle_mean {
    CANDLE_BODIES,       // |close - open| over 10 bars
    CANDLE_RANGES,       // high - low over 10 bars
    CANDLE_SHADOWS,      // upper and lower shadow together over 10 bars
    CANDLE_RANGES_SHORT, // high - low over 5 bars
    CANDLE_MEANS
};

struct candles {
    const double *open, *high, *low, *close;
    const double *means[CANDLE_MEANS]; // tables beside the columns
    bool tabled;                       // false: there are no tables
    double penetration;                // the parameter of the patterns that have one
};

#define CANDLE_INLINE static inline __attribute__((always_inline))

CANDLE_INLINE double candle_max(double x, double y) {
    return x > y ? x : y;
}

CANDLE_INLINE double candle_min(double x, double y) {
    return x < y ? x : y;
}

// The parts of bar i.
CANDLE_INLINE double candle_body(const struct candles *c, size_t i) {
    return fabs(c->close[i] - c->open[i]);
}

CANDLE_INLINE double candle_range(const struct candles *c, size_t i) {
    return c->high[i] - c->low[i];
}

CANDLE_INLINE double candle_top(const struct candles *c, size_t i) { // of the body
    return candle_max(c->open[i], c->close[i]);
}

CANDLE_INLINE double candle_bottom(const struct candles *c, size_t i) { // of the body
    return candle_min(c->open[i], c->close[i]);
}

CANDLE_INLINE double candle_upper(const struct candles *c, size_t i) { // shadow
    return c->high[i] - candle_top(c, i);
}

CANDLE_INLINE double candle_lower(const struct candles *c, size_t i) { // shadow
    return candle_bottom(c, i) - c->low[i];
}

CANDLE_INLINE double candle_shadows(const struct candles *c, size_t i) {
    return candle_upper(c, i) + candle_lower(c, i);
}

// A mean from what it is the mean of, oldest first.
CANDLE_INLINE double candle_mean_10(const double *x) {
    return ((((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]))) + (x[8] + x[9])) /
           10;
}

CANDLE_INLINE double candle_mean_5(const double *x) {
    return (((x[0] + x[1]) + (x[2] + x[3])) + x[4]) / 5;
}

// What a mean is the mean of.
CANDLE_INLINE double candle_measure(const struct candles *c, size_t i, enum candle_mean mean) {
    if (mean == CANDLE_BODIES) return candle_body(c, i);
    if (mean == CANDLE_SHADOWS) return candle_shadows(c, i);
    return candle_range(c, i);
}

CANDLE_INLINE double candle_mean(const struct candles *c, size_t i, enum candle_mean mean) {
    if (c->tabled) return c->means[mean][i];
    double x[10];
    for (size_t k = 0; k < 10; k++) x[k] = candle_measure(c, i - 10 + k, mean);
    return mean == CANDLE_RANGES_SHORT ? candle_mean_5(x + 5) : candle_mean_10(x);
}

// Thresholds: what counts as very short for a shadow, as near, far and equal for a distance.
CANDLE_INLINE double candle_tiny(const struct candles *c, size_t i) {
    return 0.1 * candle_mean(c, i, CANDLE_RANGES);
}

CANDLE_INLINE double candle_short_shadow(const struct candles *c, size_t i) {
    return candle_mean(c, i, CANDLE_SHADOWS) / 2;
}

CANDLE_INLINE double candle_near(const struct candles *c, size_t i) {
    return 0.2 * candle_mean(c, i, CANDLE_RANGES_SHORT);
}

CANDLE_INLINE double candle_far(const struct candles *c, size_t i) {
    return 0.6 * candle_mean(c, i, CANDLE_RANGES_SHORT);
}

CANDLE_INLINE double candle_equal(const struct candles *c, size_t i) {
    return 0.05 * candle_mean(c, i, CANDLE_RANGES_SHORT);
}

// Conditions.
CANDLE_INLINE int candle_white(const struct candles *c, size_t i) {
    return c->close[i] >= c->open[i];
}

CANDLE_INLINE int candle_black(const struct candles *c, size_t i) {
    return c->close[i] < c->open[i];
}

CANDLE_INLINE int candle_long(const struct candles *c, size_t i) {
    return candle_body(c, i) > candle_mean(c, i, CANDLE_BODIES);
}

CANDLE_INLINE int candle_not_long(const struct candles *c, size_t i) {
    return candle_body(c, i) <= candle_mean(c, i, CANDLE_BODIES);
}

CANDLE_INLINE int candle_short(const struct candles *c, size_t i) {
    return candle_body(c, i) < candle_mean(c, i, CANDLE_BODIES);
}

CANDLE_INLINE int candle_doji(const struct candles *c, size_t i) {
    return candle_body(c, i) <= 0.1 * candle_mean(c, i, CANDLE_RANGES);
}

CANDLE_INLINE int candle_no_upper(const struct candles *c, size_t i) { // no shadow to speak of
    return candle_upper(c, i) < candle_tiny(c, i);
}

CANDLE_INLINE int candle_no_lower(const struct candles *c, size_t i) {
    return candle_lower(c, i) < candle_tiny(c, i);
}

CANDLE_INLINE int candle_bare(const struct candles *c, size_t i) {
    return candle_no_upper(c, i) & candle_no_lower(c, i);
}

// Of the three bars up to i.
CANDLE_INLINE int candle_three_white(const struct candles *c, size_t i) {
    return candle_white(c, i - 2) & candle_white(c, i - 1) & candle_white(c, i);
}

CANDLE_INLINE int candle_three_black(const struct candles *c, size_t i) {
    return candle_black(c, i - 2) & candle_black(c, i - 1) & candle_black(c, i);
}

CANDLE_INLINE int candle_rising(const double *column, size_t i) {
    return (column[i - 2] < column[i - 1]) & (column[i - 1] < column[i]);
}

CANDLE_INLINE int candle_falling(const double *column, size_t i) {
    return (column[i - 2] > column[i - 1]) & (column[i - 1] > column[i]);
}

// The body of bar i lies above, below that of bar j; the whole bar does.
CANDLE_INLINE int candle_gap_up(const struct candles *c, size_t i, size_t j) {
    return candle_bottom(c, i) > candle_top(c, j);
}

CANDLE_INLINE int candle_gap_down(const struct candles *c, size_t i, size_t j) {
    return candle_top(c, i) < candle_bottom(c, j);
}

CANDLE_INLINE int candle_island_up(const struct candles *c, size_t i, size_t j) {
    return c->low[i] > c->high[j];
}

CANDLE_INLINE int candle_island_down(const struct candles *c, size_t i, size_t j) {
    return c->high[i] < c->low[j];
}

CANDLE_INLINE int candle_within(double x, double y, double distance) {
    return (x <= y + distance) & (x >= y - distance);
}

// The value where the condition holds, otherwise 0.
CANDLE_INLINE double candle_when(int condition, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits &= -(uint64_t)condition;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// 100 with the sign of bar i's colour.
CANDLE_INLINE double candle_colour(const struct candles *c, size_t i) {
    return copysign(100, c->close[i] - c->open[i]);
}

// The state of every pattern: the last bars, oldest first.
struct candle_state {
    uint64_t seen;
    double penetration;
    double open[CANDLE_HISTORY], high[CANDLE_HISTORY], low[CANDLE_HISTORY], close[CANDLE_HISTORY];
};
_Static_assert(sizeof(struct candle_state) == 16 + 4 * 8 * CANDLE_HISTORY,
               "hashed as bytes: no padding");

size_t candle_state_size(const double *params);
void candle_init(void *state, const double *params);             // without parameters
void candle_init_penetration(void *state, const double *params); // penetration is the only one

CANDLE_INLINE void candle_push(struct candle_state *state, const double *bar) {
    double *columns[] = {state->open, state->high, state->low, state->close};
    for (size_t k = 0; k < 4; k++) {
        memmove(columns[k], columns[k] + 1, (CANDLE_HISTORY - 1) * sizeof(double));
        columns[k][CANDLE_HISTORY - 1] = bar[k];
    }
    state->seen++;
}

CANDLE_INLINE struct candles candle_view(const struct candle_state *state) {
    return (struct candles){.open = state->open,
                            .high = state->high,
                            .low = state->low,
                            .close = state->close,
                            .penetration = state->penetration};
}

// What candle_run knows of a pattern: its values at `count` <= CANDLE_BLOCK bars of columns with tables,
// from bar `first` on, to where nothing else points; the tables that these read, as bits of enum candle_mean; its
// lookback.
struct candle_pattern {
    void (*values)(const struct candles *candles, size_t first, size_t count,
                   double *restrict ret_values);
    unsigned means;
    size_t lookback;
};

// run_finite of a pattern.
size_t candle_run(const struct candle_pattern *pattern, struct candle_state *state,
                  const double *const *inputs, size_t count, double *ret_values);

// Sets of means for the rows below, and how many bars the longest of a set takes.
enum {
    CANDLE_NO_MEANS = 0,
    CANDLE_BODY = 1 << CANDLE_BODIES,
    CANDLE_RANGE = 1 << CANDLE_RANGES,
    CANDLE_SHADOW = 1 << CANDLE_SHADOWS,
    CANDLE_DISTANCE = 1 << CANDLE_RANGES_SHORT
};

#define CANDLE_MEAN_BARS(means_) ((means_) & ~CANDLE_DISTANCE ? 10 : (means_) != 0 ? 5 : 0)

// An indicator out of `double name_(const struct candles *, size_t i)`, which looks at bars
// i - back_ to i (TA-Lib counts one more in cdlengulfing and cdl3outside) and reads the means of
// the set means_ there.
#define CANDLE_INDICATOR(name_, back_, means_, summary_)                                           \
    CANDLE_ROW(name_, back_, means_, summary_, candle_init, NULL, 0)

// The same with the parameter `penetration`.
#define CANDLE_PENETRATION_INDICATOR(name_, back_, means_, default_, summary_)                     \
    static const struct param name_##_params[] = {                                                 \
        {.name = "penetration",                                                                    \
         .type = PARAM_REAL,                                                                       \
         .unit = "fraction",                                                                       \
         .def = (default_),                                                                        \
         .min = 0,                                                                                 \
         .max = 1e9,                                                                               \
         .help = "Depth into the first body, as a part of it."}};                                  \
    CANDLE_ROW(name_, back_, means_, summary_, candle_init_penetration, name_##_params, 1)

#define CANDLE_ROW(name_, back_, means_, summary_, init_, params_, param_count_)                   \
    static size_t name_##_lookback(const double *params) {                                         \
        return (back_) + CANDLE_MEAN_BARS(means_);                                                 \
    }                                                                                              \
    static void name_##_update(void *memory, const double *bar, double *ret_value) {               \
        struct candle_state *state = memory;                                                       \
        candle_push(state, bar);                                                                   \
        struct candles candles = candle_view(state);                                               \
        double value = name_(&candles, CANDLE_HISTORY - 1);                                        \
        *ret_value = state->seen > name_##_lookback(NULL) ? value : NAN;                           \
    }                                                                                              \
    static SIMD_CLONES void name_##_values(const struct candles *candles, size_t first,            \
                                           size_t count, double *restrict ret_values) {            \
        struct candles tables = *candles;                                                          \
        tables.tabled = true;                                                                      \
        for (size_t i = 0; i < count; i++) ret_values[i] = name_(&tables, first + i);              \
    }                                                                                              \
    static size_t name_##_run_finite(void *memory, const double *const *inputs, size_t count,      \
                                     double *const *ret_outputs) {                                 \
        static const struct candle_pattern pattern = {name_##_values, means_,                      \
                                                      (back_) + CANDLE_MEAN_BARS(means_)};         \
        return candle_run(&pattern, memory, inputs, count, ret_outputs[0]);                        \
    }                                                                                              \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = "pattern",                                                                        \
        .summary = (summary_),                                                                     \
        .source = "Nison, Japanese Candlestick Charting Techniques (1991), or Bulkowski, "         \
                  "Encyclopedia of Candlestick Charts (2008); conditions and settings as TA-Lib",  \
        .inputs = {"open", "high", "low", "close"},                                                \
        .input_count = 4,                                                                          \
        .outputs = {"value"},                                                                      \
        .output_count = 1,                                                                         \
        .params = (params_),                                                                       \
        .param_count = (param_count_),                                                             \
        .state_size = candle_state_size,                                                           \
        .lookback = name_##_lookback,                                                              \
        .init = (init_),                                                                           \
        .update = name_##_update,                                                                  \
        .run_finite = name_##_run_finite,                                                          \
    };

#endif
