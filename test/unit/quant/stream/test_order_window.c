// SPDX-License-Identifier: Apache-2.0
#include "base/prng.h"
#include <math.h>

#include "harness.h"
#include "quant/stream/order_window.h"

enum { PERIOD_MAX = 3000, ROWS = 12000 };

static double rows[ROWS];

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// Everything against the sorted values.
static void against_sorted(uint32_t period, double (*next)(struct prng *prng, int row)) {
    struct prng prng;
    prng_seed(&prng, period);
    double *slots = calloc(order_window_slots(period), sizeof *slots);
    double *sorted = malloc(period * sizeof *sorted);
    struct order_window window = order_window_make(period, slots);
    int every = period < 100 ? 7 : 149;
    for (int row = 0; row < ROWS; row++) {
        rows[row] = next(&prng, row);
        order_window_push(&window, slots, rows[row]);
        uint32_t count = row + 1 < (int)period ? (uint32_t)row + 1 : period;
        assert_int_equal(window.count, count);
        if (row % every != 0) continue;
        memcpy(sorted, &rows[row + 1 - (int)count], count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, compare);
        uint32_t below = 0, up_to = 0;
        for (uint32_t k = 0; k < count; k++) {
            assert_true(order_window_at(&window, slots, k) == sorted[k]);
            below += sorted[k] < rows[row];
            up_to += sorted[k] <= rows[row];
        }
        assert_int_equal(order_window_below(&window, slots, rows[row]), below);
        assert_int_equal(order_window_up_to(&window, slots, rows[row]), up_to);
        assert_int_equal(order_window_below(&window, slots, sorted[0]), 0);
        assert_int_equal(order_window_below(&window, slots, -INFINITY), 0);
        assert_int_equal(order_window_up_to(&window, slots, INFINITY), count);
    }
    free(slots);
    free(sorted);
}

static double anything(struct prng *prng, int row) {
    return prng_double(prng);
}

static double few_values(struct prng *prng, int row) {
    return (double)prng_below(prng, 5);
}

static double rising(struct prng *prng, int row) {
    return row;
}

static double falling(struct prng *prng, int row) {
    return -row;
}

static double falling_saw(struct prng *prng, int row) {
    return -(double)(row % 100);
}

static double walk(struct prng *prng, int row) {
    return (row > 0 ? rows[row - 1] : 0) + (double)prng_below(prng, 21) - 10;
}

static double jumps(struct prng *prng, int row) {
    return row / 1500 % 2 ? 1e9 + row : prng_double(prng);
}

static double the_same(struct prng *prng, int row) {
    return 3;
}

static void the_window_equals_its_values_sorted(void **state) {
    double (*const series[])(struct prng *, int) = {anything,    few_values, rising, falling,
                                                    falling_saw, walk,       jumps,  the_same};
    const uint32_t periods[] = {1, 2, 3, 64, ORDER_BLOCK, ORDER_BLOCK + 1, PERIOD_MAX};
    for (size_t s = 0; s < sizeof series / sizeof *series; s++)
        for (size_t p = 0; p < sizeof periods / sizeof *periods; p++)
            against_sorted(periods[p], series[s]);
}

// Mean and deviation from the values themselves, from the newest on so that the level costs no digits.
static void spread_against_the_values(uint32_t period, double (*next)(struct prng *prng, int row)) {
    struct prng prng;
    prng_seed(&prng, period);
    double *slots = calloc(order_window_measured_slots(period), sizeof *slots);
    struct order_window window = order_window_make(period, slots);
    for (int row = 0; row < ROWS; row++) {
        rows[row] = next(&prng, row);
        order_window_measured_push(&window, slots, rows[row]);
        if (row % (period < 100 ? 7 : 149) != 0) continue;
        long double mean = 0, deviation = 0, newest = rows[row], largest = 0;
        for (uint32_t k = 0; k < window.count; k++) mean += rows[row - (int)k] - newest;
        mean /= window.count;
        for (uint32_t k = 0; k < window.count; k++) {
            long double away = fabsl((rows[row - (int)k] - newest) - mean);
            deviation += away / window.count;
            largest = fmaxl(largest, away);
        }
        struct order_spread spread = order_window_spread(&window, slots, rows[row]);
        assert_true(fabsl(spread.deviation - deviation) <= 1e-12L * deviation);
        assert_true(fabsl(spread.distance + mean) <= 1e-12L * largest);
    }
    free(slots);
}

static void a_spread_is_that_of_the_values(void **state) {
    double (*const series[])(struct prng *, int) = {anything,    few_values, rising, falling,
                                                    falling_saw, walk,       jumps,  the_same};
    const uint32_t periods[] = {1, 2, 3, 64, ORDER_BLOCK, ORDER_BLOCK + 1, PERIOD_MAX};
    for (size_t s = 0; s < sizeof series / sizeof *series; s++)
        for (size_t p = 0; p < sizeof periods / sizeof *periods; p++)
            spread_against_the_values(periods[p], series[s]);
}

static void a_quantile_lies_between_its_neighbours(void **state) {
    double slots[16] = {0};
    assert_true(order_window_slots(4) <= 16);
    struct order_window window = order_window_make(4, slots);
    for (int i = 0; i < 4; i++) order_window_push(&window, slots, (double[]){10, 40, 20, 30}[i]);
    assert_true(order_window_quantile(&window, slots, 0) == 10);
    assert_true(order_window_quantile(&window, slots, 0.5) == 25);
    assert_true(order_window_quantile(&window, slots, 0.25) == 17.5); // R, numpy
    assert_true(order_window_quantile(&window, slots, 1) == 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_window_equals_its_values_sorted),
        cmocka_unit_test(a_spread_is_that_of_the_values),
        cmocka_unit_test(a_quantile_lies_between_its_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
