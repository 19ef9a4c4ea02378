// SPDX-License-Identifier: Apache-2.0
#include "quant/volatility/garch.h"

#include <math.h>

#include "harness.h"
#include "quant/math/normal.h"
#include "quant/math/sample.h"

static const struct garch_spec plain = {GARCH_PLAIN, GARCH_NORMAL, GARCH_MEAN_E2};
static const struct garch_spec gjr = {GARCH_GJR, GARCH_NORMAL, GARCH_MEAN_E2};
static const struct garch_spec egarch = {GARCH_EXPONENTIAL, GARCH_NORMAL, GARCH_MEAN_E2};
static const struct garch_spec student = {GARCH_PLAIN, GARCH_STUDENT, GARCH_MEAN_E2};
static const struct garch_spec egarch_student = {GARCH_EXPONENTIAL, GARCH_STUDENT, GARCH_MEAN_E2};

static const double simple[GARCH_PARAMS] = {0.1, 0.05, 0.08, 0, 0.9, 6};
static const double lever[GARCH_PARAMS] = {0.1, 0.05, 0.04, 0.08, 0.9, 6};
static const double logs[GARCH_PARAMS] = {0.1, 0.02, 0.3, -0.1, 0.9, 6};

static void near(double actual, double expected, double tolerance) {
    if (!(fabs(actual - expected) <= tolerance * fabs(expected)))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

static void parameters_that_cannot_be_are_named(void **state) {
    static const struct {
        const struct garch_spec *spec;
        double params[GARCH_PARAMS];
        const char *fault;
    } rows[] = {
        {&plain, {0, 0.1, 0.1, 0, 0.8, 0}, NULL},
        {&plain, {0, 0.1, 0.1, -9, 0.8, 0}, NULL}, // gamma and nu are not read
        {&plain, {0, 0, 0.1, 0, 0.8, 0}, "omega must be above 0"},
        {&plain, {0, NAN, 0.1, 0, 0.8, 0}, "omega must be above 0"},
        {&plain, {0, 0.1, -0.1, 0, 0.8, 0}, "alpha must not be negative"},
        {&plain, {0, 0.1, 0.1, 0, -0.8, 0}, "beta must not be negative"},
        {&plain,
         {0, 0.1, 0.2, 0, 0.8, 0},
         "the persistence (alpha + gamma / 2 + beta) must be below 1"},
        {&gjr, {0, 0.1, 0.1, -0.2, 0.8, 0}, "alpha + gamma must not be negative"},
        {&gjr,
         {0, 0.1, 0.1, 0.2, 0.8, 0},
         "the persistence (alpha + gamma / 2 + beta) must be below 1"},
        {&student, {0, 0.1, 0.1, 0, 0.8, 2}, "nu must be above 2"},
        {&egarch, {0, -9, 0.1, -2, -0.9, 0}, NULL},
        {&egarch, {0, 0, 0.1, 0, 1, 0}, "beta must be between -1 and 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *fault = garch_fault(rows[i].spec, rows[i].params);
        if ((fault == NULL) != (rows[i].fault == NULL) ||
            (fault != NULL && strcmp(fault, rows[i].fault) != 0))
            fail_msg("row %zu: %s", i, fault);
    }
}

static void persistence_mean_and_half_life_equal_their_formulas(void **state) {
    near(garch_persistence(&plain, simple), 0.98, 1e-15);
    near(garch_persistence(&gjr, lever), 0.98, 1e-15);
    near(garch_persistence(&egarch, logs), 0.9, 0);
    near(garch_unconditional(&plain, simple), 2.5, 1e-13);
    near(garch_unconditional(&gjr, lever), 2.5, 1e-13);
    near(pow(0.98, garch_half_life(&plain, simple)), 0.5, 1e-14);
    const double still[GARCH_PARAMS] = {0, 1, 0, 0, 0, 0};
    assert_true(isnan(garch_half_life(&plain, still)));
    near(garch_unconditional(&plain, still), 1, 0);
}

// E exp(weight g(z)) by Simpson's rule on both sides of the kink.
static double moment(const double *p, double weight) {
    enum { STEPS = 4000 };
    double sum = 0, width = 12.0 / STEPS;
    for (int side = -1; side <= 1; side += 2)
        for (int i = 0; i <= STEPS; i++) {
            double z = side * i * width;
            double g = p[GARCH_ALPHA] * (fabs(z) - sqrt(2 / acos(-1))) + p[GARCH_GAMMA] * z;
            int simpson = i == 0 || i == STEPS ? 1 : i % 2 ? 4 : 2;
            sum += simpson * exp(weight * g) * normal_pdf(z) * width / 3;
        }
    return sum;
}

static void the_mean_of_egarch_equals_an_integral(void **state) {
    double level = logs[GARCH_OMEGA] / (1 - logs[GARCH_BETA]), mean = exp(level);
    for (double weight = 1; weight > 1e-8; weight *= logs[GARCH_BETA]) mean *= moment(logs, weight);
    near(garch_unconditional(&egarch, logs), mean, 1e-7);
    // From ln h of the next step: omega + beta ln h + g, and so on.
    double ahead[3], next = 1.7;
    garch_forecast(&egarch, logs, next, 3, ahead);
    near(ahead[0], next, 0);
    double two = logs[GARCH_OMEGA] + logs[GARCH_BETA] * log(next);
    near(ahead[1], exp(two) * moment(logs, 1), 1e-12);
    double three = logs[GARCH_OMEGA] + logs[GARCH_BETA] * two;
    near(ahead[2], exp(three) * moment(logs, 1) * moment(logs, logs[GARCH_BETA]), 1e-12);
}

static void the_mean_of_egarch_under_heavy_tails_is_infinite(void **state) {
    double ahead[3];
    garch_forecast(&egarch_student, logs, 2, 3, ahead);
    assert_true(ahead[0] == 2 && isnan(ahead[1]) && isnan(ahead[2]));
    assert_true(isnan(garch_unconditional(&egarch_student, logs)));
    const double calm[GARCH_PARAMS] = {0, 0.1, 0, 0, 0.9, 6};
    near(garch_unconditional(&egarch_student, calm), exp(1), 1e-13);
}

static void forecasts_run_into_the_mean(void **state) {
    double ahead[2000];
    garch_forecast(&gjr, lever, 9, 2000, ahead);
    for (int k = 0; k < 40; k++) near(ahead[k], 2.5 + pow(0.98, k) * 6.5, 1e-13);
    near(ahead[1999], 2.5, 1e-12);
    garch_forecast(&egarch, logs, 9, 2000, ahead);
    near(ahead[1999], garch_unconditional(&egarch, logs), 1e-7);
}

enum { DRAWS = 200000, PATHS = 40000, AHEAD = 10 };

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double normal_law(double x) {
    return normal_cdf(x);
}

// Student's distribution with 4 degrees of freedom in closed form.
static double student_law(double x) {
    double s = 1 + x * x / 4;
    return 0.5 + 0.375 * (x / sqrt(s)) * (1 - x * x / (12 * s));
}

// Kolmogorov's distance: beyond 1.95 / sqrt(n) once in a thousand times.
static void follows(double *draws, double (*law)(double x)) {
    double worst = 0;
    qsort(draws, DRAWS, sizeof *draws, ascending);
    for (size_t i = 0; i < DRAWS; i++) {
        double p = law(draws[i]);
        worst = fmax(worst, fmax((double)(i + 1) / DRAWS - p, p - (double)i / DRAWS));
    }
    if (!(worst < 1.95 / sqrt(DRAWS))) fail_msg("%.6g from the law", worst);
}

static void samples_follow_their_law(void **state) {
    double *draws = malloc(DRAWS * sizeof *draws);
    struct prng prng;
    prng_seed(&prng, 1);
    for (size_t i = 0; i < DRAWS; i++) draws[i] = sample_normal(&prng);
    follows(draws, normal_law);
    for (size_t i = 0; i < DRAWS; i++) draws[i] = sample_student(&prng, 4);
    follows(draws, student_law);
    free(draws);
}

static void a_simulated_path_is_a_path_of_the_model(void **state) {
    static const struct garch_spec *const all[] = {&plain, &gjr, &egarch, &student};
    static const double *const given[] = {simple, lever, logs, simple};
    static double y[DRAWS], h[DRAWS], again[DRAWS];
    for (size_t k = 0; k < 4; k++) {
        struct prng prng;
        prng_seed(&prng, 5);
        double mean = garch_unconditional(all[k], given[k]), sum = 0, sum_z = 0, sum_square = 0;
        garch_simulate(all[k], given[k], mean, &prng, DRAWS, y, h);
        near(h[0], mean, 0);
        for (size_t i = 0; i < DRAWS; i++) {
            double z = (y[i] - given[k][GARCH_MU]) / sqrt(h[i]);
            if (i + 1 < DRAWS) near(garch_next(all[k], given[k], y[i], h[i]), h[i + 1], 0);
            sum += h[i] / DRAWS;
            sum_z += z / DRAWS;
            sum_square += z * z / DRAWS;
        }
        near(sum, mean, 0.05);
        near(sum_square, 1, 0.03);
        assert_true(fabs(sum_z) < 0.01);
        prng_seed(&prng, 5);
        garch_simulate(all[k], given[k], mean, &prng, DRAWS, again, h);
        assert_memory_equal(y, again, sizeof y);
    }
}

static void forecasts_equal_the_mean_of_many_paths(void **state) {
    static const struct garch_spec *const all[] = {&gjr, &egarch};
    static const double *const given[] = {lever, logs};
    for (size_t k = 0; k < 2; k++) {
        double ahead[AHEAD], mean[AHEAD] = {0}, y[AHEAD], h[AHEAD];
        struct prng prng;
        prng_seed(&prng, 6);
        garch_forecast(all[k], given[k], 6, AHEAD, ahead);
        for (size_t path = 0; path < PATHS; path++) {
            garch_simulate(all[k], given[k], 6, &prng, AHEAD, y, h);
            for (size_t i = 0; i < AHEAD; i++) mean[i] += h[i] / PATHS;
        }
        for (size_t i = 0; i < AHEAD; i++) near(mean[i], ahead[i], 0.02);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_that_cannot_be_are_named),
        cmocka_unit_test(persistence_mean_and_half_life_equal_their_formulas),
        cmocka_unit_test(the_mean_of_egarch_equals_an_integral),
        cmocka_unit_test(the_mean_of_egarch_under_heavy_tails_is_infinite),
        cmocka_unit_test(forecasts_run_into_the_mean),
        cmocka_unit_test(samples_follow_their_law),
        cmocka_unit_test(a_simulated_path_is_a_path_of_the_model),
        cmocka_unit_test(forecasts_equal_the_mean_of_many_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
