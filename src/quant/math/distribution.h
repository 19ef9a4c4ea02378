// SPDX-License-Identifier: Apache-2.0
// Distributions of test statistics: Student's t, chi-squared and F (the normal one is quant/math/normal.h),
// with the incomplete gamma and beta functions that they are made of.
//
// Probabilities have a relative error below 1e-13 (below 1e-12 for more than 1e4 degrees of freedom),
// in both tails: ask for the tail that is small instead of subtracting from 1. Quantiles solve for the
// probability as far as doubles do: relative error below 1e-13 / (slope of the distribution).
// Degrees of freedom are positive and need not be whole; NaN for others, for NaN, and for a
// probability outside [0, 1].
//
// Densities by Loader's saddle point form ("Fast and accurate computation of binomial probabilities",
// 2000); series and continued fractions Abramowitz and Stegun 6.5.29, 6.5.31, 26.5.8.
#ifndef FULMAR_QUANT_MATH_DISTRIBUTION_H
#define FULMAR_QUANT_MATH_DISTRIBUTION_H

// log Gamma(x), x > 0; absolute error below 1e-15 max(1, |value|).
double distribution_log_gamma(double x);
// Its derivative, x > 0; absolute error below 1e-13 max(1, |value|).
double distribution_digamma(double x);

// Regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P, a > 0, x >= 0.
double distribution_gamma_lower(double a, double x);
double distribution_gamma_upper(double a, double x);

// Regularised incomplete beta function I_x(a, b), a, b > 0; y is 1 - x, given apart so that neither
// loses digits.
double distribution_beta(double a, double b, double x, double y);

// P(X <= x), P(X > x), and the x at which P(X <= x) = p.
double distribution_chi2_cdf(double x, double df);
double distribution_chi2_tail(double x, double df);
double distribution_chi2_quantile(double p, double df);

double distribution_t_pdf(double x, double df);
double distribution_t_cdf(double x, double df);
double distribution_t_quantile(double p, double df);
// P(|X| > |x|), the p-value of a t statistic.
double distribution_t_two_sided(double x, double df);

double distribution_f_cdf(double x, double df1, double df2);
double distribution_f_tail(double x, double df1, double df2);
double distribution_f_quantile(double p, double df1, double df2);

// P(|Z| > |z|) of a normal variable.
double distribution_normal_two_sided(double z);

#endif
