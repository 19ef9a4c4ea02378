// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "research/sweep/plan.h"
#include "strategy/strategy.h"

static struct arena arena;
static struct space space;
static const struct strategy *strategy;

static int open_space(void **state) {
    (void)state;
    double base[PARAMS_MAX];
    strategy = strategy_find("sma_cross");
    params_defaults(strategy->params, strategy->param_count, base);
    space_init(&space, strategy->params, strategy->param_count, base);
    if (arena_init(&arena, (size_t)1 << 28) < 0) return -1;
    return space_add(&space, &arena, "fast=2:100") + space_add(&space, &arena, "slow=2:100");
}

static int close_space(void **state) {
    (void)state;
    arena_fini(&arena);
    return 0;
}

static struct expression where(const char *text) {
    const char *names[PARAMS_MAX];
    struct expression expression;
    for (size_t i = 0; i < strategy->param_count; i++) names[i] = strategy->params[i].name;
    assert_ok(expression_parse("where", text, names, strategy->param_count, &expression));
    return expression;
}

static void a_grid_has_every_point_that_the_condition_leaves_in_order(void **state) {
    (void)state;
    struct expression expression = where("fast < slow");
    struct plan_config config = {.space = &space, .where = &expression, .check = strategy->check};
    struct plan plan;
    double values[PARAMS_MAX];
    assert_ok(plan_make(&plan, &arena, &config));
    assert_int_equal(plan.considered, 99 * 99);
    assert_int_equal(plan.count, 99 * 98 / 2);
    assert_int_equal(plan.outside, 99 * 100 / 2);
    assert_int_equal(plan.refused, 0);
    for (uint64_t i = 0; i < plan.count; i++) {
        space_values(&space, plan.points[i], values);
        assert_true(values[0] < values[1]);
        assert_true(i == 0 || plan.points[i] > plan.points[i - 1]);
    }
}

static void what_the_strategy_refuses_is_left_out_and_counted(void **state) {
    (void)state;
    struct plan_config config = {.space = &space, .check = strategy->check};
    struct plan plan;
    assert_ok(plan_make(&plan, &arena, &config));
    assert_int_equal(plan.count, 4851);
    assert_int_equal(plan.refused, 4950);
}

static void samples_are_different_points_and_the_seed_decides_which(void **state) {
    (void)state;
    struct expression expression = where("fast < slow");
    struct plan_config config = {.space = &space, .where = &expression, .samples = 1000};
    for (int method = PLAN_RANDOM; method <= PLAN_SOBOL; method++) {
        struct plan first, again, other;
        config.method = (enum plan_method)method;
        config.seed = 1;
        assert_ok(plan_make(&first, &arena, &config));
        assert_ok(plan_make(&again, &arena, &config));
        config.seed = 2;
        assert_ok(plan_make(&other, &arena, &config));
        assert_int_equal(first.count, 1000);
        assert_memory_equal(first.points, again.points, 1000 * sizeof *first.points);
        bool same = memcmp(first.points, other.points, 1000 * sizeof *first.points) == 0;
        assert_int_equal(same, method == PLAN_SOBOL);
        for (int i = 0; i < 1000; i++)
            for (int k = 0; k < i; k++) assert_true(first.points[i] != first.points[k]);
    }
}

static void more_samples_than_points_are_all_points(void **state) {
    (void)state;
    struct expression expression = where("fast < slow and slow <= 12");
    struct plan_config config = {
        .space = &space, .where = &expression, .method = PLAN_RANDOM, .samples = 1 << 20};
    struct plan plan;
    assert_ok(plan_make(&plan, &arena, &config));
    assert_int_equal(plan.count, 11 * 10 / 2);
}

static void a_condition_that_leaves_nothing_is_told_with_counts(void **state) {
    (void)state;
    struct expression expression = where("fast < slow and slow < fast");
    struct plan_config config = {.space = &space, .where = &expression};
    struct plan plan;
    assert_int_equal(plan_make(&plan, &arena, &config), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "no combination is left of 9801"));
    assert_non_null(strstr(err_story(), "--where leaves out 9801"));
    expression = where("fast >= slow");
    config.check = strategy->check;
    assert_int_equal(plan_make(&plan, &arena, &config), ERR_ARGUMENT);
    assert_non_null(strstr(err_story(), "fast (100) must be less than slow (100)"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_grid_has_every_point_that_the_condition_leaves_in_order),
        cmocka_unit_test(what_the_strategy_refuses_is_left_out_and_counted),
        cmocka_unit_test(samples_are_different_points_and_the_seed_decides_which),
        cmocka_unit_test(more_samples_than_points_are_all_points),
        cmocka_unit_test(a_condition_that_leaves_nothing_is_told_with_counts),
    };
    return cmocka_run_group_tests(tests, open_space, close_space);
}
