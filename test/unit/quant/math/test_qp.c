// SPDX-License-Identifier: Apache-2.0
#include "quant/math/qp.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/math/sample.h"

static struct arena arena;

static int setup(void **state) {
    return arena_init(&arena, (size_t)64 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static void near(double actual, double wanted, double tolerance) {
    if (!(fabs(actual - wanted) <= tolerance)) fail_msg("%.17g, expected %.17g", actual, wanted);
}

static void a_point_on_a_face_comes_with_its_multipliers(void **state) {
    // Nocedal and Wright, "Numerical Optimization", example 16.2: x = (2, -1, 1), y = (-3, 2) up to sign.
    static const double q[] = {6, 2, 1, 2, 5, 2, 1, 2, 4}, c[] = {-8, -3, -3};
    static const double a[] = {1, 0, 1, 0, 1, 1}, b[] = {3, 0};
    double x[3], y[2];
    struct qp qp = {.size = 3,
                    .hessian = q,
                    .linear = c,
                    .equality = a,
                    .equality_value = b,
                    .equality_count = 2};
    struct qp_solution solution = {.x = x, .equality = y};
    assert_ok(qp_solve(&qp, &arena, &solution));
    near(x[0], 2, 1e-15);
    near(x[1], -1, 1e-15);
    near(x[2], 1, 1e-15);
    near(y[0], -3, 1e-14);
    near(y[1], 2, 1e-14);
    near(solution.value, -3.5, 1e-14);
}

static void five_inequalities_give_the_published_corner(void **state) {
    // The same, example 16.4: the minimum of (x - 1)^2 + (y - 2.5)^2 is (1.4, 1.7).
    static const double q[] = {2, 0, 0, 2}, c[] = {-2, -5};
    static const double g[] = {-1, 2, 1, 2, 1, -2}, h[] = {2, 6, 2}, zero[] = {0, 0};
    double x[2], z[3], bound[2];
    struct qp qp = {.size = 2,
                    .hessian = q,
                    .linear = c,
                    .inequality = g,
                    .inequality_limit = h,
                    .inequality_count = 3,
                    .lower = zero};
    struct qp_solution solution = {.x = x, .inequality = z, .bound = bound};
    assert_ok(qp_solve(&qp, &arena, &solution));
    near(x[0], 1.4, 1e-15);
    near(x[1], 1.7, 1e-15);
    near(z[0], 0.8, 1e-15);
    assert_true(z[1] == 0 && z[2] == 0 && bound[0] == 0 && bound[1] == 0);
}

enum { SIZE_MAX_DRAWN = 24, ROWS_MAX = 12 };

struct drawn {
    double q[SIZE_MAX_DRAWN * SIZE_MAX_DRAWN], c[SIZE_MAX_DRAWN];
    double a[ROWS_MAX * SIZE_MAX_DRAWN], b[ROWS_MAX], g[ROWS_MAX * SIZE_MAX_DRAWN], h[ROWS_MAX];
    double lower[SIZE_MAX_DRAWN], upper[SIZE_MAX_DRAWN];
    struct qp qp;
};

// A programme that some point satisfies, Q of the given rank.
static void draw(struct prng *prng, size_t n, size_t rank, struct drawn *drawn) {
    double factor[SIZE_MAX_DRAWN * SIZE_MAX_DRAWN], point[SIZE_MAX_DRAWN];
    size_t m = prng_next(prng) % 3, k = prng_next(prng) % ROWS_MAX;
    for (size_t i = 0; i < n * rank; i++) factor[i] = sample_normal(prng);
    for (size_t i = 0; i < n; i++) {
        point[i] = sample_normal(prng);
        drawn->c[i] = sample_normal(prng);
        drawn->lower[i] = point[i] - (prng_double(prng) < 0.3 ? 0 : prng_double(prng));
        drawn->upper[i] = point[i] + (prng_double(prng) < 0.3 ? 0 : prng_double(prng));
        for (size_t j = 0; j < n; j++) {
            drawn->q[i * n + j] = 0;
            for (size_t l = 0; l < rank; l++)
                drawn->q[i * n + j] += factor[i * rank + l] * factor[j * rank + l];
        }
    }
    for (size_t i = 0; i < m * n; i++) drawn->a[i] = sample_normal(prng);
    for (size_t i = 0; i < k * n; i++) drawn->g[i] = sample_normal(prng);
    for (size_t i = 0; i < m; i++) {
        drawn->b[i] = 0;
        for (size_t j = 0; j < n; j++) drawn->b[i] += drawn->a[i * n + j] * point[j];
    }
    for (size_t i = 0; i < k; i++) {
        drawn->h[i] = prng_double(prng) < 0.5 ? 0 : prng_double(prng);
        for (size_t j = 0; j < n; j++) drawn->h[i] += drawn->g[i * n + j] * point[j];
    }
    drawn->qp = (struct qp){.size = n,
                            .hessian = drawn->q,
                            .linear = drawn->c,
                            .equality = drawn->a,
                            .equality_value = drawn->b,
                            .equality_count = m,
                            .inequality = drawn->g,
                            .inequality_limit = drawn->h,
                            .inequality_count = k,
                            .lower = drawn->lower,
                            .upper = drawn->upper};
}

// The conditions of Karush, Kuhn and Tucker written out once more: for a convex programme they are the
// proof of optimality.
static void check_conditions(const struct qp *qp, const double *x, const double *y, const double *z,
                             const double *bound, double tolerance) {
    size_t n = qp->size;
    for (size_t i = 0; i < n; i++) {
        double g = qp->linear[i] - bound[i];
        for (size_t j = 0; j < n; j++) g += qp->hessian[i * n + j] * x[j];
        for (size_t k = 0; k < qp->equality_count; k++) g += y[k] * qp->equality[k * n + i];
        for (size_t k = 0; k < qp->inequality_count; k++) g += z[k] * qp->inequality[k * n + i];
        near(g, 0, tolerance);
        assert_true(x[i] >= qp->lower[i] - tolerance && x[i] <= qp->upper[i] + tolerance);
        if (bound[i] > 0) near(bound[i] * (x[i] - qp->lower[i]), 0, tolerance);
        if (bound[i] < 0) near(bound[i] * (x[i] - qp->upper[i]), 0, tolerance);
    }
    for (size_t k = 0; k < qp->equality_count; k++) {
        double value = 0;
        for (size_t j = 0; j < n; j++) value += qp->equality[k * n + j] * x[j];
        near(value, qp->equality_value[k], tolerance);
    }
    for (size_t k = 0; k < qp->inequality_count; k++) {
        double slack = qp->inequality_limit[k];
        for (size_t j = 0; j < n; j++) slack -= qp->inequality[k * n + j] * x[j];
        assert_true(slack >= -tolerance && z[k] >= -tolerance);
        near(z[k] * slack, 0, tolerance);
    }
}

static void random_programmes_of_every_rank_meet_the_conditions(void **state) {
    static struct drawn drawn;
    struct prng prng;
    prng_seed(&prng, 11);
    for (size_t round = 0; round < 3000; round++) {
        double x[SIZE_MAX_DRAWN], y[ROWS_MAX], z[ROWS_MAX], bound[SIZE_MAX_DRAWN];
        size_t n = 1 + prng_next(&prng) % SIZE_MAX_DRAWN;
        size_t rank = round % 3 == 0 ? n : prng_next(&prng) % (n + 1);
        draw(&prng, n, rank, &drawn);
        struct qp_solution solution = {.x = x, .equality = y, .inequality = z, .bound = bound};
        if (qp_solve(&drawn.qp, &arena, &solution) < 0)
            fail_msg("round %zu, %zu of rank %zu: %s", round, n, rank, err_story());
        assert_true(qp_residual(&solution.certificate) <= QP_RESIDUAL_MAX);
        check_conditions(&drawn.qp, x, y, z, bound, 1e-7);
    }
}

// Contradictions, runaway values and bent matrices: what is told, and which item it is.
static void what_has_no_answer_says_why(void **state) {
    static const double identity[] = {1, 0, 0, 1}, bent[] = {1, 2, 2, 1}, flat[] = {1, 0, 0, 0};
    static const double c[] = {0, -1}, ones[] = {1, 1}, value[] = {3}, half[] = {1, 1};
    static const double twice[] = {1, 1, 1, 1}, apart[] = {1, 2}, nan[] = {NAN, 0};
    static const char *const names[] = {"AAPL", "XOM"}, *const rows[] = {"budget", "target"};
    static const double low[] = {1, 0}, high[] = {0.5, 1};
    static const struct {
        struct qp qp;
        enum qp_end end;
        const char *story;
    } cases[] = {
        {{.size = 2, .hessian = bent, .variable_names = names},
         QP_NOT_CONVEX,
         "the matrix is not positive semidefinite: its pivot of XOM is negative"},
        {{.size = 2, .hessian = flat, .linear = c, .variable_names = names},
         QP_UNBOUNDED,
         "there is no best point: the value falls for ever as XOM grows in magnitude; bound it"},
        {{.size = 2, .linear = c},
         QP_UNBOUNDED,
         "there is no best point: the value falls for ever as variable 2 grows in magnitude; bound "
         "it"},
        {{.size = 2,
          .hessian = identity,
          .equality = ones,
          .equality_value = value,
          .equality_count = 1,
          .upper = half},
         QP_INFEASIBLE,
         "the constraints contradict each other: the upper bound of variable 2 cannot be met "
         "beside equality 1, "
         "the upper bound of variable 1"},
        {{.size = 2,
          .hessian = identity,
          .equality = twice,
          .equality_value = apart,
          .equality_count = 2,
          .equality_names = rows},
         QP_INFEASIBLE,
         "the constraints contradict each other: target cannot be met beside budget"},
        {{.size = 2, .hessian = identity, .lower = low, .upper = high, .variable_names = names},
         QP_INFEASIBLE,
         "the constraints contradict each other: the lower bound of AAPL cannot be met"},
        {{.size = 2, .hessian = identity, .linear = nan},
         QP_LIMIT,
         "the programme has a coefficient or a limit that is not finite"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double x[2] = {7, 7};
        struct qp_solution solution = {.x = x, .end = QP_LIMIT};
        assert_int_equal(qp_solve(&cases[i].qp, &arena, &solution), ERR_ARGUMENT);
        assert_string_equal(err_story(), cases[i].story);
        assert_int_equal(solution.end, cases[i].end);
        assert_true(x[0] == 7 && x[1] == 7);
    }
}

static void a_row_given_twice_and_a_fixed_variable_change_nothing(void **state) {
    static const double q[] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, a[] = {1, 1, 1, 2, 2, 2}, b[] = {1, 2};
    static const double lower[] = {0.5, 0, 0}, upper[] = {0.5, 1, 1};
    double x[3], y[2], bound[3];
    struct qp qp = {.size = 3,
                    .hessian = q,
                    .equality = a,
                    .equality_value = b,
                    .equality_count = 2,
                    .lower = lower,
                    .upper = upper};
    struct qp_solution solution = {.x = x, .equality = y, .bound = bound};
    assert_ok(qp_solve(&qp, &arena, &solution));
    assert_true(x[0] == 0.5);
    near(x[1], 0.25, 1e-15);
    near(x[2], 0.25, 1e-15);
}

static void a_linear_programme_ends_in_its_corner(void **state) {
    // Dantzig's furniture problem in Chvatal's form: maximise 5 x + 4 y + 3 z, the optimum 13 at (2, 0, 1).
    static const double c[] = {-5, -4, -3}, zero[] = {0, 0, 0};
    static const double g[] = {2, 3, 1, 4, 1, 2, 3, 4, 2}, h[] = {5, 11, 8};
    double x[3], z[3];
    struct qp qp = {.size = 3,
                    .linear = c,
                    .inequality = g,
                    .inequality_limit = h,
                    .inequality_count = 3,
                    .lower = zero};
    struct qp_solution solution = {.x = x, .inequality = z};
    assert_ok(qp_solve(&qp, &arena, &solution));
    near(solution.value, -13, 1e-12);
    near(x[0], 2, 1e-12);
    near(x[2], 1, 1e-12);
    near(z[0], 1, 1e-12); // the dual solution (1, 0, 1)
    near(z[2], 1, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_point_on_a_face_comes_with_its_multipliers),
        cmocka_unit_test(five_inequalities_give_the_published_corner),
        cmocka_unit_test(random_programmes_of_every_rank_meet_the_conditions),
        cmocka_unit_test(what_has_no_answer_says_why),
        cmocka_unit_test(a_row_given_twice_and_a_fixed_variable_change_nothing),
        cmocka_unit_test(a_linear_programme_ends_in_its_corner),
    };
    return cmocka_run_group_tests_name("quant/qp", tests, setup, teardown);
}
