// SPDX-License-Identifier: Apache-2.0
// The second to fourth central moment of the last `period` values, by the method of quant/stream/window.h:
// sums of powers of the distance to a value of the window itself, none of which is ever subtracted
// from. A window of equal values has moments of exactly 0.
#ifndef FULMAR_QUANT_STREAM_WINDOW_POWERS_H
#define FULMAR_QUANT_STREAM_WINDOW_POWERS_H

#include "quant/stream/window.h"

enum { WINDOW_POWERS = 4 };

struct window_powers {
    struct window at;
    double origin;
    double back[WINDOW_POWERS];
};
_Static_assert(sizeof(struct window_powers) == 56, "part of states that are hashed as bytes");

struct central_moments {
    double second; // mean of (x - mean)^2, >= 0
    double third;
    double fourth;
};

static inline struct window_powers window_powers_make(uint32_t period) {
    return (struct window_powers){.at = window_make(period)};
}

static inline size_t window_powers_slots(uint32_t period) {
    return (size_t)WINDOW_POWERS * period;
}

static inline void window_powers_add(double *sums, double d) {
    double square = d * d;
    sums[0] += d;
    sums[1] += square;
    sums[2] += square * d;
    sums[3] += square * square;
}

static inline void window_powers_fold(struct window_powers *powers, double *slots) {
    double *slot = slots + window_powers_slots(powers->at.period - 1);
    double sums[WINDOW_POWERS] = {0};
    powers->origin = slot[0];
    for (uint32_t i = powers->at.period; i > 0; i--, slot -= WINDOW_POWERS) {
        window_powers_add(sums, slot[0] - powers->origin);
        for (size_t k = 0; k < WINDOW_POWERS; k++) slot[k] = sums[k];
    }
    for (size_t k = 0; k < WINDOW_POWERS; k++) powers->back[k] = 0;
}

static inline struct central_moments window_powers_push(struct window_powers *powers, double *slots,
                                                        double x) {
    slots[window_powers_slots(powers->at.next)] = x;
    window_powers_add(powers->back, x - powers->origin);
    if (window_step(&powers->at)) window_powers_fold(powers, slots);
    const double *slot = slots + window_powers_slots(powers->at.next);
    double raw[WINDOW_POWERS];
    for (size_t k = 0; k < WINDOW_POWERS; k++)
        raw[k] = (slot[k] + powers->back[k]) / (double)powers->at.period;
    double mean = raw[0], square = mean * mean;
    double second = raw[1] - square;
    double fourth = raw[3] - 4 * mean * raw[2] + 6 * square * raw[1] - 3 * square * square;
    return (struct central_moments){
        .second = second > 0 ? second : 0,
        .third = raw[2] - 3 * mean * raw[1] + 2 * mean * square,
        .fourth = fourth > 0 ? fourth : 0,
    };
}

#endif
