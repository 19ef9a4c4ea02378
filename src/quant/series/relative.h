// SPDX-License-Identifier: Apache-2.0
// Measures of a series of simple returns against a benchmark's over the same periods. Conventions
// as in quant/series/performance.h: fractions, yearly rates, `periods` a year, NaN where the formula has
// no value (a constant benchmark).
#ifndef FULMAR_QUANT_SERIES_RELATIVE_H
#define FULMAR_QUANT_SERIES_RELATIVE_H

#include <stddef.h>

// Sample covariance over the sample variance of the benchmark. Sharpe, Journal of Finance 19(3),
// 1964.
double relative_beta(const double *returns, const double *benchmark, size_t count);

// The same over the periods in which the benchmark rose (sign > 0) or fell (sign < 0).
double relative_beta_side(const double *returns, const double *benchmark, size_t count, int sign);

double relative_correlation(const double *returns, const double *benchmark, size_t count);

// Jensen's alpha a period: mean excess return less beta times the benchmark's (Journal of Finance
// 23(2), 1968). A year: times `periods` (PerformanceAnalytics), or compounded, (1 + alpha)^periods
// - 1 (empyrical).
double relative_alpha(const double *returns, const double *benchmark, size_t count, double periods,
                      double rf);
double relative_alpha_simple(const double *returns, const double *benchmark, size_t count,
                             double periods, double rf);
double relative_alpha_compound(const double *returns, const double *benchmark, size_t count,
                               double periods, double rf);

// Annualised sample deviation of the active returns (returns - benchmark), and their mean over it.
double relative_tracking_error(const double *returns, const double *benchmark, size_t count,
                               double periods);
double relative_information_ratio(const double *returns, const double *benchmark, size_t count,
                                  double periods);

// Over the periods in which the benchmark rose (sign > 0) or fell (sign < 0): the annualised
// compound return over the benchmark's (empyrical), and the ratio of the sums of returns.
double relative_capture(const double *returns, const double *benchmark, size_t count,
                        double periods, int sign);
double relative_capture_sum(const double *returns, const double *benchmark, size_t count, int sign);

// Annualised mean excess return over beta (Treynor, Harvard Business Review 43, 1965), and the
// return at the benchmark's volatility, sharpe times the benchmark's volatility + rf (Modigliani
// and Modigliani, Journal of Portfolio Management 23(2), 1997), both with arithmetic means.
double relative_treynor(const double *returns, const double *benchmark, size_t count,
                        double periods, double rf);
double relative_m2(const double *returns, const double *benchmark, size_t count, double periods,
                   double rf);

#endif
