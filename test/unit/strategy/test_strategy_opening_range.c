// SPDX-License-Identifier: Apache-2.0
#include "base/timestamp.h"
#include "probe.h"

// Minutes after 09:30 in New York, 14:30 UTC, of Tuesday 16 January 2018 or `days` later.
static int64_t at(int days, int minutes) {
    return date_to_ns(date_from_civil(2018, 1, 16 + days)) + (14 * 60 + 30 + minutes) * NS_PER_MIN;
}

static const struct strategy_target *ask(struct probe *probe, int64_t ns, double low, double high,
                                         double close) {
    probe->bars[0] = (struct strategy_bar){low, high, low, close, 100, ns};
    probe_decide(probe);
    return &probe->targets[0];
}

// The first half hour goes from 98 to 104.
static void open_day(struct probe *probe, int days) {
    assert_keeps(ask(probe, at(days, 5), 99, 104, 103));
    assert_keeps(ask(probe, at(days, 10), 98, 103, 99));
    assert_keeps(ask(probe, at(days, 30), 100, 103.5, 103));
}

static void it_buys_the_first_close_above_the_opening_range(void **state) {
    struct probe probe;
    probe_open(&probe, "opening_range", 1);
    open_day(&probe, 0);
    assert_keeps(ask(&probe, at(0, 35), 103, 105, 104));
    assert_sets(ask(&probe, at(0, 40), 103, 105, 104.5), 1);
    assert_int_equal(probe.targets[0].reason, 1);
    assert_true(probe.targets[0].stop == 98 && isnan(probe.targets[0].take));
}

static void stop_and_target_are_measured_in_ranges_from_the_edge(void **state) {
    struct probe probe;
    probe_open(&probe, "opening_range", 1);
    probe_set(&probe, "stop", "0.5");
    probe_set(&probe, "target", "2");
    open_day(&probe, 0);
    assert_sets(ask(&probe, at(0, 40), 103, 106, 105), 1);
    assert_true(probe.targets[0].stop == 101 && probe.targets[0].take == 116);
}

static void it_is_flat_before_the_close(void **state) {
    struct probe probe;
    probe_open(&probe, "opening_range", 1);
    open_day(&probe, 0);
    assert_sets(ask(&probe, at(0, 40), 103, 105, 104.5), 1);
    probe.position[0] = 1;
    assert_sets(ask(&probe, at(0, 384), 103, 105, 104.5), 1);
    assert_sets(ask(&probe, at(0, 385), 103, 105, 104.5), 0);
    assert_int_equal(probe.targets[0].reason, 3);
    probe.position[0] = 0;
    assert_keeps(ask(&probe, at(0, 390), 103, 120, 120));
}

static void it_trades_once_a_session(void **state) {
    struct probe probe;
    probe_open(&probe, "opening_range", 1);
    open_day(&probe, 0);
    assert_sets(ask(&probe, at(0, 40), 103, 105, 104.5), 1);
    probe.position[0] = 1;
    assert_sets(ask(&probe, at(0, 45), 100, 105, 104.5), 1);
    probe.position[0] = 0; // stopped
    assert_sets(ask(&probe, at(0, 50), 97, 100, 99), 0);
    assert_keeps(ask(&probe, at(0, 55), 100, 106, 106));
    open_day(&probe, 1);
    assert_sets(ask(&probe, at(1, 40), 103, 105, 104.5), 1);
}

static void what_is_left_overnight_is_sold_at_the_next_bar(void **state) {
    struct probe probe;
    probe_open(&probe, "opening_range", 1);
    open_day(&probe, 0);
    assert_sets(ask(&probe, at(0, 40), 103, 105, 104.5), 1);
    probe.position[0] = 1;
    assert_sets(ask(&probe, at(1, 1), 103, 105, 104.5), 0);
    assert_int_equal(probe.targets[0].reason, 5);
}

static void bars_outside_the_session_are_not_its_range(void **state) {
    struct probe probe;
    probe_open(&probe, "opening_range", 1);
    assert_keeps(ask(&probe, at(0, -30), 50, 150, 100));
    assert_keeps(ask(&probe, at(0, 0), 50, 150, 100));
    open_day(&probe, 0);
    assert_sets(ask(&probe, at(0, 40), 103, 105, 104.5), 1);
}

// Monday 15 January 2018 was a holiday.
static void a_holiday_has_no_session_and_a_late_start_no_range(void **state) {
    struct probe probe;
    probe_open(&probe, "opening_range", 1);
    assert_keeps(ask(&probe, at(-1, 5), 99, 104, 103));
    assert_keeps(ask(&probe, at(-1, 40), 99, 110, 110));
    assert_keeps(ask(&probe, at(0, 40), 99, 110, 110));
}

static void with_both_sides_it_sells_breaks_downward_short(void **state) {
    struct probe probe;
    probe_open(&probe, "opening_range", 1);
    open_day(&probe, 0);
    assert_keeps(ask(&probe, at(0, 40), 96, 99, 97));
    probe_open(&probe, "opening_range", 1);
    probe_set(&probe, "sides", "both");
    open_day(&probe, 0);
    assert_sets(ask(&probe, at(0, 40), 96, 99, 97), -1);
    assert_true(probe.targets[0].stop == 104);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_buys_the_first_close_above_the_opening_range),
        cmocka_unit_test(stop_and_target_are_measured_in_ranges_from_the_edge),
        cmocka_unit_test(it_is_flat_before_the_close),
        cmocka_unit_test(it_trades_once_a_session),
        cmocka_unit_test(what_is_left_overnight_is_sold_at_the_next_bar),
        cmocka_unit_test(bars_outside_the_session_are_not_its_range),
        cmocka_unit_test(a_holiday_has_no_session_and_a_late_start_no_range),
        cmocka_unit_test(with_both_sides_it_sells_breaks_downward_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
