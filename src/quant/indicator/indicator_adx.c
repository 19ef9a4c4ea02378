// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "quant/indicator/directional.h"
#include "quant/indicator/indicator.h"
#include "quant/indicator/run.h"
#include "quant/stream/smooth.h"
#include "quant/stream/true_range.h"
#include "quant/stream/window.h"

// Wilder's running sums; those that an indicator does not need stay 0.
struct movement {
    double high; // of the bar before; NaN before the first
    double low;
    double close;
    double plus;
    double minus;
    double range;
    double rate;   // 1 / period
    uint32_t bars; // added to the sums, up to period
    uint32_t period;
};
_Static_assert(sizeof(struct movement) == 64, "hashed as bytes: no padding");

enum { PLUS = 1, MINUS = 2, RANGE = 4 }; // which sums

struct adx {
    struct movement movement;
    struct smooth smooth;
    double dx; // the latest; kept where there is no movement in either direction
    struct window delay;
    double slots[]; // of delay: adxr alone
};
_Static_assert(sizeof(struct adx) == 112, "hashed as bytes: no padding");

static const struct param params[] = {INDICATOR_TIMEPERIOD(14, 2, "Length of the smoothing.")};
static const struct param params_from_one[] = {
    INDICATOR_TIMEPERIOD(14, 1, "Length of the smoothing; 1: none.")};

static size_t movement_size(const double *values) {
    return sizeof(struct movement);
}

static void movement_init(void *memory, const double *values) {
    *(struct movement *)memory =
        (struct movement){.high = NAN, .rate = 1 / values[0], .period = (uint32_t)values[0]};
}

static size_t dm_lookback(const double *values) {
    return values[0] > 1 ? (size_t)values[0] - 1 : 1;
}

static size_t di_lookback(const double *values) {
    return (size_t)values[0];
}

static size_t adx_lookback(const double *values) {
    return 2 * (size_t)values[0] - 1;
}

static size_t adxr_lookback(const double *values) {
    return 3 * (size_t)values[0] - 2;
}

static size_t adx_size(const double *values) {
    return sizeof(struct adx);
}

static void adx_init(void *memory, const double *values) {
    struct adx *adx = memory;
    *adx = (struct adx){.smooth = smooth_wilder((uint32_t)values[0])};
    movement_init(&adx->movement, values);
}

static size_t adxr_size(const double *values) {
    return sizeof(struct adx) + sizeof(double) * window_delay_slots((uint32_t)values[0] - 1);
}

static void adxr_init(void *memory, const double *values) {
    struct adx *adx = memory;
    memset(adx, 0, adxr_size(values));
    adx_init(adx, values);
    adx->delay = window_make((uint32_t)values[0] - 1);
}

RUN_INLINE void movement_push(struct movement *movement, const double *inputs, int which) {
    if (LIKELY(!isnan(movement->high))) {
        double up = inputs[0] - movement->high, down = movement->low - inputs[1];
        double rate = movement->bars + 1 >= movement->period ? movement->rate : 0;
        if (which & PLUS)
            movement->plus = directional_sum(movement->plus, directional_movement(up, down), rate);
        if (which & MINUS)
            movement->minus =
                directional_sum(movement->minus, directional_movement(down, up), rate);
        if (which & RANGE)
            movement->range = directional_sum(
                movement->range, true_range(inputs[0], inputs[1], movement->close), rate);
        if (movement->bars < movement->period) movement->bars++;
    }
    movement->high = inputs[0];
    movement->low = inputs[1];
    if (which & RANGE) movement->close = inputs[2];
}

// Rows of a call that `update` has to take, so that in the others every sum decays, the row before
// stands in the columns and, with the `left` of an average that takes what comes of the sums, that
// has its seed.
RUN_INLINE size_t first_row(const struct movement *movement, size_t left, size_t count) {
    size_t seed = movement->bars < movement->period ? movement->period - movement->bars - 1 : 0;
    size_t missing = seed + left + (isnan(movement->high) ? 1 : 0);
    return run_least(count, missing > 1 ? missing : 1);
}

struct sums {
    double plus[RUN_BLOCK];
    double minus[RUN_BLOCK];
    double range[RUN_BLOCK];
};

RUN_INLINE void movement_run(struct movement *movement, const double *const *inputs, size_t row,
                             size_t count, int which, struct sums *ret) {
    const double *high = inputs[0] + row, *low = inputs[1] + row;
    const double *high_before = high - 1, *low_before = low - 1;
    const double *close_before = which & RANGE ? inputs[2] + row - 1 : NULL;
    struct movement local = *movement;
    for (size_t i = 0; i < count; i++) {
        double up = high[i] - high_before[i], down = low_before[i] - low[i];
        if (which & PLUS) ret->plus[i] = directional_movement(up, down);
        if (which & MINUS) ret->minus[i] = directional_movement(down, up);
        if (which & RANGE) ret->range[i] = true_range(high[i], low[i], close_before[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (which & PLUS)
            ret->plus[i] = local.plus = directional_sum(local.plus, ret->plus[i], local.rate);
        if (which & MINUS)
            ret->minus[i] = local.minus = directional_sum(local.minus, ret->minus[i], local.rate);
        if (which & RANGE)
            ret->range[i] = local.range = directional_sum(local.range, ret->range[i], local.rate);
    }
    local.bars = local.period;
    local.high = high[count - 1];
    local.low = low[count - 1];
    if (which & RANGE) local.close = close_before[count];
    *movement = local;
}

RUN_INLINE double di_of(double movement, double range, double factor) {
    double share = factor * (movement / range);
    return range >= INDICATOR_ZERO ? share : 0;
}

// As TA-Lib has it: without smoothing, DI is a fraction and not per cent.
RUN_INLINE double di_factor(const struct movement *movement) {
    return movement->period > 1 ? 100 : 1;
}

// Negative where there is no movement.
RUN_INLINE double dx_of(double plus, double minus) {
    double share = 100 * (fabs(plus - minus) / (plus + minus));
    return plus + minus >= INDICATOR_ZERO ? share : -1;
}

#define DM_FUNCTIONS(name, WHICH, side)                                                            \
    static void name##_dm_update(void *memory, const double *inputs, double *ret_outputs) {        \
        struct movement *movement = memory;                                                        \
        movement_push(movement, inputs, WHICH);                                                    \
        bool full = movement->bars > 0 && movement->bars + 1 >= movement->period;                  \
        ret_outputs[0] = full ? movement->side : NAN;                                              \
    }                                                                                              \
    SIMD_CLONES static void name##_dm_run(void *memory, const double *const *inputs, size_t count, \
                                          double *const *ret_outputs) {                            \
        struct movement *movement = memory;                                                        \
        struct sums sums;                                                                          \
        size_t row = first_row(movement, 0, count);                                                \
        run_rows(name##_dm_update, movement, inputs, 2, 0, row, ret_outputs, 1);                   \
        for (size_t n; row < count; row += n) {                                                    \
            n = run_least(count - row, RUN_BLOCK);                                                 \
            movement_run(movement, inputs, row, n, WHICH, &sums);                                  \
            memcpy(ret_outputs[0] + row, sums.side, n * sizeof(double));                           \
        }                                                                                          \
    }                                                                                              \
    static void name##_di_update(void *memory, const double *inputs, double *ret_outputs) {        \
        struct movement *movement = memory;                                                        \
        movement_push(movement, inputs, (WHICH) | RANGE);                                          \
        ret_outputs[0] = movement->bars == movement->period                                        \
                             ? di_of(movement->side, movement->range, di_factor(movement))         \
                             : NAN;                                                                \
    }                                                                                              \
    SIMD_CLONES static void name##_di_run(void *memory, const double *const *inputs, size_t count, \
                                          double *const *ret_outputs) {                            \
        struct movement *movement = memory;                                                        \
        struct sums sums;                                                                          \
        size_t row = first_row(movement, 0, count);                                                \
        double factor = di_factor(movement);                                                       \
        run_rows(name##_di_update, movement, inputs, 3, 0, row, ret_outputs, 1);                   \
        for (size_t n; row < count; row += n) {                                                    \
            double *restrict out = ret_outputs[0] + row;                                           \
            n = run_least(count - row, RUN_BLOCK);                                                 \
            movement_run(movement, inputs, row, n, (WHICH) | RANGE, &sums);                        \
            for (size_t i = 0; i < n; i++) out[i] = di_of(sums.side[i], sums.range[i], factor);    \
        }                                                                                          \
    }

DM_FUNCTIONS(plus, PLUS, plus)
DM_FUNCTIONS(minus, MINUS, minus)

// True when dx is defined.
RUN_INLINE bool dx_push(struct adx *adx, const double *inputs) {
    movement_push(&adx->movement, inputs, PLUS | MINUS);
    if (UNLIKELY(adx->movement.bars < adx->movement.period)) return false;
    double dx = dx_of(adx->movement.plus, adx->movement.minus);
    adx->dx = dx >= 0 ? dx : adx->dx;
    return true;
}

static void dx_update(void *memory, const double *inputs, double *ret_outputs) {
    struct adx *adx = memory;
    ret_outputs[0] = dx_push(adx, inputs) ? adx->dx : NAN;
}

RUN_INLINE bool adx_push(struct adx *adx, const double *inputs) {
    return dx_push(adx, inputs) && smooth_push(&adx->smooth, adx->dx);
}

static void adx_update(void *memory, const double *inputs, double *ret_outputs) {
    struct adx *adx = memory;
    ret_outputs[0] = adx_push(adx, inputs) ? adx->smooth.value : NAN;
}

static void adxr_update(void *memory, const double *inputs, double *ret_outputs) {
    struct adx *adx = memory;
    ret_outputs[0] = NAN;
    if (UNLIKELY(!adx_push(adx, inputs))) return;
    bool full = adx->delay.full;
    double value = adx->smooth.value, old = window_delay_push(&adx->delay, adx->slots, value);
    if (full) ret_outputs[0] = (value + old) / 2;
}

RUN_INLINE void dx_block(struct adx *adx, const double *const *inputs, size_t row, size_t count,
                         double *restrict ret) {
    struct sums sums;
    movement_run(&adx->movement, inputs, row, count, PLUS | MINUS, &sums);
    for (size_t i = 0; i < count; i++) ret[i] = dx_of(sums.plus[i], sums.minus[i]);
    double dx = adx->dx;
    for (size_t i = 0; i < count; i++) ret[i] = dx = ret[i] >= 0 ? ret[i] : dx;
    adx->dx = dx;
}

RUN_INLINE void adx_block(struct adx *adx, const double *const *inputs, size_t row, size_t count,
                          double *restrict ret) {
    dx_block(adx, inputs, row, count, ret);
    struct smooth smooth = adx->smooth;
    for (size_t i = 0; i < count; i++) ret[i] = smooth_next(&smooth, ret[i]);
    adx->smooth = smooth;
}

SIMD_CLONES static void dx_run(void *memory, const double *const *inputs, size_t count,
                               double *const *ret_outputs) {
    struct adx *adx = memory;
    size_t row = first_row(&adx->movement, 0, count);
    run_rows(dx_update, adx, inputs, 3, 0, row, ret_outputs, 1);
    for (size_t n; row < count; row += n) {
        n = run_least(count - row, RUN_BLOCK);
        dx_block(adx, inputs, row, n, ret_outputs[0] + row);
    }
}

SIMD_CLONES static void adx_run(void *memory, const double *const *inputs, size_t count,
                                double *const *ret_outputs) {
    struct adx *adx = memory;
    size_t row = first_row(&adx->movement, adx->smooth.left, count);
    run_rows(adx_update, adx, inputs, 3, 0, row, ret_outputs, 1);
    for (size_t n; row < count; row += n) {
        n = run_least(count - row, RUN_BLOCK);
        adx_block(adx, inputs, row, n, ret_outputs[0] + row);
    }
}

SIMD_CLONES static void adxr_run(void *memory, const double *const *inputs, size_t count,
                                 double *const *ret_outputs) {
    struct adx *adx = memory;
    double value[RUN_BLOCK];
    size_t delay = adx->delay.period;
    size_t missing = adx->smooth.left + (adx->delay.full ? 0 : delay - adx->delay.next);
    size_t row = first_row(&adx->movement, missing, count);
    run_rows(adxr_update, adx, inputs, 3, 0, row, ret_outputs, 1);
    for (size_t n; row < count; row += n) {
        double *restrict out = ret_outputs[0] + row;
        n = run_least(count - row, RUN_BLOCK);
        adx_block(adx, inputs, row, n, value);
        size_t first = run_least(n, delay);
        for (size_t i = 0; i < first; i++)
            out[i] = (value[i] + window_delay_push(&adx->delay, adx->slots, value[i])) / 2;
        for (size_t i = first; i < n; i++) out[i] = (value[i] + value[i - delay]) / 2;
        window_delay_put(&adx->delay, adx->slots, value + first, n - first);
    }
}

#define WILDER "Wilder, New Concepts in Technical Trading Systems (1978); TA-Lib "

#define DIRECTIONAL_INDICATOR(name_, summary_, source_, inputs_, params_, size_, lookback_, init_) \
    const struct indicator indicator_##name_ = {                                                   \
        .name = #name_,                                                                            \
        .group = "momentum",                                                                       \
        .summary = (summary_),                                                                     \
        .source = (source_),                                                                       \
        .inputs = {"high", "low", (inputs_) == 3 ? "close" : NULL},                                \
        .input_count = (inputs_),                                                                  \
        .outputs = {"value"},                                                                      \
        .output_count = 1,                                                                         \
        .params = (params_),                                                                       \
        .param_count = 1,                                                                          \
        .state_size = (size_),                                                                     \
        .lookback = (lookback_),                                                                   \
        .init = (init_),                                                                           \
        .update = name_##_update,                                                                  \
        .run = name_##_run,                                                                        \
    };

DIRECTIONAL_INDICATOR(adx, "Average directional index: DX smoothed as Wilder does.", WILDER "ADX",
                      3, params, adx_size, adx_lookback, adx_init)
DIRECTIONAL_INDICATOR(adxr,
                      "Average directional index rating: the mean of ADX and ADX timeperiod - 1 "
                      "bars ago.",
                      WILDER "ADXR", 3, params, adxr_size, adxr_lookback, adxr_init)
DIRECTIONAL_INDICATOR(dx,
                      "Directional index: 100 |+DI - -DI| / (+DI + -DI); its last value where "
                      "there is no movement, at first 0.",
                      WILDER "DX", 3, params, adx_size, di_lookback, adx_init)
DIRECTIONAL_INDICATOR(minus_di,
                      "Minus directional indicator: smoothed -DM in per cent of the smoothed true "
                      "range, 0 where that is 0; a fraction where timeperiod is 1.",
                      WILDER "MINUS_DI", 3, params_from_one, movement_size, di_lookback,
                      movement_init)
DIRECTIONAL_INDICATOR(minus_dm, "Minus directional movement, Wilder's running sum of it.",
                      WILDER "MINUS_DM", 2, params_from_one, movement_size, dm_lookback,
                      movement_init)
DIRECTIONAL_INDICATOR(plus_di,
                      "Plus directional indicator: smoothed +DM in per cent of the smoothed true "
                      "range, 0 where that is 0; a fraction where timeperiod is 1.",
                      WILDER "PLUS_DI", 3, params_from_one, movement_size, di_lookback,
                      movement_init)
DIRECTIONAL_INDICATOR(plus_dm, "Plus directional movement, Wilder's running sum of it.",
                      WILDER "PLUS_DM", 2, params_from_one, movement_size, dm_lookback,
                      movement_init)
