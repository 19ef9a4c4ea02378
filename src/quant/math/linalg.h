// SPDX-License-Identifier: Apache-2.0
// Dense linear algebra for what statistics, portfolios and models need: up to a few hundred rows.
//
// A matrix is an array of doubles, row by row: a[i * columns + j]. Square ones are n x n. Symmetric
// ones are read from their lower triangle unless said otherwise. Results that are matrices may not
// overlap inputs, except where a function works in place. Scratch memory is the caller's and its size
// is said; n = 0 is no matrix (CHECK).
//
// Deterministic: every sum has one order, written in the code; no BLAS, no fused multiply-add. Same
// bits on every CPU.
//
// Where a factorisation meets a matrix that has none, the functions say at which column, counted from
// 0, and return `n` when all went well: the caller knows what its columns are called.
//
// Methods: Golub and Van Loan, "Matrix Computations" (4th ed., 2013), sections 3.4, 4.1, 4.2, 5.2, 8.3,
// 8.6, 8.7.
#ifndef FULMAR_QUANT_MATH_LINALG_H
#define FULMAR_QUANT_MATH_LINALG_H

#include <stddef.h>

#include "base/err.h"

// Sum of x[i] y[i]: four partial sums over i mod 4, added as (0 + 1) + (2 + 3).
double linalg_dot(const double *x, const double *y, size_t n);

// y += factor x.
void linalg_add(double factor, const double *x, size_t n, double *y);

// sqrt(x^2 + y^2) without overflow or underflow.
double linalg_hypot(double x, double y);

// Euclidean length, without overflow or underflow.
double linalg_norm(const double *x, size_t n);

// ret = a b, (rows x inner) by (inner x columns).
void linalg_multiply(const double *a, size_t rows, size_t inner, const double *b, size_t columns,
                     double *ret);

// ret = a', columns x rows.
void linalg_transpose(const double *a, size_t rows, size_t columns, double *ret);

// ret[rows] = a x.
void linalg_apply(const double *a, size_t rows, size_t columns, const double *x, double *ret);

// x' a x, with all of a read.
double linalg_quadratic(const double *a, size_t n, const double *x);

// a = L L' of a symmetric positive definite matrix, in place: L with its upper triangle 0. Returns n,
// or the first column whose pivot is not above 0 (then a is undefined).
size_t linalg_cholesky(double *a, size_t n) MUST_USE;

// With L from above: b := inverse(L) b, b := inverse(L') b, and b := inverse(L L') b.
void linalg_lower_solve(const double *l, size_t n, double *b);
void linalg_lower_transposed_solve(const double *l, size_t n, double *b);
void linalg_cholesky_solve(const double *l, size_t n, double *b);
// inverse(L L'), both triangles; logarithm of the determinant of L L'.
void linalg_cholesky_inverse(const double *l, size_t n, double *ret_inverse);
double linalg_cholesky_log_det(const double *l, size_t n);

// a = L D L' without square roots, in place, for symmetric matrices that may be indefinite but whose
// leading minors are not 0: L unit lower (its diagonal 1, its upper triangle 0), D in ret_d[n].
// Returns n or the column whose pivot is 0 next to the entries that it comes from.
size_t linalg_ldl(double *a, size_t n, double *ret_d) MUST_USE;
void linalg_ldl_solve(const double *l, const double *d, size_t n, double *b);

// P a = L U with partial pivoting, in place; ret_pivots[n] are the rows swapped with 0, 1 ... Returns
// n or the column in which no pivot is left.
size_t linalg_lu(double *a, size_t n, size_t *ret_pivots) MUST_USE;
void linalg_lu_solve(const double *lu, const size_t *pivots, size_t n, double *b);

// Inverse of a general matrix. scratch[n * n + n] doubles, pivots[n]. Returns n or the column of the
// zero pivot.
size_t linalg_inverse(const double *a, size_t n, double *scratch, size_t *pivots,
                      double *ret_inverse) MUST_USE;

// Least squares. A design is given by its columns, one after the other: x[j * rows + i] is row i of
// column j, which is how columns of data come.
//
// Householder's Q R of the design in place: x keeps R above the diagonal and the reflections below,
// ret_diagonal[columns] is R's diagonal. Needs rows >= columns (CHECK). Returns `columns`, or the
// first column that is a linear combination of those before it: what is left of it after projection is
// below LINALG_DEPENDENT of its length.
#define LINALG_DEPENDENT 1e-13
size_t linalg_qr(double *x, size_t rows, size_t columns, double *ret_diagonal) MUST_USE;

// y := Q' y: the first `columns` are the projections, the sum of squares of the rest is the sum of
// squared residuals.
void linalg_qr_project(const double *qr, size_t rows, size_t columns, double *y);
// y := Q y.
void linalg_qr_expand(const double *qr, size_t rows, size_t columns, double *y);

// From Q' y: the coefficients inverse(R) (Q' y).
void linalg_qr_solve(const double *qr, size_t rows, size_t columns, const double *diagonal,
                     const double *projected, double *ret_coefficients);

// inverse(X' X) = inverse(R) inverse(R)', columns x columns; scratch[columns^2].
void linalg_qr_inverse_gram(const double *qr, size_t rows, size_t columns, const double *diagonal,
                            double *scratch, double *ret_inverse);

// Eigenvalues of a symmetric matrix in ascending order, and the orthonormal eigenvectors as rows:
// ret_vectors[k * n ..] belongs to ret_values[k]; its component of largest magnitude (the first of
// equal ones) is positive. Both triangles are read; a is destroyed. Householder's tridiagonal form,
// then implicit QL. scratch[2 n]. ERR_CONVERGE after 60 sweeps for one value (not seen for finite
// matrices); ERR_ARGUMENT: an entry is not finite.
int linalg_eigen(double *a, size_t n, double *scratch, double *ret_values,
                 double *ret_vectors) MUST_USE;

// The pencil a x = value b x, a symmetric, b symmetric positive definite: ascending values, vectors as
// rows with x' b x = 1 and signs as above. a and b are destroyed. scratch[n * n + 2 n]. ERR_ARGUMENT:
// b is not positive definite. With b the covariance of levels this is Johansen's problem.
int linalg_eigen_pencil(double *a, double *b, size_t n, double *scratch, double *ret_values,
                        double *ret_vectors) MUST_USE;

// Singular values of a matrix given by its columns as above, descending; x becomes U times them, in
// the order of ret_values. One-sided Jacobi: small values are relatively accurate where the matrix
// determines them. Needs rows >= columns. ERR_CONVERGE after 60 sweeps.
int linalg_singular(double *x, size_t rows, size_t columns, double *ret_values) MUST_USE;

// Largest over smallest singular value; infinite where the smallest is 0. x is destroyed;
// scratch[columns].
int linalg_condition(double *x, size_t rows, size_t columns, double *scratch,
                     double *ret_condition) MUST_USE;

#endif
