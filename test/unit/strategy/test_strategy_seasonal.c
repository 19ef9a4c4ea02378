// SPDX-License-Identifier: Apache-2.0
#include "base/timestamp.h"
#include "probe.h"

// What is wanted after the bar of a day, which ends `hours` after its midnight UTC.
static int wanted(struct probe *probe, int32_t year, int32_t month, int32_t day, int hours) {
    int32_t date = date_from_civil(year, month, day);
    probe->bars[0].close_ns = date_to_ns(date) + hours * NS_PER_HOUR;
    probe->position[0] = 1;
    probe_decide(probe);
    assert_int_equal(probe->targets[0].kind, TARGET_SET);
    return (int)probe->targets[0].weight;
}

// The last session of January 2018 is Wednesday 31, the first three of February are 1, 2 and 5: decided on the evenings
// before, 30 January to 2 February.
static void the_turn_of_the_month_is_counted_in_sessions(void **state) {
    struct probe probe;
    probe_open(&probe, "seasonal", 1);
    assert_int_equal(wanted(&probe, 2018, 1, 29, 21), 0);
    assert_int_equal(wanted(&probe, 2018, 1, 30, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 1, 31, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 2, 1, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 2, 2, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 2, 5, 21), 0);
    assert_int_equal(wanted(&probe, 2018, 2, 15, 21), 0);
}

// Good Friday was 30 March 2018: Thursday 29 was the month's last session.
static void a_holiday_is_no_session(void **state) {
    struct probe probe;
    probe_open(&probe, "seasonal", 1);
    assert_int_equal(wanted(&probe, 2018, 3, 27, 21), 0);
    assert_int_equal(wanted(&probe, 2018, 3, 28, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 3, 29, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 4, 4, 21), 0); // 2, 3 and 4 April were held
}

static void a_bar_that_ends_at_midnight_is_of_the_day_that_ends(void **state) {
    struct probe probe;
    probe_open(&probe, "seasonal", 1);
    assert_int_equal(wanted(&probe, 2018, 1, 29, 24), 0);
    assert_int_equal(wanted(&probe, 2018, 1, 30, 24), 1);
    probe_set(&probe, "calendar", "24/7");
    assert_int_equal(wanted(&probe, 2018, 1, 29, 24), 0);
    assert_int_equal(wanted(&probe, 2018, 1, 30, 24), 1);
    assert_int_equal(wanted(&probe, 2018, 2, 2, 24), 1); // 3 February, a Saturday
    assert_int_equal(wanted(&probe, 2018, 2, 3, 24), 0);
}

static void how_many_sessions_can_be_chosen(void **state) {
    struct probe probe;
    probe_open(&probe, "seasonal", 1);
    probe_set(&probe, "before", "2");
    probe_set(&probe, "after", "0");
    assert_int_equal(wanted(&probe, 2018, 1, 26, 21), 0);
    assert_int_equal(wanted(&probe, 2018, 1, 29, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 1, 30, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 1, 31, 21), 0);
}

static void winter_goes_over_the_new_year(void **state) {
    struct probe probe;
    probe_open(&probe, "seasonal", 1);
    probe_set(&probe, "rule", "winter");
    assert_int_equal(wanted(&probe, 2017, 10, 30, 21), 0);
    assert_int_equal(wanted(&probe, 2017, 10, 31, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 1, 15, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 4, 27, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 4, 30, 21), 0);
    probe_set(&probe, "from", "5");
    probe_set(&probe, "until", "10");
    assert_int_equal(wanted(&probe, 2018, 1, 15, 21), 0);
    assert_int_equal(wanted(&probe, 2018, 4, 30, 21), 1);
}

static void a_weekday_is_left_out(void **state) {
    struct probe probe;
    probe_open(&probe, "seasonal", 1);
    probe_set(&probe, "rule", "weekday");
    assert_int_equal(wanted(&probe, 2018, 1, 25, 21), 1);
    assert_int_equal(wanted(&probe, 2018, 1, 26, 21), 0); // a Friday, before Monday
    assert_int_equal(wanted(&probe, 2018, 1, 29, 21), 1);
    // Monday 15 January was a holiday: the session after Friday is Tuesday's.
    assert_int_equal(wanted(&probe, 2018, 1, 12, 21), 1);
}

static void flat_and_out_of_season_it_says_nothing(void **state) {
    struct probe probe;
    probe_open(&probe, "seasonal", 1);
    probe.bars[0].close_ns = date_to_ns(date_from_civil(2018, 1, 15));
    probe_decide(&probe);
    assert_keeps(&probe.targets[0]);
    probe.bars[0].close_ns = 0;
    probe_decide(&probe);
    assert_keeps(&probe.targets[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_turn_of_the_month_is_counted_in_sessions),
        cmocka_unit_test(a_holiday_is_no_session),
        cmocka_unit_test(a_bar_that_ends_at_midnight_is_of_the_day_that_ends),
        cmocka_unit_test(how_many_sessions_can_be_chosen),
        cmocka_unit_test(winter_goes_over_the_new_year),
        cmocka_unit_test(a_weekday_is_left_out),
        cmocka_unit_test(flat_and_out_of_season_it_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
