// SPDX-License-Identifier: Apache-2.0
// Does a series come back, go on, or neither? Half-life, Hurst exponent, variance ratio and runs.
// Values are finite; NaN where a formula has no value.
#ifndef FULMAR_QUANT_SERIES_REVERSION_H
#define FULMAR_QUANT_SERIES_REVERSION_H

#include <stddef.h>

// x[t] - x[t-1] = constant + speed x[t-1] + error, by least squares. A speed that is not below 0 does not
// revert: both half-lives are NaN.
struct reversion_half_life {
    double speed;
    double level; // -constant / speed, to which it reverts
    double value; // -log 2 / speed rows: the continuous process. Chan, "Algorithmic Trading" (2013)
    double discrete; // -log 2 / log(1 + speed) rows, exact for the regression; NaN for speed <= -1
};
// NaN for fewer than 3 rows or a constant series.
struct reversion_half_life reversion_half_life(const double *x, size_t rows);

// Hurst exponents of the increments: 1/2 for independent ones, below it for a series that reverts.
//
// Rescaled range (Hurst, Trans. ASCE 116, 1951; Mandelbrot and Wallis, 1969) of returns: mean of range over
// population deviation in blocks of `least`, 2 least, 4 least ... rows while at least two blocks fit; the
// slope of its logarithm on that of the length. Blocks that do not vary are left out.
double reversion_hurst_range(const double *returns, size_t rows, size_t least);
// Of levels: the slope of the logarithm of the population deviation of x[t + lag] - x[t] on that of the
// lag, lags 1 .. most < rows.
double reversion_hurst_levels(const double *x, size_t rows, size_t most);

// Lo and MacKinlay, Review of Financial Studies 1, 1988: the variance of differences over `lag` rows, which
// overlap, over lag times that of one row; unbiased. 1 for a random walk. z is asymptotically normal: with
// `robust` for errors of changing variance, otherwise for alike ones.
struct reversion_ratio {
    double value;
    double z;
    double p; // two-sided
};
// NaN unless 2 <= lag < rows - 1 and x moves.
struct reversion_ratio reversion_variance_ratio(const double *x, size_t rows, size_t lag,
                                                int robust);

// Wald and Wolfowitz, Annals of Mathematical Statistics 11, 1940: the number of runs of values at or above
// `middle` and below it, against that of a random order; p by the normal distribution.
struct reversion_runs {
    double runs;
    double expected;
    double z; // NaN where all values are on one side
    double p;
};
struct reversion_runs reversion_runs(const double *x, size_t rows, double middle);

#endif
