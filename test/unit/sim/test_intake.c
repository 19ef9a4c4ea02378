// SPDX-License-Identifier: Apache-2.0
// What the venue takes, refuses, and when what was sent arrives.
#include "pit.h"

#include "sim/intake.h"

#define SPEC(...) ((struct order_spec){__VA_ARGS__})

static void first_bar(struct pit *pit) {
    pit_bar(pit, 10000, 10000, 10000, 10000);
}

// In the order in which the venue looks.
static const struct {
    struct order_spec spec;
    const char *reason;
} refusals[] = {
    {{.instrument = PIT_INDEX, .side = 1, .qty = {1}}, "bad_order"},
    {{.side = 0, .qty = {1}}, "bad_order"},
    {{.side = 1, .qty = {1}, .type = ORDER_TYPE_COUNT}, "bad_order"},
    {{.side = 1, .qty = {1}, .tif = TIF_COUNT}, "bad_order"},
    {{.side = 1, .qty = {1}, .flags = 8}, "bad_order"},
    {{.side = 1, .qty = {0}}, "bad_order"},
    {{.side = 1, .qty = {-1}}, "bad_order"},
    {{.side = 1, .qty = {1}, .limit_price = {10000}}, "bad_order"},
    {{.side = 1, .qty = {1}, .stop_price = {10000}}, "bad_order"},
    {{.side = 1, .qty = {1}, .trail = {1}}, "bad_order"},
    {{.side = 1, .qty = {1}, .type = ORDER_LIMIT}, "bad_order"},
    {{.side = 1, .qty = {1}, .type = ORDER_STOP}, "bad_order"},
    {{.side = 1, .qty = {1}, .type = ORDER_STOP_LIMIT, .stop_price = {5}}, "bad_order"},
    {{.side = 1, .qty = {1}, .type = ORDER_TRAILING_STOP}, "bad_order"},
    {{.side = 1, .qty = {1}, .flags = ORDER_POST_ONLY}, "bad_order"},
    {{.side = 1,
      .qty = {1},
      .type = ORDER_LIMIT,
      .limit_price = {9000},
      .tif = TIF_IOC,
      .flags = ORDER_POST_ONLY},
     "bad_order"},
    {{.side = 1, .qty = {1}, .type = ORDER_MARKET_ON_CLOSE, .tif = TIF_FOK}, "bad_order"},
    {{.instrument = PIT_CRYPTO, .side = 1, .qty = {15}}, "bad_order"}, // off lot
    {{.instrument = PIT_CRYPTO, .side = 1, .qty = {10}}, "bad_order"}, // below the minimum
    {{.instrument = PIT_CRYPTO,
      .side = 1,
      .qty = {20},
      .type = ORDER_LIMIT,
      .limit_price = {10003}},
     "bad_order"}, // off tick
    {{.instrument = PIT_CRYPTO, .side = 1, .qty = {20}, .type = ORDER_LIMIT, .limit_price = {4995}},
     "bad_order"}, // 999.00, and 1000.00 is the least
    {{.side = 1, .qty = {1}, .tif = TIF_GTD, .expire_ns = PIT_START_NS + NS_PER_MIN}, "time"},
    {{.instrument = PIT_OTHER, .side = 1, .qty = {1}}, "no_liquidity"}, // no price yet
    {{.side = 1, .qty = {1}, .type = ORDER_LIMIT, .limit_price = {10000}, .flags = ORDER_POST_ONLY},
     "post_only_would_take"},
    {{.side = 1, .qty = {1}, .parent = 4711}, "parent"},
    {{.side = 1, .qty = {1}, .flags = ORDER_REDUCE_ONLY}, "reduce_only"},
    {{.side = -1, .qty = {1}}, "not_shortable"},
    {{.side = 1, .qty = {10001}}, "insufficient_margin"},
    {{.side = 1, .qty = {10000}}, NULL},
};

static void every_bad_order_is_refused_with_its_reason(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    struct instrument *crypto = &pit.instruments.items[PIT_CRYPTO];
    crypto->tick = PRICE(5);
    crypto->lot = QTY(10);
    crypto->qty_min = QTY(20);
    crypto->notional_min = 100000;
    pit_open(&pit);
    pit_bar_of(&pit, PIT_CRYPTO, 10000, 10000, 10000, 10000, 0);
    pit_bar_of(&pit, PIT_INDEX, 10000, 10000, 10000, 10000, 0);
    first_bar(&pit);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        char expected[64];
        pit_send(&pit, refusals[i].spec);
        if (refusals[i].reason != NULL)
            snprintf(expected, sizeof expected, "rejected %zu %s", i + 1, refusals[i].reason);
        else
            snprintf(expected, sizeof expected, "accepted %zu", i + 1);
        pit_expect(&pit, expected);
    }
    pit_close(&pit);
}

static void what_names_no_instrument_or_strategy_does_not_leave(void **state) {
    struct pit pit;
    pit_start(&pit);
    struct submit_event intent = {.order_id = 1, .spec = pit_market(1, 1)};
    intent.spec.instrument = PIT_INSTRUMENTS;
    assert_int_equal(pit.venue.submit(pit.venue.self, &intent), ERR_ARGUMENT);
    intent.spec.instrument = 0;
    intent.spec.strategy = PIT_STRATEGIES;
    assert_int_equal(pit.venue.submit(pit.venue.self, &intent), ERR_ARGUMENT);
    pit_close(&pit);
}

static void an_index_can_be_traded_where_that_is_allowed(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit_set(&pit, SIM_ALLOW_INDEX, 1);
    pit_open(&pit);
    pit_bar_of(&pit, PIT_INDEX, 10000, 10000, 10000, 10000, 0);
    pit.now_ns += pit.frame_ns;
    struct order_spec spec = pit_market(1, 10);
    spec.instrument = PIT_INDEX;
    pit_send(&pit, spec);
    pit_expect(&pit, "accepted 1");
    pit_close(&pit);
}

static void a_canceled_order_does_not_fill(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_limit(1, 10, 9900));
    pit_cancel(&pit, 1);
    pit_bar(&pit, 10000, 10000, 9000, 9000);
    pit_cancel(&pit, 1);
    pit_cancel(&pit, 99);
    pit_expect(&pit, "accepted 1; canceled 1 requested; cancel_rejected 1 too_late; "
                     "cancel_rejected 99 too_late");
    pit_close(&pit);
}

static void a_replaced_order_has_its_new_terms(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_limit(1, 10, 9900));
    pit_send(&pit, pit_stop(1, 10, 10500));
    pit_replace(&pit, 1, 20, 9800);
    pit_replace(&pit, 2, 5, 10200);
    pit_replace(&pit, 2, 0, 10200);
    pit_replace(&pit, 1, 20, -5);
    pit_replace(&pit, 1, 20000, 9800);
    pit_expect(&pit, "accepted 1; accepted 2; replaced 1 20 @9800 left 20; "
                     "replaced 2 5 @10200 left 5; replace_rejected 2 bad_order; "
                     "replace_rejected 1 bad_order; replace_rejected 1 insufficient_margin");
    pit_bar(&pit, 10000, 10250, 9799, 10000);
    pit_expect(&pit, "triggered 2; filled 2 5 @10200 left 0 taker; filled 1 20 @9800 left 0 maker");
    pit_replace(&pit, 1, 30, 9800);
    pit_expect(&pit, "replace_rejected 1 too_late");
    pit_close(&pit);
}

static void a_replace_below_what_is_filled_is_refused(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_limit(1, 100, 9900));
    pit_bar_volume(&pit, 10000, 10000, 9800, 9900, 400);
    pit_replace(&pit, 1, 40, 9900);
    pit_replace(&pit, 1, 41, 9900);
    pit_expect(&pit, "accepted 1; filled 1 40 @9900 left 60 maker; replace_rejected 1 bad_order; "
                     "replaced 1 41 @9900 left 1");
    pit_close(&pit);
}

// Half a minute of latency in minute bars: the bar under way when the order arrives is not touched.
static void an_order_that_arrives_inside_a_bar_waits_for_the_next(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.config.latency_params[0] = 30;
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_market(1, 10));
    pit_send(&pit, pit_limit(1, 10, 9900));
    pit_expect(&pit, "");
    pit_bar(&pit, 10000, 10000, 9000, 9950);
    pit_expect(&pit, "accepted 1; accepted 2");
    pit_bar(&pit, 9960, 10000, 9800, 9900);
    pit_expect(&pit, "filled 1 10 @9960 left 0 taker at open; filled 2 10 @9900 left 0 maker");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void a_cancel_that_arrives_inside_a_bar_comes_after_its_fills(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.config.latency_params[0] = 30;
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_limit(1, 10, 9900));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_cancel(&pit, 1);
    pit_bar(&pit, 10000, 10000, 9800, 9900);
    pit_expect(&pit, "accepted 1; filled 1 10 @9900 left 0 maker; cancel_rejected 1 too_late");
    pit_close(&pit);
}

// The bar of another share comes first at the same instant, and does not let the cancel overtake.
static void the_order_of_instruments_within_an_instant_does_not_matter(void **state) {
    for (int turned = 0; turned < 2; turned++) {
        struct pit pit;
        pit_prepare(&pit);
        pit.config.latency_params[0] = 30;
        pit_open(&pit);
        first_bar(&pit);
        pit_send(&pit, pit_limit(1, 10, 9900));
        pit_bar(&pit, 10000, 10000, 10000, 10000);
        pit_cancel(&pit, 1);
        if (turned) pit_bar_of(&pit, PIT_OTHER, 5000, 5000, 5000, 5000, 0);
        pit_bar_of(&pit, PIT_SHARE, 10000, 10000, 9800, 9900, 1000000);
        if (!turned) pit_bar_of(&pit, PIT_OTHER, 5000, 5000, 5000, 5000, 0);
        pit_expect(&pit, "accepted 1; filled 1 10 @9900 left 0 maker; cancel_rejected 1 too_late");
        pit_close(&pit);
    }
}

static void a_report_takes_its_time_back(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.config.latency_params[1] = 0.5;
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_market(1, 10));
    pit_expect(&pit, "");
    pit_poll(&pit, pit.now_ns + NS_PER_S / 2 - 1);
    pit_expect(&pit, "");
    pit_poll(&pit, pit.now_ns + NS_PER_S / 2);
    pit_expect(&pit, "accepted 1");
    pit_close(&pit);
}

static void a_day_order_ends_with_its_session(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.frame_ns = NS_PER_DAY / 2;
    pit_open(&pit);
    first_bar(&pit); // to noon
    struct order_spec day = pit_limit(1, 10, 9000);
    day.tif = TIF_DAY;
    pit_send(&pit, day);
    first_bar(&pit); // to midnight
    pit_expect(&pit, "accepted 1; expired 1 end_of_session");
    // Sent at midnight: the new day's.
    pit_send(&pit, day);
    first_bar(&pit);
    pit_expect(&pit, "accepted 2");
    pit_bar(&pit, 10000, 10000, 8000, 9000);
    pit_expect(&pit, "filled 2 10 @9000 left 0 maker");
    pit_close(&pit);
}

static void an_order_that_ends_inside_a_bar_has_only_its_open(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    struct order_spec spec = pit_limit(1, 10, 9900);
    spec.tif = TIF_GTD;
    spec.expire_ns = pit.now_ns + NS_PER_S;
    pit_send(&pit, spec);
    pit_bar(&pit, 10000, 10000, 9000, 9000);
    pit_expect(&pit, "accepted 1; expired 1 time");
    spec.expire_ns = pit.now_ns + NS_PER_S;
    pit_send(&pit, spec);
    pit_bar(&pit, 9850, 10000, 9000, 9000);
    pit_expect(&pit, "accepted 2; filled 2 10 @9850 left 0 taker at open");
    spec.expire_ns = pit.now_ns + NS_PER_MIN;
    pit_send(&pit, spec);
    pit_bar(&pit, 10000, 10000, 9000, 9000);
    pit_expect(&pit, "accepted 3; filled 3 10 @9900 left 0 maker");
    pit_close(&pit);
}

static void a_resting_order_ends_with_the_bar_that_does_not_reach_it(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    struct order_spec spec = pit_limit(1, 10, 9900);
    spec.tif = TIF_GTD;
    spec.expire_ns = pit.now_ns + 2 * NS_PER_MIN;
    pit_send(&pit, spec);
    first_bar(&pit);
    pit_expect(&pit, "accepted 1");
    first_bar(&pit);
    pit_expect(&pit, "expired 1 time");
    pit_close(&pit);
}

static void an_order_ends_without_data_of_its_instrument(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    struct order_spec spec = pit_limit(1, 10, 9900);
    spec.tif = TIF_GTD;
    spec.expire_ns = pit.now_ns + NS_PER_S;
    pit_send(&pit, spec);
    for (int i = 0; i < 2; i++) {
        pit_bar_of(&pit, PIT_OTHER, 5000, 5000, 5000, 5000, 0);
        pit.now_ns += pit.frame_ns;
    }
    pit_expect(&pit, "accepted 1; expired 1 time");
    pit_close(&pit);
}

static void market_on_close_fills_when_the_session_ends(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.frame_ns = NS_PER_DAY / 2;
    pit_open(&pit);
    pit_send(&pit, pit_on_close(1, 10));
    first_bar(&pit);
    pit_expect(&pit, "rejected 1 no_liquidity");
    pit_send(&pit, pit_on_close(1, 10));
    pit_bar(&pit, 10000, 10200, 10000, 10100);
    pit_expect(&pit, "accepted 2; filled 2 10 @10100 left 0 taker");
    pit_send(&pit, pit_on_close(1, 10));
    pit_bar(&pit, 10000, 10200, 10000, 10100);
    pit_expect(&pit, "accepted 3");
    pit_bar_volume(&pit, 10000, 10200, 10000, 10000, 50); // five shares at a tenth
    pit_expect(&pit, "filled 3 5 @10000 left 5 taker; expired 3 end_of_session");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void a_daily_bar_ends_the_session(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.frame_ns = NS_PER_DAY;
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_on_close(1, 10));
    pit_bar(&pit, 10000, 10200, 10000, 10100);
    pit_expect(&pit, "accepted 1; filled 1 10 @10100 left 0 taker");
    pit_close(&pit);
}

// Somebody polls in the middle of the bar, so that the order is at the venue before the bar is told.
static void an_order_known_before_the_bar_is_told_waits_all_the_same(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.config.latency_params[0] = 30;
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_market(1, 10));
    pit_poll(&pit, pit.now_ns + 40 * NS_PER_S);
    pit_expect(&pit, "accepted 1");
    pit_bar(&pit, 10000, 10000, 9000, 9950);
    pit_expect(&pit, "");
    pit_bar(&pit, 9960, 10000, 9800, 9900);
    pit_expect(&pit, "filled 1 10 @9960 left 0 taker at open");
    pit_close(&pit);
}

static void a_replaced_order_stands_behind_its_equals(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_limit(1, 10, 9900));
    pit_send(&pit, pit_limit(1, 10, 9900));
    pit_send(&pit, pit_limit(1, 10, 9900));
    pit_replace(&pit, 1, 12, 9900); // more: behind
    pit_replace(&pit, 2, 8, 9900);  // less: where it was
    text_clear(&pit.log);
    pit_bar_volume(&pit, 10000, 10000, 9800, 9900, 200);
    pit_expect(&pit, "filled 2 8 @9900 left 0 maker; filled 3 10 @9900 left 0 maker; "
                     "filled 1 2 @9900 left 10 maker");
    pit_close(&pit);
}

static void the_session_may_end_inside_the_bar_that_closes_it(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.frame_ns = 8 * NS_PER_HOUR;
    pit.now_ns += 12 * NS_PER_HOUR;
    pit_open(&pit);
    first_bar(&pit); // 12:00 to 20:00
    struct order_spec day = pit_limit(1, 10, 9900);
    day.tif = TIF_DAY;
    pit_send(&pit, pit_on_close(1, 10));
    pit_send(&pit, day);
    pit_bar(&pit, 10000, 10200, 9800, 10100); // to 04:00
    pit_expect(&pit, "accepted 1; accepted 2; expired 2 end_of_session; "
                     "filled 1 10 @10100 left 0 taker");
    pit_close(&pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bad_order_is_refused_with_its_reason),
        cmocka_unit_test(what_names_no_instrument_or_strategy_does_not_leave),
        cmocka_unit_test(an_index_can_be_traded_where_that_is_allowed),
        cmocka_unit_test(a_canceled_order_does_not_fill),
        cmocka_unit_test(a_replaced_order_has_its_new_terms),
        cmocka_unit_test(a_replace_below_what_is_filled_is_refused),
        cmocka_unit_test(an_order_that_arrives_inside_a_bar_waits_for_the_next),
        cmocka_unit_test(a_cancel_that_arrives_inside_a_bar_comes_after_its_fills),
        cmocka_unit_test(the_order_of_instruments_within_an_instant_does_not_matter),
        cmocka_unit_test(a_report_takes_its_time_back),
        cmocka_unit_test(a_day_order_ends_with_its_session),
        cmocka_unit_test(an_order_that_ends_inside_a_bar_has_only_its_open),
        cmocka_unit_test(a_resting_order_ends_with_the_bar_that_does_not_reach_it),
        cmocka_unit_test(an_order_ends_without_data_of_its_instrument),
        cmocka_unit_test(market_on_close_fills_when_the_session_ends),
        cmocka_unit_test(a_daily_bar_ends_the_session),
        cmocka_unit_test(an_order_known_before_the_bar_is_told_waits_all_the_same),
        cmocka_unit_test(a_replaced_order_stands_behind_its_equals),
        cmocka_unit_test(the_session_may_end_inside_the_bar_that_closes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
