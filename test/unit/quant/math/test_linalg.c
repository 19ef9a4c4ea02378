// SPDX-License-Identifier: Apache-2.0
#include "quant/math/linalg.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"

enum { N = 60 };

static void fill(double *a, size_t count, uint64_t seed) {
    struct prng prng;
    prng_seed(&prng, seed);
    for (size_t i = 0; i < count; i++) a[i] = 2 * prng_double(&prng) - 1;
}

// b' b + diagonal: symmetric positive definite.
static void fill_definite(double *a, size_t n, uint64_t seed) {
    static double b[N * N];
    fill(b, n * n, seed);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            a[i * n + j] = i == j ? 0.01 : 0;
            for (size_t k = 0; k < n; k++) a[i * n + j] += b[k * n + i] * b[k * n + j];
        }
}

static void fill_symmetric(double *a, size_t n, uint64_t seed) {
    fill(a, n * n, seed);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) a[i * n + j] = a[j * n + i];
}

// The entries of Hilbert's matrix, 1 / (i + j + 1).
static void fill_hilbert(double *a, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) a[i * n + j] = 1 / (double)(i + j + 1);
}

static void near(double actual, double wanted, double tolerance) {
    if (!(fabs(actual - wanted) <= tolerance)) fail_msg("%.17g, expected %.17g", actual, wanted);
}

static void sums_equal_those_of_long_doubles(void **state) {
    static double x[N], y[N];
    for (size_t n = 0; n <= N; n++) {
        fill(x, n, n + 1);
        fill(y, n, n + 100);
        long double sum = 0, squares = 0;
        for (size_t i = 0; i < n; i++) sum += (long double)x[i] * y[i];
        for (size_t i = 0; i < n; i++) squares += (long double)x[i] * x[i];
        near(linalg_dot(x, y, n), (double)sum, 1e-14);
        near(linalg_norm(x, n), (double)sqrtl(squares), 1e-14);
    }
    near(linalg_norm((double[]){3e200, 4e200}, 2), 5e200, 1e185);
    near(linalg_norm((double[]){3e-200, 4e-200}, 2), 5e-200, 1e-215);
    assert_true(linalg_norm((double[]){0, 0}, 2) == 0 && linalg_hypot(0, 0) == 0);
    near(linalg_hypot(-3e300, 4e300), 5e300, 1e285);
}

static void products_equal_the_definition(void **state) {
    double a[] = {1, 2, 3, 4, 5, 6}, b[] = {7, 8, 9, 10, 11, 12}, product[4], turned[6], x[2];
    linalg_multiply(a, 2, 3, b, 2, product);
    static const double wanted[] = {58, 64, 139, 154}; // by hand
    assert_memory_equal(product, wanted, sizeof wanted);
    linalg_transpose(a, 2, 3, turned);
    assert_memory_equal(turned, ((double[]){1, 4, 2, 5, 3, 6}), sizeof turned);
    linalg_apply(a, 2, 3, (double[]){1, 0, -1}, x);
    assert_true(x[0] == -2 && x[1] == -2);
    assert_true(linalg_quadratic((double[]){2, 1, 1, 3}, 2, (double[]){1, -2}) == 10);
}

static void a_cholesky_factor_multiplies_back_and_solves(void **state) {
    static double a[N * N], l[N * N], inverse[N * N], b[N], back[N];
    for (size_t n = 1; n <= N; n += 7) {
        fill_definite(a, n, n);
        memcpy(l, a, n * n * sizeof *l);
        assert_int_equal(linalg_cholesky(l, n), n);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                near(linalg_dot(l + i * n, l + j * n, n), a[i * n + j], 1e-13 * (double)n);
                if (j > i) assert_true(l[i * n + j] == 0);
            }
        fill(b, n, 3);
        linalg_apply(a, n, n, b, back);
        linalg_cholesky_solve(l, n, back);
        linalg_cholesky_inverse(l, n, inverse);
        for (size_t i = 0; i < n; i++) {
            near(back[i], b[i], 1e-9);
            for (size_t j = 0; j < n; j++) {
                double unit = 0;
                for (size_t k = 0; k < n; k++) unit += a[i * n + k] * inverse[k * n + j];
                near(unit, i == j, 1e-9);
            }
        }
    }
    double two[] = {4, 0, 2, 5}; // L = {2, 0; 1, 2}, det 16
    assert_int_equal(linalg_cholesky(two, 2), 2);
    assert_memory_equal(two, ((double[]){2, 0, 1, 2}), sizeof two);
    near(linalg_cholesky_log_det(two, 2), log(16), 1e-15);
}

static void a_matrix_that_is_not_definite_has_no_cholesky_factor(void **state) {
    double flat[] = {1, 1, 1, 1}, negative[] = {1, 0, 0, 0, -1, 0, 0, 0, 1}, nan[] = {NAN};
    assert_int_equal(linalg_cholesky(flat, 2), 1);
    assert_int_equal(linalg_cholesky(negative, 3), 1);
    assert_int_equal(linalg_cholesky(nan, 1), 0);
}

static void ldl_factors_an_indefinite_matrix(void **state) {
    double a[] = {2, 4, -2, 4, -1, 3, -2, 3, 5}, d[3], b[] = {1, 2, 3}, x[3];
    double l[9];
    memcpy(l, a, sizeof l);
    assert_int_equal(linalg_ldl(l, 3, d), 3);
    // L = {1; 2 1; -1 -7/9 1}, D = {2, -9, 76/9}, by hand.
    assert_true(d[0] == 2 && d[1] == -9);
    near(d[2], 76.0 / 9, 1e-15 * 9);
    near(l[7], -7.0 / 9, 1e-15);
    memcpy(x, b, sizeof x);
    linalg_ldl_solve(l, d, 3, x);
    for (size_t i = 0; i < 3; i++) near(linalg_dot(a + 3 * i, x, 3), b[i], 1e-14);
    double flat[] = {1, 3, 3, 9};
    assert_int_equal(linalg_ldl(flat, 2, d), 1);
}

static void lu_inverts_what_needs_a_pivot(void **state) {
    static double a[N * N], scratch[N * N + N], inverse[N * N], unit[N * N];
    size_t pivots[N];
    for (size_t n = 1; n <= N; n += 9) {
        fill(a, n * n, n);
        a[0] = n > 1 ? 0 : 1;
        assert_int_equal(linalg_inverse(a, n, scratch, pivots, inverse), n);
        linalg_multiply(a, n, n, inverse, n, unit);
        for (size_t i = 0; i < n * n; i++) near(unit[i], i % (n + 1) == 0, 1e-11);
    }
    double singular[] = {0, 0, 0, 1};
    assert_int_equal(linalg_inverse(singular, 2, scratch, pivots, inverse), 0);
    // The inverse of Hilbert's matrix of order 3 is of integers.
    fill_hilbert(a, 3);
    assert_int_equal(linalg_inverse(a, 3, scratch, pivots, inverse), 3);
    static const double wanted[] = {9, -36, 30, -36, 192, -180, 30, -180, 180};
    for (size_t i = 0; i < 9; i++) near(inverse[i], wanted[i], 1e-11);
}

static void qr_projects_and_expands(void **state) {
    enum { ROWS = 50, COLUMNS = 6 };
    static double x[COLUMNS * ROWS], qr[COLUMNS * ROWS], y[ROWS], z[ROWS];
    double diagonal[COLUMNS], beta[COLUMNS], gram[COLUMNS * COLUMNS], scratch[COLUMNS * COLUMNS];
    fill(x, COLUMNS * ROWS, 5);
    fill(y, ROWS, 6);
    memcpy(qr, x, sizeof qr);
    memcpy(z, y, sizeof z);
    assert_int_equal(linalg_qr(qr, ROWS, COLUMNS, diagonal), COLUMNS);
    linalg_qr_project(qr, ROWS, COLUMNS, z);
    linalg_qr_solve(qr, ROWS, COLUMNS, diagonal, z, beta);
    // The residuals stand upright on every column, and their squares are what projection left.
    double residuals[ROWS];
    memcpy(residuals, y, sizeof y);
    for (size_t j = 0; j < COLUMNS; j++) linalg_add(-beta[j], x + j * ROWS, ROWS, residuals);
    for (size_t j = 0; j < COLUMNS; j++) near(linalg_dot(residuals, x + j * ROWS, ROWS), 0, 1e-13);
    near(linalg_norm(z + COLUMNS, ROWS - COLUMNS), linalg_norm(residuals, ROWS), 1e-13);
    linalg_qr_inverse_gram(qr, ROWS, COLUMNS, diagonal, scratch, gram);
    for (size_t i = 0; i < COLUMNS; i++)
        for (size_t j = 0; j < COLUMNS; j++) {
            double unit = 0;
            for (size_t k = 0; k < COLUMNS; k++)
                unit += gram[i * COLUMNS + k] * linalg_dot(x + k * ROWS, x + j * ROWS, ROWS);
            near(unit, i == j, 1e-12);
        }
    linalg_qr_expand(qr, ROWS, COLUMNS, z);
    for (size_t i = 0; i < ROWS; i++) near(z[i], y[i], 1e-14);
}

static void qr_names_the_column_that_depends_on_others(void **state) {
    enum { ROWS = 2000, COLUMNS = 5 };
    static double x[COLUMNS * ROWS];
    double diagonal[COLUMNS];
    fill(x, sizeof x / sizeof *x, 9);
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = 1;
        x[ROWS + i] += 1e6; // a level that is not close to constant in its last digits
        x[3 * ROWS + i] = 3 * x[ROWS + i] - 0.25 * x[2 * ROWS + i] + 7;
    }
    assert_int_equal(linalg_qr(x, ROWS, COLUMNS, diagonal), 3);
    double zero[] = {0, 0, 1, 2};
    assert_int_equal(linalg_qr(zero, 2, 2, diagonal), 0);
}

static void eigenvectors_diagonalise(void **state) {
    static double a[N * N], copy[N * N], scratch[2 * N], values[N], vectors[N * N], image[N];
    for (size_t n = 1; n <= N; n += 1 + n / 3) {
        fill_symmetric(a, n, n);
        memcpy(copy, a, n * n * sizeof *a);
        assert_ok(linalg_eigen(copy, n, scratch, values, vectors));
        for (size_t k = 0; k < n; k++) {
            if (k > 0) assert_true(values[k - 1] <= values[k]);
            linalg_apply(a, n, n, vectors + k * n, image);
            for (size_t i = 0; i < n; i++)
                near(image[i], values[k] * vectors[k * n + i], 2e-14 * (double)n);
            for (size_t j = 0; j <= k; j++)
                near(linalg_dot(vectors + k * n, vectors + j * n, n), j == k, 1e-14 * (double)n);
        }
    }
}

static void eigenvalues_of_second_differences_are_known(void **state) {
    static double a[N * N], scratch[2 * N], values[N], vectors[N * N];
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            a[i * N + j] = i == j ? 2 : i + 1 == j || j + 1 == i ? -1 : 0;
    assert_ok(linalg_eigen(a, N, scratch, values, vectors));
    for (size_t k = 0; k < N; k++)
        near(values[k], 2 - 2 * cos(M_PI * (double)(k + 1) / (N + 1)), 2e-14);
    // Multiple values: ones everywhere is n once and 0 otherwise.
    for (size_t i = 0; i < N * N; i++) a[i] = 1;
    assert_ok(linalg_eigen(a, N, scratch, values, vectors));
    near(values[N - 1], N, 1e-12);
    for (size_t k = 0; k + 1 < N; k++) near(values[k], 0, 1e-12);
    for (size_t i = 0; i < N; i++) near(vectors[(N - 1) * N + i], 1 / sqrt(N), 1e-13);
    memset(a, 0, sizeof a);
    assert_ok(linalg_eigen(a, N, scratch, values, vectors));
    assert_true(values[0] == 0 && values[N - 1] == 0);
    a[3] = NAN;
    assert_int_equal(linalg_eigen(a, N, scratch, values, vectors), ERR_ARGUMENT);
}

static void a_pencil_is_diagonalised_by_vectors_of_unit_length_in_b(void **state) {
    enum { n = 7 };
    double a[n * n], b[n * n], a_copy[n * n], b_copy[n * n], scratch[n * n + 2 * n], values[n];
    double vectors[n * n], left[n], right[n];
    fill_symmetric(a, n, 21);
    fill_definite(b, n, 22);
    memcpy(a_copy, a, sizeof a);
    memcpy(b_copy, b, sizeof b);
    assert_ok(linalg_eigen_pencil(a_copy, b_copy, n, scratch, values, vectors));
    for (size_t k = 0; k < n; k++) {
        linalg_apply(a, n, n, vectors + k * n, left);
        linalg_apply(b, n, n, vectors + k * n, right);
        for (size_t i = 0; i < n; i++) near(left[i], values[k] * right[i], 1e-11);
        near(linalg_dot(vectors + k * n, right, n), 1, 1e-12);
        if (k > 0) assert_true(values[k - 1] <= values[k]);
    }
    memset(b, 0, sizeof b);
    assert_int_equal(linalg_eigen_pencil(a, b, n, scratch, values, vectors), ERR_ARGUMENT);
}

static void condition_numbers_of_hilbert_matrices_are_known(void **state) {
    double a[64], scratch[8], condition;
    // numpy 2.4 linalg.cond of scipy.linalg.hilbert(n).
    fill_hilbert(a, 3);
    assert_ok(linalg_condition(a, 3, 3, scratch, &condition));
    near(condition, 524.05677758606, 1e-9);
    fill_hilbert(a, 8);
    assert_ok(linalg_condition(a, 8, 8, scratch, &condition));
    near(condition / 15257575538.060041, 1, 1e-5);
    double flat[] = {1, 2, 3, 2, 4, 6};
    assert_ok(linalg_condition(flat, 3, 2, scratch, &condition));
    assert_true(condition > 1e15);
}

static void singular_values_are_roots_of_the_gram_matrix(void **state) {
    enum { ROWS = 40, COLUMNS = 9 };
    static double x[COLUMNS * ROWS], gram[COLUMNS * COLUMNS];
    double scratch[2 * COLUMNS], values[COLUMNS], squares[COLUMNS], vectors[COLUMNS * COLUMNS];
    fill(x, COLUMNS * ROWS, 77);
    for (size_t i = 0; i < COLUMNS; i++)
        for (size_t j = 0; j < COLUMNS; j++)
            gram[i * COLUMNS + j] = linalg_dot(x + i * ROWS, x + j * ROWS, ROWS);
    assert_ok(linalg_eigen(gram, COLUMNS, scratch, squares, vectors));
    assert_ok(linalg_singular(x, ROWS, COLUMNS, values));
    for (size_t k = 0; k < COLUMNS; k++)
        near(values[k] * values[k], squares[COLUMNS - 1 - k], 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_equal_those_of_long_doubles),
        cmocka_unit_test(products_equal_the_definition),
        cmocka_unit_test(a_cholesky_factor_multiplies_back_and_solves),
        cmocka_unit_test(a_matrix_that_is_not_definite_has_no_cholesky_factor),
        cmocka_unit_test(ldl_factors_an_indefinite_matrix),
        cmocka_unit_test(lu_inverts_what_needs_a_pivot),
        cmocka_unit_test(qr_projects_and_expands),
        cmocka_unit_test(qr_names_the_column_that_depends_on_others),
        cmocka_unit_test(eigenvectors_diagonalise),
        cmocka_unit_test(eigenvalues_of_second_differences_are_known),
        cmocka_unit_test(a_pencil_is_diagonalised_by_vectors_of_unit_length_in_b),
        cmocka_unit_test(condition_numbers_of_hilbert_matrices_are_known),
        cmocka_unit_test(singular_values_are_roots_of_the_gram_matrix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
