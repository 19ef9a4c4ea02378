// SPDX-License-Identifier: Apache-2.0
// Means and central sums of the last `period` pairs (x, y), by the method of quant/stream/window.h: nothing
// that was added is subtracted, and sums are of the distances to a pair of the window itself, so that
// the levels of x and y cost no digits and a window of equal x has exactly xx = 0.
#ifndef FULMAR_QUANT_STREAM_WINDOW_PAIR_H
#define FULMAR_QUANT_STREAM_WINDOW_PAIR_H

#include "quant/stream/window.h"

enum { WINDOW_PAIR_SUMS = 5 }; // of dx, dy, dx dx, dx dy, dy dy

struct window_pair {
    struct window at;
    double origin_x;
    double origin_y;
    double back[WINDOW_PAIR_SUMS];
};
_Static_assert(sizeof(struct window_pair) == 72, "part of states that are hashed as bytes");

struct pair_moments {
    double mean_x;
    double mean_y;
    double deviation_x; // newest value - mean
    double deviation_y;
    double xx; // sum of (x - mean x)^2, >= 0
    double xy;
    double yy;
};

static inline struct window_pair window_pair_make(uint32_t period) {
    return (struct window_pair){.at = window_make(period)};
}

static inline size_t window_pair_slots(uint32_t period) {
    return (size_t)WINDOW_PAIR_SUMS * period;
}

static inline void window_pair_add(double *sums, double dx, double dy) {
    sums[0] += dx;
    sums[1] += dy;
    sums[2] += dx * dx;
    sums[3] += dx * dy;
    sums[4] += dy * dy;
}

static inline void window_pair_fold(struct window_pair *pair, double *slots) {
    double *slot = slots + window_pair_slots(pair->at.period - 1);
    double sums[WINDOW_PAIR_SUMS] = {0};
    pair->origin_x = slot[0];
    pair->origin_y = slot[1];
    for (uint32_t i = pair->at.period; i > 0; i--, slot -= WINDOW_PAIR_SUMS) {
        window_pair_add(sums, slot[0] - pair->origin_x, slot[1] - pair->origin_y);
        for (size_t k = 0; k < WINDOW_PAIR_SUMS; k++) slot[k] = sums[k];
    }
    for (size_t k = 0; k < WINDOW_PAIR_SUMS; k++) pair->back[k] = 0;
}

static inline struct pair_moments window_pair_push(struct window_pair *pair, double *slots,
                                                   double x, double y) {
    double *slot = slots + window_pair_slots(pair->at.next);
    slot[0] = x;
    slot[1] = y;
    double dx = x - pair->origin_x, dy = y - pair->origin_y;
    window_pair_add(pair->back, dx, dy);
    if (window_step(&pair->at)) window_pair_fold(pair, slots);
    slot = slots + window_pair_slots(pair->at.next);
    double sums[WINDOW_PAIR_SUMS], count = (double)pair->at.period;
    for (size_t k = 0; k < WINDOW_PAIR_SUMS; k++) sums[k] = slot[k] + pair->back[k];
    double mean_dx = sums[0] / count, mean_dy = sums[1] / count;
    double xx = sums[2] - sums[0] * mean_dx, yy = sums[4] - sums[1] * mean_dy;
    return (struct pair_moments){
        .mean_x = pair->origin_x + mean_dx,
        .mean_y = pair->origin_y + mean_dy,
        .deviation_x = (x - pair->origin_x) - mean_dx,
        .deviation_y = (y - pair->origin_y) - mean_dy,
        .xx = xx > 0 ? xx : 0,
        .xy = sums[3] - sums[0] * mean_dy,
        .yy = yy > 0 ? yy : 0,
    };
}

#endif
