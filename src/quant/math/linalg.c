// SPDX-License-Identifier: Apache-2.0
#include "quant/math/linalg.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "base/simd.h"
#include "quant/math/mathfn.h"

enum { SWEEPS_MAX = 60 };

static double reflection(double *x, size_t n);
static void reflect(const double *v, size_t n, double *y);
static void rotate(double cosine, double sine, size_t n, double *x, double *y);
static void exchange(double *x, double *y, size_t n);
static void positive_largest(double *x, size_t n);

// Clones are static: clang gives those that other files call another name.
SIMD_CLONES static double dot(const double *x, const double *y, size_t n) {
    double lanes[4] = {0};
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t k = 0; k < 4; k++) lanes[k] += x[i + k] * y[i + k];
    for (size_t k = 0; i < n; i++, k++) lanes[k] += x[i] * y[i];
    return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

SIMD_CLONES static void add(double factor, const double *x, size_t n, double *y) {
    for (size_t i = 0; i < n; i++) y[i] += factor * x[i];
}

double linalg_dot(const double *x, const double *y, size_t n) {
    return dot(x, y, n);
}

void linalg_add(double factor, const double *x, size_t n, double *y) {
    add(factor, x, n, y);
}

double linalg_hypot(double x, double y) {
    double large = fmax(fabs(x), fabs(y)), small = fmin(fabs(x), fabs(y));
    if (!(large > 0) || isinf(large)) return large;
    double ratio = small / large;
    return large * sqrt(1 + ratio * ratio);
}

double linalg_norm(const double *x, size_t n) {
    double squares = linalg_dot(x, x, n);
    if (squares > 1e-280 && squares < 1e280) return sqrt(squares);
    double large = 0;
    for (size_t i = 0; i < n; i++) large = fmax(large, fabs(x[i]));
    if (!(large > 0) || isinf(large)) return large;
    squares = 0;
    for (size_t i = 0; i < n; i++) squares += (x[i] / large) * (x[i] / large);
    return large * sqrt(squares);
}

void linalg_multiply(const double *a, size_t rows, size_t inner, const double *b, size_t columns,
                     double *ret) {
    memset(ret, 0, rows * columns * sizeof *ret);
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < inner; k++)
            linalg_add(a[i * inner + k], b + k * columns, columns, ret + i * columns);
}

void linalg_transpose(const double *a, size_t rows, size_t columns, double *ret) {
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) ret[j * rows + i] = a[i * columns + j];
}

void linalg_apply(const double *a, size_t rows, size_t columns, const double *x, double *ret) {
    for (size_t i = 0; i < rows; i++) ret[i] = linalg_dot(a + i * columns, x, columns);
}

double linalg_quadratic(const double *a, size_t n, const double *x) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += x[i] * linalg_dot(a + i * n, x, n);
    return sum;
}

size_t linalg_cholesky(double *a, size_t n) {
    CHECK(n > 0);
    for (size_t i = 0; i < n; i++) {
        double *row = a + i * n;
        for (size_t j = 0; j < i; j++)
            row[j] = (row[j] - linalg_dot(row, a + j * n, j)) / a[j * n + j];
        double pivot = row[i] - linalg_dot(row, row, i);
        if (!(pivot > 0) || isinf(pivot)) return i;
        row[i] = sqrt(pivot);
        for (size_t j = i + 1; j < n; j++) row[j] = 0;
    }
    return n;
}

void linalg_lower_solve(const double *l, size_t n, double *b) {
    for (size_t i = 0; i < n; i++) b[i] = (b[i] - linalg_dot(l + i * n, b, i)) / l[i * n + i];
}

void linalg_lower_transposed_solve(const double *l, size_t n, double *b) {
    for (size_t i = n; i-- > 0;) {
        b[i] /= l[i * n + i];
        linalg_add(-b[i], l + i * n, i, b);
    }
}

void linalg_cholesky_solve(const double *l, size_t n, double *b) {
    linalg_lower_solve(l, n, b);
    linalg_lower_transposed_solve(l, n, b);
}

void linalg_cholesky_inverse(const double *l, size_t n, double *ret_inverse) {
    memset(ret_inverse, 0, n * n * sizeof *ret_inverse);
    for (size_t i = 0; i < n; i++) {
        ret_inverse[i * n + i] = 1;
        linalg_cholesky_solve(l, n, ret_inverse + i * n);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            ret_inverse[i * n + j] = ret_inverse[j * n + i] =
                0.5 * (ret_inverse[i * n + j] + ret_inverse[j * n + i]);
}

double linalg_cholesky_log_det(const double *l, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += mathfn_log(l[i * n + i]);
    return 2 * sum;
}

size_t linalg_ldl(double *a, size_t n, double *ret_d) {
    CHECK(n > 0);
    for (size_t i = 0; i < n; i++) {
        double *row = a + i * n;
        // First row[j] = L[i][j] D[j], whose products with L[j] are what is taken off.
        for (size_t j = 0; j < i; j++) row[j] -= linalg_dot(row, a + j * n, j);
        double pivot = row[i], size = fabs(row[i]);
        for (size_t j = 0; j < i; j++) {
            double scaled = row[j] / ret_d[j];
            pivot -= scaled * row[j];
            size += fabs(scaled * row[j]);
            row[j] = scaled;
        }
        if (!(fabs(pivot) > size * DBL_EPSILON) || isinf(pivot)) return i;
        ret_d[i] = pivot;
        row[i] = 1;
        for (size_t j = i + 1; j < n; j++) row[j] = 0;
    }
    return n;
}

void linalg_ldl_solve(const double *l, const double *d, size_t n, double *b) {
    linalg_lower_solve(l, n, b);
    for (size_t i = 0; i < n; i++) b[i] /= d[i];
    linalg_lower_transposed_solve(l, n, b);
}

size_t linalg_lu(double *a, size_t n, size_t *ret_pivots) {
    CHECK(n > 0);
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < n; i++)
            if (fabs(a[i * n + k]) > fabs(a[best * n + k])) best = i;
        double pivot = a[best * n + k];
        if (!(fabs(pivot) > 0) || !isfinite(pivot)) return k;
        ret_pivots[k] = best;
        if (best != k) exchange(a + k * n, a + best * n, n);
        for (size_t i = k + 1; i < n; i++) {
            double factor = a[i * n + k] /= pivot;
            linalg_add(-factor, a + k * n + k + 1, n - k - 1, a + i * n + k + 1);
        }
    }
    return n;
}

void linalg_lu_solve(const double *lu, const size_t *pivots, size_t n, double *b) {
    for (size_t k = 0; k < n; k++)
        if (pivots[k] != k) exchange(b + k, b + pivots[k], 1);
    for (size_t i = 1; i < n; i++) b[i] -= linalg_dot(lu + i * n, b, i);
    for (size_t i = n; i-- > 0;)
        b[i] = (b[i] - linalg_dot(lu + i * n + i + 1, b + i + 1, n - i - 1)) / lu[i * n + i];
}

size_t linalg_inverse(const double *a, size_t n, double *scratch, size_t *pivots,
                      double *ret_inverse) {
    double *lu = scratch, *column = scratch + n * n;
    memcpy(lu, a, n * n * sizeof *lu);
    size_t done = linalg_lu(lu, n, pivots);
    if (done < n) return done;
    for (size_t j = 0; j < n; j++) {
        memset(column, 0, n * sizeof *column);
        column[j] = 1;
        linalg_lu_solve(lu, pivots, n, column);
        for (size_t i = 0; i < n; i++) ret_inverse[i * n + j] = column[i];
    }
    return n;
}

size_t linalg_qr(double *x, size_t rows, size_t columns, double *ret_diagonal) {
    CHECK(columns > 0 && rows >= columns);
    for (size_t j = 0; j < columns; j++) {
        double *column = x + j * rows;
        double length = linalg_norm(column, rows);
        for (size_t k = 0; k < j; k++) reflect(x + k * rows + k, rows - k, column + k);
        double left = linalg_norm(column + j, rows - j);
        if (!(left > length * LINALG_DEPENDENT) || isinf(left)) return j;
        ret_diagonal[j] = reflection(column + j, rows - j);
    }
    return columns;
}

void linalg_qr_project(const double *qr, size_t rows, size_t columns, double *y) {
    for (size_t k = 0; k < columns; k++) reflect(qr + k * rows + k, rows - k, y + k);
}

void linalg_qr_expand(const double *qr, size_t rows, size_t columns, double *y) {
    for (size_t k = columns; k-- > 0;) reflect(qr + k * rows + k, rows - k, y + k);
}

void linalg_qr_solve(const double *qr, size_t rows, size_t columns, const double *diagonal,
                     const double *projected, double *ret_coefficients) {
    memmove(ret_coefficients, projected, columns * sizeof *projected);
    for (size_t j = columns; j-- > 0;) {
        ret_coefficients[j] /= diagonal[j];
        linalg_add(-ret_coefficients[j], qr + j * rows, j, ret_coefficients);
    }
}

void linalg_qr_inverse_gram(const double *qr, size_t rows, size_t columns, const double *diagonal,
                            double *scratch, double *ret_inverse) {
    // Row k of scratch is column k of inverse(R), whose entries below k are 0.
    memset(scratch, 0, columns * columns * sizeof *scratch);
    for (size_t k = 0; k < columns; k++) {
        scratch[k * columns + k] = 1;
        linalg_qr_solve(qr, rows, columns, diagonal, scratch + k * columns, scratch + k * columns);
    }
    memset(ret_inverse, 0, columns * columns * sizeof *ret_inverse);
    for (size_t k = 0; k < columns; k++)
        for (size_t i = 0; i <= k; i++)
            linalg_add(scratch[k * columns + i], scratch + k * columns, columns,
                       ret_inverse + i * columns);
}

// The reflection that turns x into its length along the first axis: x becomes v with I - v v'. Returns
// what the first axis gets. The length is not 0.
static double reflection(double *x, size_t n) {
    double length = linalg_norm(x, n);
    double image = x[0] > 0 ? -length : length;
    // v = (x - image e) / sqrt(length (length + |x0|)), so that v' v = 2; scaled first by the length.
    for (size_t i = 0; i < n; i++) x[i] /= length;
    x[0] -= image > 0 ? 1 : -1;
    double scale = 1 / sqrt(fabs(x[0]));
    for (size_t i = 0; i < n; i++) x[i] *= scale;
    return image;
}

static void reflect(const double *v, size_t n, double *y) {
    linalg_add(-linalg_dot(v, y, n), v, n, y);
}

// (x, y) := (cosine x + sine y, cosine y - sine x).
SIMD_CLONES static void rotate(double cosine, double sine, size_t n, double *x, double *y) {
    for (size_t i = 0; i < n; i++) {
        double first = x[i], second = y[i];
        x[i] = cosine * first + sine * second;
        y[i] = cosine * second - sine * first;
    }
}

// Swaps two arrays that do not overlap.
static void exchange(double *x, double *y, size_t n) {
    for (size_t i = 0; i < n; i++) {
        double kept = x[i];
        x[i] = y[i];
        y[i] = kept;
    }
}

static void positive_largest(double *x, size_t n) {
    size_t largest = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(x[i]) > fabs(x[largest])) largest = i;
    double sign = x[largest] < 0 ? -1 : 1;
    for (size_t i = 0; i < n; i++) x[i] *= sign;
}

// a = Q T Q', T with `diagonal` and `beside` (entry k between k and k + 1), ret_rows = Q'. Row k of a
// keeps the k-th reflection. w[n] is scratch.
static void tridiagonalise(double *a, size_t n, double *diagonal, double *beside, double *w,
                           double *ret_rows) {
    for (size_t k = 0; k + 2 < n; k++) {
        double *v = a + k * n + k + 1;
        size_t m = n - k - 1;
        beside[k] = 0;
        double length = linalg_norm(v, m);
        if (length > 0) {
            beside[k] = reflection(v, m);
            for (size_t i = 0; i < m; i++) w[i] = linalg_dot(a + (k + 1 + i) * n + k + 1, v, m);
            linalg_add(-0.5 * linalg_dot(v, w, m), v, m, w);
            for (size_t i = 0; i < m; i++) {
                double *row = a + (k + 1 + i) * n + k + 1;
                linalg_add(-v[i], w, m, row);
                linalg_add(-w[i], v, m, row);
            }
        }
    }
    for (size_t k = 0; k < n; k++) diagonal[k] = a[k * n + k];
    if (n >= 2) beside[n - 2] = a[(n - 2) * n + n - 1];
    memset(ret_rows, 0, n * n * sizeof *ret_rows);
    for (size_t k = 0; k < n; k++) ret_rows[k * n + k] = 1;
    for (size_t k = n < 2 ? 0 : n - 2; k-- > 0;)
        for (size_t i = k + 1; i < n; i++)
            reflect(a + k * n + k + 1, n - k - 1, ret_rows + i * n + k + 1);
}

// One implicit QL step on rows first..last of the tridiagonal matrix, rotating the rows of `vectors`
// along. Wilkinson's shift.
static void ql_step(double *diagonal, double *beside, size_t first, size_t last, size_t n,
                    double *vectors) {
    double gap = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first]);
    double root = linalg_hypot(gap, 1);
    double g = diagonal[last] - diagonal[first] +
               beside[first] / (gap + (gap >= 0 ? fabs(root) : -fabs(root)));
    double sine = 1, cosine = 1, shift = 0;
    for (size_t i = last; i-- > first;) {
        double f = sine * beside[i], b = cosine * beside[i];
        double r = linalg_hypot(f, g);
        beside[i + 1] = r;
        if (r == 0) { // the matrix falls apart here
            diagonal[i + 1] -= shift;
            beside[last] = 0;
            return;
        }
        sine = f / r;
        cosine = g / r;
        g = diagonal[i + 1] - shift;
        double t = (diagonal[i] - g) * sine + 2 * cosine * b;
        shift = sine * t;
        diagonal[i + 1] = g + shift;
        g = cosine * t - b;
        rotate(cosine, sine, n, vectors + (i + 1) * n, vectors + i * n);
    }
    diagonal[first] -= shift;
    beside[first] = g;
    beside[last] = 0;
}

static void sort_ascending(double *values, double *vectors, size_t n) {
    for (size_t i = 0; i + 1 < n; i++) {
        size_t least = i;
        for (size_t k = i + 1; k < n; k++)
            if (values[k] < values[least]) least = k;
        if (least == i) continue;
        exchange(values + i, values + least, 1);
        exchange(vectors + i * n, vectors + least * n, n);
    }
}

int linalg_eigen(double *a, size_t n, double *scratch, double *ret_values, double *ret_vectors) {
    CHECK(n > 0);
    for (size_t i = 0; i < n * n; i++)
        if (!isfinite(a[i]))
            return ERR_SET(ERR_ARGUMENT, "entry %zu, %zu of the matrix is not finite", i / n,
                           i % n);
    double *beside = scratch;
    memset(beside, 0, n * sizeof *beside);
    tridiagonalise(a, n, ret_values, beside, scratch + n, ret_vectors);
    for (size_t first = 0; first < n; first++) {
        for (int sweep = 0;; sweep++) {
            size_t last = first;
            while (last + 1 < n && fabs(beside[last]) > DBL_EPSILON * (fabs(ret_values[last]) +
                                                                       fabs(ret_values[last + 1])) +
                                                            DBL_MIN)
                last++;
            if (last == first) break;
            if (sweep == SWEEPS_MAX)
                return ERR_SET(ERR_CONVERGE, "eigenvalue %zu of %zu did not settle in %d sweeps",
                               first, n, SWEEPS_MAX);
            ql_step(ret_values, beside, first, last, n, ret_vectors);
        }
    }
    sort_ascending(ret_values, ret_vectors, n);
    for (size_t k = 0; k < n; k++) positive_largest(ret_vectors + k * n, n);
    return 0;
}

int linalg_eigen_pencil(double *a, double *b, size_t n, double *scratch, double *ret_values,
                        double *ret_vectors) {
    size_t done = linalg_cholesky(b, n);
    if (done < n)
        return ERR_SET(ERR_ARGUMENT, "the matrix is not positive definite at column %zu of %zu",
                       done, n);
    // inverse(L) a inverse(L)': the rows of a are its columns, so each is solved twice.
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) a[i * n + j] = a[j * n + i];
    double *half = scratch;
    for (size_t i = 0; i < n; i++) linalg_lower_solve(b, n, a + i * n);
    linalg_transpose(a, n, n, half);
    for (size_t i = 0; i < n; i++) linalg_lower_solve(b, n, half + i * n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) a[i * n + j] = 0.5 * (half[i * n + j] + half[j * n + i]);
    TRY(linalg_eigen(a, n, scratch + n * n, ret_values, ret_vectors));
    for (size_t k = 0; k < n; k++) {
        linalg_lower_transposed_solve(b, n, ret_vectors + k * n);
        positive_largest(ret_vectors + k * n, n);
    }
    return 0;
}

// Makes two columns orthogonal; false where they were, but for the rounding of a product of that length.
static bool orthogonalise(double *x, double *y, size_t rows) {
    double xx = linalg_dot(x, x, rows), yy = linalg_dot(y, y, rows), xy = linalg_dot(x, y, rows);
    if (!(fabs(xy) > DBL_EPSILON * sqrt((double)rows) * sqrt(xx) * sqrt(yy))) return false;
    double zeta = (yy - xx) / (2 * xy);
    double tangent = (zeta >= 0 ? 1 : -1) / (fabs(zeta) + linalg_hypot(1, zeta));
    double cosine = 1 / sqrt(1 + tangent * tangent);
    rotate(cosine, -cosine * tangent, rows, x, y);
    return true;
}

int linalg_singular(double *x, size_t rows, size_t columns, double *ret_values) {
    CHECK(columns > 0 && rows >= columns);
    bool turned = true;
    for (int sweep = 0; turned; sweep++) {
        if (sweep == SWEEPS_MAX)
            return ERR_SET(ERR_CONVERGE, "singular values did not settle in %d sweeps", SWEEPS_MAX);
        turned = false;
        for (size_t i = 0; i + 1 < columns; i++)
            for (size_t j = i + 1; j < columns; j++)
                turned |= orthogonalise(x + i * rows, x + j * rows, rows);
    }
    for (size_t j = 0; j < columns; j++) ret_values[j] = linalg_norm(x + j * rows, rows);
    for (size_t i = 0; i + 1 < columns; i++) {
        size_t largest = i;
        for (size_t k = i + 1; k < columns; k++)
            if (ret_values[k] > ret_values[largest]) largest = k;
        if (largest == i) continue;
        exchange(ret_values + i, ret_values + largest, 1);
        exchange(x + i * rows, x + largest * rows, rows);
    }
    return 0;
}

int linalg_condition(double *x, size_t rows, size_t columns, double *scratch,
                     double *ret_condition) {
    TRY(linalg_singular(x, rows, columns, scratch));
    *ret_condition = scratch[columns - 1] > 0 ? scratch[0] / scratch[columns - 1] : INFINITY;
    return 0;
}
