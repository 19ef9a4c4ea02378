// SPDX-License-Identifier: Apache-2.0
#include "allocate.h"

#include "strategy/allocation_kit.h"

static void methods_are_found_by_name_in_order(void **state) {
    (void)state;
    for (size_t i = 0; i < allocation_count(); i++) {
        const struct allocation *allocation = allocation_at(i);
        assert_ptr_equal(allocation_find(allocation->name), allocation);
        assert_true(i == 0 || strcmp(allocation_at(i - 1)->name, allocation->name) < 0);
        assert_true(allocation->param_count >= ALLOCATION_OWN);
        assert_string_equal(allocation->params[ALLOCATION_RESIZE].name, "resize");
    }
    assert_null(allocation_find("none"));
}

// scipy.optimize.brentq on the sum of numpy.clip(x w, 0.1, 0.4).
static void bounds_keep_the_sum_and_the_proportions_between_them(void **state) {
    (void)state;
    double weights[] = {0.5, 0.3, 0.15, 0.05};
    allocation_bound(weights, 4, 0.1, 0.4);
    const double want[] = {0.4, 1.0 / 3, 1.0 / 6, 0.1};
    for (int i = 0; i < 4; i++) assert_true(fabs(weights[i] - want[i]) < 1e-14);
    double few[] = {1, 0, 0};
    allocation_bound(few, 3, 0, 0.25); // a cap that leaves cash
    assert_true(few[0] == 0.25 && few[1] == 0 && few[2] == 0);
    double none[] = {0, 0};
    allocation_bound(none, 2, 0.3, 1); // a floor that takes more than there was
    assert_true(none[0] == 0.3 && none[1] == 0.3);
}

static void too_few_days_are_no_answer(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    self.view.days = 62;
    for (size_t i = 0; i < allocation_count(); i++)
        assert_int_equal(allocate_by(&self, allocation_at(i)->name, DEFAULTS),
                         !allocation_at(i)->reads_returns);
    self.view.days = 63;
    for (size_t i = 0; i < allocation_count(); i++)
        assert_true(allocate_by(&self, allocation_at(i)->name, DEFAULTS));
    allocate_end(&self);
}

// The second has not moved: its 0.2 stay, 0.8 are divided as if there were three.
static void who_stands_still_keeps_its_share(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    memset(self.returns[1], 0, sizeof self.returns[1]);
    assert_true(allocate_by(&self, "inverse_volatility", DEFAULTS));
    double rest = 0.310590581951485 + 0.247446278952129 + 0.185590050825089;
    assert_weights(&self, 0.8 * 0.310590581951485 / rest, 0.2, 0.8 * 0.247446278952129 / rest,
                   0.8 * 0.185590050825089 / rest);
    for (int i = 0; i < ALLOCATE_COUNT; i++) self.columns[i] = self.returns[1];
    assert_true(allocate_by(&self, "kelly", DEFAULTS));
    assert_weights(&self, 0.1, 0.2, 0.3, 0.4);
    allocate_end(&self);
}

static void parameters_that_contradict_each_other_are_refused(void **state) {
    (void)state;
    static const struct {
        enum allocation_rule rule;
        double value;
        const char *words;
    } rows[] = {
        {ALLOCATION_LEAST, 127, "least (127 days) is above window (126)"},
        {ALLOCATION_CAP, 0.01, "floor (0.02) is above cap (0.01)"},
        {ALLOCATION_FLOOR, 0.26, "floor is at most 0.25"},
    };
    const struct allocation *allocation = allocation_find("equal");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double params[PARAMS_MAX];
        params_defaults(allocation->params, allocation->param_count, params);
        assert_ok(allocation_check(allocation, 4, params));
        params[rows[i].rule] = rows[i].value;
        assert_int_equal(allocation_check(allocation, 4, params), ERR_ARGUMENT);
        assert_non_null(strstr(err_story(), rows[i].words));
    }
    double params[PARAMS_MAX] = {0};
    params[ALLOCATION_CAP] = 1;
    assert_int_equal(allocation_check(allocation, ALLOCATION_STRATEGIES_MAX + 1, params),
                     ERR_ARGUMENT);
}

// As many as a large orchestra has: scratch memory is enough, and every method has an answer.
static void sixty_strategies_are_no_obstacle(void **state) {
    (void)state;
    enum { MANY = 60, DAYS = 120 };
    static double returns[MANY][DAYS], shares[MANY], weights[MANY];
    static const double *columns[MANY];
    struct allocate self;
    struct arena scratch;
    uint64_t draws = 3;
    allocate_begin(&self);
    for (int i = 0; i < MANY; i++) {
        for (int t = 0; t < DAYS; t++) returns[i][t] = 0.02 * allocate_draw(&draws) + 1e-4 * i;
        columns[i] = returns[i];
        shares[i] = 1.0 / MANY;
    }
    struct allocation_view view = {MANY, DAYS, columns, self.market, shares};
    assert_ok(arena_init(&scratch, allocation_memory(MANY)));
    for (size_t i = 0; i < allocation_count(); i++) {
        const struct allocation *allocation = allocation_at(i);
        double params[PARAMS_MAX], sum = 0;
        params_defaults(allocation->params, allocation->param_count, params);
        params[ALLOCATION_FLOOR] = 0;
        assert_true(allocation_weigh(allocation, params, &view, &scratch, weights));
        for (int k = 0; k < MANY; k++) sum += weights[k];
        assert_true(sum > 0.1 && sum <= 1 + 1e-9);
    }
    arena_fini(&scratch);
    allocate_end(&self);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_are_found_by_name_in_order),
        cmocka_unit_test(bounds_keep_the_sum_and_the_proportions_between_them),
        cmocka_unit_test(too_few_days_are_no_answer),
        cmocka_unit_test(who_stands_still_keeps_its_share),
        cmocka_unit_test(sixty_strategies_are_no_obstacle),
        cmocka_unit_test(parameters_that_contradict_each_other_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
