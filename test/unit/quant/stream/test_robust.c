// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/robust.h"

#include <math.h>

#include "base/prng.h"
#include "harness.h"

enum { PERIOD_MAX = 64, SLOTS_MAX = 2048 };

static double slots[SLOTS_MAX];

static struct order_window fill(const double *values, uint32_t count) {
    assert_true(order_window_slots(count) <= SLOTS_MAX);
    memset(slots, 0, sizeof slots);
    struct order_window window = order_window_make(count, slots);
    for (uint32_t i = 0; i < count; i++) order_window_push(&window, slots, values[i]);
    return window;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x, size_t n) {
    qsort(x, n, sizeof *x, by_value);
    return n % 2 == 1 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

static void deviations_equal_those_of_sorted_copies(void **state) {
    struct prng prng;
    prng_seed(&prng, 5);
    for (int turn = 0; turn < 4000; turn++) {
        double values[PERIOD_MAX], copy[PERIOD_MAX];
        uint32_t count = 1 + (uint32_t)prng_below(&prng, PERIOD_MAX);
        bool ties = turn % 3 == 0;
        for (uint32_t i = 0; i < count; i++)
            values[i] = ties ? (double)prng_below(&prng, 5) : prng_double(&prng);
        struct order_window window = fill(values, count);
        double centre = turn % 7 == 0   ? 2 * prng_double(&prng) - 0.5
                        : turn % 7 == 1 ? -10
                        : turn % 7 == 2 ? 10
                                        : order_window_quantile(&window, slots, 0.5);
        for (uint32_t i = 0; i < count; i++) copy[i] = fabs(values[i] - centre);
        double expected = median(copy, count);
        assert_true(fabs(robust_deviation(&window, slots, centre) - expected) <= 1e-15 * 10);
    }
}

static void scores_are_in_sigmas(void **state) {
    // scipy 1.17.1: stats.median_abs_deviation([1, 2, 3, 4, 100], scale="normal") is 1.482602218505602.
    const double values[] = {1, 2, 3, 4, 100};
    struct order_window window = fill(values, 5);
    assert_true(fabs(robust_score(&window, slots, 6) - 3 / 1.482602218505602) < 1e-14);
    assert_true(fabs(robust_score(&window, slots, 1.5) + 1.5 / 1.482602218505602) < 1e-14);
    assert_true(robust_score(&window, slots, 3) == 0);
    assert_true(robust_score(&window, slots, 1e9) == ROBUST_SCORE_MAX);
    assert_true(robust_score(&window, slots, -1e9) == -ROBUST_SCORE_MAX);
}

static void windows_of_equal_values_have_a_score_all_the_same(void **state) {
    const double most[] = {7, 7, 7, 7, 9}, all[] = {7, 7, 7, 7};
    struct order_window window = fill(most, 5); // mean absolute deviation 2 / 5
    assert_true(fabs(robust_score(&window, slots, 8) - 1 / (0.4 * 1.2533141373155003)) < 1e-14);
    window = fill(all, 4);
    assert_true(robust_score(&window, slots, 7) == 0);
    assert_true(robust_score(&window, slots, 7.001) == ROBUST_SCORE_MAX);
    assert_true(robust_score(&window, slots, 6.999) == -ROBUST_SCORE_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deviations_equal_those_of_sorted_copies),
        cmocka_unit_test(scores_are_in_sigmas),
        cmocka_unit_test(windows_of_equal_values_have_a_score_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
