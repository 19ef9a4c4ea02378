// SPDX-License-Identifier: Apache-2.0
// Sums of two series and of their products over a rolling window, by the method of quant/stream/window.h:
// of differences from a value of the window itself, so that the level of a series costs no digits
// and a series of equal values has a variance of exactly 0.
#ifndef FULMAR_QUANT_STREAM_WINDOW_PAIR_H
#define FULMAR_QUANT_STREAM_WINDOW_PAIR_H

#include <string.h>

#include "quant/stream/window.h"
#include "quant/stream/window_laps.h"

enum { PAIR_X, PAIR_Y, PAIR_XX, PAIR_XY, PAIR_YY, PAIR_SUMS };
_Static_assert((int)PAIR_SUMS == (int)LAP_PAIR_SUMS, "the same sums in the same order");

struct window_pair {
    struct window at;
    double origin_x;
    double origin_y;
    double back[PAIR_SUMS];
};
_Static_assert(sizeof(struct window_pair) == 72, "part of states that are hashed as bytes");

static inline struct window_pair window_pair_make(uint32_t period) {
    return (struct window_pair){.at = window_make(period)};
}

static inline size_t window_pair_slots(uint32_t period) {
    return PAIR_SUMS * (size_t)period;
}

// Adds one pair's terms to sums.
static inline void window_pair_add(double *sums, double x, double y) {
    sums[PAIR_X] += x;
    sums[PAIR_Y] += y;
    sums[PAIR_XX] += x * x;
    sums[PAIR_XY] += x * y;
    sums[PAIR_YY] += y * y;
}

static inline void window_pair_fold(struct window_pair *pair, double *slots) {
    size_t period = pair->at.period;
    double sums[PAIR_SUMS] = {0};
    double origin_x = slots[period - 1], origin_y = slots[2 * period - 1];
    for (size_t i = period; i > 0; i--) {
        window_pair_add(sums, slots[i - 1] - origin_x, slots[period + i - 1] - origin_y);
        for (size_t s = 0; s < PAIR_SUMS; s++) slots[s * period + i - 1] = sums[s];
    }
    pair->origin_x = origin_x;
    pair->origin_y = origin_y;
    for (size_t s = 0; s < PAIR_SUMS; s++) pair->back[s] = 0;
}

static inline void window_pair_push(struct window_pair *pair, double *slots, double x, double y,
                                    double *ret_sums) {
    size_t period = pair->at.period;
    slots[pair->at.next] = x;
    slots[period + pair->at.next] = y;
    window_pair_add(pair->back, x - pair->origin_x, y - pair->origin_y);
    if (window_step(&pair->at)) window_pair_fold(pair, slots);
    for (size_t s = 0; s < PAIR_SUMS; s++)
        ret_sums[s] = slots[s * period + pair->at.next] + pair->back[s];
}

struct pair_moments {
    double mean_x;
    double mean_y;
    double deviation_x; // newest value - mean
    double deviation_y;
    double xx; // sum of (x - mean x)^2, >= 0
    double xy;
    double yy;
};

// The same, as means and sums of products of deviations from them.
static inline struct pair_moments window_pair_push_moments(struct window_pair *pair, double *slots,
                                                           double x, double y) {
    double sums[PAIR_SUMS], count = (double)pair->at.period;
    window_pair_push(pair, slots, x, y, sums);
    double mean_dx = sums[PAIR_X] / count, mean_dy = sums[PAIR_Y] / count;
    double xx = sums[PAIR_XX] - sums[PAIR_X] * mean_dx;
    double yy = sums[PAIR_YY] - sums[PAIR_Y] * mean_dy;
    return (struct pair_moments){
        .mean_x = pair->origin_x + mean_dx,
        .mean_y = pair->origin_y + mean_dy,
        .deviation_x = (x - pair->origin_x) - mean_dx,
        .deviation_y = (y - pair->origin_y) - mean_dy,
        .xx = xx > 0 ? xx : 0,
        .xy = sums[PAIR_XY] - sums[PAIR_X] * mean_dy,
        .yy = yy > 0 ? yy : 0,
    };
}

enum { PAIR_LAP_MAX = 256 }; // laps that are run whole

// A lap whose values are all there: its sums together with the lap before, whose folds are `old`, and
// its own folds. The chains of additions from either end do not wait for one another.
static inline __attribute__((always_inline)) void
window_pair_lap(const double *restrict x, const double *restrict y, size_t period, double last_x,
                double last_y, double (*restrict old)[PAIR_LAP_MAX],
                double (*restrict folds)[PAIR_LAP_MAX], double *restrict ret, size_t stride) {
    size_t last = period - 1;
    double back[PAIR_SUMS] = {0}, fold[PAIR_SUMS] = {0};
    for (size_t s = 0; s < PAIR_SUMS; s++) folds[s][last] = 0;
    for (size_t i = 0; i < last; i++) {
        size_t j = last - 1 - i;
        window_pair_add(back, x[i] - last_x, y[i] - last_y);
        window_pair_add(fold, x[j] - x[last], y[j] - y[last]);
        for (size_t s = 0; s < PAIR_SUMS; s++) {
            ret[s * stride + i] = old[s][i + 1] + back[s];
            folds[s][j] = fold[s];
        }
    }
    for (size_t s = 0; s < PAIR_SUMS; s++) ret[s * stride + last] = fold[s] + 0;
}

// Whole laps from the start of one on, with the folds in two buffers by turns; returns how many pairs
// they are.
static inline __attribute__((always_inline)) size_t window_pair_laps(struct window_pair *pair,
                                                                     double *slots, const double *x,
                                                                     const double *y, size_t count,
                                                                     double *ret, size_t stride) {
    size_t period = pair->at.period, laps = count / period;
    double folds[2][PAIR_SUMS][PAIR_LAP_MAX], last_x = pair->origin_x, last_y = pair->origin_y;
    if (laps == 0 || period < 2 || period > PAIR_LAP_MAX) return 0;
    for (size_t s = 0; s < PAIR_SUMS; s++)
        memcpy(folds[0][s], slots + s * period, period * sizeof *slots);
    for (size_t lap = 0; lap < laps; lap++) {
        size_t at = lap * period;
        window_pair_lap(x + at, y + at, period, last_x, last_y, folds[lap % 2], folds[1 - lap % 2],
                        ret + at, stride);
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

// The sums of `count` pairs as columns, `stride` apart.
static inline void window_pair_columns(struct window_pair *pair, double *slots, const double *x,
                                       const double *y, size_t count, double *ret, size_t stride) {
    size_t row = 0;
    if (pair->at.next == 0) row = window_pair_laps(pair, slots, x, y, count, ret, stride);
    for (; row < count; row++) {
        double sums[PAIR_SUMS];
        window_pair_push(pair, slots, x[row], y[row], sums);
        for (size_t s = 0; s < PAIR_SUMS; s++) ret[s * stride + row] = sums[s];
    }
}

// As many laps as window_laps.h takes at once.
static inline size_t window_pair_groups(struct window_pair *pair, double *slots, const double *x,
                                        const double *y, size_t count, lap_pair *make,
                                        double *ret) {
    double origins[] = {pair->origin_x, pair->origin_y};
    size_t laps = window_laps_pair(slots, origins, x, y, pair->at.period, count, make, ret);
    if (laps == 0) return 0;
    pair->origin_x = origins[0];
    pair->origin_y = origins[1];
    pair->at.full = 1;
    return laps;
}

// What `make` (quant/stream/window_laps.h) makes of the sums of each row.
static inline void window_pair_run(struct window_pair *pair, double *slots, const double *x,
                                   const double *y, size_t count, lap_pair *make, double *ret) {
    enum { REST = 512 };
    double sums[PAIR_SUMS * REST];
    for (size_t row = 0; row < count;) {
        if (pair->at.next == 0)
            row += window_pair_groups(pair, slots, x + row, y + row, count - row, make, ret + row);
        size_t n = pair->at.next == 0 ? count : pair->at.period - pair->at.next;
        n = n < count - row ? n : count - row;
        n = n < REST ? n : REST;
        window_pair_columns(pair, slots, x + row, y + row, n, sums, REST);
        make(sums, REST, n, (double)pair->at.period, ret + row);
        row += n;
    }
}

#endif
