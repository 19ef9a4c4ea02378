// SPDX-License-Identifier: Apache-2.0
#include "quant/indicator/baseline.h"

#include "harness.h"

static void rows_are_measured_against_the_first_ones(void **state) {
    struct baseline baseline = baseline_make(4);
    double z = 0;
    const double first[] = {2, 4, 4, 6}; // mean 4, sample variance 8 / 3
    for (int i = 0; i < 4; i++) assert_true(baseline_learns(&baseline, first[i], &z));
    assert_false(baseline_learns(&baseline, 8, &z));
    assert_true(fabs(z - 4 / sqrt(8.0 / 3)) < 1e-15);
    assert_false(baseline_learns(&baseline, 4, &z));
    assert_true(z == 0);
}

static void equal_rows_are_learned_until_one_differs(void **state) {
    struct baseline baseline = baseline_make(2);
    double z = 0;
    for (int i = 0; i < 9; i++) assert_true(baseline_learns(&baseline, 5, &z));
    assert_true(baseline_learns(&baseline, 6, &z));
    assert_false(baseline_learns(&baseline, 5.1, &z));
    assert_true(fabs(z) < 1e-12);
}

static void a_length_of_0_takes_rows_as_they_are(void **state) {
    struct baseline baseline = baseline_make(0);
    double z = 0;
    assert_false(baseline_learns(&baseline, 3.25, &z));
    assert_true(z == 3.25);
    assert_non_null(baseline_fault(1));
    assert_null(baseline_fault(0));
    assert_null(baseline_fault(2));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_measured_against_the_first_ones),
        cmocka_unit_test(equal_rows_are_learned_until_one_differs),
        cmocka_unit_test(a_length_of_0_takes_rows_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
