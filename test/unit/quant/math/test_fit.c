// SPDX-License-Identifier: Apache-2.0
// Fits against sums of log densities by the C library: no other parameters are likelier. Kolmogorov's distribution
// against its published critical values.
#include "harness.h"

#include <math.h>

#include "base/prng.h"
#include "quant/math/fit.h"

enum { COUNT = 2000 };

static double values[COUNT];

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double uniform(struct prng *prng) {
    return 1 - prng_double(prng);
}

// Of a = 2 (least value, mean or median) and b = 3, 3, 0.5 and 3, by other ways than the latency models': inversion,
// a sum of exponentials, Box and Muller.
static double draw(enum fit_family family, struct prng *prng) {
    switch (family) {
    case FIT_EXPONENTIAL:
        return 2 - 3 * log(uniform(prng));
    case FIT_GAMMA:
        return -2.0 / 3 * (log(uniform(prng)) + log(uniform(prng)) + log(uniform(prng)));
    case FIT_LOGNORMAL:
        return 2 * exp(0.5 * sqrt(-2 * log(uniform(prng))) * cos(2 * M_PI * uniform(prng)));
    default:
        return 2 * pow(uniform(prng), -1.0 / 3);
    }
}

static void fill(enum fit_family family, uint64_t seed) {
    struct prng prng;
    prng_seed(&prng, seed);
    for (int i = 0; i < COUNT; i++) values[i] = draw(family, &prng);
    qsort(values, COUNT, sizeof *values, by_value);
}

static double log_density(enum fit_family family, double a, double b, double x) {
    switch (family) {
    case FIT_EXPONENTIAL:
        return x < a ? -INFINITY : -log(b) - (x - a) / b;
    case FIT_GAMMA:
        return (b - 1) * log(x) - x * b / a - lgamma(b) - b * log(a / b);
    case FIT_LOGNORMAL:
        return -log(x * b * sqrt(2 * M_PI)) - pow(log(x / a) / b, 2) / 2;
    default:
        return x < a ? -INFINITY : log(b) + b * log(a) - (b + 1) * log(x);
    }
}

static double likelihood(enum fit_family family, double a, double b) {
    double sum = 0;
    for (int i = 0; i < COUNT; i++) sum += log_density(family, a, b, values[i]);
    return sum;
}

static void a_fit_is_the_likeliest_and_near_what_was_drawn(void **state) {
    static const double b[FIT_FAMILIES] = {3, 3, 0.5, 3};
    for (enum fit_family family = 0; family < FIT_FAMILIES; family++) {
        struct fit fit;
        fill(family, 11 + family);
        assert_ok(fit_make(family, values, COUNT, &fit));
        assert_true(fabs(fit.a / 2 - 1) < 0.05);
        assert_true(fabs(fit.b / b[family] - 1) < 0.1);
        assert_true(fabs(fit.log_likelihood - likelihood(family, fit.a, fit.b)) < 1e-6);
        for (double step = 1e-4; step < 0.5; step *= 3)
            for (int k = 0; k < 4; k++) {
                double other_a = fit.a * (1 + (k == 0) * step - (k == 1) * step);
                double other_b = fit.b * (1 + (k == 2) * step - (k == 3) * step);
                assert_true(likelihood(family, other_a, other_b) < fit.log_likelihood);
            }
        // The right family is not refused, each of the others fits worse.
        assert_true(fit.p > 0.05);
        for (enum fit_family other = 0; other < FIT_FAMILIES; other++) {
            struct fit wrong;
            assert_ok(fit_make(other, values, COUNT, &wrong));
            assert_true(other == family || wrong.ks > fit.ks);
        }
    }
}

static void a_distribution_function_is_the_sum_of_its_density(void **state) {
    static const double b[FIT_FAMILIES] = {3, 3, 0.5, 3};
    enum { STEPS = 20000 };
    for (enum fit_family family = 0; family < FIT_FAMILIES; family++) {
        double from = family == FIT_EXPONENTIAL || family == FIT_PARETO ? 2 : 0, sum = 0;
        assert_true(fit_cdf(family, 2, b[family], from) == 0);
        for (int i = 0; i < STEPS; i++) { // middle points
            double x = from + (i + 0.5) * 6 / STEPS;
            sum += exp(log_density(family, 2, b[family], x)) * 6 / STEPS;
        }
        assert_true(fabs(fit_cdf(family, 2, b[family], from + 6) - sum) < 1e-7);
    }
}

static void kolmogorovs_tail_is_as_published(void **state) {
    // Stephens 1970: D (sqrt n + 0.12 + 0.11 / sqrt n) is above 1.224, 1.358, 1.480, 1.628 at 10, 5, 2.5, 1 %.
    static const double points[][2] = {{1.224, 0.1}, {1.358, 0.05}, {1.480, 0.025}, {1.628, 0.01}};
    for (int i = 0; i < 4; i++)
        for (int n = 5; n < 100000; n *= 7) {
            double scale = sqrt(n) + 0.12 + 0.11 / sqrt(n);
            assert_true(fabs(fit_ks_tail(points[i][0] / scale, (size_t)n) / points[i][1] - 1) <
                        0.005);
        }
    assert_true(fit_ks_tail(0, 10) == 1);
    assert_true(fit_ks_tail(1, 10000) == 0);
}

static void the_distance_is_that_of_the_steps(void **state) {
    static const double few[] = {1, 2, 3, 10};
    // P(X <= x) of an exponential one from 1 on with mean 3: 0, .2835, .4866, .9502; the steps are quarters.
    double at3 = 1 - exp(-2.0 / 3);
    assert_true(fabs(fit_ks(FIT_EXPONENTIAL, 1, 3, few, 4) - (0.75 - at3)) < 1e-14);
}

static void what_cannot_be_fitted_is_an_error(void **state) {
    static const double same[] = {2, 2, 2}, zero[] = {0, 1, 2}, negative[] = {-1, 1};
    struct fit fit;
    for (enum fit_family family = 0; family < FIT_FAMILIES; family++) {
        assert_int_equal(fit_make(family, same, 1, &fit), ERR_ARGUMENT);
        assert_int_equal(fit_make(family, same, 3, &fit), ERR_ARGUMENT);
        assert_int_equal(fit_make(family, negative, 2, &fit), ERR_ARGUMENT);
        assert_int_equal(fit_make(family, zero, 3, &fit),
                         family == FIT_EXPONENTIAL ? 0 : ERR_ARGUMENT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fit_is_the_likeliest_and_near_what_was_drawn),
        cmocka_unit_test(a_distribution_function_is_the_sum_of_its_density),
        cmocka_unit_test(kolmogorovs_tail_is_as_published),
        cmocka_unit_test(the_distance_is_that_of_the_steps),
        cmocka_unit_test(what_cannot_be_fitted_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
