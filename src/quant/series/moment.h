// SPDX-License-Identifier: Apache-2.0
// What a column of numbers looks like: robust and ordered measures, autocorrelations and the tests of
// independence and normality that go with them. Means and central moments are in quant/series/performance.h.
// Values are finite; NaN where a formula has no value. Scratch is the caller's; its size is said.
#ifndef FULMAR_QUANT_SERIES_MOMENT_H
#define FULMAR_QUANT_SERIES_MOMENT_H

#include <stddef.h>

// The value below which a share q in [0, 1] of a sorted column lies, by types 4 to 9 of Hyndman and Fan,
// American Statistician 50, 1996: 6 is Weibull's q (n + 1), 7 Gumbel's 1 + q (n - 1), R's and numpy's
// default, 8 nearly free of bias for medians. Linear between order statistics. NaN for count 0.
double moment_quantile(const double *sorted, size_t count, double q, int type);

// Median of |x - median| and, by *ret_median, the median itself. scratch[2 count]. Times 1.4826 it
// estimates the deviation of normal values.
double moment_mad(const double *values, size_t count, double *scratch, double *ret_median);

// Sample L-moments of a sorted column, unbiased: Hosking, J. Royal Statistical Society B 52, 1990.
struct moment_l {
    double location; // the mean
    double scale;    // half the expected difference of two
    double skew;     // ratio, in (-1, 1)
    double kurtosis; // ratio; 0.1226 for a normal distribution
};
struct moment_l moment_l_of(const double *sorted, size_t count);

// Bin edges of equal width from the smallest value to the largest, bins + 1 of them, and how many values
// lie in each bin: the left edge belongs to it, the last bin has both. Equal values are put into the
// middle of a width of 1. bins >= 1.
void moment_histogram(const double *values, size_t count, size_t bins, double *ret_edges,
                      double *ret_counts);

// How many bins fit: the more of Sturges' log2(n) + 1 and Freedman and Diaconis' 2 iqr n^(-1/3) wide ones,
// at most `max`. Of a sorted column.
size_t moment_bins(const double *sorted, size_t count, size_t max);

// ret[k], k = 0 .. lags: sum of d[t] d[t - k] over that of d[t]^2, d the deviations from the mean; all NaN
// for a constant column. lags < count (CHECK). scratch[count].
void moment_autocorrelation(const double *values, size_t count, size_t lags, double *scratch,
                            double *ret);

// Partial autocorrelations from those, by Durbin's recursion: ret[0] is 1. scratch[2 (lags + 1)].
void moment_partial(const double *autocorrelation, size_t lags, double *scratch, double *ret);

// Ljung and Box, Biometrika 65, 1978: Q = n (n + 2) sum of r[k]^2 / (n - k), k = 1 .. lag, for each lag, and
// its chi-squared p-value with lag - fitted degrees of freedom (NaN where there are none).
void moment_ljung_box(const double *autocorrelation, size_t lags, size_t count, size_t fitted,
                      double *ret_statistics, double *ret_p);

// Jarque and Bera, Economics Letters 6, 1980: n / 6 (skew^2 + excess^2 / 4), chi-squared with 2.
double moment_jarque_bera(const double *values, size_t count, double *ret_p);

#endif
