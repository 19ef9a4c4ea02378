// SPDX-License-Identifier: Apache-2.0
// How much fills, at what price after slippage and rounding, and what it costs.
#include "pit.h"

static void first_bar(struct pit *pit) {
    pit_bar(pit, 10000, 10000, 10000, 10000);
}

static void a_bar_gives_a_tenth_of_its_volume_and_the_rest_waits(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_market(1, 100));
    pit_bar_volume(&pit, 10000, 10000, 10000, 10000, 409); // 40.9: 40 shares
    pit_bar_volume(&pit, 10100, 10100, 10100, 10100, 9);   // 0.9: none
    pit_bar_volume(&pit, 10200, 10200, 10200, 10200, 0);   // nothing was traded
    pit_bar_volume(&pit, 10300, 10300, 10300, 10300, 6000);
    pit_expect(&pit, "accepted 1; filled 1 40 @10000 left 60 taker at open; "
                     "filled 1 60 @10300 left 0 taker at open");
    assert_int_equal(sim_exchange_counts(pit.exchange)->volume_capped, 1);
    assert_int_equal(sim_exchange_counts(pit.exchange)->partial_fills, 1);
    pit_check_account(&pit);
    pit_close(&pit);
}

// 50 shares for: a market order, a stop reached first, limits by price and then by arrival.
static void volume_is_shared_in_the_order_in_which_the_bar_reaches_orders(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_limit(1, 20, 9900));
    pit_send(&pit, pit_limit(1, 20, 9950));
    pit_send(&pit, pit_limit(1, 20, 9950));
    pit_send(&pit, pit_market(1, 5));
    text_clear(&pit.log);
    pit_bar_volume(&pit, 10000, 10000, 9800, 9900, 500);
    pit_expect(&pit, "filled 4 5 @10000 left 0 taker at open; filled 2 20 @9950 left 0 maker; "
                     "filled 3 20 @9950 left 0 maker; filled 1 5 @9900 left 15 maker");
    pit_close(&pit);
}

static void better_limits_come_first_at_an_open_below_them_all(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_limit(1, 30, 9900));
    pit_send(&pit, pit_limit(1, 30, 9950));
    pit_send(&pit, pit_limit(1, 30, 9950));
    text_clear(&pit.log);
    pit_bar_volume(&pit, 9800, 9800, 9800, 9800, 700);
    pit_expect(&pit, "filled 2 30 @9800 left 0 taker at open; filled 3 30 @9800 left 0 taker at "
                     "open; filled 1 10 @9800 left 20 taker at open");
    pit_close(&pit);
}

static void without_volume_in_the_data_nothing_is_capped(void **state) {
    struct pit pit;
    pit_start(&pit);
    pit_bar_volume(&pit, 10000, 10000, 10000, 10000, 0);
    pit_send(&pit, pit_market(1, 5000));
    pit_bar_volume(&pit, 10000, 10000, 10000, 10000, 0);
    pit_expect(&pit, "accepted 1; filled 1 5000 @10000 left 0 taker at open");
    assert_int_equal(sim_exchange_counts(pit.exchange)->uncapped_fills, 1);
    pit_close(&pit);
}

static void without_a_share_nothing_is_capped(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit_set(&pit, SIM_VOLUME_SHARE, 0);
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_market(1, 5000));
    pit_bar_volume(&pit, 10000, 10000, 10000, 10000, 3);
    pit_expect(&pit, "accepted 1; filled 1 5000 @10000 left 0 taker at open");
    pit_close(&pit);
}

static void ioc_takes_what_there_is_and_fok_all_or_nothing(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    struct order_spec ioc = pit_market(1, 100);
    ioc.tif = TIF_IOC;
    struct order_spec fok = pit_market(1, 100);
    fok.tif = TIF_FOK;
    pit_send(&pit, ioc);
    pit_bar_volume(&pit, 10000, 10000, 10000, 10000, 400);
    pit_expect(&pit,
               "accepted 1; filled 1 40 @10000 left 60 taker at open; canceled 1 no_liquidity");
    pit_send(&pit, fok);
    pit_bar_volume(&pit, 10000, 10000, 10000, 10000, 400);
    pit_expect(&pit, "accepted 2; canceled 2 no_liquidity");
    pit_send(&pit, fok);
    pit_bar_volume(&pit, 10000, 10000, 10000, 10000, 1000);
    pit_expect(&pit, "accepted 3; filled 3 100 @10000 left 0 taker at open");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void an_ioc_stop_has_its_chance_when_it_triggers(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    struct order_spec stop = pit_stop(1, 100, 10100);
    struct order_spec stop_limit = pit_stop_limit(1, 100, 10100, 10050);
    stop.tif = stop_limit.tif = TIF_IOC;
    pit_send(&pit, stop);
    pit_send(&pit, stop_limit);
    pit_bar_volume(&pit, 10000, 10050, 10000, 10000, 400);
    pit_expect(&pit, "accepted 1; accepted 2");
    pit_bar_volume(&pit, 10000, 10150, 10000, 10000, 400);
    pit_expect(&pit, "triggered 1; filled 1 40 @10100 left 60 taker; canceled 1 no_liquidity; "
                     "triggered 2; canceled 2 no_liquidity");
    pit_close(&pit);
}

// 5 bps of 100.00 are 5 cents exactly; of 100.10 they are 5.005, rounded up to 6 against the buyer.
static void slippage_is_added_to_what_takes_and_rounded_against_us(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    assert_ok(sim_config_set_slip(&pit.config, "fixed"));
    pit.config.slip_params[0] = 5;
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_market(1, 10));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_market(1, 10));
    pit_bar(&pit, 10010, 10010, 10010, 10010);
    pit_send(&pit, pit_market(-1, 10));
    pit_bar(&pit, 10010, 10010, 10010, 10010);
    pit_expect(&pit, "accepted 1; filled 1 10 @10005 left 0 taker at open; "
                     "accepted 2; filled 2 10 @10016 left 0 taker at open; "
                     "accepted 3; filled 3 10 @10004 left 0 taker at open");
    pit_send(&pit, pit_stop(-1, 10, 9900));
    pit_bar(&pit, 10000, 10000, 9850, 9900); // 4.95 cents below 99.00
    pit_expect(&pit, "accepted 4; triggered 4; filled 4 10 @9895 left 0 taker");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void slippage_never_oversteps_a_limit(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    assert_ok(sim_config_set_slip(&pit.config, "fixed"));
    pit.config.slip_params[0] = 100;
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_limit(1, 10, 10050));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_expect(&pit, "accepted 1; filled 1 10 @10050 left 0 taker at open");
    // A resting limit is not slipped at all.
    pit_send(&pit, pit_limit(1, 10, 9900));
    pit_bar(&pit, 10000, 10000, 9800, 9900);
    pit_expect(&pit, "accepted 2; filled 2 10 @9900 left 0 maker");
    pit_close(&pit);
}

static void makers_and_takers_pay_their_rates(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.config.fee_params[0] = -1; // a rebate
    pit.config.fee_params[1] = 10;
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_market(1, 33)); // 3300.00 at 10 bps: 3.30
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_limit(-1, 33, 10100)); // 3333.00 at -1 bp: 0.3333, we get 0.33
    pit_bar(&pit, 10000, 10200, 10000, 10000);
    pit_expect(&pit, "accepted 1; filled 1 33 @10000 left 0 taker fee 330 at open; "
                     "accepted 2; filled 2 33 @10100 left 0 maker fee -33");
    pit_check_account(&pit);
    assert_true(sim_exchange_cash(pit.exchange, 0).m == 100000000 - 330 + 33 * 100 + 33);
    pit_close(&pit);
}

// 100 shares at 0.005 are 0.50, at least 1.00: the first part owes the minimum, the second nothing more.
static void a_minimum_is_of_the_order_and_not_of_its_parts(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    assert_ok(sim_config_set_fee(&pit.config, "per_share"));
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_market(1, 300));
    pit_bar_volume(&pit, 10000, 10000, 10000, 10000, 1000);
    pit_bar_volume(&pit, 10000, 10000, 10000, 10000, 1000);
    pit_bar_volume(&pit, 10000, 10000, 10000, 10000, 1000);
    pit_expect(&pit, "accepted 1; filled 1 100 @10000 left 200 taker fee 100 at open; "
                     "filled 1 100 @10000 left 100 taker at open; "
                     "filled 1 100 @10000 left 0 taker fee 50 at open");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void short_selling_forbidden_is_never_done(void **state) {
    struct pit pit;
    pit_start(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_market(-1, 10));
    pit_expect(&pit, "rejected 1 not_shortable");
    pit_send(&pit, pit_market(1, 10));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_stop(-1, 10, 9000));
    pit_send(&pit, pit_market(-1, 10));
    pit_expect(&pit, "accepted 2; filled 2 10 @10000 left 0 taker at open; accepted 3; "
                     "rejected 4 not_shortable");
    pit_close(&pit);
}

// Ticks of five cents: 100.01 is no price of theirs, so a buyer pays 100.05 and a seller gets 100.00.
static void prices_are_whole_ticks_against_us(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.instruments.items[PIT_SHARE].tick = PRICE(5);
    pit_open(&pit);
    first_bar(&pit);
    pit_send(&pit, pit_market(1, 10));
    pit_bar(&pit, 10001, 10001, 10001, 10001);
    pit_send(&pit, pit_market(-1, 10));
    pit_bar(&pit, 10001, 10001, 10001, 10001);
    pit_expect(&pit, "accepted 1; filled 1 10 @10005 left 0 taker at open; "
                     "accepted 2; filled 2 10 @10000 left 0 taker at open");
    pit_close(&pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bar_gives_a_tenth_of_its_volume_and_the_rest_waits),
        cmocka_unit_test(volume_is_shared_in_the_order_in_which_the_bar_reaches_orders),
        cmocka_unit_test(better_limits_come_first_at_an_open_below_them_all),
        cmocka_unit_test(without_volume_in_the_data_nothing_is_capped),
        cmocka_unit_test(without_a_share_nothing_is_capped),
        cmocka_unit_test(ioc_takes_what_there_is_and_fok_all_or_nothing),
        cmocka_unit_test(an_ioc_stop_has_its_chance_when_it_triggers),
        cmocka_unit_test(slippage_is_added_to_what_takes_and_rounded_against_us),
        cmocka_unit_test(slippage_never_oversteps_a_limit),
        cmocka_unit_test(makers_and_takers_pay_their_rates),
        cmocka_unit_test(a_minimum_is_of_the_order_and_not_of_its_parts),
        cmocka_unit_test(short_selling_forbidden_is_never_done),
        cmocka_unit_test(prices_are_whole_ticks_against_us),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
