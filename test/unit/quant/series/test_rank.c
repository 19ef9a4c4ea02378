// SPDX-License-Identifier: Apache-2.0
#include "quant/series/rank.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"
#include "series.h"

enum { ROWS = 120, MANY = 700 };

static double data[4 * ROWS], coarse[4 * ROWS];

static int setup(void **state) {
    series_factors(data, data + ROWS, ROWS, 7);
    for (size_t i = 0; i < 4 * ROWS; i++) coarse[i] = nearbyint(data[i] * 4) / 4;
    return 0;
}

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

// scipy 1.17.1: pearsonr, spearmanr, kendalltau(method="asymptotic"); value, p; then of quarters, with
// ties.
static void correlations_equal_those_of_scipy(void **state) {
    static const double pearson[] = {0.6797603840016883, 1.3842890314689948e-17, 0.6173067780427505,
                                     5.968024848777403e-14};
    static const double spearman[] = {0.6439127717202582, 2.1377497673506964e-15, 0.587596579695283,
                                      1.726103680232641e-12};
    static const double kendall[] = {0.46666666666666656, 4.100147755098518e-14, 0.4762184265002359,
                                     1.9281977778413253e-11};
    uint32_t order[3 * ROWS];
    double scratch[2 * ROWS];
    for (size_t tied = 0; tied < 2; tied++) {
        const double *y = tied ? coarse : data, *x = y + ROWS;
        struct rank_correlation r = rank_pearson(y, x, ROWS);
        near(r.value, pearson[2 * tied], 1e-14);
        near(r.p, pearson[2 * tied + 1], 1e-11);
        r = rank_spearman(y, x, ROWS, order, scratch);
        near(r.value, spearman[2 * tied], 1e-14);
        near(r.p, spearman[2 * tied + 1], 1e-11);
        r = rank_kendall(y, x, ROWS, order, scratch);
        near(r.value, kendall[2 * tied], 1e-14);
        near(r.p, kendall[2 * tied + 1], 1e-11);
    }
}

static void kendall_equals_the_count_of_all_pairs(void **state) {
    static double x[MANY], y[MANY], scratch[2 * MANY];
    static uint32_t order[3 * MANY];
    for (size_t n = 2; n <= MANY; n = n * 3 + 1)
        for (uint32_t steps = 3; steps < 1000; steps *= 5) {
            uint32_t seed = steps + (uint32_t)n;
            for (size_t i = 0; i < n; i++) {
                x[i] = floor(series_uniform(&seed) * steps);
                y[i] = floor(series_uniform(&seed) * steps + x[i] / 2);
            }
            double balance = 0, in_x = 0, in_y = 0;
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < i; j++) {
                    double a = (x[i] > x[j]) - (x[i] < x[j]), b = (y[i] > y[j]) - (y[i] < y[j]);
                    balance += a * b;
                    in_x += a * a;
                    in_y += b * b;
                }
            double value = rank_kendall(x, y, n, order, scratch).value;
            if (in_x == 0 || in_y == 0)
                assert_true(isnan(value));
            else
                near(value, balance / sqrt(in_x * in_y), balance == 0 ? 0 : 1e-14);
        }
}

static void sorting_counts_the_pairs_in_the_wrong_order(void **state) {
    static double x[MANY], copy[MANY], scratch[MANY], ranks[MANY];
    static uint32_t order[MANY], spare[MANY];
    for (size_t n = 0; n <= MANY; n = n * 2 + 1) {
        uint32_t seed = 5;
        uint64_t wrong = 0;
        for (size_t i = 0; i < n; i++) copy[i] = x[i] = floor(series_uniform(&seed) * 50);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++) wrong += x[j] > x[i];
        assert_true(rank_sort(x, n, scratch) == wrong);
        rank_order(copy, n, spare, order);
        rank_average(copy, n, order, ranks);
        for (size_t i = 0; i < n; i++) {
            assert_true(copy[order[i]] == x[i]);
            if (i > 0) assert_true(x[i - 1] < x[i] || order[i - 1] < order[i]);
            double below = 0, equal = 0;
            for (size_t j = 0; j < n; j++) {
                below += copy[j] < copy[i];
                equal += copy[j] == copy[i];
            }
            assert_true(ranks[i] == below + (equal + 1) / 2);
        }
    }
}

static void perfect_and_undefined_correlations_are_told_apart(void **state) {
    static const double up[] = {1, 2, 3, 4}, down[] = {9, 7, 5, 3}, flat[] = {2, 2, 2, 2};
    uint32_t order[12];
    double scratch[8];
    assert_true(rank_pearson(up, down, 4).value == -1 && rank_pearson(up, down, 4).p == 0);
    assert_true(rank_spearman(up, up, 4, order, scratch).value == 1);
    assert_true(rank_kendall(up, down, 4, order, scratch).value == -1);
    assert_true(isnan(rank_pearson(up, flat, 4).value) && isnan(rank_pearson(up, up, 1).value));
    assert_true(isnan(rank_spearman(up, flat, 4, order, scratch).p));
    assert_true(isnan(rank_kendall(flat, up, 4, order, scratch).value));
    assert_true(isnan(rank_pearson(up, up, 2).p));
}

// Drawn, falling, few different ones, and a column whose evenly spaced places are its least values.
static void the_least_values_come_first_and_none_is_lost(void **state) {
    enum { COUNT = 20000, KINDS = 4 };
    static double values[COUNT], sorted[COUNT], scratch[COUNT];
    static const size_t least[] = {0, 1, 12, 200, 5000, COUNT};
    struct prng prng;
    prng_seed(&prng, 17);
    for (int kind = 0; kind < KINDS; kind++)
        for (size_t l = 0; l < sizeof least / sizeof *least; l++) {
            for (size_t i = 0; i < COUNT; i++) {
                double u = prng_double(&prng);
                values[i] = kind == 0 ? u : kind == 1 ? -(double)i : floor(4 * u);
                if (kind == 3) values[i] = i % (COUNT / 1024) == 0 ? -1 - u : u;
            }
            memcpy(sorted, values, sizeof sorted);
            rank_least(values, COUNT, least[l], scratch);
            rank_sort(sorted, COUNT, scratch);
            for (size_t i = 0; i < least[l]; i++) assert_true(values[i] == sorted[i]);
            rank_sort(values, COUNT, scratch);
            assert_memory_equal(values, sorted, sizeof sorted);
        }
}

// Of either sign, of all magnitudes, few different ones, infinite.
static void sorting_by_bits_is_sorting(void **state) {
    enum { COUNT = 3000 };
    static double values[COUNT], sorted[COUNT], scratch[COUNT];
    struct prng prng;
    (void)state;
    prng_seed(&prng, 18);
    for (int kind = 0; kind < 4; kind++)
        for (size_t n = 0; n <= COUNT; n = 3 * n + 1) {
            for (size_t i = 0; i < n; i++) {
                double u = prng_double(&prng) - 0.5;
                values[i] = kind == 0   ? u
                            : kind == 1 ? u * exp2(1000 * prng_double(&prng))
                            : kind == 2 ? floor(4 * u)
                                        : 1;
                if (kind == 1 && i % 97 == 0) values[i] = u < 0 ? -INFINITY : INFINITY;
            }
            memcpy(sorted, values, n * sizeof *values);
            rank_sort(sorted, n, scratch);
            rank_sort_bits(values, n, scratch);
            for (size_t i = 0; i < n; i++) assert_true(values[i] == sorted[i]);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(correlations_equal_those_of_scipy, setup),
        cmocka_unit_test(kendall_equals_the_count_of_all_pairs),
        cmocka_unit_test(sorting_counts_the_pairs_in_the_wrong_order),
        cmocka_unit_test(the_least_values_come_first_and_none_is_lost),
        cmocka_unit_test(sorting_by_bits_is_sorting),
        cmocka_unit_test(perfect_and_undefined_correlations_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
