// SPDX-License-Identifier: Apache-2.0
#include "quant/math/optimise.h"

#include <float.h>
#include <math.h>

#include "harness.h"

enum { SCRATCH = 10000 };
static const struct optimise_options options = {.iterations_max = 500, .tolerance = 1e-20};
static const struct optimise_options loose = {.iterations_max = 20000, .tolerance = 1e-14};

// Rosenbrock's valley in any even number of variables: (1, 1, ...) with 0. Context: how many.
static double rosenbrock(void *context, const double *x, double *ret_gradient) {
    size_t n = *(const size_t *)context;
    double value = 0;
    for (size_t i = 0; i < n; i += 2) {
        double a = 1 - x[i], b = x[i + 1] - x[i] * x[i];
        value += a * a + 100 * b * b;
        if (ret_gradient == NULL) continue;
        ret_gradient[i] = -2 * a - 400 * x[i] * b;
        ret_gradient[i + 1] = 200 * b;
    }
    return value;
}

// (x - c)' A (x - c) / 2 + 3 of three variables; context: a weight for each, which scales it badly.
static double quadratic(void *context, const double *x, double *ret_gradient) {
    static const double a[3][3] = {{4, 1, 0.5}, {1, 3, -1}, {0.5, -1, 2}}, centre[3] = {1, -2, 3};
    const double *w = context;
    double value = 3;
    for (size_t i = 0; i < 3; i++) {
        double slope = 0;
        for (size_t k = 0; k < 3; k++) slope += a[i][k] * (w[k] * x[k] - centre[k]);
        value += 0.5 * slope * (w[i] * x[i] - centre[i]);
        if (ret_gradient != NULL) ret_gradient[i] = w[i] * slope;
    }
    return value;
}

// Two wells of unlike depth with a saddle at 0 in between: (x^2 - 1)^2 + 0.3 x + y^2.
static double wells(void *context, const double *x, double *ret_gradient) {
    double well = x[0] * x[0] - 1;
    if (ret_gradient != NULL) {
        ret_gradient[0] = 4 * x[0] * well + 0.3;
        ret_gradient[1] = 2 * x[1];
    }
    return well * well + 0.3 * x[0] + x[1] * x[1];
}

// Undefined at x <= 0: x - ln x, 1 at 1.
static double barrier(void *context, const double *x, double *ret_gradient) {
    if (!(x[0] > 0)) return NAN;
    if (ret_gradient != NULL) ret_gradient[0] = 1 - 1 / x[0];
    return x[0] - log(x[0]);
}

static struct optimise_result minimise(const struct optimise_problem *problem, double *x) {
    static double scratch[SCRATCH];
    assert_true(optimise_newton_scratch(problem->size) <= SCRATCH);
    struct optimise_result first = optimise_bfgs(problem, &options, x, scratch);
    struct optimise_result last = optimise_newton(problem, &options, x, scratch);
    assert_true(last.value <= first.value + 1e-14);
    print_message("# bfgs %zu iterations, %zu evaluations, gain %.1g; newton %zu, %zu, gain %.1g\n",
                  first.iterations, first.evaluations, first.gain, last.iterations,
                  last.evaluations, last.gain);
    last.iterations += first.iterations;
    last.evaluations += first.evaluations;
    return last;
}

static void near(double actual, double expected, double tolerance) {
    if (!(fabs(actual - expected) <= tolerance))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static void the_valley_of_rosenbrock_is_followed_to_its_end(void **state) {
    static const size_t sizes[] = {2, 10, 20};
    for (size_t k = 0; k < 3; k++) {
        size_t n = sizes[k];
        double x[20];
        for (size_t i = 0; i < n; i++) x[i] = i % 2 == 0 ? -1.2 : 1;
        struct optimise_problem problem = {.size = n, .value = rosenbrock, .context = &n};
        struct optimise_result result = minimise(&problem, x);
        assert_int_equal(result.end, OPTIMISE_CONVERGED);
        for (size_t i = 0; i < n; i++) near(x[i], 1, 1e-9);
        near(result.value, 0, 1e-18);
        near(result.gradient, 0, 1e-8);
        if (n == 2) assert_true(result.evaluations < 100);
    }
}

static void a_quadratic_ends_at_its_centre_however_it_is_scaled(void **state) {
    double weights[][3] = {{1, 1, 1}, {1e4, 1e-4, 1}, {1e-3, 1, 1e6}};
    for (size_t w = 0; w < 3; w++) {
        double x[3] = {0}, scale[3], centre[3] = {1, -2, 3};
        for (size_t i = 0; i < 3; i++) scale[i] = 1 / weights[w][i];
        struct optimise_problem problem = {
            .size = 3, .value = quadratic, .context = weights[w], .scale = scale};
        struct optimise_result result = minimise(&problem, x);
        assert_int_equal(result.end, OPTIMISE_CONVERGED);
        for (size_t i = 0; i < 3; i++) near(weights[w][i] * x[i], centre[i], 1e-8);
        near(result.value, 3, 1e-14);
    }
}

static void bounds_hold_what_the_function_pulls_beyond_them(void **state) {
    double weights[3] = {1, 1, 1}, x[3] = {0.2, 0.2, 0.2};
    const double lower[3] = {0, 0, 0}, upper[3] = {10, 10, 2};
    struct optimise_problem problem = {
        .size = 3, .value = quadratic, .context = weights, .lower = lower, .upper = upper};
    struct optimise_result result = minimise(&problem, x);
    assert_int_equal(result.end, OPTIMISE_CONVERGED);
    // With y = 0 and z = 2 the derivative in x is 4 (x - 1) + 2 - 0.5 = 0.
    near(x[0], 0.625, 1e-12);
    assert_true(x[1] == 0 && x[2] == 2);
    double gradient[3];
    quadratic(weights, x, gradient);
    assert_true(gradient[1] > 0 && gradient[2] < 0); // Kuhn and Tucker agree
}

static void a_start_on_the_wrong_bound_comes_off_it(void **state) {
    size_t n = 2;
    const double lower[2] = {-2, -0.5}, upper[2] = {0.5, 3};
    for (int corner = 0; corner < 4; corner++) {
        double x[2] = {corner & 1 ? lower[0] : upper[0], corner & 2 ? lower[1] : upper[1]};
        struct optimise_problem problem = {
            .size = n, .value = rosenbrock, .context = &n, .lower = lower, .upper = upper};
        struct optimise_result result = minimise(&problem, x);
        assert_int_equal(result.end, OPTIMISE_CONVERGED);
        assert_true(x[0] == 0.5);
        near(x[1], 0.25, 1e-12);
    }
}

static void a_function_that_is_not_convex_ends_in_a_well(void **state) {
    for (double start = -1.9; start < 2; start += 0.19) {
        double x[2] = {start, 1};
        struct optimise_problem problem = {.size = 2, .value = wells};
        struct optimise_result result = minimise(&problem, x);
        assert_int_equal(result.end, OPTIMISE_CONVERGED);
        near(4 * x[0] * (x[0] * x[0] - 1) + 0.3, 0, 1e-9);
        assert_true(12 * x[0] * x[0] - 4 > 0);
    }
}

// Newton's own step from the top between the wells would stay there.
static void newton_leaves_a_saddle(void **state) {
    static double scratch[SCRATCH];
    double x[2] = {0.08, 0.5};
    struct optimise_problem problem = {.size = 2, .value = wells};
    struct optimise_result result = optimise_newton(&problem, &options, x, scratch);
    assert_int_equal(result.end, OPTIMISE_CONVERGED);
    assert_true(fabs(x[0]) > 0.8);
}

static void steps_out_of_the_domain_are_shortened(void **state) {
    double x[1] = {50};
    struct optimise_problem problem = {.size = 1, .value = barrier};
    struct optimise_result result = minimise(&problem, x);
    assert_int_equal(result.end, OPTIMISE_CONVERGED);
    near(x[0], 1, 1e-10);
}

static void the_simplex_finds_the_same_without_a_gradient(void **state) {
    static double scratch[SCRATCH];
    size_t n = 2;
    double weights[3] = {1, 1, 1}, x[3] = {-1.2, 1, 0};
    const double lower[3] = {0, 0, 0}, upper[3] = {10, 10, 2};
    struct optimise_problem valley = {.size = 2, .value = rosenbrock, .context = &n};
    struct optimise_result result = optimise_simplex(&valley, &loose, x, scratch);
    assert_int_equal(result.end, OPTIMISE_CONVERGED);
    near(x[0], 1, 1e-6);
    near(x[1], 1, 1e-6);
    struct optimise_problem box = {
        .size = 3, .value = quadratic, .context = weights, .lower = lower, .upper = upper};
    result = optimise_simplex(&box, &loose, x, scratch);
    assert_int_equal(result.end, OPTIMISE_CONVERGED);
    near(x[0], 0.625, 1e-6);
    assert_true(x[1] == 0 && x[2] == 2);
    double one[1] = {50};
    struct optimise_problem single = {.size = 1, .value = barrier};
    assert_int_equal(optimise_simplex(&single, &loose, one, scratch).end, OPTIMISE_CONVERGED);
    near(one[0], 1, 1e-6);
}

static void too_few_iterations_are_told(void **state) {
    static double scratch[SCRATCH];
    size_t n = 2;
    double x[2] = {-1.2, 1};
    const struct optimise_options few = {.iterations_max = 3, .tolerance = 1e-20};
    struct optimise_problem problem = {.size = n, .value = rosenbrock, .context = &n};
    double start = rosenbrock(&n, x, NULL);
    struct optimise_result result = optimise_bfgs(&problem, &few, x, scratch);
    assert_true(result.end == OPTIMISE_LIMIT && result.iterations == 3);
    assert_true(result.value < start && result.value == rosenbrock(&n, x, NULL));
    assert_true(result.gradient > 0.1);
    result = optimise_simplex(&problem, &few, x, scratch);
    assert_true(result.end == OPTIMISE_LIMIT && result.iterations == 3);
}

static void the_hessian_equals_the_second_derivatives(void **state) {
    size_t n = 2;
    double scratch[8], h[4], x[2] = {-1.2, 1};
    const double lower[2] = {-1.2, -INFINITY}, upper[2] = {INFINITY, 1};
    for (int bounded = 0; bounded < 2; bounded++) {
        struct optimise_problem problem = {.size = n,
                                           .value = rosenbrock,
                                           .context = &n,
                                           .lower = bounded ? lower : NULL,
                                           .upper = bounded ? upper : NULL};
        assert_true(optimise_hessian(&problem, x, scratch, h));
        near(h[0], 2 - 400 * x[1] + 1200 * x[0] * x[0], 2e-6);
        near(h[1], -400 * x[0], 2e-6);
        near(h[2], h[1], 0);
        near(h[3], 200, 1e-6);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_valley_of_rosenbrock_is_followed_to_its_end),
        cmocka_unit_test(a_quadratic_ends_at_its_centre_however_it_is_scaled),
        cmocka_unit_test(bounds_hold_what_the_function_pulls_beyond_them),
        cmocka_unit_test(a_start_on_the_wrong_bound_comes_off_it),
        cmocka_unit_test(a_function_that_is_not_convex_ends_in_a_well),
        cmocka_unit_test(newton_leaves_a_saddle),
        cmocka_unit_test(steps_out_of_the_domain_are_shortened),
        cmocka_unit_test(the_simplex_finds_the_same_without_a_gradient),
        cmocka_unit_test(too_few_iterations_are_told),
        cmocka_unit_test(the_hessian_equals_the_second_derivatives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
