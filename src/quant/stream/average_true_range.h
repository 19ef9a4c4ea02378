// SPDX-License-Identifier: Apache-2.0
// Wilder's average true range as a part of other indicators: the true ranges of the rows from the
// second on, smoothed (quant/stream/smooth.h), so that it is defined from row `period` on.
#ifndef FULMAR_QUANT_STREAM_AVERAGE_TRUE_RANGE_H
#define FULMAR_QUANT_STREAM_AVERAGE_TRUE_RANGE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "quant/stream/smooth.h"
#include "quant/stream/true_range.h"

struct average_true_range {
    struct smooth smooth;
    double close; // of the row before; NaN before the first
};
_Static_assert(sizeof(struct average_true_range) == 32, "part of states that are hashed as bytes");

static inline struct average_true_range average_true_range_make(uint32_t period) {
    return (struct average_true_range){.smooth = smooth_wilder(period), .close = NAN};
}

// Takes one row; the average, or NaN before it is defined.
static inline double average_true_range_push(struct average_true_range *average, double high,
                                             double low, double close) {
    double previous = average->close;
    average->close = close;
    if (UNLIKELY(isnan(previous))) return NAN;
    return smooth_push(&average->smooth, true_range(high, low, previous)) ? average->smooth.value
                                                                          : NAN;
}

#endif
