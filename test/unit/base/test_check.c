// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/check.h"

static void check_two_is_three(void *context) {
    int two = 2;
    CHECK(two == 3);
}

static void dcheck_two_is_three(void *context) {
    int two = 2;
    DCHECK(two == 3);
}

static void check_a_long_expression(void *context) {
    check_fail("file.c", 7, (const char *)context);
}

static void a_failed_check_names_its_place_and_aborts(void **state) {
    harness_assert_aborts(check_two_is_three, NULL, "check failed: two == 3\n");
    harness_assert_aborts(check_two_is_three, NULL, "test_check.c:8: ");
}

static void words_that_do_not_fit_are_cut(void **state) {
    char expr[2000];
    memset(expr, 'x', sizeof expr - 1);
    expr[sizeof expr - 1] = '\0';
    harness_assert_aborts(check_a_long_expression, expr, "file.c:7: check failed: xxxxxxxx");
}

static void a_true_check_evaluates_once_and_goes_on(void **state) {
    int calls = 0;
    CHECK(++calls == 1);
    assert_int_equal(calls, 1);
}

static void a_dcheck_stops_in_test_builds_only(void **state) {
    int calls = 0;
    DCHECK(++calls > 0);
#ifdef FULMAR_DCHECK
    assert_int_equal(calls, 1);
    harness_assert_aborts(dcheck_two_is_three, NULL, "check failed: two == 3");
#else
    assert_int_equal(calls, 0);
    dcheck_two_is_three(NULL);
#endif
}

static void count_if_counts(void **state) {
    uint64_t odd = 0;
    for (int i = 0; i < 5; i++) COUNT_IF(odd, i & 5);
    assert_int_equal(odd, 3); // 1, 3 and 4
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_check_names_its_place_and_aborts),
        cmocka_unit_test(words_that_do_not_fit_are_cut),
        cmocka_unit_test(a_true_check_evaluates_once_and_goes_on),
        cmocka_unit_test(a_dcheck_stops_in_test_builds_only),
        cmocka_unit_test(count_if_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
