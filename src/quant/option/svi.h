// SPDX-License-Identifier: Apache-2.0
// A slice of an implied-volatility surface as Gatheral's SVI, and whether it leaves room for arbitrage.
//
// k is ln(strike / forward), w the total variance: implied volatility squared times the years to expiry.
//
//     w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2))
//
// Gatheral and Jacquier, "Arbitrage-free SVI volatility surfaces", Quantitative Finance 14, 2014.
#ifndef FULMAR_QUANT_OPTION_SVI_H
#define FULMAR_QUANT_OPTION_SVI_H

#include <stddef.h>

#include "base/err.h"

struct svi {
    double a, b, rho, m, sigma;
};

// ERR_ARGUMENT: b < 0, |rho| >= 1, sigma <= 0, a least variance below 0, or a number that is not finite.
int svi_check(const struct svi *svi) MUST_USE;

// w(k), and its first and second derivative where they are wanted (NULL: not).
double svi_variance(const struct svi *svi, double k, double *ret_slope, double *ret_bend);

// The same slice told by what a trader sees at expiry `years` > 0.
struct svi_jw {
    double v;   // at-the-money variance a year
    double psi; // at-the-money skew
    double p;   // slope of the left wing
    double c;   // slope of the right wing
    double vt;  // least variance a year
};
struct svi_jw svi_to_jw(const struct svi *svi, double years);
// ERR_ARGUMENT: numbers that are no slice.
int svi_from_jw(const struct svi_jw *jw, double years, struct svi *ret_svi) MUST_USE;

// Durrleman's function: the density of the spot at expiry has its sign; below 0 a butterfly has a negative price.
double svi_density(const struct svi *svi, double k);
// The same from w, w' and w'' at k.
double svi_density_of(double k, double w, double slope, double bend);

// The least svi_density for k in [low, high] and where it is: by 2,001 points and golden section around the lowest.
double svi_density_least(const struct svi *svi, double low, double high, double *ret_k);

// The least of w_far - w_near in [low, high] and where it is, in the same way; below 0 a calendar spread has a
// negative price. Both slices are over forward moneyness.
double svi_calendar_least(const struct svi *near, const struct svi *far, double low, double high,
                          double *ret_k);

struct svi_fit {
    struct svi svi;
    double rss; // sum of (w(k) - w)^2
    size_t evaluations;
};

enum { SVI_FIT_MIN = 5 };
#define SVI_RHO_MAX 0.999

// The slice of least squares through count >= 5 points, |rho| <= SVI_RHO_MAX, w >= 0 within a width of the
// points of their middle (svi_check may find it below 0 far beyond). For given m and sigma the rest is linear and
// solved exactly with its bounds (Zeliade Systems, "Quasi-explicit calibration of Gatheral's SVI model", 2009); m
// and sigma are sought from a grid of starts by simplex. sigma lies between 1e-3 and 20 times the width of the
// points, m within 27 widths of their middle. ERR_ARGUMENT: too few points, a number that is not finite, a variance
// that is not above 0, or all k the same.
int svi_fit(const double *k, const double *w, size_t count, struct svi_fit *ret_fit) MUST_USE;

// What a slice is fitted to where quotes differ in worth: volatilities by k, and half the width of what each leaves
// open.
struct svi_points {
    double years;
    const double *k;
    const double *vol;
    const double *error;
    size_t count;
};

// ERR_ARGUMENT: years that are not above 0, a number that is not finite, a volatility or an error that is not above
// 0. The story names the point.
int svi_points_check(const struct svi_points *points) MUST_USE;

#endif
