// SPDX-License-Identifier: Apache-2.0
#include "allocate.h"

static void everybody_gets_the_same_without_a_past(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    self.view.days = 0;
    assert_true(allocate_by(&self, "equal", DEFAULTS));
    assert_weights(&self, 0.25, 0.25, 0.25, 0.25);
    allocate_end(&self);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(everybody_gets_the_same_without_a_past)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
