// SPDX-License-Identifier: Apache-2.0
// Linear regression by least squares: y = constant + sum of coefficient times factor + error, by
// Householder's Q R, so that the condition of the factors is not squared.
//
// Standard errors are classical (errors alike and independent), HC1 (White, Econometrica 48, 1980, with
// the factor n / (n - k) of MacKinnon and White, 1985) or HAC (Newey and West, Econometrica 55, 1987:
// Bartlett weights 1 - j / (lags + 1) on lags 1 .. lags, not prewhitened, with or without n / (n - k)).
// With n rows and k coefficients.
//
// Memory comes from an arena; what it lacks is ERR_NOMEM. Values are finite.
#ifndef FULMAR_QUANT_SERIES_REGRESSION_H
#define FULMAR_QUANT_SERIES_REGRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum regression_errors { REGRESSION_CLASSICAL, REGRESSION_HC1, REGRESSION_HAC };

struct regression_options {
    bool intercept; // a constant is the first coefficient
    enum regression_errors errors;
    size_t lags;       // of HAC
    bool small_sample; // HAC times n / (n - k)
    bool normal;       // p-values of coefficients by the normal distribution, not by t
};

struct regression {
    size_t rows;          // n
    size_t count;         // k
    double *coefficients; // [count], the constant first
    double *errors;       // their standard errors
    double *t;            // coefficient over standard error; NaN where both are 0
    double *p;            // two-sided
    double *covariance;   // of the coefficients, count x count
    double *residuals;    // [rows]
    double ssr;           // sum of squared residuals
    double deviation;     // sqrt(ssr / (n - k))
    // 1 - ssr / (sum of squares of y, about its mean where there is a constant); NaN where that is 0.
    double r2;
    double adjusted_r2;
    // All coefficients but the constant are 0: by R^2 with classical errors, by Wald's form with others;
    // NaN without factors, or where fewer rows than factors carry the covariance.
    double f;
    double f_p;
    double durbin_watson;
    double log_likelihood; // of normal errors
    double aic;            // 2 k - 2 log likelihood
    double bic;            // k log n - 2 log likelihood
};

// ERR_ARGUMENT: not more rows than coefficients, a lag that is not below n, a factor that is constant
// where there is an intercept or a linear combination of those before it: the story names it, counted
// from 1.
int regression_fit(const double *y, const double *const *factors, size_t factor_count, size_t rows,
                   const struct regression_options *options, struct arena *arena,
                   struct regression *ret) MUST_USE;

// Coefficients in rolling windows of `window` rows, in O(k^2) a row for the sums and O(k^3) for the
// solution: ret_alpha[rows] and ret_r2[rows], and ret_betas row by row, rows x factor_count. Rows before
// window - 1 are NaN, as are windows whose factors are collinear (what one leaves of its variance is
// below 1e-11) or, for R^2, in which y is constant.
//
// Sums of products are of deviations from a row of the window, folded by two stacks as in
// quant/stream/window.h, so nothing that left the window lingers. Solved by the normal equations of
// correlations: relative error about 1e-16 over what is left of the variances.
// ERR_ARGUMENT: window < factor_count + 2.
int regression_rolling(const double *y, const double *const *factors, size_t factor_count,
                       size_t rows, size_t window, struct arena *arena, double *ret_alpha,
                       double *ret_betas, double *ret_r2) MUST_USE;

#endif
