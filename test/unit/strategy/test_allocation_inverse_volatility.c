// SPDX-License-Identifier: Apache-2.0
#include "allocate.h"

static void weights_go_with_one_over_the_deviation(void **state) {
    (void)state;
    struct allocate self;
    allocate_begin(&self);
    assert_true(allocate_by(&self, "inverse_volatility", DEFAULTS));
    assert_weights(&self, 0.310590581951485, 0.256373088271297, 0.247446278952129,
                   0.185590050825089);
    allocate_end(&self);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(weights_go_with_one_over_the_deviation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
