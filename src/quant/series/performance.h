// SPDX-License-Identifier: Apache-2.0
// Measures of one series of simple returns, r[i] = equity[i] / equity[i - 1] - 1, one a period.
// `periods` is the number of periods in a year: 252 for daily returns of stocks, 12 for months.
// Results are fractions (0.05 is 5 %), not per cent, and NaN where the formula has no value: fewer
// returns than it needs, a divisor of zero.
//
// Pure functions: nothing is kept, nothing allocated; scratch memory is the caller's and says its
// size. Sums are compensated, logarithms deterministic (quant/math/mathfn.h).
//
// Definitions follow Bacon, "Practical Portfolio Performance Measurement and Attribution" (2nd ed.,
// 2008), the R package PerformanceAnalytics and the Python package empyrical; where these disagree
// the comment says which is meant.
#ifndef FULMAR_QUANT_SERIES_PERFORMANCE_H
#define FULMAR_QUANT_SERIES_PERFORMANCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

// Product of (1 + r), less 1.
double performance_total_return(const double *returns, size_t count);

// Compound annual growth rate, (1 + total)^(periods / count) - 1; -1 after a total loss, NaN below
// it.
double performance_cagr(const double *returns, size_t count, double periods);

double performance_mean(const double *returns, size_t count);
// Sample standard deviation (divisor count - 1).
double performance_deviation(const double *returns, size_t count);
// The same times sqrt(periods).
double performance_volatility(const double *returns, size_t count, double periods);

// (mean - rf / periods) / deviation sqrt(periods). Sharpe, Journal of Portfolio Management 21(1),
// 1994; rf is a yearly rate.
double performance_sharpe(const double *returns, size_t count, double periods, double rf);

// sqrt(mean(min(r - threshold, 0)^2)) over all count returns; threshold is a return a period.
double performance_downside(const double *returns, size_t count, double threshold);
// mean / downside(0) sqrt(periods). Sortino and van der Meer, Journal of Portfolio Management
// 17(4), 1991.
double performance_sortino(const double *returns, size_t count, double periods);

// Sum of what is above the threshold over the sum of what is below. Keating and Shadwick (2002).
// With threshold 0 this is the profit factor, of returns or of the profits and losses of trades.
double performance_omega(const double *returns, size_t count, double threshold);
double performance_profit_factor(const double *values, size_t count);

// Share of values above 0.
double performance_hit_rate(const double *values, size_t count);
double performance_best(const double *returns, size_t count);
double performance_worst(const double *returns, size_t count);

// Population moments: m3 / m2^1.5, and m4 / m2^2 (3 for a normal distribution).
double performance_skew(const double *returns, size_t count);
double performance_kurtosis(const double *returns, size_t count);
// The sample-adjusted forms G1 (count >= 3) and G2 (excess, count >= 4) of Joanes and Gill, The
// Statistician 47, 1998.
double performance_skew_sample(const double *returns, size_t count);
double performance_excess_kurtosis_sample(const double *returns, size_t count);

// R^2 of the regression of the cumulative log return on time.
double performance_stability(const double *returns, size_t count);

// The value below which a share q of the values lies, linear between order statistics: type 7 of
// Hyndman and Fan, American Statistician 50, 1996 (R and numpy's default). Uses scratch[count].
double performance_quantile(const double *values, size_t count, double q, double *scratch);
// Historical value at risk, -quantile(1 - level), and the mean loss of the returns at or below that
// quantile. Positive numbers are losses. level is 0.95, 0.99 ...; scratch[count].
double performance_var(const double *returns, size_t count, double level, double *scratch);
double performance_cvar(const double *returns, size_t count, double level, double *scratch);
// |95 % quantile| / |5 % quantile|; scratch[count].
double performance_tail_ratio(const double *returns, size_t count, double *scratch);

// The Sharpe ratio of the last `window` returns at each row, NaN before there are as many and where
// their deviation is 0; window >= 2; scratch[2 window].
void performance_rolling_sharpe(const double *returns, size_t count, size_t window, double periods,
                                double rf, double *scratch, double *ret_sharpe);

// Returns compounded by month; NaN for a month without one.
struct performance_year {
    int32_t year;
    double months[12];
    double total;
};

// From returns with dates (days since 1970-01-01, not falling), in order of years; a year without a
// return is left out. ERR_FULL: more than `max` years. ERR_ARGUMENT: a date falls. On failure
// ret_years is undefined.
int performance_months(const int32_t *dates, const double *returns, size_t count, size_t max,
                       struct performance_year *ret_years, size_t *ret_count) MUST_USE;

#endif
