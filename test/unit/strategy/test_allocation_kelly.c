// SPDX-License-Identifier: Apache-2.0
#include "allocate.h"

// On the three that have something, 0.02 inverse(S) m; the gradient of the first is below 0.
static void a_part_of_the_fastest_growth_leaves_cash(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    assert_true(allocate_by(&self, "kelly", SET("fraction", "0.02")));
    assert_weights(&self, 0, 0.160419924226246, 0.401319563609768, 0.258980768035212);
    allocate_end(&self);
}

static void more_than_all_is_not_staked(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    assert_true(allocate_by(&self, "kelly", SET("fraction", "1")));
    assert_weights(&self, 0, 0, 0, 1);
    assert_true(allocate_by(&self, "kelly", SET("fraction", "1", "cap", "0.4", "floor", "0.1")));
    double sum = 0;
    for (int i = 0; i < ALLOCATE_COUNT; i++) {
        assert_true(self.weights[i] >= 0.1 && self.weights[i] <= 0.4);
        sum += self.weights[i];
    }
    assert_true(sum <= 1 + 1e-12);
    allocate_end(&self);
}

static void who_only_loses_gets_nothing(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    for (int i = 0; i < ALLOCATE_COUNT; i++)
        for (int t = 0; t < ALLOCATE_DAYS; t++) self.returns[i][t] -= 0.05;
    assert_true(allocate_by(&self, "kelly", DEFAULTS));
    assert_weights(&self, 0, 0, 0, 0);
    allocate_end(&self);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_part_of_the_fastest_growth_leaves_cash),
                                       cmocka_unit_test(more_than_all_is_not_staked),
                                       cmocka_unit_test(who_only_loses_gets_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
