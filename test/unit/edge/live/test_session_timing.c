// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "edge/live/session_state.h"

static void quantiles_are_right_to_an_eighth(void **state) {
    static struct session_histogram histogram;
    for (int64_t ns = 1; ns <= 100000; ns++) session_timing_add(&histogram, ns);
    struct session_timing timing = session_timing_of(&histogram);
    assert_int_equal(timing.count, 100000);
    assert_int_equal(timing.most_ns, 100000);
    assert_in_range(timing.p50_ns, 50000, 50000 * 9 / 8);
    assert_in_range(timing.p99_ns, 99000, 100000);
    assert_in_range(timing.p999_ns, 99900, 100000);
}

static void any_duration_has_its_place(void **state) {
    for (int bit = -1; bit < 63; bit++) {
        struct session_histogram histogram = {0};
        int64_t ns = bit < 0 ? 0 : INT64_C(1) << bit;
        session_timing_add(&histogram, ns);
        assert_int_equal(session_timing_of(&histogram).p50_ns, ns);
    }
    struct session_histogram histogram = {0};
    session_timing_add(&histogram, INT64_MAX);
    session_timing_add(&histogram, -5); // a clock that went back
    assert_int_equal(session_timing_of(&histogram).most_ns, INT64_MAX);
    assert_int_equal(session_timing_of(&(struct session_histogram){0}).count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_right_to_an_eighth),
        cmocka_unit_test(any_duration_has_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
