// SPDX-License-Identifier: Apache-2.0
// Realised measures: the variance of one stretch of time (a day) from the log returns within it,
// all of them, in order. Results are variances over the whole stretch, not per return and not
// annualised. With no jumps and no noise all of them estimate the integrated variance; they differ
// in what they do with jumps (bipower leaves them out) and with the noise of quotes and ticks (two
// scales and the kernel take it out).
//
// Pure functions; scratch is the caller's. Results are NaN where there are fewer returns than said.
#ifndef FULMAR_QUANT_VOLATILITY_REALISED_H
#define FULMAR_QUANT_VOLATILITY_REALISED_H

#include <stdbool.h>
#include <stddef.h>

// Sum of squares; 1 return. Andersen, Bollerslev, Diebold and Labys, Econometrica 71, 2003.
double realised_variance(const double *returns, size_t count);

// pi/2 sum |r_i| |r_(i-1)|; 2 returns. Barndorff-Nielsen and Shephard, Journal of Financial
// Econometrics 2, 2004.
double realised_bipower(const double *returns, size_t count);

// Estimates of the integrated fourth power of volatility that jumps do not reach:
//   quadpower  n (pi/2)^2 sum |r_i r_(i-1) r_(i-2) r_(i-3)|, 4 returns
//   tripower   n m^-3 sum |r_i r_(i-1) r_(i-2)|^(4/3), m = 2^(2/3) Gamma(7/6) / Gamma(1/2), 3 returns
double realised_quadpower(const double *returns, size_t count);
double realised_tripower(const double *returns, size_t count);

// Was there a jump? The ratio form of Barndorff-Nielsen and Shephard, Journal of Financial
// Econometrics 4, 2006:
//   z = sqrt(n) (1 - bipower / variance) / sqrt((pi^2/4 + pi - 5) max(1, quarticity / bipower^2)),
// standard normal without jumps, large with one. 4 returns; z is NaN where all returns are 0, and
// the maximum is 1 where bipower is 0.
struct realised_jump {
    double variance;
    double bipower;
    double quarticity;
    double jump; // what jumps contributed: max(variance - bipower, 0)
    double z;
    double p; // probability of as large a z without a jump
};

struct realised_jump realised_jump_test(const double *returns, size_t count, bool tripower);

// Two scales: the mean of the variances over the `scale` grids of every scale-th price, less the
// part of the variance over all prices that is noise. `adjust`: divided by 1 - nbar/n, which
// removes the bias of a small sample. 2 <= scale <= count; scratch[scale]. Zhang, Mykland and
// Ait-Sahalia, Journal of the American Statistical Association 100, 2005. May be negative.
double realised_two_scale(const double *returns, size_t count, size_t scale, bool adjust,
                          double *scratch);

// Realised kernel with Parzen's weights, never negative:
//   g_0 + 2 sum_(h=1..H) k(h / (H + 1)) g_h,   g_h = sum r_i r_(i-h).
// The ends are not averaged. Barndorff-Nielsen, Hansen, Lunde and Shephard, Econometrics Journal
// 12, 2009.
double realised_kernel(const double *returns, size_t count, size_t bandwidth);

// The bandwidth that paper recommends, 3.5134 xi^(4/5) n^(3/5) rounded up and below count, with
// xi^2 = noise / integrated variance: noise is the variance of all returns over 2 n, the other the
// variance over twenty returns (or all, where there are fewer), mean over the grids.
// scratch[count / 20 + 1]; 2 returns.
size_t realised_kernel_bandwidth(const double *returns, size_t count, double *scratch);

#endif
