// SPDX-License-Identifier: Apache-2.0
#include "quant/stream/cycle.h"

#include <math.h>

#include "harness.h"
#include "quant/stream/cycle_roots.h"

static const double pi = 3.14159265358979323846;

// The table against the C library, whose functions are within an ulp.
static void the_roots_are_sines_and_cosines(void **state) {
    size_t at = 0;
    for (int n = 1; n <= CYCLE_PERIOD_MAX; n++)
        for (int k = 0; k < n; k++, at++) {
            double angle = (double)k * (2 * pi) / (double)n;
            assert_true(fabs(cycle_roots[at].sine - sin(angle)) <= 1.2e-16);
            assert_true(fabs(cycle_roots[at].cosine - cos(angle)) <= 1.2e-16);
        }
    assert_int_equal(at, sizeof cycle_roots / sizeof *cycle_roots);
}

static void the_fast_functions_are_within_four_ulps(void **state) {
    for (double x = -700; x < 700; x += 0.37) {
        assert_true(fabs(mathfn_sin_fast(x) - sin(x)) <= 5e-16);
        assert_true(fabs(mathfn_atan_fast(x) - atan(x)) <= 1e-15);
    }
}

// A sine of a constant period is that period, and the phase advances by 360 / period a row.
static void a_sine_has_its_period_and_its_phase(void **state) {
    for (int period = 10; period <= 40; period += 5) {
        struct cycle cycle = cycle_make(CYCLE_FIRST_LATE);
        struct cycle_history history = {0};
        struct cycle_row row;
        double last = 0;
        for (int i = 0; i < 600; i++) {
            double price = 100 + 5 * sin(2 * pi * i / period);
            if (!cycle_push(&cycle, price, &row)) continue;
            const double *newest = cycle_history_push(&history, row.smooth);
            double phase = cycle_phase(newest, (uint32_t)period, period, last);
            if (i > 500) {
                double turned = fmod(phase - last + 720, 360);
                assert_true(fabs(turned - 360.0 / period) <= 1e-6);
                assert_true(fabs(cycle.smooth_period - period) <= 0.1 * period);
                assert_true(phase > -45 && phase <= 315);
            }
            last = phase;
        }
    }
}

// TA-Lib's running sums would keep 1e4 of an outlier of 1e20 for ever.
static void an_outlier_leaves_the_smoothing(void **state) {
    static const double outliers[] = {1e20, -1e300, 1.7e308};
    for (size_t k = 0; k < sizeof outliers / sizeof *outliers; k++) {
        struct cycle cycle = cycle_make(CYCLE_FIRST_EARLY);
        struct cycle_row row;
        double x[60];
        for (int i = 0; i < 60; i++) {
            x[i] = i == 20 ? outliers[k] : 100 + i % 7;
            bool defined = cycle_push(&cycle, x[i], &row);
            if (!defined || (i >= 20 && i < 20 + 4 + CYCLE_LOOK)) continue;
            double smooth = (4 * x[i] + 3 * x[i - 1] + 2 * x[i - 2] + x[i - 3]) * 0.1;
            assert_true(fabs(row.smooth - smooth) <= 1e-12 * smooth);
        }
    }
}

// Their products no double holds: infinite, or no number at all.
static void the_period_outlives_prices_whose_squares_are_too_large(void **state) {
    static const double outliers[] = {1e160, -1e250, 1.7e308};
    for (size_t k = 0; k < sizeof outliers / sizeof *outliers; k++) {
        struct cycle cycle = cycle_make(CYCLE_FIRST_LATE);
        struct cycle_row row;
        for (int i = 0; i < 5000; i++) { // 1e154 fades in some 1,600 rows
            double price = 100 + 5 * sin(2 * pi * i / 20);
            (void)cycle_push(&cycle, i >= 700 && i < 720 && i % 3 ? outliers[k] : price, &row);
            assert_true(cycle_rows(&cycle) <= CYCLE_PERIOD_MAX);
        }
        assert_true(fabs(cycle.smooth_period - 20) <= 2);
    }
}

static void a_mean_is_of_the_newest_values(void **state) {
    struct cycle_history history = {0};
    assert_true(cycle_mean(history.values, 0) == 0);
    for (int i = 0; i < 300; i++) {
        const double *newest = cycle_history_push(&history, i * 0.25);
        for (int k = 0; k < CYCLE_HISTORY; k++)
            assert_true(newest[k] == (i >= k ? (i - k) * 0.25 : 0));
        for (uint32_t count = 1; count <= CYCLE_PERIOD_MAX; count++) {
            double sum = 0;
            for (uint32_t k = 0; k < count; k++) sum += newest[k];
            assert_true(cycle_mean(newest, count) == sum / count); // quarters: exact
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_roots_are_sines_and_cosines),
        cmocka_unit_test(the_fast_functions_are_within_four_ulps),
        cmocka_unit_test(a_sine_has_its_period_and_its_phase),
        cmocka_unit_test(an_outlier_leaves_the_smoothing),
        cmocka_unit_test(the_period_outlives_prices_whose_squares_are_too_large),
        cmocka_unit_test(a_mean_is_of_the_newest_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
