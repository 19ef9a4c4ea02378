// SPDX-License-Identifier: Apache-2.0
// Formulas of illiquidity that features of trades and functions of bars share.
#ifndef FULMAR_QUANT_STREAM_ILLIQUIDITY_H
#define FULMAR_QUANT_STREAM_ILLIQUIDITY_H

#include <math.h>

// |close / close_before - 1| / (close x volume) x 1e6 (Amihud 2002); NaN where there was no volume or no price above 0.
static inline double illiquidity_amihud(double close, double close_before, double volume) {
    double notional = close * volume;
    if (!(notional > 0) || !(close_before > 0)) return NAN;
    return fabs(close / close_before - 1) / notional * 1e6;
}

// 2 sqrt(-covariance) of successive price changes, 0 for a covariance above 0 (Roll 1984).
static inline double illiquidity_roll(double covariance) {
    return covariance < 0 ? 2 * sqrt(-covariance) : 0;
}

#endif
