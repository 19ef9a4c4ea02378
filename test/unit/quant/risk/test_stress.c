// SPDX-License-Identifier: Apache-2.0
#include "quant/risk/stress.h"

#include <math.h>

#include "harness.h"
#include "quant/math/linalg.h"

static const double s[] = {0.04, 0.018, 0.006, 0.018, 0.09, -0.01, 0.006, -0.01, 0.0225};

static void near(double actual, double wanted, double relative) {
    if (!(fabs(actual - wanted) <= relative * fabs(wanted)))
        fail_msg("%.17g, expected %.17g", actual, wanted);
}

static void one_shock_moves_every_asset_by_its_beta(void **state) {
    double scratch[2], moves[3], shock = -0.3;
    size_t moved = 1, fault;
    assert_ok(stress_propagate(s, 3, &moved, &shock, 1, scratch, &fault, moves));
    near(moves[0], -0.3 * 0.018 / 0.09, 1e-14);
    assert_true(moves[1] == -0.3);
    near(moves[2], -0.3 * -0.01 / 0.09, 1e-14);
    near(stress_loss((double[]){1, 2, 3}, moves, 3), 0.06 + 0.6 - 0.1, 1e-14);
}

// By Cramer's rule: the expectation of the third given the first two.
static void two_shocks_leave_the_third_its_expectation(void **state) {
    double scratch[6], moves[3];
    const size_t moved[] = {0, 1};
    const double shocks[] = {-0.1, 0.2};
    size_t fault = 9;
    assert_ok(stress_propagate(s, 3, moved, shocks, 2, scratch, &fault, moves));
    double det = 0.04 * 0.09 - 0.018 * 0.018;
    double x = (-0.1 * 0.09 - 0.2 * 0.018) / det, y = (0.04 * 0.2 - 0.018 * -0.1) / det;
    near(moves[2], 0.006 * x - 0.01 * y, 1e-12);
    const size_t twice[] = {2, 2};
    assert_int_equal(stress_propagate(s, 3, twice, shocks, 2, scratch, &fault, moves),
                     ERR_ARGUMENT);
    assert_int_equal(fault, 1);
}

static void no_move_that_costs_as_much_is_nearer_than_the_reverse_stress(void **state) {
    const double w[] = {0.5, -0.2, 0.7};
    double moves[3], distance, l[9];
    assert_ok(stress_reverse(s, w, 3, 0.25, moves, &distance));
    near(stress_loss(w, moves, 3), 0.25, 1e-14);
    memcpy(l, s, sizeof l);
    assert_int_equal(linalg_cholesky(l, 3), 3);
    for (int a = -20; a <= 20; a++)
        for (int b = -20; b <= 20; b++) {
            double other[] = {moves[0] + a * 0.01, moves[1] + b * 0.01, 0};
            other[2] = (-0.25 - w[0] * other[0] - w[1] * other[1]) / w[2];
            double whitened[3];
            memcpy(whitened, other, sizeof other);
            linalg_lower_solve(l, 3, whitened);
            double far = linalg_norm(whitened, 3);
            if (a == 0 && b == 0)
                near(far, distance, 1e-13);
            else
                assert_true(far > distance);
        }
    assert_int_equal(stress_reverse(s, (double[]){0, 0, 0}, 3, 1, moves, &distance), ERR_ARGUMENT);
}

static const char *const names[] = {"a", "b", "c"};

static int within(const double *w, double loss, double low, double high, double *moves,
                  double *distance) {
    struct arena arena;
    const double lower[] = {low, -INFINITY, low}, upper[] = {high, high, INFINITY};
    const struct stress_bounds bounds = {lower, upper, names};
    assert_ok(arena_init(&arena, 1 << 20));
    int rc = stress_reverse_within(s, w, 3, loss, &bounds, &arena, moves, distance);
    arena_fini(&arena);
    return rc;
}

static double distance_of(const double *moves) {
    double l[9], whitened[3];
    memcpy(l, s, sizeof l);
    assert_int_equal(linalg_cholesky(l, 3), 3);
    memcpy(whitened, moves, sizeof whitened);
    linalg_lower_solve(l, 3, whitened);
    return linalg_norm(whitened, 3);
}

// Far bounds leave the closed form; near ones cut it, and no other move on the plane within them is nearer.
static void bounds_are_kept_and_the_rest_is_still_the_nearest(void **state) {
    const double w[] = {0.5, -0.2, 0.7};
    double moves[3], distance, free[3], shortest;
    assert_ok(stress_reverse(s, w, 3, 0.25, free, &shortest));
    assert_ok(within(w, 0.25, -10, 10, moves, &distance));
    for (int i = 0; i < 3; i++) assert_true(fabs(moves[i] - free[i]) < 1e-12);
    near(distance, shortest, 1e-12);
    assert_ok(within(w, 0.25, -0.15, 0.5, moves, &distance));
    near(stress_loss(w, moves, 3), 0.25, 1e-11);
    assert_true(distance > shortest && fabs(distance_of(moves) - distance) < 1e-11);
    for (int a = -40; a <= 40; a++)
        for (int b = -40; b <= 40; b++) {
            double other[] = {moves[0] + a * 0.005, moves[1] + b * 0.005, 0};
            other[2] = (-0.25 - w[0] * other[0] - w[1] * other[1]) / w[2];
            bool inside =
                other[0] >= -0.15 && other[0] <= 0.5 && other[1] <= 0.5 && other[2] >= -0.15;
            if (inside) assert_true(distance_of(other) >= distance - 1e-11);
        }
    assert_int_equal(within(w, 5, -0.15, 0.5, moves, &distance), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "that loses 5"));
}

static void broken_correlations_keep_the_deviations(void **state) {
    double broken[9], scratch[48], repair;
    const struct stress_pair pair = {2, 0, -0.5};
    memcpy(broken, s, sizeof broken);
    assert_ok(stress_correlate(broken, 3, 0.9, NULL, 0, scratch, &repair));
    assert_true(repair == 0);
    near(broken[0], 0.04, 1e-15);
    near(broken[1], 0.9 * 0.2 * 0.3, 1e-14);
    near(broken[5], 0.9 * 0.3 * 0.15, 1e-14);
    memcpy(broken, s, sizeof broken);
    assert_ok(stress_correlate(broken, 3, NAN, &pair, 1, scratch, &repair));
    near(broken[1], 0.018, 1e-14);
    near(broken[2], -0.5 * 0.2 * 0.15, 1e-14);
    assert_true(broken[2] == broken[6]);
    // Three that each fall when the others rise by as much cannot be: the nearest have -1/2.
    memcpy(broken, s, sizeof broken);
    assert_ok(stress_correlate(broken, 3, -1, NULL, 0, scratch, &repair));
    near(repair, 0.5, 1e-6);
    near(broken[1], -0.5 * 0.2 * 0.3, 1e-6);
    near(broken[8], 0.0225, 1e-12);
}

static void correlations_that_cannot_be_are_refused(void **state) {
    static const struct {
        double all;
        struct stress_pair pair;
        const char *words;
    } rows[] = {{1.1, {0, 1, 0}, "1.1"}, {0.5, {0, 1, -2}, "-2"}, {0.5, {1, 1, 0}, "itself"}};
    double broken[9], scratch[48], repair;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        memcpy(broken, s, sizeof broken);
        assert_int_equal(
            stress_correlate(broken, 3, rows[i].all, &rows[i].pair, 1, scratch, &repair),
            ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), rows[i].words));
        assert_memory_equal(broken, s, sizeof s);
    }
}

// Equity 1.1, 0.99, 0.891, 1.2, 1.08: drawdowns 0, 0.1, 0.19, 0, 0.1.
static void drawdowns_are_counted_from_the_highest_equity(void **state) {
    const double returns[] = {0.1, -0.1, -0.1, 1.2 / 0.891 - 1, -0.1};
    double scratch[10];
    struct stress_drawdown risk = stress_drawdown_of(returns, 5, 0.75, scratch);
    near(risk.at_risk, 0.1, 1e-13);
    near(risk.worst, 0.19, 1e-13);
    assert_true(risk.expected >= risk.at_risk && risk.expected <= risk.worst);
    risk = stress_drawdown_of((double[]){-0.5}, 1, 0.9, scratch);
    near(risk.at_risk, 0.5, 1e-15);
}

static void episodes_fell_as_they_are_known_to_have(void **state) {
    static const double known[STRESS_EPISODES] = {-20.47, -19.34, -49.15, -56.78, -19.39,
                                                  -11.17, -83.40, -19.78, -33.92, -76.63};
    for (size_t i = 0; i < STRESS_EPISODES; i++) {
        const struct stress_episode *episode = stress_episode_at(i);
        assert_true(fabs(100 * stress_episode_move(episode) - known[i]) < 0.01);
        assert_true(strcmp(episode->from, episode->to) < 0 && episode->source[0] != '\0');
        if (i > 0) assert_true(strcmp(stress_episode_at(i - 1)->to, episode->to) < 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_shock_moves_every_asset_by_its_beta),
        cmocka_unit_test(two_shocks_leave_the_third_its_expectation),
        cmocka_unit_test(no_move_that_costs_as_much_is_nearer_than_the_reverse_stress),
        cmocka_unit_test(bounds_are_kept_and_the_rest_is_still_the_nearest),
        cmocka_unit_test(broken_correlations_keep_the_deviations),
        cmocka_unit_test(correlations_that_cannot_be_are_refused),
        cmocka_unit_test(drawdowns_are_counted_from_the_highest_equity),
        cmocka_unit_test(episodes_fell_as_they_are_known_to_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
