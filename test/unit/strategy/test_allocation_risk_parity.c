// SPDX-License-Identifier: Apache-2.0
#include "allocate.h"

static void weights_are_those_of_an_independent_solver(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    assert_true(allocate_by(&self, "risk_parity", DEFAULTS));
    assert_weights(&self, 0.277114665396481, 0.240268826059928, 0.267055293267919,
                   0.215561215275672);
    allocate_end(&self);
}

// Two that do the same share what one would have had.
static void twins_are_no_obstacle(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    self.columns[1] = self.columns[0];
    assert_true(allocate_by(&self, "risk_parity", DEFAULTS));
    assert_true(fabs(self.weights[0] - self.weights[1]) < 1e-12);
    assert_true(self.weights[0] < self.weights[2]);
    allocate_end(&self);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(weights_are_those_of_an_independent_solver),
                                       cmocka_unit_test(twins_are_no_obstacle)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
