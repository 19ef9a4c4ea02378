// SPDX-License-Identifier: Apache-2.0
// More measures of returns, in the manner of Bacon, "Practical Portfolio Performance Measurement and
// Attribution" (2nd ed., 2008), as R's PerformanceAnalytics computes them: annual returns are compound
// ones, moments are the population's. Conventions as in quant/series/performance.h: simple returns, one a
// period, `periods` a year, `threshold` a return a period, rf a rate a year, NaN where a formula has no
// value.
#ifndef FULMAR_QUANT_SERIES_BACON_H
#define FULMAR_QUANT_SERIES_BACON_H

#include <stddef.h>

// Mean of what is above the threshold, max(r - threshold, 0), or below it, max(threshold - r, 0), to
// the power `order` >= 1, over all count returns. Order 1 is the upside and downside potential.
double bacon_upper_moment(const double *returns, size_t count, double threshold, double order);
double bacon_lower_moment(const double *returns, size_t count, double threshold, double order);

// sqrt(upper moment of order 2); the lower one's is performance_downside.
double bacon_upside_risk(const double *returns, size_t count, double threshold);

// Share of returns above, and below, the threshold.
double bacon_upside_frequency(const double *returns, size_t count, double threshold);
double bacon_downside_frequency(const double *returns, size_t count, double threshold);

// (mean - threshold) / (lower moment of the order)^(1 / order). Order 1 is the Omega-Sharpe ratio,
// order 2 Sortino's a period. Kaplan and Knowles (2004).
double bacon_kappa(const double *returns, size_t count, double threshold, double order);

// Upside potential over downside deviation. Sortino, van der Meer and Plantinga (1999).
double bacon_upside_potential_ratio(const double *returns, size_t count, double threshold);

// Upside risk over downside deviation; its square is the ratio of the variances.
double bacon_volatility_skewness(const double *returns, size_t count, double threshold);

double bacon_mean_absolute_deviation(const double *returns, size_t count);

// Population skewness over kurtosis (3 for a normal distribution). Watanabe (2006).
double bacon_skew_kurtosis(const double *returns, size_t count);

// (compound annual return - rf) over: the pain index, the ulcer index, and the square root of the sum of
// the squares of the falls, a fall being a run of negative returns that does not begin with the first
// one. PerformanceAnalytics compounds a run in hundredths, 100 (prod(1 + r / 100) - 1), close to its
// sum; so does this. scratch[count + 1] for the first two.
double bacon_pain_ratio(const double *returns, size_t count, double periods, double rf,
                        double *scratch);
double bacon_martin_ratio(const double *returns, size_t count, double periods, double rf,
                          double *scratch);
double bacon_burke_ratio(const double *returns, size_t count, double periods, double rf);

// With compound annual returns: what beta does not explain, R - rf - beta (B - rf); the return at the
// benchmark's volatility; the active return over the tracking error.
double bacon_alpha(const double *returns, const double *benchmark, size_t count, double periods,
                   double rf);
double bacon_m2(const double *returns, const double *benchmark, size_t count, double periods,
                double rf);
double bacon_information_ratio(const double *returns, const double *benchmark, size_t count,
                               double periods);

// Compounded return over the benchmark's in the periods in which that rose (sign > 0) or did not
// (sign < 0), not annualised.
double bacon_capture(const double *returns, const double *benchmark, size_t count, int sign);

#endif
