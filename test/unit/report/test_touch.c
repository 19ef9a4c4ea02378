// SPDX-License-Identifier: Apache-2.0
#include "report/touch.h"

#include "harness.h"

static void what_stood_at_an_instant_is_the_last_of_that_instant(void **state) {
    struct touches touches = {0};
    assert_null(touches_at(&touches, 5));
    assert_int_equal(touches_last_ns(&touches), INT64_MIN);
    assert_ok(touches_add(&touches, 10, PRICE(99), PRICE(101)));
    assert_ok(touches_add(&touches, 10, PRICE(98), PRICE(101)));
    assert_ok(touches_add(&touches, 20, PRICE(97), PRICE(0)));
    assert_null(touches_at(&touches, 9));
    assert_int_equal(touches_at(&touches, 10)->bid.m, 98);
    assert_int_equal(touches_at(&touches, 19)->bid.m, 98);
    assert_int_equal(touches_at(&touches, INT64_MAX)->bid.m, 97);
    assert_true(touch_is_whole(touches_at(&touches, 10)));
    assert_false(touch_is_whole(touches_at(&touches, 20)));
    // A time that goes back counts as the latest.
    assert_ok(touches_add(&touches, 15, PRICE(96), PRICE(99)));
    assert_int_equal(touches_last_ns(&touches), 20);
    assert_int_equal(touches_at(&touches, 20)->bid.m, 96);
    touches_fini(&touches);
}

static void the_oldest_are_forgotten_and_never_made_up(void **state) {
    struct touches touches = {0};
    for (int64_t i = 0; i < TOUCHES_MAX + 10; i++)
        assert_ok(touches_add(&touches, i, PRICE(i + 1), PRICE(i + 2)));
    assert_null(touches_at(&touches, 9));
    for (int64_t ns = 10; ns < TOUCHES_MAX + 10; ns += 1013)
        assert_int_equal(touches_at(&touches, ns)->bid.m, ns + 1);
    touches_fini(&touches);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stood_at_an_instant_is_the_last_of_that_instant),
        cmocka_unit_test(the_oldest_are_forgotten_and_never_made_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
