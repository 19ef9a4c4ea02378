// SPDX-License-Identifier: Apache-2.0
// Portfolios from risk alone: shares of risk, hierarchies, diversification. Long only, weights sum to 1.
// Covariances are count x count, positive definite (portfolio_check of quant/portfolio/portfolio.h says which
// asset is at fault), at most PORTFOLIO_ASSETS_MAX assets; names may be NULL.
#ifndef FULMAR_QUANT_PORTFOLIO_RISK_PARITY_H
#define FULMAR_QUANT_PORTFOLIO_RISK_PARITY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "quant/portfolio/portfolio.h"

// Weights whose shares of the variance w[i] (S w)[i] / w' S w equal `budget` (> 0, sums to any number;
// NULL: equal shares). Coordinate descent, then Newton's method damped by its decrement, on
// 1/2 y' C y - sum budget log y with C the correlations (Spinu, "An Algorithm for Computing Risk Parity
// Weights", 2013; Maillard, Roncalli and Teiletche, J. Portfolio Management 36(4), 2010). ret_error: the
// largest share's distance from its budget, below 1e-12. ERR_ARGUMENT names the asset; ERR_CONVERGE.
int risk_parity(const double *covariance, size_t count, const char *const *names,
                const double *budget, struct arena *arena, double *ret_weights,
                double *ret_error) MUST_USE;

// The largest w' deviations / sqrt(w' S w) (Choueifaty and Coignard, J. Portfolio Management 35(1),
// 2008). ret_ratio: that number.
int risk_parity_diversify(const double *covariance, size_t count, const char *const *names,
                          struct arena *arena, double *ret_weights, double *ret_ratio,
                          struct qp_certificate *ret_certificate) MUST_USE;

// Hierarchical risk parity (Lopez de Prado, J. Portfolio Management 42(4), 2016): single linkage on
// distances sqrt((1 - rho) / 2), the order of its leaves from left to right, and halves of it that
// share weight by the inverse of their variances, each with inverse-variance weights inside.
enum risk_parity_distance {
    RISK_PARITY_DISTANCE, // those distances themselves
    RISK_PARITY_COLUMNS, // Euclidean distances between the columns of their matrix: the article's text
};
// One join: clusters `left` < `right` (0 .. count - 1 are assets, count + k is join k) and how far apart.
struct risk_parity_join {
    size_t left;
    size_t right;
    double distance;
    size_t size; // assets in it
};
// ret_order[count], ret_joins[count - 1].
int risk_parity_hierarchical(const double *covariance, size_t count, const char *const *names,
                             enum risk_parity_distance distance, struct arena *arena,
                             double *ret_weights, size_t *ret_order,
                             struct risk_parity_join *ret_joins) MUST_USE;

#endif
