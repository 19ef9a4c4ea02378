// SPDX-License-Identifier: Apache-2.0
// Covariances and correlations of many columns, and how to make them usable when there are few rows:
// shrinkage, random-matrix cleaning, the nearest matrix that is positive semidefinite.
//
// columns[j][i] is row i of variable j, count variables; matrices are count x count, row by row, both
// triangles. Values are finite. Scratch is the caller's; its size is said. Population covariances have
// divisor rows, sample ones rows - 1.
#ifndef FULMAR_QUANT_SERIES_COVARIANCE_H
#define FULMAR_QUANT_SERIES_COVARIANCE_H

#include <stddef.h>

#include "base/err.h"

// Sums of products of deviations from the means over (rows - ddof), ddof 0 or 1; rows > ddof (CHECK).
// scratch[count * rows], which afterwards holds the deviations, column by column.
void covariance_of(const double *const *columns, size_t count, size_t rows, size_t ddof,
                   double *scratch, double *ret);

// Exponentially weighted without a mean (RiskMetrics Technical Document, 1996): S := lambda S +
// (1 - lambda) x x', from S = the first row's products on. 0 < lambda < 1.
void covariance_ewma(const double *const *columns, size_t count, size_t rows, double lambda,
                     double *ret);

// S := diagonal^-1/2 S diagonal^-1/2 with an exact 1 on the diagonal; ret_deviations[count] gets the
// square roots of the diagonal. ERR_ARGUMENT: a variance is not above 0; the story names the column,
// counted from 1. In place.
int covariance_to_correlation(double *matrix, size_t count, double *ret_deviations) MUST_USE;

// The way back: matrix[i][j] *= deviations[i] deviations[j].
void covariance_from_correlation(double *matrix, size_t count, const double *deviations);

// Shrunk covariance: (1 - shrinkage) S + shrinkage target. Weight by the data, within [0, 1], of the
// population covariance:
//   IDENTITY  mean variance times the identity. Ledoit and Wolf, J. Multivariate Analysis 88, 2004;
//             as scikit-learn's LedoitWolf.
//   CONSTANT  own variances, the mean correlation everywhere. Ledoit and Wolf, "Honey, I shrunk the
//             sample covariance matrix", J. Portfolio Management 30(4), 2004.
//   OAS       the identity's target with the weight of Chen, Wiesel, Eldar and Hero, IEEE Trans. Signal
//             Processing 58, 2010, eq. 23; as scikit-learn's OAS.
enum covariance_target { COVARIANCE_IDENTITY, COVARIANCE_CONSTANT, COVARIANCE_OAS };

// scratch[count * rows]. ERR_ARGUMENT: fewer than 2 rows, or, for CONSTANT, a column
// that does not vary.
int covariance_shrink(const double *const *columns, size_t count, size_t rows,
                      enum covariance_target target, double *scratch, double *ret,
                      double *ret_shrinkage) MUST_USE;

// Clips a correlation matrix at the edge of Marchenko and Pastur's law, (1 + sqrt(count / rows))^2:
// eigenvalues up to it, which noise alone would give, become their mean; then rows and columns are scaled
// so that the diagonal is 1 again.
// Laloux, Cizeau, Bouchaud and Potters, Phys. Rev. Lett. 83, 1999. In place. ret_kept: how many stay.
// scratch[count^2 + 3 count]. Errors of linalg_eigen.
int covariance_clip(double *correlation, size_t count, size_t rows, double *scratch,
                    double *ret_edge, size_t *ret_kept) MUST_USE;

// The symmetric positive semidefinite matrix nearest in Frobenius norm: negative eigenvalues become 0.
// Of a matrix that is not symmetric, the mean with its transpose is taken. In place.
// scratch[count^2 + 3 count].
int covariance_nearest(double *matrix, size_t count, double *scratch) MUST_USE;

// The correlation matrix nearest in Frobenius norm (positive semidefinite, unit diagonal): Higham, IMA
// J. Numerical Analysis 22, 2002, alternating projections with Dykstra's correction. Ends when a step
// changes no entry by more than `tolerance`; ERR_CONVERGE after 10000. In place.
// scratch[3 count^2 + 3 count].
int covariance_nearest_correlation(double *matrix, size_t count, double tolerance,
                                   double *scratch) MUST_USE;

#endif
