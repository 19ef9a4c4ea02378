// SPDX-License-Identifier: Apache-2.0
#include "base/timestamp.h"
#include "probe.h"

// Minutes after 09:30 in New York, 14:30 UTC, of Tuesday 16 January 2018 or `days` later.
static int64_t at(int days, int minutes) {
    return date_to_ns(date_from_civil(2018, 1, 16 + days)) + (14 * 60 + 30 + minutes) * NS_PER_MIN;
}

static const struct strategy_target *ask(struct probe *probe, int64_t ns, double price,
                                         double volume) {
    probe->bars[0] = (struct strategy_bar){price, price, price, price, volume, ns};
    probe_decide(probe);
    return &probe->targets[0];
}

// 98 and 102 with 500 each: the average is 100, the deviation 2.
static void open_day(struct probe *probe, int days) {
    assert_keeps(ask(probe, at(days, 5), 98, 500));
    assert_keeps(ask(probe, at(days, 10), 102, 500));
}

// Bars of no volume leave average and deviation: bought at 100 - 2 x 2, with the stop at 100 - 4 x 2.
static void it_buys_two_deviations_below_the_average(void **state) {
    struct probe probe;
    probe_open(&probe, "vwap_reversion", 1);
    open_day(&probe, 0);
    assert_keeps(ask(&probe, at(0, 40), 96.1, 0));
    assert_sets(ask(&probe, at(0, 45), 96, 0), 1);
    assert_int_equal(probe.targets[0].reason, 1);
    assert_true(probe.targets[0].stop == 92);
}

// 500 at 98, 500 at 102 and 1000 at 94: the mean is 97, the variance (500 x 1 + 500 x 25 + 1000 x 9) / 2000 = 11, and
// 97 - 2 sqrt(11) = 90.367.
static void average_and_deviation_are_weighted_by_volume(void **state) {
    struct probe probe;
    probe_open(&probe, "vwap_reversion", 1);
    open_day(&probe, 0);
    assert_keeps(ask(&probe, at(0, 20), 94, 1000)); // still warming up
    struct probe copy = probe;
    assert_keeps(ask(&probe, at(0, 40), 90.38, 0));
    assert_sets(ask(&copy, at(0, 40), 90.36, 0), 1);
    assert_true(fabs(copy.targets[0].stop - (97 - 4 * sqrt(11))) < 1e-12);
}

static void it_sells_at_the_average(void **state) {
    struct probe probe;
    probe_open(&probe, "vwap_reversion", 1);
    open_day(&probe, 0);
    assert_sets(ask(&probe, at(0, 45), 96, 0), 1);
    probe.position[0] = 1;
    assert_sets(ask(&probe, at(0, 50), 99.9, 0), 1);
    assert_sets(ask(&probe, at(0, 55), 100, 0), 0);
    assert_int_equal(probe.targets[0].reason, 3);
}

static void nothing_is_entered_in_the_warm_up_nor_beyond_the_stop(void **state) {
    struct probe probe;
    probe_open(&probe, "vwap_reversion", 1);
    open_day(&probe, 0);
    assert_keeps(ask(&probe, at(0, 29), 95, 0));
    assert_keeps(ask(&probe, at(0, 40), 91, 0));
    assert_sets(ask(&probe, at(0, 41), 95, 0), 1);
}

static void it_is_flat_before_the_close_and_begins_anew(void **state) {
    struct probe probe;
    probe_open(&probe, "vwap_reversion", 1);
    open_day(&probe, 0);
    assert_sets(ask(&probe, at(0, 45), 96, 0), 1);
    probe.position[0] = 1;
    assert_sets(ask(&probe, at(0, 385), 96, 0), 0);
    assert_int_equal(probe.targets[0].reason, 5);
    probe.position[0] = 0;
    assert_keeps(ask(&probe, at(0, 386), 96, 0));
    assert_keeps(ask(&probe, at(1, 5), 98, 500));
    assert_keeps(ask(&probe, at(1, 40), 90, 0)); // one price: no band
}

static void what_is_left_overnight_is_sold_at_the_next_bar(void **state) {
    struct probe probe;
    probe_open(&probe, "vwap_reversion", 1);
    open_day(&probe, 0);
    assert_sets(ask(&probe, at(0, 45), 96, 0), 1);
    probe.position[0] = 1;
    assert_sets(ask(&probe, at(1, 1), 96, 100), 0);
    assert_int_equal(probe.targets[0].reason, 6);
}

static void after_a_stop_the_side_must_lapse(void **state) {
    struct probe probe;
    probe_open(&probe, "vwap_reversion", 1);
    open_day(&probe, 0);
    assert_sets(ask(&probe, at(0, 45), 96, 0), 1);
    probe.position[0] = 1;
    assert_sets(ask(&probe, at(0, 46), 95, 0), 1);
    probe.position[0] = 0;
    assert_sets(ask(&probe, at(0, 47), 95, 0), 0);
    assert_int_equal(probe.targets[0].reason, 4);
    assert_keeps(ask(&probe, at(0, 48), 95, 0));
    assert_keeps(ask(&probe, at(0, 49), 99, 0));
    assert_sets(ask(&probe, at(0, 50), 95, 0), 1);
}

static void with_both_sides_it_sells_high_prices_short(void **state) {
    struct probe probe;
    probe_open(&probe, "vwap_reversion", 1);
    open_day(&probe, 0);
    assert_keeps(ask(&probe, at(0, 45), 104, 0));
    probe_set(&probe, "sides", "both");
    assert_sets(ask(&probe, at(0, 46), 104, 0), -1);
    assert_true(probe.targets[0].stop == 108);
}

static void the_levels_must_be_in_order(void **state) {
    struct probe probe;
    probe_open(&probe, "vwap_reversion", 1);
    assert_ok(probe_check(&probe));
    probe_set(&probe, "stop", "2");
    assert_int_equal(probe_check(&probe), ERR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_buys_two_deviations_below_the_average),
        cmocka_unit_test(average_and_deviation_are_weighted_by_volume),
        cmocka_unit_test(it_sells_at_the_average),
        cmocka_unit_test(nothing_is_entered_in_the_warm_up_nor_beyond_the_stop),
        cmocka_unit_test(it_is_flat_before_the_close_and_begins_anew),
        cmocka_unit_test(what_is_left_overnight_is_sold_at_the_next_bar),
        cmocka_unit_test(after_a_stop_the_side_must_lapse),
        cmocka_unit_test(with_both_sides_it_sells_high_prices_short),
        cmocka_unit_test(the_levels_must_be_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
