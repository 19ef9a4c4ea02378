// SPDX-License-Identifier: Apache-2.0
// Stakes that make wealth grow fastest (Kelly, Bell System Technical Journal 35, 1956; Thorp, "The Kelly
// Criterion in Blackjack, Sports Betting and the Stock Market", 2006).
#ifndef FULMAR_QUANT_PORTFOLIO_KELLY_H
#define FULMAR_QUANT_PORTFOLIO_KELLY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "quant/math/qp.h"

// A bet that pays `odds` (> 0) a unit with probability p (0 to 1) and loses it otherwise: p - (1 - p) /
// odds. Below 0: the other side of it would be taken. NaN outside these ranges.
double kelly_binary(double p, double odds);

// Continuous trading of returns with that mean and deviation (> 0) beside a riskless rate: the fraction
// (mean - rate) / deviation^2, and growth rate + (mean - rate)^2 / (2 deviation^2). NaN elsewhere.
double kelly_continuous(double mean, double deviation, double rate);
double kelly_continuous_growth(double mean, double deviation, double rate);

// Many assets, continuous: inverse(S) mean. ERR_ARGUMENT: portfolio_check's, which names the asset.
int kelly_multivariate(const double *mean, const double *covariance, size_t count,
                       const char *const *names, struct arena *arena, double *ret_weights) MUST_USE;

struct kelly_result {
    double *weights; // [count], the caller's
    double growth;   // a row, or a period of the mean
    // Residuals at the weights of the programme whose gradient and Hessian are those of the growth
    // there: the conditions of Karush, Kuhn and Tucker of the concave problem itself.
    struct qp_certificate certificate;
};

// The same within bounds: the largest w' mean - 1/2 w' S w, which is what wealth grows by above the riskless
// rate where `mean` is what the assets earn above it. A quadratic programme. ERR_ARGUMENT as above, or
// the constraint that cannot be met.
struct kelly_market {
    size_t count;
    const char *const *names; // for errors; NULL: "asset 1"
    const double *mean;       // finite
    const double *covariance; // positive definite
    const double *lower;      // NULL: 0; -infinity: none
    const double *upper;      // NULL: none
    double total_max;         // of the sum of weights; infinity: no limit
};
int kelly_bounded(const struct kelly_market *market, struct arena *arena,
                  struct kelly_result *ret) MUST_USE;

// The weights with the largest mean of log(1 + w' r) over rows of simple returns, cash earning nothing.
struct kelly_history {
    size_t count;
    size_t rows;
    const double *const *returns; // returns[j][i]: row i of asset j; finite, >= -1
    const char *const *names;     // for errors; NULL: "variable 1"
    const double *lower;          // NULL: 0; -infinity: none
    const double *upper;          // NULL: none
    double total_max;             // of the sum of weights; infinity: no limit
};

// Sequential quadratic programmes: Newton steps under the constraints, shortened until growth rises.
// ERR_ARGUMENT: a return is not finite or below -1, nothing ever loses so that no stake is best, the
// constraints contradict each other or leave no weights near 0 that no row ruins; ERR_CONVERGE.
int kelly_optimal(const struct kelly_history *history, struct arena *arena,
                  struct kelly_result *ret) MUST_USE;

#endif
