// SPDX-License-Identifier: Apache-2.0
#include "harness.h"

#include "base/timestamp.h"
#include "edge/auth/backoff.h"

enum { T0 = 1000 };
static const int64_t start = T0 * NS_PER_S;

static void waits_double_up_to_their_most_and_end(void **state) {
    (void)state;
    struct backoff *backoff;
    const struct backoff_policy *policy = backoff_policy(BACKOFF_PAIR);
    assert_ok(backoff_open(100, &backoff));
    int64_t now = start;
    for (uint32_t i = 0; i < policy->free; i++)
        assert_int_equal(backoff_fail(backoff, BACKOFF_PAIR, "a", 1, now), 0);
    int64_t expected = policy->first_ns;
    for (int i = 0; i < 14; i++) {
        assert_int_equal(backoff_fail(backoff, BACKOFF_PAIR, "a", 1, now), expected);
        assert_int_equal(backoff_wait(backoff, BACKOFF_PAIR, "a", 1, now), expected);
        assert_int_equal(backoff_wait(backoff, BACKOFF_PAIR, "a", 1, now + expected - 1), 1);
        assert_int_equal(backoff_wait(backoff, BACKOFF_PAIR, "a", 1, now + expected), 0);
        assert_int_equal(backoff_wait(backoff, BACKOFF_PAIR, "b", 1, now), 0);
        assert_int_equal(backoff_wait(backoff, BACKOFF_NAME, "a", 1, now), 0); // kinds count apart
        expected = 2 * expected < policy->most_ns ? 2 * expected : policy->most_ns;
    }
    now += policy->forget_ns;
    assert_int_equal(backoff_fail(backoff, BACKOFF_PAIR, "a", 1, now), 0); // anew
    for (int i = 0; i < 9; i++) (void)backoff_fail(backoff, BACKOFF_PAIR, "a", 1, now);
    backoff_clear(backoff, BACKOFF_PAIR, "a", 1);
    assert_int_equal(backoff_wait(backoff, BACKOFF_PAIR, "a", 1, now), 0);
    assert_int_equal(backoff_fail(backoff, BACKOFF_PAIR, "a", 1, now), 0);
    backoff_close(backoff);
    backoff_close(NULL);
}

static void a_flood_of_names_pushes_out_itself_and_not_who_waits(void **state) {
    (void)state;
    struct backoff *backoff;
    assert_ok(backoff_open(256, &backoff));
    for (int i = 0; i < 12; i++) (void)backoff_fail(backoff, BACKOFF_PAIR, "guesser", 7, start);
    int64_t wait = backoff_wait(backoff, BACKOFF_PAIR, "guesser", 7, start);
    assert_true(wait > 60 * NS_PER_S);
    for (int i = 0; i < 100000; i++)
        (void)backoff_fail(backoff, BACKOFF_PAIR, &i, sizeof i, start + i);
    assert_int_equal(backoff_wait(backoff, BACKOFF_PAIR, "guesser", 7, start), wait);
    backoff_close(backoff);
}

static void every_policy_can_be_kept(void **state) {
    (void)state;
    for (int kind = 0; kind < BACKOFF_KIND_COUNT; kind++) {
        const struct backoff_policy *policy = backoff_policy((enum backoff_kind)kind);
        assert_true(policy->free >= 3 && policy->first_ns >= NS_PER_S);
        assert_true(policy->most_ns >= policy->first_ns && policy->forget_ns >= policy->most_ns);
        // Guesses of a whole day without a pause.
        assert_true(policy->free + NS_PER_DAY / policy->most_ns < 2000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_up_to_their_most_and_end),
        cmocka_unit_test(a_flood_of_names_pushes_out_itself_and_not_who_waits),
        cmocka_unit_test(every_policy_can_be_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
