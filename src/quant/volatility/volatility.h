// SPDX-License-Identifier: Apache-2.0
// Volatility of prices: estimators from closes and from the ranges of bars, as a deviation a year,
// sqrt(periods times a variance a bar). The rolling forms are indicators
// (quant/indicator/indicator_volatility.c); these here are their terms and the estimates over a whole sample.
//
// A usable bar has prices above 0 and a high that is not below its low. Whether open and close lie
// in between is not asked: data that were adjusted and rounded miss it by a digit.
//
// Sources: Parkinson, Journal of Business 53, 1980; Garman and Klass, Journal of Business 53, 1980;
// Rogers and Satchell, Annals of Applied Probability 1, 1991; Yang and Zhang, Journal of Business
// 73, 2000; J.P. Morgan, "RiskMetrics - Technical Document", 1996 (the weighted average).
#ifndef FULMAR_QUANT_VOLATILITY_VOLATILITY_H
#define FULMAR_QUANT_VOLATILITY_VOLATILITY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "quant/math/mathfn.h"

// ln(to / from), to and from > 0: within a few ulp of itself even where the two are almost equal,
// because their difference is exact there and their ratio is not.
static inline double volatility_log_ratio(double to, double from) {
    double ratio = to / from;
    return ratio >= 0.5 && ratio <= 2 ? mathfn_log1p((to - from) / from) : mathfn_log(ratio);
}

static const double volatility_ln2 = 0.69314718055994530942;

// What one bar adds to the mean of each estimator; the mean is the variance a bar.
static inline double volatility_parkinson_term(double high, double low) {
    double range = volatility_log_ratio(high, low);
    return range * range / (4 * volatility_ln2);
}

static inline double volatility_garman_klass_term(double open, double high, double low,
                                                  double close) {
    double range = volatility_log_ratio(high, low);
    double move = volatility_log_ratio(close, open);
    return 0.5 * (range * range) - (2 * volatility_ln2 - 1) * (move * move);
}

static inline double volatility_rogers_satchell_term(double open, double high, double low,
                                                     double close) {
    return volatility_log_ratio(high, close) * volatility_log_ratio(high, open) +
           volatility_log_ratio(low, close) * volatility_log_ratio(low, open);
}

// The weight that Yang and Zhang give the variance from open to close, of `count` >= 2 bars.
static inline double volatility_yang_zhang_weight(double count) {
    return 0.34 / (1.34 + (count + 1) / (count - 1));
}

// Columns of bars; those that a function does not read may be NULL.
struct volatility_bars {
    const double *open;
    const double *high;
    const double *low;
    const double *close;
    size_t count;
};

// ERR_ARGUMENT: there are fewer than `rows` bars, or one is not usable; the story names it, counted
// from 1. NULL columns are not looked at.
int volatility_check(const struct volatility_bars *bars, size_t rows) MUST_USE;
// Why an estimate of checked bars is undefined: a variance below 0, which an open or close outside its bar makes.
// ERR_ARGUMENT, naming the first such row.
int volatility_outside(const struct volatility_bars *bars) MUST_USE;

// Estimates over a whole sample of usable bars. All of them look at bars 1 to count - 1, so that
// they see the same days: bar 0 has no return. NaN where there are fewer bars than said, and where
// the variance would be negative (an open or a close far outside of its bar).
double volatility_close_to_close(const struct volatility_bars *bars, double periods);  // 3 bars
double volatility_parkinson(const struct volatility_bars *bars, double periods);       // 2 bars
double volatility_garman_klass(const struct volatility_bars *bars, double periods);    // 2 bars
double volatility_rogers_satchell(const struct volatility_bars *bars, double periods); // 2 bars
double volatility_yang_zhang(const struct volatility_bars *bars, double periods);      // 3 bars

// The exponentially weighted variance a bar after the last one,
//   v = lambda v + (1 - lambda) r^2,   r = ln(close / close before),
// which is the forecast for the next. It starts as the mean of the first `seed` >= 1 squared
// returns and needs seed + 1 bars.
double volatility_ewma(const struct volatility_bars *bars, double lambda, size_t seed);

#endif
