// SPDX-License-Identifier: Apache-2.0
#include "allocate.h"

static void shares_are_as_configured(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    self.view.days = 0;
    assert_true(allocate_by(&self, "fixed", DEFAULTS));
    assert_weights(&self, 0.1, 0.2, 0.3, 0.4);
    allocate_end(&self);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(shares_are_as_configured)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
