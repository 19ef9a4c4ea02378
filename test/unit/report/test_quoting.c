// SPDX-License-Identifier: Apache-2.0
#include "report/quoting.h"

#include "feed_run.h"

static void every_distance_has_its_range(void **state) {
    int64_t next = INT64_MIN;
    for (int i = 0; i < QUOTING_DISTANCES; i++) {
        int64_t first, last;
        quoting_distance_range(i, &first, &last);
        assert_int_equal(first, next);
        assert_true(last >= first && quoting_distance_name(i) != NULL);
        next = last == INT64_MAX ? INT64_MIN : last + 1;
    }
    assert_int_equal(next, INT64_MIN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_distance_has_its_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
