// SPDX-License-Identifier: Apache-2.0
// Sums of two series and of their products over a rolling window, by the method of quant/stream/window.h:
// of differences from a value of the window itself, so that the level of a series costs no digits
// and a series of equal values has a variance of exactly 0.
#ifndef FULMAR_QUANT_STREAM_WINDOW_PRODUCTS_H
#define FULMAR_QUANT_STREAM_WINDOW_PRODUCTS_H

#include <string.h>

#include "quant/stream/window.h"

enum { PAIR_X, PAIR_Y, PAIR_XX, PAIR_XY, PAIR_YY, PAIR_SUMS };

struct window_products {
    struct window at;
    double origin_x;
    double origin_y;
    double back[PAIR_SUMS];
};
_Static_assert(sizeof(struct window_products) == 72, "part of states that are hashed as bytes");

static inline struct window_products window_products_make(uint32_t period) {
    return (struct window_products){.at = window_make(period)};
}

static inline size_t window_products_slots(uint32_t period) {
    return PAIR_SUMS * (size_t)period;
}

// Adds one pair's terms to sums.
static inline void window_products_add(double *sums, double x, double y) {
    sums[PAIR_X] += x;
    sums[PAIR_Y] += y;
    sums[PAIR_XX] += x * x;
    sums[PAIR_XY] += x * y;
    sums[PAIR_YY] += y * y;
}

static inline void window_products_fold(struct window_products *pair, double *slots) {
    size_t period = pair->at.period;
    double sums[PAIR_SUMS] = {0};
    double origin_x = slots[period - 1], origin_y = slots[2 * period - 1];
    for (size_t i = period; i > 0; i--) {
        window_products_add(sums, slots[i - 1] - origin_x, slots[period + i - 1] - origin_y);
        for (size_t s = 0; s < PAIR_SUMS; s++) slots[s * period + i - 1] = sums[s];
    }
    pair->origin_x = origin_x;
    pair->origin_y = origin_y;
    for (size_t s = 0; s < PAIR_SUMS; s++) pair->back[s] = 0;
}

static inline void window_products_push(struct window_products *pair, double *slots, double x,
                                        double y, double *ret_sums) {
    size_t period = pair->at.period;
    slots[pair->at.next] = x;
    slots[period + pair->at.next] = y;
    window_products_add(pair->back, x - pair->origin_x, y - pair->origin_y);
    if (window_step(&pair->at)) window_products_fold(pair, slots);
    for (size_t s = 0; s < PAIR_SUMS; s++)
        ret_sums[s] = slots[s * period + pair->at.next] + pair->back[s];
}

enum { PAIR_LAP_MAX = 256 }; // laps that are run whole

// A lap whose values are all there: its sums together with the lap before, whose folds are `old`, and
// its own folds. The chains of additions from either end do not wait for one another.
static inline __attribute__((always_inline)) void
window_products_lap(const double *restrict x, const double *restrict y, size_t period,
                    double last_x, double last_y, double (*restrict old)[PAIR_LAP_MAX],
                    double (*restrict folds)[PAIR_LAP_MAX], double *restrict ret, size_t stride) {
    size_t last = period - 1;
    double back[PAIR_SUMS] = {0}, fold[PAIR_SUMS] = {0};
    for (size_t s = 0; s < PAIR_SUMS; s++) folds[s][last] = 0;
    for (size_t i = 0; i < last; i++) {
        size_t j = last - 1 - i;
        window_products_add(back, x[i] - last_x, y[i] - last_y);
        window_products_add(fold, x[j] - x[last], y[j] - y[last]);
        for (size_t s = 0; s < PAIR_SUMS; s++) {
            ret[s * stride + i] = old[s][i + 1] + back[s];
            folds[s][j] = fold[s];
        }
    }
    for (size_t s = 0; s < PAIR_SUMS; s++) ret[s * stride + last] = fold[s] + 0;
}

// Whole laps from the start of one on, with the folds in two buffers by turns; returns how many pairs
// they are.
static inline __attribute__((always_inline)) size_t
window_products_laps(struct window_products *pair, double *slots, const double *x, const double *y,
                     size_t count, double *ret, size_t stride) {
    size_t period = pair->at.period, laps = count / period;
    double folds[2][PAIR_SUMS][PAIR_LAP_MAX], last_x = pair->origin_x, last_y = pair->origin_y;
    if (laps == 0 || period < 2 || period > PAIR_LAP_MAX) return 0;
    for (size_t s = 0; s < PAIR_SUMS; s++)
        memcpy(folds[0][s], slots + s * period, period * sizeof *slots);
    for (size_t lap = 0; lap < laps; lap++) {
        size_t at = lap * period;
        if (period == 5) // beta's own
            window_products_lap(x + at, y + at, 5, last_x, last_y, folds[lap % 2],
                                folds[1 - lap % 2], ret + at, stride);
        else
            window_products_lap(x + at, y + at, period, last_x, last_y, folds[lap % 2],
                                folds[1 - lap % 2], ret + at, stride);
        last_x = x[at + period - 1];
        last_y = y[at + period - 1];
    }
    for (size_t s = 0; s < PAIR_SUMS; s++)
        memcpy(slots + s * period, folds[laps % 2][s], period * sizeof *slots);
    pair->origin_x = last_x;
    pair->origin_y = last_y;
    pair->at.full = 1;
    return laps * period;
}

// The sums as columns, `stride` apart.
static inline __attribute__((always_inline)) void
window_products_run(struct window_products *pair, double *slots, const double *x, const double *y,
                    size_t count, double *ret, size_t stride) {
    for (size_t row = 0; row < count;) {
        double sums[PAIR_SUMS];
        if (pair->at.next == 0)
            row +=
                window_products_laps(pair, slots, x + row, y + row, count - row, ret + row, stride);
        if (row == count) return;
        window_products_push(pair, slots, x[row], y[row], sums);
        for (size_t s = 0; s < PAIR_SUMS; s++) ret[s * stride + row] = sums[s];
        row++;
    }
}

#endif
