// SPDX-License-Identifier: Apache-2.0
#include "quant/series/hill.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "quant/math/mathfn.h"

enum { MAX = 4000, SLOTS_MAX = 4096 };

static void make(double *ret, size_t count, uint64_t seed) {
    for (size_t i = 0; i < count; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        double u = ((double)(seed >> 11) + 0.5) / 9007199254740992.0;
        ret[i] = pow(1 - u, -1 / 2.5) - 1.2; // some below 0
    }
}

static void indices_equal_scipys_fit_of_a_pareto_tail(void **state) {
    // scipy 1.17.1: stats.pareto.fit(largest k, floc=0, fscale=the one behind them), whose shape is the
    // maximum likelihood's, Hill's.
    static double x[MAX], scratch[MAX];
    static const struct {
        size_t count, k;
        uint64_t seed;
        double index;
    } cases[] = {{100, 10, 1, 1.2223823728531478},
                 {1000, 50, 2, 1.9979872470685789},
                 {4000, 400, 3, 1.636192070840761}};
    for (size_t i = 0; i < 3; i++) {
        make(x, cases[i].count, cases[i].seed);
        struct hill hill = hill_of(x, cases[i].count, cases[i].k, scratch);
        assert_true(fabs(hill.index / cases[i].index - 1) < 1e-10);
        assert_true(hill_error(&hill, cases[i].k) == hill.index / sqrt((double)cases[i].k));
        for (size_t j = 0; j < cases[i].k; j++) assert_true(scratch[j] >= scratch[j + 1]);
    }
}

static void a_window_tells_the_same_as_its_values(void **state) {
    static double x[500], scratch[500];
    static double slots[SLOTS_MAX];
    make(x, 500, 4);
    assert_true(order_window_slots(500) <= SLOTS_MAX);
    memset(slots, 0, sizeof slots);
    struct order_window window = order_window_make(500, slots);
    for (size_t i = 0; i < 500; i++)
        order_window_push(&window, slots, x[i] > 0 ? mathfn_log(x[i]) : -INFINITY);
    for (size_t k = 1; k < 100; k += 7) {
        struct hill a = hill_of_window(&window, slots, k), b = hill_of(x, 500, k, scratch);
        assert_true(fabs(a.index / b.index - 1) < 1e-12 && a.log_threshold == b.log_threshold);
    }
}

static void tails_that_are_none_have_no_index(void **state) {
    double scratch[6];
    assert_true(isnan(hill_of((double[]){1, 1, 1, 1}, 4, 2, scratch).index));
    assert_true(isnan(hill_of((double[]){3, -1, -2, 0}, 4, 2, scratch).index));
    assert_true(fabs(hill_of((double[]){0, M_E, 1, -5}, 4, 1, scratch).index - 1) < 1e-15);
}

static void the_largest_of_many_is_where_it_is_said(void **state) {
    // 400 draws of 1000 from P(X > x) = x^-3, of which the tail is the hundredth part.
    struct hill hill = {.index = 3, .log_threshold = log(100) / 3, .share = 0.01};
    static double largest[2000];
    struct prng prng;
    double sum = 0, below = 0, median = hill_median_of_largest(&hill, 1000);
    prng_seed(&prng, 3);
    for (size_t i = 0; i < 2000; i++) {
        for (size_t k = 0; k < 1000; k++)
            largest[i] = fmax(largest[i], pow(1 - prng_double(&prng), -1.0 / 3));
        sum += largest[i];
        below += largest[i] < median;
    }
    assert_true(fabs(below / 2000 - 0.5) < 0.04);
    assert_true(fabs(sum / 2000 / hill_mean_of_largest(&hill, 1000) - 1) < 0.05);
    assert_true(fabs(hill_beyond(&hill, log(100)) / 1e-6 - 1) < 1e-12);
    hill.index = 1;
    assert_true(isnan(hill_mean_of_largest(&hill, 1000)));
    assert_true(isfinite(hill_median_of_largest(&hill, 1000)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indices_equal_scipys_fit_of_a_pareto_tail),
        cmocka_unit_test(a_window_tells_the_same_as_its_values),
        cmocka_unit_test(tails_that_are_none_have_no_index),
        cmocka_unit_test(the_largest_of_many_is_where_it_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
