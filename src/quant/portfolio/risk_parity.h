// SPDX-License-Identifier: Apache-2.0
// Portfolios from risk alone: shares of risk, hierarchies, diversification. Long only, weights sum to 1.
// Covariances are count x count, positive definite (portfolio_check of quant/portfolio/portfolio.h says which
// asset is at fault), at most PORTFOLIO_ASSETS_MAX assets; names may be NULL.
#ifndef FULMAR_QUANT_PORTFOLIO_RISK_PARITY_H
#define FULMAR_QUANT_PORTFOLIO_RISK_PARITY_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "quant/math/hierarchy.h"
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
struct risk_parity_hierarchy {
    // What distances are of, count x count, where histories of unequal lengths give correlations that are not those of
    // the covariance; NULL: the covariance's own.
    const double *correlation;
    enum risk_parity_distance distance;
    enum hierarchy_linkage linkage; // single: the article's
    size_t clusters; // 1 to count; 0: hierarchy_count's. risk_parity_clustered's alone
};
// What the weights came from; the arrays are the caller's.
struct risk_parity_tree {
    size_t *order;                // [count], assets from left to right
    struct hierarchy_join *joins; // [count - 1]
    size_t *cluster;              // [count], see risk_parity_clustered; NULL: not wanted
    size_t cluster_count;
};
int risk_parity_hierarchical(const double *covariance, size_t count, const char *const *names,
                             const struct risk_parity_hierarchy *hierarchy, struct arena *arena,
                             double *ret_weights, struct risk_parity_tree *ret_tree) MUST_USE;

// Parts of it. Distances of a correlation matrix, count x count; scratch as large, for COLUMNS alone. And the variance
// of some assets at weights in the ratio of the inverses of their variances.
void risk_parity_distances(const double *correlation, size_t count,
                           enum risk_parity_distance distance, double *scratch, double *ret);
double risk_parity_inverse_variance(const double *covariance, size_t count, const size_t *assets,
                                    size_t asset_count);

// Hierarchical equal risk contribution (Raffinot, "The Hierarchical Equal Risk Contribution Portfolio",
// 2018), with variance as risk: a tree of the same distances by Ward's or another linkage, cut into clusters.
// Each join above the cut shares weight between its sides by the inverse of their risks, a side's being the sum
// of its clusters'; a cluster's weight goes to its assets by the inverse of their variances.
// ret_tree->cluster: which one, from 0 on and from left to right, each asset is of. ERR_ARGUMENT names the asset, or
// the number of clusters.
int risk_parity_clustered(const double *covariance, size_t count, const char *const *names,
                          const struct risk_parity_hierarchy *hierarchy, struct arena *arena,
                          double *ret_weights, struct risk_parity_tree *ret_tree) MUST_USE;

#endif
