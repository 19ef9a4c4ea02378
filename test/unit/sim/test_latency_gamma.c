// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"

#include "sim/model.h"

enum { DRAWS = 20000 };

// Of a whole shape: that many exponential times one after the other.
static double cdf(double x, double least, double mean, double shape) {
    if (x <= least) return 0;
    double rate = (x - least) * shape / mean, term = exp(-rate), sum = 0;
    for (int i = 0; i < (int)shape; i++) {
        sum += term;
        term *= rate / (i + 1);
    }
    return 1 - sum;
}

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

// Kolmogorov and Smirnov's distance of the draws; 1.95 / sqrt(n) is passed by one seed in a thousand.
static void draws_have_the_distribution_that_they_are_named_after(void **state) {
    const struct latency_model *model = latency_model_at((size_t)latency_model_find("gamma"));
    const double params[] = {0.001, 0.003, 3, 0.0005, 0.002, 1};
    int64_t *ns = malloc(DRAWS * sizeof *ns);
    for (int back = 0; back < 2; back++) {
        int of = back ? 3 : 0;
        struct prng prng;
        prng_seed(&prng, 5);
        for (int i = 0; i < DRAWS; i++)
            ns[i] = back ? model->report_ns(params, &prng) : model->entry_ns(params, &prng);
        qsort(ns, DRAWS, sizeof *ns, by_size);
        double distance = 0;
        for (int i = 0; i < DRAWS; i++) {
            double x = (double)ns[i] / 1e9, at = cdf(x, params[of], params[of + 1], params[of + 2]);
            distance = fmax(distance,
                            fmax(fabs(at - (double)i / DRAWS), fabs(at - (double)(i + 1) / DRAWS)));
        }
        assert_true(distance < 1.95 / sqrt(DRAWS));
        assert_true(distance > 0);
    }
    free(ns);
}

// A shape below 1: mean and variance, mean^2 / shape, within five standard errors.
static void a_shape_below_one_has_its_mean_and_variance(void **state) {
    const struct latency_model *model = latency_model_at((size_t)latency_model_find("gamma"));
    const double params[] = {0, 0.002, 0.5, 0, 0.002, 0.5};
    struct prng prng;
    double sum = 0, squares = 0;
    prng_seed(&prng, 11);
    for (int i = 0; i < DRAWS; i++) {
        double x = (double)model->entry_ns(params, &prng) / 1e9;
        sum += x;
        squares += x * x;
    }
    double mean = sum / DRAWS, variance = squares / DRAWS - mean * mean;
    assert_true(fabs(mean - 0.002) < 5 * 0.002 / sqrt(0.5 * DRAWS));
    assert_true(fabs(variance / 8e-6 - 1) < 5 * sqrt((2 + 6 / 0.5) / DRAWS));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_have_the_distribution_that_they_are_named_after),
        cmocka_unit_test(a_shape_below_one_has_its_mean_and_variance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
