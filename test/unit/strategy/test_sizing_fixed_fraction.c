// SPDX-License-Identifier: Apache-2.0
#include "size.h"

static void fixed_fraction_is_weight_times_fraction(void **state) {
    struct strategy_target target = full;
    assert_near(size("fixed_fraction", DEFAULTS, &plain, &target), 0.98);
    assert_near(size("fixed_fraction", SET("fraction", "0.25"), &plain, &target), 0.25);
    target.weight = -0.5;
    assert_near(size("fixed_fraction", SET("fraction", "0.25"), &plain, &target), -0.125);
    target.confidence = 0.5;
    assert_near(size("fixed_fraction", SET("fraction", "2"), &plain, &target), -0.5);
    target.weight = 0;
    assert_true(size("fixed_fraction", DEFAULTS, &plain, &target) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_fraction_is_weight_times_fraction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
