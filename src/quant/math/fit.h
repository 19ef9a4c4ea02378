// SPDX-License-Identifier: Apache-2.0
// Distributions of positive waiting times fitted by maximum likelihood, and how well they fit.
//
//   FIT_EXPONENTIAL  a + X, X exponential of mean b: a is the least value, b the mean less a
//   FIT_GAMMA        mean a, shape b: b solves log b - digamma(b) = log mean - mean log (Choi and Wette, 1969)
//   FIT_LOGNORMAL    median a, sigma b: mean and standard deviation (of n) of the logarithms
//   FIT_PARETO       a is the least value, b = n / sum log(x / a): P(X > x) = (a / x)^b (Hill)
//
// A gamma or a lognormal one with a least time as well has no maximum: the likelihood grows beyond all bounds as that
// time nears the least value. They are fitted from 0 on.
//
// ks is Kolmogorov's statistic, the largest distance of the two distribution functions; p the probability of as large
// a one under the distribution, by Kolmogorov's series at (sqrt n + 0.12 + 0.11 / sqrt n) ks (Stephens, 1970). It takes
// the parameters as given: of fitted ones it is too large, so that a small p speaks against the distribution and a
// large one not for it.
#ifndef FULMAR_QUANT_MATH_FIT_H
#define FULMAR_QUANT_MATH_FIT_H

#include <stddef.h>

#include "base/err.h"

enum fit_family { FIT_EXPONENTIAL, FIT_GAMMA, FIT_LOGNORMAL, FIT_PARETO, FIT_FAMILIES };

struct fit {
    double a, b;           // as above
    double log_likelihood; // natural logarithm, of densities at the values' unit
    double ks;
    double p;
};

const char *fit_name(enum fit_family family); // "exponential", ...

// `sorted` rises and is finite. ERR_ARGUMENT with a story: fewer than two values, all of them equal, or one that is not
// above 0 (exponential: below 0).
int fit_make(enum fit_family family, const double *sorted, size_t count,
             struct fit *ret_fit) MUST_USE;

double fit_cdf(enum fit_family family, double a, double b, double x); // P(X <= x)
double fit_ks(enum fit_family family, double a, double b, const double *sorted, size_t count);
// P(D > d) of n values, as above.
double fit_ks_tail(double d, size_t count);

#endif
