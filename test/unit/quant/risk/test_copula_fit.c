// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/copula_fit.h"

#include <math.h>

#include "golden.h"
#include "harness.h"
#include "quant/math/distribution.h"
#include "quant/math/sample.h"
#include "quant/series/rank.h"

enum { ROWS = 4000, ASSETS = 12 };

static double panel[ASSETS * GOLDEN_ROWS_MAX], drawn[2 * ROWS], sorted[2 * GOLDEN_ROWS_MAX];
static uint32_t order[3 * GOLDEN_ROWS_MAX];
static struct arena arena;

static int setup(void **state) {
    return arena_init(&arena, 16 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

// A pair of a t copula with rho = 0.5, margins bent so that ranks alone can tell; dof = 0: of the Gaussian copula.
static void draw_pair(double dof, double *x, double *y) {
    struct prng prng;
    prng_seed(&prng, 11);
    for (size_t t = 0; t < ROWS; t++) {
        double a = sample_normal(&prng), b = 0.5 * a + sqrt(0.75) * sample_normal(&prng);
        double scale = dof > 0 ? sqrt(dof / (2 * sample_gamma(&prng, dof / 2))) : 1;
        x[t] = atan(a * scale);
        y[t] = pow(b * scale, 3);
    }
}

// c(u, v) as Demarta and McNeil print it, of two columns, with the ranks counted one by one.
static double pair_likelihood(const double *x, const double *y, size_t rows, double rho,
                              double dof) {
    double sum = 0;
    for (size_t t = 0; t < rows; t++) {
        size_t below_x = 0, below_y = 0;
        for (size_t i = 0; i < rows; i++) below_x += x[i] < x[t], below_y += y[i] < y[t];
        double n = (double)rows + 1;
        double a = distribution_t_quantile((double)(below_x + 1) / n, dof);
        double b = distribution_t_quantile((double)(below_y + 1) / n, dof);
        double square = (a * a - 2 * rho * a * b + b * b) / (1 - rho * rho);
        sum += -log(2 * M_PI) - 0.5 * log(1 - rho * rho) - (dof + 2) / 2 * log1p(square / dof) -
               log(distribution_t_pdf(a, dof)) - log(distribution_t_pdf(b, dof));
    }
    return sum / (double)rows;
}

static void the_degrees_that_a_sample_was_drawn_with_are_found(void **state) {
    static const double dofs[] = {3, 8, 0};
    const double *both[] = {drawn, drawn + ROWS}, correlation[] = {1, 0.5, 0.5, 1};
    for (int i = 0; i < 3; i++) {
        struct copula_fit fit;
        draw_pair(dofs[i], drawn, drawn + ROWS);
        assert_ok(copula_fit_student(both, 2, ROWS, correlation, &arena, &fit));
        if (dofs[i] == 0) assert_true(fit.dof > 50);
        if (dofs[i] > 0) assert_true(fabs(log(fit.dof / dofs[i])) < (dofs[i] == 3 ? 0.2 : 0.4));
        if (dofs[i] > 0) assert_true(fit.low < dofs[i] && dofs[i] < fit.high);
        if (dofs[i] == 0) assert_true(fit.low > 20 && fit.high == COPULA_FIT_DOF_MAX);
        assert_int_equal(arena.used, 0);
    }
}

static void the_end_is_the_maximum_of_the_printed_density(void **state) {
    enum { FEW = 500 };
    const double *both[] = {drawn, drawn + ROWS}, correlation[] = {1, 0.4, 0.4, 1};
    struct copula_fit fit;
    draw_pair(4, drawn, drawn + ROWS);
    assert_ok(copula_fit_student(both, 2, FEW, correlation, &arena, &fit));
    double at = pair_likelihood(drawn, drawn + ROWS, FEW, 0.4, fit.dof);
    assert_true(fabs(at - fit.likelihood) < 1e-12);
    assert_true(pair_likelihood(drawn, drawn + ROWS, FEW, 0.4, fit.dof * 1.001) < at);
    assert_true(pair_likelihood(drawn, drawn + ROWS, FEW, 0.4, fit.dof / 1.001) < at);
    // Twice the loss is chi-squared's 95 % quantile at either end of what is not rejected.
    double ends[] = {fit.low, fit.high};
    for (int i = 0; i < 2; i++) {
        double lost = at - pair_likelihood(drawn, drawn + ROWS, FEW, 0.4, ends[i]);
        if (!(fabs(2 * FEW * lost - 3.8414588) < 0.02)) fail_msg("%g: %g", ends[i], 2 * FEW * lost);
    }
    assert_ok(copula_fit_student(both, 2, 12, correlation, &arena, &fit));
    assert_true(fit.low == COPULA_FIT_DOF_MIN && fit.high == COPULA_FIT_DOF_MAX);
}

// What scipy finds by minimize_scalar from kendalltau, t.ppf and multivariate_t.logpdf, of the same returns.
static void twelve_columns_of_returns_give_what_scipy_gives(void **state) {
    size_t rows = golden_panel("golden/risk/returns12.csv", ASSETS, panel);
    const double *columns[ASSETS];
    double correlation[ASSETS * ASSETS];
    struct copula_fit fit;
    for (size_t i = 0; i < ASSETS; i++) {
        columns[i] = panel + i * GOLDEN_ROWS_MAX;
        for (size_t j = 0; j <= i; j++) {
            double tau = rank_kendall(columns[i], columns[j], rows, order, sorted).value;
            correlation[i * ASSETS + j] = correlation[j * ASSETS + i] = sin(M_PI / 2 * tau);
        }
    }
    assert_ok(copula_fit_student(columns, ASSETS, rows, correlation, &arena, &fit));
    if (!(fabs(fit.dof / 13.3398948398 - 1) < 1e-5 &&
          fabs(fit.likelihood - 2.4297478824263) < 1e-10))
        fail_msg("%.12g, %.12g", fit.dof, fit.likelihood);
}

static void what_has_no_density_is_refused(void **state) {
    const double *twice[] = {drawn, drawn}, one[] = {1, 1, 1, 1};
    struct copula_fit fit;
    draw_pair(4, drawn, drawn + ROWS);
    assert_int_equal(copula_fit_student(twice, 2, ROWS, one, &arena, &fit), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "as one"));
    assert_int_equal(copula_fit_student(twice, 1, ROWS, one, &arena, &fit), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "2 columns"));
    assert_int_equal(arena.used, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_degrees_that_a_sample_was_drawn_with_are_found),
        cmocka_unit_test(the_end_is_the_maximum_of_the_printed_density),
        cmocka_unit_test(twelve_columns_of_returns_give_what_scipy_gives),
        cmocka_unit_test(what_has_no_density_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
