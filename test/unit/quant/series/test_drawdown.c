// SPDX-License-Identifier: Apache-2.0
#include "quant/series/drawdown.h"

#include <math.h>

#include "golden.h"
#include "harness.h"

static double equity[GOLDEN_ROWS_MAX + 1];

static void near(double actual, double expected) {
    if (!(fabs(actual - expected) <= 1e-14 * fmax(1, fabs(expected))))
        fail_msg("%.17g, expected %.17g", actual, expected);
}

// Row i > 0 of the curve is return i - 1.
static const char *label(const struct golden *golden, size_t row) {
    return row == DRAWDOWN_OPEN ? "" : row == 0 ? "start" : golden->labels[row - 1];
}

static void drawdowns_equal_the_reference(void **state) {
    for (enum golden_set set = GOLDEN_DAILY; set < GOLDEN_SETS; set++) {
        const struct golden *g = golden_load(set);
        size_t rows = g->count + 1;
        drawdown_equity(g->returns, g->count, 1, equity);
        struct drawdown deepest = drawdown_max(equity, rows);
        golden_equal(g, "max_drawdown", deepest.depth);
        assert_string_equal(label(g, deepest.peak), golden_text(g, "mdd_peak_date"));
        assert_string_equal(label(g, deepest.trough), golden_text(g, "mdd_trough_date"));
        assert_string_equal(label(g, deepest.recovery), golden_text(g, "mdd_recovery_date"));
        golden_equal(g, "mdd_periods_peak_to_trough", (double)(deepest.trough - deepest.peak));
        if (deepest.recovery != DRAWDOWN_OPEN)
            golden_equal(g, "mdd_periods_trough_to_recovery",
                         (double)(deepest.recovery - deepest.trough));
        else
            assert_true(isnan(golden_number(g, "mdd_periods_trough_to_recovery")));
        golden_equal(g, "ulcer_index", drawdown_ulcer(equity, rows));
        golden_equal(g, "pain_index", drawdown_pain(equity, rows));
        golden_equal(g, "calmar", drawdown_calmar(equity, rows, g->periods));
    }
}

static void drawdowns_equal_values_worked_by_hand(void **state) {
    static const double curve[] = {100, 110, 99, 104, 110, 121, 60.5, 80, 121, 130, 117, 120};
    struct drawdown top[4];
    assert_int_equal(drawdown_top(curve, 12, 4, top), 3);
    static const struct drawdown expected[] = {
        {-0.5, 5, 6, 8}, {-0.1, 1, 2, 4}, {-0.1, 9, 10, DRAWDOWN_OPEN}};
    for (size_t i = 0; i < 3; i++) {
        near(top[i].depth, expected[i].depth);
        assert_int_equal(top[i].peak, expected[i].peak);
        assert_int_equal(top[i].trough, expected[i].trough);
        assert_int_equal(top[i].recovery, expected[i].recovery);
    }
    assert_int_equal(drawdown_top(curve, 12, 1, top), 1);
    assert_int_equal(top[0].peak, 5);
    assert_int_equal(drawdown_top(curve, 12, 0, top), 0);
    double depths[12];
    drawdown_series(curve, 12, depths);
    near(depths[3], 104.0 / 110 - 1);
    near(depths[5], 0);
    near(depths[7], 80.0 / 121 - 1);
}

static void a_curve_that_never_falls_has_no_drawdown(void **state) {
    static const double rising[] = {1, 1, 2, 2, 3};
    struct drawdown top[2];
    assert_int_equal(drawdown_top(rising, 5, 2, top), 0);
    assert_true(drawdown_max(rising, 5).depth == 0);
    assert_true(drawdown_ulcer(rising, 5) == 0 && drawdown_pain(rising, 5) == 0);
    assert_true(isnan(drawdown_calmar(rising, 5, 252)));
    assert_true(isnan(drawdown_ulcer(rising, 1)));
}

static void a_flat_peak_counts_from_its_first_row_and_a_recovery_starts_the_next(void **state) {
    static const double curve[] = {5, 5, 5, 4, 5, 3, 6};
    struct drawdown top[3];
    assert_int_equal(drawdown_top(curve, 7, 3, top), 2);
    assert_int_equal(top[0].peak, 4);
    assert_int_equal(top[0].recovery, 6);
    assert_int_equal(top[1].peak, 0);
    assert_int_equal(top[1].recovery, 4);
}

static void the_first_counts_among_equals(void **state) {
    static const double curve[] = {10, 5, 7, 5, 10, 8, 5, 11, 11};
    struct drawdown deepest = drawdown_max(curve, 9);
    assert_int_equal(deepest.peak, 0);
    assert_int_equal(deepest.trough, 1);
    assert_int_equal(deepest.recovery, 4);
}

static void after_a_total_loss_growth_is_minus_one(void **state) {
    static const double ruin[] = {1, 2, 0};
    near(drawdown_max(ruin, 3).depth, -1);
    near(drawdown_calmar(ruin, 3, 252), -1);
}

// Every pair of a peak and a later row, by definition.
static void the_deepest_equals_that_of_all_pairs_of_rows(void **state) {
    unsigned seed = 5;
    for (int round = 0; round < 40; round++) {
        double curve[60];
        for (size_t i = 0; i < 60; i++) {
            seed = seed * 1664525u + 1013904223u;
            curve[i] = 50 + (double)(seed >> 26);
        }
        double deepest = 0;
        for (size_t i = 0; i < 60; i++)
            for (size_t j = i; j < 60; j++) deepest = fmin(deepest, curve[j] / curve[i] - 1);
        near(drawdown_max(curve, 60).depth, deepest);
        struct drawdown top[60];
        size_t count = drawdown_top(curve, 60, 60, top);
        near(top[0].depth, deepest);
        for (size_t i = 1; i < count; i++) assert_true(top[i - 1].depth <= top[i].depth);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawdowns_equal_the_reference),
        cmocka_unit_test(drawdowns_equal_values_worked_by_hand),
        cmocka_unit_test(a_curve_that_never_falls_has_no_drawdown),
        cmocka_unit_test(a_flat_peak_counts_from_its_first_row_and_a_recovery_starts_the_next),
        cmocka_unit_test(the_first_counts_among_equals),
        cmocka_unit_test(after_a_total_loss_growth_is_minus_one),
        cmocka_unit_test(the_deepest_equals_that_of_all_pairs_of_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
