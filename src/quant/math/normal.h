// SPDX-License-Identifier: Apache-2.0
// The standard normal distribution.
#ifndef FULMAR_QUANT_MATH_NORMAL_H
#define FULMAR_QUANT_MATH_NORMAL_H

// Density at x.
double normal_pdf(double x);

// P(X <= x), relative error below 1e-13 for |x| <= 8 and below 1e-12 in the far tails (down to the
// smallest normal double). Power series in the middle (Marsaglia, Journal of Statistical Software
// 11(4), 2004), continued fraction outside (Abramowitz and Stegun 26.2.14).
double normal_cdf(double x);

// The x with normal_cdf(x) = p: -inf at 0, +inf at 1, NaN outside [0, 1]. Error below
// 1e-13 max(1, |x|). Rational start (Abramowitz and Stegun 26.2.23), then Halley's steps on
// normal_cdf.
double normal_quantile(double p);

// P(X <= a, Y <= b) of two standard normals with correlation rho in [-1, 1]. Absolute error below 1e-14 for
// |rho| <= 0.95, below 1e-7 beyond. Plackett's integral over the correlation, substituted as in Drezner and
// Wesolowsky, Journal of Statistical Computation and Simulation 35, 1990.
double normal_cdf_two(double a, double b, double rho);

#endif
