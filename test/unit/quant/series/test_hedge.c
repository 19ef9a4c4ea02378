// SPDX-License-Identifier: Apache-2.0
#include "quant/series/hedge.h"

#include <math.h>

#include "harness.h"
#include "quant/math/linalg.h"
#include "series.h"

enum { ROWS = 40, UNKNOWN = 2 * ROWS };

static void make(double *y, double *x) {
    series_walk(x, ROWS, 31, 1);
    series_walk(y, ROWS, 32, 0.5);
    for (size_t i = 0; i < ROWS; i++) y[i] += 1 + (0.5 + 0.02 * (double)i) * x[i];
}

// What the smoother gives is the minimum of the squared errors over noise, plus the squared steps over
// drift, plus the squared start over its variance: one least-squares problem in all alphas and betas.
static void smoothing_solves_the_least_squares_of_all_rows(void **state) {
    static double y[ROWS], x[ROWS], alpha[ROWS], beta[ROWS], a[UNKNOWN * UNKNOWN], b[UNKNOWN];
    double drift = 0.03, noise = 0.2, prior = 5;
    make(y, x);
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 16));
    assert_ok(hedge_smooth(y, x, ROWS, hedge_make(drift, noise, prior), &arena, alpha, beta));
    memset(a, 0, sizeof a);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t k = 0; k < 2; k++) {
            size_t at = 2 * i + k;
            double h[] = {1, x[i]};
            b[at] = h[k] * y[i] / noise;
            for (size_t l = 0; l < 2; l++) a[at * UNKNOWN + 2 * i + l] += h[k] * h[l] / noise;
            // The first row's alpha and beta have drifted once from the start.
            double step = i == 0 ? 1 / (prior + drift) : 1 / drift;
            a[at * UNKNOWN + at] += step;
            if (i == 0) continue;
            size_t before = at - 2;
            a[before * UNKNOWN + before] += step;
            a[at * UNKNOWN + before] -= step;
            a[before * UNKNOWN + at] -= step;
        }
    assert_int_equal(linalg_cholesky(a, UNKNOWN), UNKNOWN);
    linalg_cholesky_solve(a, UNKNOWN, b);
    for (size_t i = 0; i < ROWS; i++) {
        assert_true(fabs(alpha[i] - b[2 * i]) < 1e-12);
        assert_true(fabs(beta[i] - b[2 * i + 1]) < 1e-12);
    }
    arena_fini(&arena);
}

static void the_last_row_is_the_filters_own(void **state) {
    static double y[ROWS], x[ROWS], alpha[ROWS], beta[ROWS];
    make(y, x);
    struct hedge hedge = hedge_make(0.03, 0.2, 5);
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 16));
    assert_ok(hedge_smooth(y, x, ROWS, hedge, &arena, alpha, beta));
    for (size_t i = 0; i < ROWS; i++) {
        struct hedge_row row = hedge_update(&hedge, y[i], x[i]);
        assert_true(row.deviation > sqrt(0.2));
        assert_true(hedge.p[0] > 0 && hedge.p[0] * hedge.p[2] > hedge.p[1] * hedge.p[1]);
    }
    assert_true(alpha[ROWS - 1] == hedge.alpha && beta[ROWS - 1] == hedge.beta);
    struct arena none;
    assert_ok(arena_init(&none, 64));
    assert_int_equal(hedge_smooth(y, x, ROWS, hedge, &none, alpha, beta), ERR_NOMEM);
    arena_fini(&none);
    arena_fini(&arena);
}

// Without drift and with a wide prior the filter is least squares.
static void without_drift_the_line_is_that_of_a_regression(void **state) {
    static double y[ROWS], x[ROWS];
    make(y, x);
    struct hedge hedge = hedge_make(0, 1, 1e8);
    for (size_t i = 0; i < ROWS; i++) hedge_update(&hedge, y[i], x[i]);
    double design[2 * ROWS], diagonal[2], line[2];
    for (size_t i = 0; i < ROWS; i++) design[i] = 1;
    memcpy(design + ROWS, x, sizeof x);
    assert_int_equal(linalg_qr(design, ROWS, 2, diagonal), 2);
    linalg_qr_project(design, ROWS, 2, y);
    linalg_qr_solve(design, ROWS, 2, diagonal, y, line);
    assert_true(fabs(hedge.alpha - line[0]) < 1e-5 && fabs(hedge.beta - line[1]) < 1e-5);
}

static void a_row_beyond_doubles_changes_nothing(void **state) {
    struct hedge hedge = hedge_make(0.1, 1, 1), before = hedge;
    assert_true(isnan(hedge_update(&hedge, 1, 1e200).error));
    assert_memory_equal(&hedge, &before, sizeof hedge);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smoothing_solves_the_least_squares_of_all_rows),
        cmocka_unit_test(the_last_row_is_the_filters_own),
        cmocka_unit_test(a_row_beyond_doubles_changes_nothing),
        cmocka_unit_test(without_drift_the_line_is_that_of_a_regression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
