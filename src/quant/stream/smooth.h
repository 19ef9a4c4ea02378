// SPDX-License-Identifier: Apache-2.0
// Exponential smoothing with a seed: the mean of the first `period` values, from then on v += (x -
// v) * alpha. With alpha = 2 / (period + 1) this is the exponential moving average of TA-Lib, with
// alpha = 1 / period the one of J. Welles Wilder, "New Concepts in Technical Trading Systems"
// (1978).
//
// The difference form is exact on a constant series, which a weighted sum v * a + x * b is not.
#ifndef FULMAR_QUANT_STREAM_SMOOTH_H
#define FULMAR_QUANT_STREAM_SMOOTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"

struct smooth {
    double value; // the smoothed value; the sum of the seed's values while left > 0
    double alpha;
    uint32_t left; // seed values still to come
    uint32_t period;
};
_Static_assert(sizeof(struct smooth) == 24, "part of states that are hashed as bytes");

static inline struct smooth smooth_make(uint32_t period, double alpha) {
    return (struct smooth){.alpha = alpha, .left = period, .period = period};
}

static inline struct smooth smooth_ema(uint32_t period) {
    return smooth_make(period, 2.0 / ((double)period + 1.0));
}

static inline struct smooth smooth_wilder(uint32_t period) {
    return smooth_make(period, 1.0 / (double)period);
}

// Takes one value when the seed is complete (left == 0); returns the smoothed value.
static inline double smooth_next(struct smooth *smooth, double x) {
    smooth->value += (x - smooth->value) * smooth->alpha;
    return smooth->value;
}

// Takes one value; true when smooth->value is defined.
static inline bool smooth_push(struct smooth *smooth, double x) {
    if (LIKELY(smooth->left == 0)) {
        smooth->value += (x - smooth->value) * smooth->alpha;
        return true;
    }
    smooth->value += x;
    smooth->left--;
    if (smooth->left > 0) return false;
    smooth->value /= (double)smooth->period;
    return true;
}

#endif
