// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/monte_carlo.h"

#include <math.h>

#include "golden.h"
#include "harness.h"
#include "quant/math/distribution.h"
#include "quant/math/linalg.h"
#include "quant/math/normal.h"
#include "quant/math/sample_many.h"
#include "quant/risk/tail_risk.h"
#include "quant/series/covariance.h"
#include "quant/series/performance.h"
#include "quant/series/rank.h"

#define RETURNS "golden/risk/returns12.csv"
#define EXPECTED "golden/risk/expected.json"

enum { ASSETS = 12, BLOCKS = 1000, PATHS = BLOCKS * MONTE_CARLO_BLOCK, ROWS = 400 };

static double drawn[PATHS], scratch[PATHS];
static double panel[ASSETS * GOLDEN_ROWS_MAX];
static const double *columns[ASSETS];
static struct arena arena;

static int setup(void **state) {
    return arena_init(&arena, 64 << 20);
}

static int teardown(void **state) {
    arena_fini(&arena);
    return 0;
}

static void near(double actual, double wanted, double error) {
    if (!(fabs(actual - wanted) <= error))
        fail_msg("%.17g, expected %.17g within %g", actual, wanted, error);
}

static struct monte_carlo make(const struct monte_carlo_options *options) {
    struct monte_carlo mc;
    size_t fault;
    assert_ok(monte_carlo_init(&mc, options, &arena, &fault));
    assert_true(fault == SIZE_MAX);
    return mc;
}

static struct monte_carlo_risk risk_of(const struct monte_carlo_options *options, size_t blocks,
                                       double level) {
    struct monte_carlo mc = make(options);
    for (size_t b = 0; b < blocks; b++)
        monte_carlo_draw(&mc, b, scratch, drawn + b * MONTE_CARLO_BLOCK);
    return monte_carlo_risk_of(drawn, blocks * MONTE_CARLO_BLOCK, level, scratch);
}

// Two columns whose values are the whole numbers below ROWS, so that a sum 1 and 1000 times them tells both.
static void rank_columns(double *x, double *y) {
    struct prng prng;
    double order[2 * ROWS], ranks[ROWS];
    prng_seed(&prng, 4);
    for (size_t t = 0; t < ROWS; t++) {
        order[t] = prng_double(&prng);
        order[ROWS + t] = 0.7 * order[t] + 0.5 * prng_double(&prng);
    }
    for (int c = 0; c < 2; c++) {
        memcpy(ranks, order + (size_t)c * ROWS, sizeof ranks);
        rank_sort(ranks, ROWS, scratch);
        for (size_t t = 0; t < ROWS; t++) {
            size_t rank = 0;
            while (ranks[rank] < order[(size_t)c * ROWS + t]) rank++;
            (c == 0 ? x : y)[t] = (double)rank;
        }
    }
}

// The law of the portfolio is known: N(m, s^2), and the file's errors are those of so many paths.
static void a_million_normal_paths_give_the_shared_numbers(void **state) {
    size_t rows = golden_panel(RETURNS, ASSETS, panel);
    double weights[ASSETS], means[ASSETS], covariance[ASSETS * ASSETS];
    static double deviations[ASSETS * GOLDEN_ROWS_MAX];
    for (size_t j = 0; j < ASSETS; j++) {
        columns[j] = panel + j * GOLDEN_ROWS_MAX;
        weights[j] = 1.0 / ASSETS;
        means[j] = performance_mean(columns[j], rows);
    }
    covariance_of(columns, ASSETS, rows, 1, deviations, covariance);
    struct monte_carlo_options options = {.law = MONTE_CARLO_NORMAL,
                                          .count = ASSETS,
                                          .weights = weights,
                                          .means = means,
                                          .covariance = covariance,
                                          .horizon = 1,
                                          .seed = 1};
    for (int l = 0; l < 2; l++) {
        const char *level = l == 0 ? "0.95" : "0.99";
        char key[128];
        double wanted[4];
        static const char *const names[] = {"parametric_normal", "parametric_normal_es",
                                            "mc_normal_var_stderr_N1000000",
                                            "mc_normal_es_stderr_N1000000"};
        for (int i = 0; i < 4; i++) {
            snprintf(key, sizeof key, "var/equal_weight/%s/%s", level, names[i]);
            wanted[i] = golden_file_number(EXPECTED, key);
        }
        struct monte_carlo_risk risk = risk_of(&options, BLOCKS, l == 0 ? 0.95 : 0.99);
        near(risk.var, wanted[0], 4 * wanted[2]);
        near(risk.es, wanted[1], 4 * wanted[3]);
        near(risk.var_error, wanted[2], 0.15 * wanted[2]);
        near(risk.es_error, wanted[3], 0.05 * wanted[3]);
    }
}

// Every asset's return by the textbook, L z row by row, then weighed.
static void a_block_is_the_same_by_plain_loops_and_in_any_order(void **state) {
    static const double s[] = {0.04, 0.018, 0.006, 0.018, 0.09, -0.01, 0.006, -0.01, 0.0225};
    static const double w[] = {0.5, -0.2, 0.7}, means[] = {0.01, 0.02, -0.03};
    static uint64_t bits[2 * MONTE_CARLO_BLOCK];
    static double z[4][MONTE_CARLO_BLOCK], other[MONTE_CARLO_BLOCK];
    struct monte_carlo_options options = {MONTE_CARLO_NORMAL, 3,        w, means, s,
                                          .horizon = 4,       .seed = 5};
    struct monte_carlo mc = make(&options);
    double l[9];
    struct prng_lanes lanes;
    memcpy(l, s, sizeof l);
    assert_int_equal(linalg_cholesky(l, 3), 3);
    monte_carlo_draw(&mc, 7, scratch, drawn);
    monte_carlo_draw(&mc, 3, scratch, other);
    monte_carlo_draw(&mc, 7, scratch, other);
    assert_memory_equal(drawn, other, sizeof other);
    prng_lanes_seed(&lanes, 5, 14);
    sample_normals(&lanes, MONTE_CARLO_BLOCK, bits, z[0], z[1]);
    sample_normals(&lanes, MONTE_CARLO_BLOCK, bits, z[2], z[3]);
    for (size_t p = 0; p < MONTE_CARLO_BLOCK; p++) {
        double sum = 0;
        for (size_t i = 0; i < 3; i++) {
            double x = 4 * means[i];
            for (size_t k = 0; k <= i; k++) x += 2 * l[3 * i + k] * z[k][p];
            sum += w[i] * x;
        }
        near(drawn[p], sum, 1e-15);
    }
}

// The two rows of an asset held twice: no Cholesky factor, and the law of the sum.
static void a_covariance_without_full_rank_is_drawn_from(void **state) {
    static const double s[] = {0.04, 0.04, 0.04, 0.04}, w[] = {0.25, 0.75};
    struct monte_carlo_options options = {MONTE_CARLO_NORMAL, 2,        w, NULL, s,
                                          .horizon = 1,       .seed = 2};
    struct monte_carlo_risk risk = risk_of(&options, 200, 0.95);
    near(risk.var, -0.2 * normal_quantile(0.05), 4 * risk.var_error);
    struct monte_carlo mc = make(&options);
    near(linalg_norm(mc.loads, 2), 0.2, 1e-15);
}

static void a_portfolio_of_students_t_is_students_t(void **state) {
    static const double s[] = {0.04, 0.018, 0.018, 0.09}, w[] = {0.5, 0.5}, means[] = {0.1, -0.02};
    struct monte_carlo_options options = {MONTE_CARLO_STUDENT, 2,        w, means, s, .dof = 4,
                                          .horizon = 1,        .seed = 6};
    double sigma = sqrt(linalg_quadratic(s, 2, w));
    for (double level = 0.9; level < 0.999; level += 0.049) {
        struct monte_carlo_risk risk = risk_of(&options, 300, level);
        double t = distribution_t_quantile(1 - level, 4);
        double es = distribution_t_pdf(t, 4) / (1 - level) * (4 + t * t) / 3;
        near(risk.var, -(0.04 + sigma * sqrt(0.5) * t), 4 * risk.var_error);
        near(risk.es, sigma * sqrt(0.5) * es - 0.04, 4 * risk.es_error);
    }
    // Sums of periods: variances add up.
    options.horizon = 9;
    (void)risk_of(&options, 300, 0.99);
    double variance = pow(performance_deviation(drawn, 300 * MONTE_CARLO_BLOCK), 2);
    near(variance, 9 * sigma * sigma, 0.02 * 9 * sigma * sigma);
}

// The variance of a sum of h rows is h g(0) + 2 sum (h - k) (1 - 1 / b)^k g(k), g the circular autocovariances: two
// rows k steps apart are of one stretch with probability (1 - 1 / b)^k, else apart.
static void stretches_keep_what_rows_have_to_do_with_each_other(void **state) {
    enum { H = 10 };
    double x[ROWS], mean = 0, variance = 0;
    const double *one = x, w = 2;
    struct prng prng;
    prng_seed(&prng, 12);
    for (size_t t = 0; t < ROWS; t++)
        x[t] = 0.6 * (t > 0 ? x[t - 1] : 0) + prng_double(&prng) - 0.5;
    for (size_t t = 0; t < ROWS; t++) mean += x[t] / ROWS;
    for (size_t k = 0; k < H; k++) {
        double g = 0;
        for (size_t t = 0; t < ROWS; t++) g += (x[t] - mean) * (x[(t + k) % ROWS] - mean) / ROWS;
        variance += (k > 0 ? 2 : 1) * (double)(H - k) * pow(1 - 1 / 5.0, (double)k) * g;
    }
    struct monte_carlo_options options = {.law = MONTE_CARLO_BOOTSTRAP,
                                          .count = 1,
                                          .weights = &w,
                                          .columns = &one,
                                          .rows = ROWS,
                                          .block = 5,
                                          .horizon = H,
                                          .seed = 3};
    (void)risk_of(&options, 300, 0.95);
    size_t paths = 300 * MONTE_CARLO_BLOCK;
    near(performance_mean(drawn, paths), 2 * H * mean, 4 * 2 * sqrt(variance / (double)paths));
    near(pow(performance_deviation(drawn, paths), 2), 4 * variance, 0.015 * 4 * variance);
    // One row a path: the law is that of the past.
    options.horizon = 1;
    struct monte_carlo_risk risk = risk_of(&options, 300, 0.9);
    rank_sort(x, ROWS, scratch);
    struct tail_risk past = tail_risk_historical(x, ROWS, 0.1);
    near(risk.var, 2 * past.var, 0.02);
    near(risk.es, 2 * past.es, 4 * risk.es_error + 0.01);
}

// Ten rows, of which one is a loss of 1 and the others are 0: at 0.85 the shortfall is 0.1 / 0.15, though the quantile
// is 0 and nine tenths of the paths are at it.
static void the_shortfall_of_few_rows_counts_the_tail_alone(void **state) {
    double x[10] = {-1};
    const double *one = x, w = 1;
    struct monte_carlo_options options = {.law = MONTE_CARLO_BOOTSTRAP,
                                          .count = 1,
                                          .weights = &w,
                                          .columns = &one,
                                          .rows = 10,
                                          .block = 1,
                                          .horizon = 1,
                                          .seed = 4};
    struct monte_carlo_risk risk = risk_of(&options, 300, 0.85);
    near(risk.var, 0, 0);
    near(risk.es, 2 / 3.0, 4 * risk.es_error);
    assert_true(risk.es_error < 0.01);
}

// P(both below their quantile at p) under a t copula: normal ones given chi2, over 2000 of its quantiles.
static double joint_student(double p, double rho, double dof) {
    double t = distribution_t_quantile(p, dof), sum = 0;
    for (int i = 0; i < 2000; i++) {
        double chi2 = distribution_chi2_quantile((i + 0.5) / 2000, dof), z = t * sqrt(chi2 / dof);
        sum += normal_cdf_two(z, z, rho) / 2000;
    }
    return sum;
}

static void copulas_keep_margins_and_join_them_as_they_should(void **state) {
    static double x[ROWS], y[ROWS], sorted[2 * ROWS];
    static uint32_t order[3 * ROWS], counts[ROWS];
    static const double w[] = {1, 1000};
    const double *both[] = {x, y};
    rank_columns(x, y);
    double tau = rank_kendall(x, y, ROWS, order, sorted).value, rho = sin(M_PI / 2 * tau);
    for (int student = 0; student < 2; student++) {
        struct monte_carlo_options options = {.law = student ? MONTE_CARLO_STUDENT_COPULA
                                                             : MONTE_CARLO_NORMAL_COPULA,
                                              .count = 2,
                                              .weights = w,
                                              .columns = both,
                                              .rows = ROWS,
                                              .dof = 3,
                                              .horizon = 1,
                                              .seed = 8};
        enum { DRAWN = 400 * MONTE_CARLO_BLOCK };
        size_t middle = 0, low = 0;
        (void)risk_of(&options, 400, 0.99);
        memset(counts, 0, sizeof counts);
        for (size_t i = 0; i < DRAWN; i++) {
            size_t sum = (size_t)drawn[i], first = sum % 1000, second = sum / 1000;
            assert_true(first < ROWS && second < ROWS && (double)sum == drawn[i]);
            counts[first]++;
            middle += first < ROWS / 2 && second < ROWS / 2;
            low += first < ROWS / 20 && second < ROWS / 20;
        }
        double each = (double)DRAWN / ROWS, chi2 = 0, n = DRAWN;
        for (size_t k = 0; k < ROWS; k++) chi2 += pow(counts[k] - each, 2) / each;
        assert_true(chi2 < distribution_chi2_quantile(0.9999, ROWS - 1));
        // Below both medians with 1/4 + asin(rho) / (2 pi), which is 1/4 + tau / 4, whatever the elliptical law.
        near((double)middle / n, 0.25 + tau / 4, 4 * 0.5 / sqrt(n));
        double z = normal_quantile(0.05);
        double wanted = student ? joint_student(0.05, rho, 3) : normal_cdf_two(z, z, rho);
        near((double)low / n, wanted, 4 * sqrt(wanted / n));
    }
}

// Correlation 1, which has no Cholesky factor: what is held once and owed once cancels.
static void equal_columns_move_as_one(void **state) {
    static double x[ROWS], y[ROWS];
    static const double w[] = {1, -1};
    const double *both[] = {x, x};
    rank_columns(x, y);
    struct monte_carlo_options options = {.law = MONTE_CARLO_NORMAL_COPULA,
                                          .count = 2,
                                          .weights = w,
                                          .columns = both,
                                          .rows = ROWS,
                                          .horizon = 3,
                                          .seed = 8};
    (void)risk_of(&options, 20, 0.99);
    for (size_t i = 0; i < 20 * (size_t)MONTE_CARLO_BLOCK; i++) assert_true(drawn[i] == 0);
}

static void what_cannot_be_drawn_is_refused_by_name(void **state) {
    static const double s[] = {1, 2, 2, 1}, w[] = {1, 0}, flat[] = {1, 1, 1}, x[] = {1, 2, 4};
    static const double hole[] = {1, NAN, 3};
    const double *with_flat[] = {x, flat}, *with_hole[] = {x, hole};
    const struct {
        struct monte_carlo_options options;
        size_t column;
        const char *words;
    } rows[] = {
        {{.law = MONTE_CARLO_NORMAL, .horizon = 1}, SIZE_MAX, "no asset"},
        {{.law = MONTE_CARLO_NORMAL, .count = 2, .horizon = 0}, SIZE_MAX, "whole periods"},
        {{.law = MONTE_CARLO_STUDENT, .count = 2, .horizon = 1, .dof = 2}, SIZE_MAX, "degrees"},
        {{.law = MONTE_CARLO_STUDENT_COPULA, .count = 2, .horizon = 1, .dof = 1},
         SIZE_MAX,
         "t copula"},
        {{MONTE_CARLO_NORMAL, 2, w, NULL, s, .horizon = 1}, 0, "eigenvalue -1"},
        {{.law = MONTE_CARLO_BOOTSTRAP, .count = 2, .rows = 3, .horizon = 1, .block = 4},
         SIZE_MAX,
         "stretch"},
        {{.law = MONTE_CARLO_NORMAL_COPULA, .count = 2, .weights = w, .rows = 1, .horizon = 1},
         SIZE_MAX,
         "too few"},
        {{.law = MONTE_CARLO_NORMAL_COPULA,
          .count = 2,
          .weights = w,
          .columns = with_hole,
          .rows = 3,
          .horizon = 1},
         1,
         "return 2 of column 1"},
        {{.law = MONTE_CARLO_NORMAL_COPULA,
          .count = 2,
          .weights = w,
          .columns = with_flat,
          .rows = 3,
          .horizon = 1},
         1,
         "column 1 are all 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct monte_carlo mc;
        size_t column = 9;
        assert_int_equal(monte_carlo_init(&mc, &rows[i].options, &arena, &column), ERR_ARGUMENT);
        if (strstr(err_story(), rows[i].words) == NULL || column != rows[i].column)
            fail_msg("row %zu said: %s, column %zu", i, err_story(), column);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_million_normal_paths_give_the_shared_numbers),
        cmocka_unit_test(a_block_is_the_same_by_plain_loops_and_in_any_order),
        cmocka_unit_test(a_covariance_without_full_rank_is_drawn_from),
        cmocka_unit_test(a_portfolio_of_students_t_is_students_t),
        cmocka_unit_test(the_shortfall_of_few_rows_counts_the_tail_alone),
        cmocka_unit_test(stretches_keep_what_rows_have_to_do_with_each_other),
        cmocka_unit_test(copulas_keep_margins_and_join_them_as_they_should),
        cmocka_unit_test(equal_columns_move_as_one),
        cmocka_unit_test(what_cannot_be_drawn_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
