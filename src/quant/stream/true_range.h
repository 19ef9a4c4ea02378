// SPDX-License-Identifier: Apache-2.0
// True range of a bar: the largest of high - low, |high - previous close| and |low - previous
// close|. J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978).
#ifndef FULMAR_QUANT_STREAM_TRUE_RANGE_H
#define FULMAR_QUANT_STREAM_TRUE_RANGE_H

static inline double true_range(double high, double low, double previous_close) {
    double top = previous_close > high ? previous_close : high;
    double bottom = previous_close < low ? previous_close : low;
    return top - bottom;
}

#endif
