// SPDX-License-Identifier: Apache-2.0
#include "quant/regime/regime.h"

#include <math.h>

#include "harness.h"

static const struct regime_options options = {
    .trend = 1.5, .high = 0.6, .extreme = 2.5, .shock = 5};

static size_t likeliest(const struct regime_look *look) {
    double m[REGIMES], sum = 0;
    size_t best = 0;
    regime_memberships(&options, look, m);
    for (size_t k = 0; k < REGIMES; k++) {
        assert_true(m[k] >= 0);
        sum += m[k];
        if (m[k] > m[best]) best = k;
    }
    assert_true(fabs(sum - 1) < 1e-14);
    return best;
}

static void looks_belong_where_the_rule_says(void **state) {
    assert_int_equal(likeliest(&(struct regime_look){0.2, 3, 1, 0.8}), REGIME_LOW_TREND);
    assert_int_equal(likeliest(&(struct regime_look){0.2, 0.5, 1, 0.8}), REGIME_RANGE);
    assert_int_equal(likeliest(&(struct regime_look){0.9, 0.5, 1, 1.5}), REGIME_RANGE);
    assert_int_equal(likeliest(&(struct regime_look){0.9, 3, 1, 1.5}), REGIME_HIGH_TREND);
    assert_int_equal(likeliest(&(struct regime_look){0.9, 3, 8, 1.5}), REGIME_EXTREME);
    assert_int_equal(likeliest(&(struct regime_look){0.99, 0.5, 1, 4}), REGIME_EXTREME);
}

static void a_look_on_every_border_belongs_to_all_sides(void **state) {
    double m[REGIMES];
    regime_memberships(&options, &(struct regime_look){0.6, 1.5, 5, 1}, m);
    assert_true(m[REGIME_EXTREME] == 0.5 && m[REGIME_RANGE] == 0.25);
    assert_true(m[REGIME_LOW_TREND] == 0.125 && m[REGIME_HIGH_TREND] == 0.125);
}

static void one_odd_bar_does_not_turn_a_regime(void **state) {
    static const double range[REGIMES] = {0.1, 0.8, 0.1, 0}, trend[REGIMES] = {0.7, 0.2, 0.1, 0};
    struct regime_filter filter = regime_filter_make(0.95, 0.2);
    for (int i = 0; i < 20; i++) regime_filter_push(&filter, range);
    assert_true(filter.current == REGIME_RANGE);
    regime_filter_push(&filter, trend);
    assert_true(filter.current == REGIME_RANGE);
    for (int i = 0; i < 5; i++) regime_filter_push(&filter, trend);
    assert_true(filter.current == REGIME_LOW_TREND);
    assert_true(filter.counts[REGIME_RANGE][REGIME_LOW_TREND] == 1);
}

static void the_margin_keeps_a_class_from_flickering(void **state) {
    // Memberships that alternate about even odds: without a margin the class may turn at each bar.
    static const double a[REGIMES] = {0.55, 0.45, 0, 0}, b[REGIMES] = {0.45, 0.55, 0, 0};
    int turns[2] = {0, 0};
    for (int wide = 0; wide < 2; wide++) {
        struct regime_filter filter = regime_filter_make(0.25, wide ? 0.2 : 0);
        for (int i = 0; i < 100; i++) {
            double before = filter.current;
            regime_filter_push(&filter, i % 2 == 0 ? a : b);
            turns[wide] += i > 0 && filter.current != before;
        }
    }
    assert_true(turns[0] > 20 && turns[1] == 0);
}

static void transitions_are_learned_from_a_prior(void **state) {
    struct regime_filter filter = regime_filter_make(0.95, 0.2);
    double moves[REGIMES][REGIMES];
    regime_filter_moves(&filter, moves);
    assert_true(fabs(moves[2][2] - 0.95) < 1e-15 && fabs(moves[2][0] - 0.05 / 3) < 1e-15);
    filter.counts[2][0] = 30;
    filter.counts[2][2] = 20;
    regime_filter_moves(&filter, moves);
    assert_true(fabs(moves[2][2] - (47.5 + 20) / 100) < 1e-15);
    assert_true(fabs(moves[2][0] - (2.5 / 3 + 30) / 100) < 1e-15);
    for (size_t i = 0; i < REGIMES; i++) {
        double sum = 0;
        for (size_t j = 0; j < REGIMES; j++) sum += moves[i][j];
        assert_true(fabs(sum - 1) < 1e-14);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_belong_where_the_rule_says),
        cmocka_unit_test(a_look_on_every_border_belongs_to_all_sides),
        cmocka_unit_test(one_odd_bar_does_not_turn_a_regime),
        cmocka_unit_test(the_margin_keeps_a_class_from_flickering),
        cmocka_unit_test(transitions_are_learned_from_a_prior),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
