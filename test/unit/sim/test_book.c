// SPDX-License-Identifier: Apache-2.0
// Groups and brackets. The account starts flat or with shares bought at 100.00; prices are in cents.
#include "pit.h"

static void hold(struct pit *pit, int64_t qty) {
    pit_bar(pit, 10000, 10000, 10000, 10000);
    pit_send(pit, pit_market(1, qty));
    pit_bar(pit, 10000, 10000, 10000, 10000);
    text_clear(&pit->log);
}

static struct order_spec in_group(struct order_spec spec, uint64_t group) {
    spec.group = group;
    return spec;
}

static struct order_spec child_of(struct order_spec spec, uint64_t parent, uint64_t group) {
    spec.parent = parent;
    spec.group = group;
    return spec;
}

static void when_stop_and_target_lie_in_one_bar_the_stop_is_hit(void **state) {
    struct pit pit;
    pit_start(&pit);
    hold(&pit, 100); // order 1
    pit_send(&pit, in_group(pit_stop(-1, 100, 9900), 2));
    pit_send(&pit, in_group(pit_limit(-1, 100, 10100), 2));
    pit_expect(&pit, "accepted 2; accepted 3");
    pit_bar(&pit, 10000, 10200, 9800, 10150);
    pit_expect(&pit, "triggered 2; filled 2 100 @9900 left 0 taker; canceled 3 oco");
    assert_int_equal(sim_exchange_counts(pit.exchange)->ambiguous_bars, 1);
    pit_check_account(&pit);
    pit_close(&pit);
}

static void with_the_high_first_the_target_is_hit(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit_set(&pit, SIM_PATH, SIM_PATH_OHLC);
    pit_open(&pit);
    hold(&pit, 100);
    pit_send(&pit, in_group(pit_stop(-1, 100, 9900), 2));
    pit_send(&pit, in_group(pit_limit(-1, 100, 10100), 2));
    pit_expect(&pit, "accepted 2; accepted 3");
    pit_bar(&pit, 10000, 10200, 9800, 10150);
    pit_expect(&pit, "filled 3 100 @10100 left 0 maker; canceled 2 oco");
    pit_close(&pit);
}

static void a_short_account_meets_its_stop_above_first(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit_set(&pit, SIM_ALLOW_SHORT, 1);
    pit_open(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_market(-1, 100));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    text_clear(&pit.log);
    pit_send(&pit, in_group(pit_stop(1, 100, 10100), 2));
    pit_send(&pit, in_group(pit_limit(1, 100, 9900), 2));
    pit_bar(&pit, 10000, 10200, 9800, 9850);
    pit_expect(&pit, "accepted 2; accepted 3; triggered 2; filled 2 100 @10100 left 0 taker; "
                     "canceled 3 oco");
    pit_check_account(&pit);
    pit_close(&pit);
}

// Volume 400 at a tenth: 40 of the 100 are filled, so the other order of the group is cut by 40.
static void a_partial_fill_takes_its_quantity_off_the_group(void **state) {
    struct pit pit;
    pit_start(&pit);
    hold(&pit, 100);
    pit_send(&pit, in_group(pit_stop(-1, 100, 9900), 2));
    pit_send(&pit, in_group(pit_limit(-1, 100, 10100), 2));
    pit_expect(&pit, "accepted 2; accepted 3");
    pit_bar_volume(&pit, 10000, 10200, 9950, 10150, 400);
    pit_expect(&pit, "filled 3 40 @10100 left 60 maker; replaced 2 60 @9900 left 60");
    pit_bar(&pit, 10000, 10050, 9850, 9850);
    pit_expect(&pit, "triggered 2; filled 2 60 @9900 left 0 taker; canceled 3 oco");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void a_bracket_sleeps_until_its_parent_fills(void **state) {
    struct pit pit;
    pit_start(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_limit(1, 100, 9900));
    pit_send(&pit, child_of(pit_stop(-1, 100, 9800), 1, 2));
    pit_send(&pit, child_of(pit_limit(-1, 100, 10100), 1, 2));
    pit_expect(&pit, "accepted 1; accepted 2; accepted 3");
    // The bar reaches the target, but nothing is held.
    pit_bar(&pit, 10000, 10300, 9950, 10000);
    pit_expect(&pit, "");
    pit_bar(&pit, 10000, 10000, 9850, 9900);
    pit_expect(&pit, "filled 1 100 @9900 left 0 maker");
    pit_bar(&pit, 9900, 10200, 9850, 10150);
    pit_expect(&pit, "filled 3 100 @10100 left 0 maker; canceled 2 oco");
    pit_check_account(&pit);
    pit_close(&pit);
}

// Entry at 99.00, stop at 98.00, target at 101.00, all within the bar: the stop is hit, whatever the path.
static void in_the_bar_of_its_parent_a_child_fills_only_pessimistically(void **state) {
    static const struct {
        int64_t low, high, close;
        const char *expected;
    } bars[] = {
        {9750, 10200, 10150,
         "filled 1 100 @9900 left 0 maker; triggered 2; filled 2 100 @9800 left 0 taker; "
         "canceled 3 oco"},
        // The stop is not reached; the target is, but the high may have come before the entry.
        {9850, 10200, 10050, "filled 1 100 @9900 left 0 maker"},
        // The close is beyond the target: the price has crossed it after the entry, on any path.
        {9850, 10200, 10150,
         "filled 1 100 @9900 left 0 maker; filled 3 100 @10100 left 0 taker; canceled 2 oco"},
    };
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++) {
        struct pit pit;
        pit_start(&pit);
        pit_bar(&pit, 10000, 10000, 10000, 10000);
        pit_send(&pit, pit_limit(1, 100, 9900));
        pit_send(&pit, child_of(pit_stop(-1, 100, 9800), 1, 2));
        pit_send(&pit, child_of(pit_limit(-1, 100, 10100), 1, 2));
        text_clear(&pit.log);
        pit_bar(&pit, 10000, bars[i].high, bars[i].low, bars[i].close);
        pit_expect(&pit, bars[i].expected);
        pit_check_account(&pit);
        pit_close(&pit);
    }
}

// A breakout entry: the low of the bar may have come after it.
static void a_breakout_is_stopped_out_when_its_bar_holds_the_stop(void **state) {
    struct pit pit;
    pit_start(&pit);
    hold(&pit, 100); // long, so that the low is walked first and the entry comes last
    pit_send(&pit, pit_stop(1, 50, 10300));
    pit_send(&pit, child_of(pit_stop(-1, 50, 9900), 2, 0));
    pit_expect(&pit, "accepted 2; accepted 3");
    pit_bar(&pit, 10000, 10400, 9850, 10350);
    pit_expect(&pit, "triggered 2; filled 2 50 @10300 left 0 taker; triggered 3; "
                     "filled 3 50 @9900 left 0 taker");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void a_child_works_for_what_its_parent_has_filled(void **state) {
    struct pit pit;
    pit_start(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_limit(1, 100, 9900));
    pit_send(&pit, child_of(pit_stop(-1, 100, 9700), 1, 0));
    text_clear(&pit.log);
    pit_bar_volume(&pit, 10000, 10000, 9850, 9900, 300);
    pit_expect(&pit, "filled 1 30 @9900 left 70 maker");
    // Above the limit, so the parent has no more; the stop sells the 30 and no more.
    pit_cancel(&pit, 1);
    pit_expect(&pit, "canceled 1 requested; replaced 2 30 @9700 left 30");
    pit_bar(&pit, 9900, 9900, 9600, 9650);
    pit_expect(&pit, "triggered 2; filled 2 30 @9700 left 0 taker");
    pit_check_account(&pit);
    assert_int_equal(pit.qty_seen[PIT_SHARE], 0);
    pit_close(&pit);
}

static void a_parent_that_ends_unfilled_ends_its_children(void **state) {
    struct pit pit;
    pit_start(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_limit(1, 100, 9900));
    pit_send(&pit, child_of(pit_stop(-1, 100, 9800), 1, 2));
    pit_send(&pit, child_of(pit_limit(-1, 100, 10100), 1, 2));
    pit_cancel(&pit, 1);
    pit_expect(&pit, "accepted 1; accepted 2; accepted 3; canceled 1 requested; "
                     "canceled 2 parent; canceled 3 parent");
    pit_close(&pit);
}

static void a_child_that_comes_after_its_parent_filled_works_at_once(void **state) {
    struct pit pit;
    pit_start(&pit);
    hold(&pit, 100);
    pit_send(&pit, child_of(pit_stop(-1, 150, 9800), 1, 0));
    pit_expect(&pit, "accepted 2; replaced 2 100 @9800 left 100");
    pit_send(&pit, child_of(pit_stop(-1, 100, 9800), 77, 0));
    pit_expect(&pit, "rejected 3 parent");
    pit_close(&pit);
}

static void reduce_only_orders_end_with_the_position(void **state) {
    struct pit pit;
    pit_start(&pit);
    hold(&pit, 100);
    struct order_spec target = pit_limit(-1, 100, 10100);
    struct order_spec stop = pit_stop(-1, 100, 9800);
    target.flags = stop.flags = ORDER_REDUCE_ONLY;
    pit_send(&pit, target);
    pit_send(&pit, stop);
    pit_send(&pit, pit_market(-1, 60));
    text_clear(&pit.log);
    pit_bar(&pit, 10000, 10150, 9950, 10100);
    // 60 are sold at the open; the target is cut to the 40 that are left, and both reducers end.
    pit_expect(&pit, "filled 4 60 @10000 left 0 taker at open; filled 2 40 @10100 left 60 maker; "
                     "canceled 2 reduce_only; canceled 3 reduce_only");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void slots_are_reused_and_never_run_out(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.config.order_max = 4;
    pit_open(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    for (int i = 0; i < 1000; i++) {
        uint64_t id = pit_send(&pit, pit_limit(1, 1, 9000));
        pit_cancel(&pit, id);
        text_clear(&pit.log);
    }
    for (int i = 0; i < 4; i++) pit_send(&pit, pit_limit(1, 1, 9000));
    struct submit_event more = {.order_id = 9999, .spec = pit_limit(1, 1, 9000)};
    more.header.ts_ns = pit.now_ns;
    assert_int_equal(pit.venue.submit(pit.venue.self, &more), ERR_FULL);
    more.order_id = 1004;
    assert_int_equal(pit.venue.submit(pit.venue.self, &more), ERR_EXISTS);
    pit_close(&pit);
}

// The parent fills 30 of 100; the target sells these 30, so the stop has none to sell until the parent fills more.
static void what_the_group_took_is_not_fed_again(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit_set(&pit, SIM_ALLOW_SHORT, 1);
    pit_open(&pit);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_limit(1, 100, 9900));
    pit_send(&pit, child_of(pit_stop(-1, 100, 9700), 1, 2));
    pit_send(&pit, child_of(pit_limit(-1, 100, 10100), 1, 2));
    text_clear(&pit.log);
    pit_bar_volume(&pit, 10000, 10000, 9850, 9900, 300);
    pit_expect(&pit, "filled 1 30 @9900 left 70 maker");
    pit_bar(&pit, 10000, 10150, 9950, 10000);
    pit_expect(&pit, "filled 3 30 @10100 left 70 maker; replaced 2 70 @9700 left 70");
    // A gap through everything: the parent buys 20 more at the open, and there is no volume for the stop.
    pit_bar_volume(&pit, 9600, 9600, 9600, 9600, 200);
    pit_expect(&pit, "filled 1 20 @9600 left 50 maker at open; triggered 2");
    pit_bar(&pit, 9650, 9650, 9650, 9650);
    // The stop sells the 20 before the parent buys its last 50, which wait for the next bar.
    pit_expect(&pit, "filled 2 20 @9650 left 50 taker at open; replaced 3 80 @10100 left 50; "
                     "filled 1 50 @9650 left 0 maker at open");
    pit_bar(&pit, 9640, 9640, 9640, 9640);
    pit_expect(&pit, "filled 2 50 @9640 left 0 taker at open; canceled 3 oco");
    assert_int_equal(pit.qty_seen[PIT_SHARE], 0);
    pit_check_account(&pit);
    pit_close(&pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(when_stop_and_target_lie_in_one_bar_the_stop_is_hit),
        cmocka_unit_test(with_the_high_first_the_target_is_hit),
        cmocka_unit_test(a_short_account_meets_its_stop_above_first),
        cmocka_unit_test(a_partial_fill_takes_its_quantity_off_the_group),
        cmocka_unit_test(a_bracket_sleeps_until_its_parent_fills),
        cmocka_unit_test(in_the_bar_of_its_parent_a_child_fills_only_pessimistically),
        cmocka_unit_test(a_breakout_is_stopped_out_when_its_bar_holds_the_stop),
        cmocka_unit_test(a_child_works_for_what_its_parent_has_filled),
        cmocka_unit_test(a_parent_that_ends_unfilled_ends_its_children),
        cmocka_unit_test(a_child_that_comes_after_its_parent_filled_works_at_once),
        cmocka_unit_test(reduce_only_orders_end_with_the_position),
        cmocka_unit_test(slots_are_reused_and_never_run_out),
        cmocka_unit_test(what_the_group_took_is_not_fed_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
