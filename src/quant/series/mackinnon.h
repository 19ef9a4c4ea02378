// SPDX-License-Identifier: Apache-2.0
// Distributions of the statistics of unit root and cointegration tests, which are not those of tables of
// t or chi-squared: response surfaces and percentiles that MacKinnon and others simulated.
#ifndef FULMAR_QUANT_SERIES_MACKINNON_H
#define FULMAR_QUANT_SERIES_MACKINNON_H

#include <stddef.h>

// What a regression has beside the level.
enum mackinnon_trend {
    MACKINNON_NONE,
    MACKINNON_CONSTANT,
    MACKINNON_LINEAR,   // constant and trend
    MACKINNON_QUADRATIC // constant, trend and its square
};

enum { MACKINNON_SERIES_MAX = 12, MACKINNON_P_SERIES_MAX = 6 };

// P-value of a Dickey-Fuller t statistic, `series` of which 1 is a unit root test and more an
// Engle-Granger test of that many. Asymptotic: MacKinnon, "Approximate Asymptotic Distribution
// Functions for Unit-Root and Cointegration Tests", J. Business & Economic Statistics 12, 1994.
// NaN for more than MACKINNON_P_SERIES_MAX series.
double mackinnon_p(double tau, enum mackinnon_trend trend, size_t series);

// Critical values at 1, 5 and 10 % for `rows` rows: MacKinnon, "Critical Values for Cointegration Tests",
// Queen's Economics Department Working Paper 1227, 2010. NaN where the paper has none: without a constant
// for more than one series, more than MACKINNON_SERIES_MAX.
void mackinnon_critical(enum mackinnon_trend trend, size_t series, size_t rows,
                        double ret_critical[3]);

// 90, 95 and 99 % points of Johansen's trace statistic, or of the largest-eigenvalue statistic, for
// `left` = series less the rank under the hypothesis: MacKinnon, Haug and Michelis, "Numerical Distribution
// Functions of Likelihood Ratio Tests for Cointegration", J. Applied Econometrics 14, 1999, computed by
// their programs. NaN for more than 12 or QUADRATIC.
enum mackinnon_johansen { MACKINNON_TRACE, MACKINNON_LARGEST };
void mackinnon_johansen(enum mackinnon_johansen statistic, enum mackinnon_trend trend, size_t left,
                        double ret_critical[3]);

#endif
