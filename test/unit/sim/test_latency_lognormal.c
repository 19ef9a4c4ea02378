// SPDX-License-Identifier: Apache-2.0
#include <math.h>

#include "harness.h"

#include "sim/model.h"

enum { DRAWS = 20000 };

// The normal distribution of the logarithm.
static double cdf(double x, double least, double median, double sigma) {
    return x <= least ? 0 : 0.5 * erfc(-log((x - least) / median) / sigma / sqrt(2));
}

static int by_size(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

// Kolmogorov and Smirnov's distance of the draws; 1.95 / sqrt(n) is passed by one seed in a thousand.
static void draws_have_the_distribution_that_they_are_named_after(void **state) {
    const struct latency_model *model = latency_model_at((size_t)latency_model_find("lognormal"));
    const double params[] = {0.0005, 0.002, 0.7, 0.0, 0.004, 0.3};
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_have_the_distribution_that_they_are_named_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
