// SPDX-License-Identifier: Apache-2.0
// What each position adds to the risk of a portfolio. Weights are fractions or amounts, short ones negative;
// risks are losses in their units. With S the covariance, w the weights, sigma = sqrt(w' S w) and z > 0 the
// number of deviations:
//
//   var           z sigma - w' mean
//   marginal[i]   its derivative by w[i]: z (S w)[i] / sigma - mean[i]
//   component[i]  w[i] marginal[i]; they add up to var (Euler)
//   individual[i] z |w[i]| sqrt(S[i][i]) - w[i] mean[i]: of the position alone
//   incremental[i] var less that of the portfolio without the position, the other weights as they are
//
// Jorion, "Value at Risk" (3rd ed., 2006), chapter 7.
#ifndef FULMAR_QUANT_RISK_RISK_CONTRIBUTION_H
#define FULMAR_QUANT_RISK_RISK_CONTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct risk_contribution {
    double *marginal; // arrays of `count`, the caller's
    double *component;
    double *individual;
    double *incremental;
};

// ERR_ARGUMENT: S has a negative variance or is not symmetric to 1e-9 of its deviations, the story names
// the columns counted from 0; sigma is 0, or w' S w is negative. means: NULL for none. scratch[count].
int risk_contribution_normal(const double *covariance, size_t count, const double *weights,
                             const double *means, double z, double *scratch, double *ret_var,
                             const struct risk_contribution *ret) MUST_USE;

// Whether a covariance is positive semidefinite to rounding: its smallest eigenvalue is at least -1e-10 of
// the largest. If not, ERR_ARGUMENT; the story names the eigenvalue, and *ret_column is the column with the
// largest part in its vector. scratch[2 count^2 + 3 count].
int risk_contribution_check(const double *covariance, size_t count, double *scratch,
                            size_t *ret_column) MUST_USE;

// A factor F with F F' the covariance: Cholesky's lower triangle, or where there is none because the matrix has no full
// rank, its eigenvectors times the roots of their values. Errors and scratch as above. ret_factor[count^2], row by row.
int risk_contribution_factor(const double *covariance, size_t count, double *scratch,
                             double *ret_factor, size_t *ret_column) MUST_USE;

// z sqrt(w' S w) with another weight of one position; less that of the weights as they are it is the incremental value
// at risk of the change. ERR_ARGUMENT: the variance is negative.
int risk_contribution_change(const double *covariance, size_t count, const double *weights,
                             double z, size_t position, double weight, double *ret_var) MUST_USE;

// Historical expected shortfall of Acerbi and Tasche (quant/risk/tail_risk.h) of the portfolio's rows
// sum of w[j] columns[j][t], and what each position adds to it: -w[i] times its mean over the same rows,
// weighted alike; among equal rows the earlier comes first. The parts add up to the whole (Tasche,
// "Risk contributions and performance measurement", 1999). a in (0, 0.5]; rows > 0, all finite.
// order[2 rows], scratch[rows], which afterwards holds the portfolio's rows.
void risk_contribution_shortfall(const double *const *columns, size_t count, size_t rows,
                                 const double *weights, double a, uint32_t *order, double *scratch,
                                 double *ret_es, double *ret_component);

#endif
