// SPDX-License-Identifier: Apache-2.0
// Buying power and margin calls. The account starts with $ 1,000,000.00; a share is $ 100.00.
#include "pit.h"

static void open_with(struct pit *pit, double initial, double maintenance) {
    pit_prepare(pit);
    pit_set(pit, SIM_ALLOW_SHORT, 1);
    pit_set(pit, SIM_MARGIN_INITIAL, initial);
    pit_set(pit, SIM_MARGIN_MAINTENANCE, maintenance);
    pit_open(pit);
    pit_bar_of(pit, PIT_OTHER, 10000, 10000, 10000, 10000, 1000000);
    pit_bar(pit, 10000, 10000, 10000, 10000);
}

static struct order_spec of_other(struct order_spec spec) {
    spec.instrument = PIT_OTHER;
    return spec;
}

static void live_orders_count_against_buying_power(void **state) {
    struct pit pit;
    open_with(&pit, 1, 0.25);
    pit_send(&pit, pit_limit(1, 6000, 9000)); // 540,000
    pit_send(&pit, of_other(pit_market(1, 4601)));
    pit_send(&pit, of_other(pit_market(1, 4600)));
    pit_cancel(&pit, 1);
    pit_send(&pit, pit_limit(1, 5400, 10000));
    pit_expect(&pit, "accepted 1; rejected 2 insufficient_margin; accepted 3; "
                     "canceled 1 requested; accepted 4");
    pit_close(&pit);
}

static void what_reduces_is_never_refused(void **state) {
    struct pit pit;
    open_with(&pit, 1, 0.25);
    pit_send(&pit, pit_market(1, 10000));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    text_clear(&pit.log);
    pit_send(&pit, pit_market(1, 1));
    pit_send(&pit, pit_market(-1, 10000));
    // A turn into the opposite position is as large as before.
    pit_send(&pit, pit_market(-1, 10000));
    pit_send(&pit, pit_market(-1, 1));
    pit_expect(&pit, "rejected 2 insufficient_margin; accepted 3; accepted 4; "
                     "rejected 5 insufficient_margin");
    pit_close(&pit);
}

static void half_the_margin_is_twice_the_buying_power(void **state) {
    struct pit pit;
    open_with(&pit, 0.5, 0.25);
    pit_send(&pit, pit_market(1, 20001));
    pit_send(&pit, pit_market(1, 20000));
    pit_expect(&pit, "rejected 1 insufficient_margin; accepted 2");
    pit_close(&pit);
}

static void of_a_group_only_one_order_counts(void **state) {
    struct pit pit;
    open_with(&pit, 1, 0.25);
    struct order_spec above = pit_stop(1, 9000, 10100);
    struct order_spec below = pit_limit(1, 9000, 9900);
    above.group = below.group = 1;
    pit_send(&pit, above);
    pit_send(&pit, below);
    below.group = 0;
    pit_send(&pit, below);
    pit_expect(&pit, "accepted 1; accepted 2; rejected 3 insufficient_margin");
    pit_close(&pit);
}

// A rotation: everything from one share into the other at the next open, the purchase sent first.
static void what_a_sale_brings_in_can_be_spent_at_the_same_open(void **state) {
    struct pit pit;
    open_with(&pit, 1, 0.25);
    pit_send(&pit, pit_market(1, 10000));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_stop(-1, 10000, 9000)); // its protection
    text_clear(&pit.log);
    struct order_spec specs[] = {of_other(pit_market(1, 9000)), of_other(pit_stop(-1, 9000, 9000)),
                                 pit_market(-1, 9000)};
    specs[1].parent = 3;
    for (uint64_t i = 0; i < 3; i++) {
        struct submit_event intent = {
            .header.ts_ns = pit.now_ns, .order_id = 3 + i, .spec = specs[i]};
        pit.side_of[3 + i] = specs[i].side;
        assert_int_equal(pit.venue.submit(pit.venue.self, &intent), 0);
    }
    struct cancel_event cancel = {.header.ts_ns = pit.now_ns, .order_id = 2};
    assert_int_equal(pit.venue.cancel(pit.venue.self, &cancel), 0);
    pit_poll(&pit, pit.now_ns);
    pit_expect(&pit, "accepted 5; canceled 2 requested; accepted 3; accepted 4");
    pit_bar_of(&pit, PIT_OTHER, 10000, 10000, 10000, 10000, 1000000);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_expect(&pit, "filled 3 9000 @10000 left 0 taker at open; "
                     "filled 5 9000 @10000 left 0 taker at open");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void a_market_order_stands_for_its_group(void **state) {
    struct pit pit;
    open_with(&pit, 1, 0.25);
    pit_send(&pit, pit_market(1, 10000));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    struct order_spec stop = pit_stop(-1, 10000, 9000);
    struct order_spec close = pit_market(-1, 10000);
    stop.group = close.group = 2;
    pit_send(&pit, stop);
    pit_send(&pit, close);
    pit_send(&pit, of_other(pit_market(1, 10000)));
    text_clear(&pit.log);
    pit_send(&pit, of_other(pit_market(1, 1)));
    pit_expect(&pit, "rejected 5 insufficient_margin");
    pit_close(&pit);
}

// 20,000 shares at 100.00 with 1,000,000 of equity: at price p the equity is 20000 p - 1,000,000, and below
// a quarter of 20000 p when p < 66.67.
static void a_margin_call_closes_everything_at_the_next_open(void **state) {
    struct pit pit;
    open_with(&pit, 0.5, 0.25);
    pit_send(&pit, pit_market(1, 20000));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    pit_send(&pit, pit_limit(-1, 10, 20000));
    text_clear(&pit.log);
    pit_bar(&pit, 7000, 7000, 6667, 6667);
    pit_bar(&pit, 6667, 6667, 6667, 6667);
    pit_expect(&pit, "");
    pit_bar(&pit, 6667, 6667, 6666, 6666);
    pit_expect(&pit, "");
    pit_bar(&pit, 6600, 6700, 6500, 6700);
    pit_expect(&pit, "canceled 2 liquidation; filled venue/0 20000 @6600 left 0 taker at open "
                     "liquidation");
    assert_int_equal(sim_exchange_counts(pit.exchange)->margin_calls, 1);
    assert_int_equal(sim_exchange_quantity(pit.exchange, PIT_SHARE).m, 0);
    pit_check_account(&pit);
    // 1,000,000 - 20,000 x 34.00
    assert_true(sim_exchange_equity(pit.exchange).m == 32000000);
    pit_send(&pit, pit_market(1, 1));
    pit_expect(&pit, "accepted 3");
    pit_close(&pit);
}

// Other data comes before the share's next bar: one call, and the open that follows it.
static void a_call_is_made_once(void **state) {
    struct pit pit;
    open_with(&pit, 0.5, 0.25);
    pit_send(&pit, pit_market(1, 20000));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    text_clear(&pit.log);
    pit_bar(&pit, 7000, 7000, 6000, 6000);
    int64_t called_ns = pit.now_ns;
    pit.frame_ns = 10 * NS_PER_S;
    for (int i = 0; i < 5; i++) {
        pit_bar_of(&pit, PIT_OTHER, 10000, 10000, 10000, 10000, 0);
        pit.now_ns += pit.frame_ns;
    }
    pit_expect(&pit, "");
    pit.now_ns = called_ns;
    pit.frame_ns = NS_PER_MIN;
    pit_bar(&pit, 6100, 6100, 6100, 6100);
    pit_expect(&pit, "filled venue/0 20000 @6100 left 0 taker at open liquidation");
    assert_int_equal(sim_exchange_counts(pit.exchange)->margin_calls, 1);
    pit_close(&pit);
}

static void a_short_squeeze_is_a_margin_call_too(void **state) {
    struct pit pit;
    open_with(&pit, 1, 0.3);
    pit_send(&pit, pit_market(-1, 10000));
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    text_clear(&pit.log);
    // Equity at 160.00 is 400,000 of 1,600,000: a quarter.
    pit_bar(&pit, 16000, 16000, 16000, 16000);
    pit_bar(&pit, 16500, 16500, 16000, 16000);
    pit_expect(&pit, "filled venue/0 10000 @16500 left 0 taker at open liquidation");
    assert_true(sim_exchange_equity(pit.exchange).m == 35000000);
    pit_check_account(&pit);
    pit_close(&pit);
}

static void each_strategy_is_closed_by_a_fill_of_its_own(void **state) {
    struct pit pit;
    open_with(&pit, 0.5, 0.25);
    struct order_spec mine = pit_market(1, 15000);
    struct order_spec theirs = pit_market(1, 5000);
    theirs.strategy = 1;
    pit_send(&pit, mine);
    pit_send(&pit, theirs);
    pit_bar(&pit, 10000, 10000, 10000, 10000);
    assert_int_equal(sim_exchange_strategy_quantity(pit.exchange, 1, PIT_SHARE).m, 5000);
    pit_bar(&pit, 6000, 6000, 6000, 6000);
    text_clear(&pit.log);
    pit_bar(&pit, 6000, 6000, 6000, 6000);
    pit_expect(&pit, "filled venue/0 15000 @6000 left 0 taker at open liquidation; "
                     "filled venue/1 5000 @6000 left 0 taker at open liquidation");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void a_currency_without_a_rate_buys_nothing(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit.instruments.items[PIT_OTHER].currency = 1;
    pit_open(&pit);
    pit_bar_of(&pit, PIT_OTHER, 10000, 10000, 10000, 10000, 1000000);
    pit.now_ns += pit.frame_ns;
    pit_send(&pit, of_other(pit_market(1, 10)));
    union event rate;
    event_init(&rate, EVENT_RATE, INSTRUMENT_NONE, pit.now_ns);
    rate.rate.currency = 1;
    rate.rate.decimals = 4;
    rate.rate.rate = 12500;
    pit_event(&pit, &rate);
    // 1,000,000 dollars are 800,000 euros, and 8,000 shares.
    pit_send(&pit, of_other(pit_market(1, 8001)));
    pit_send(&pit, of_other(pit_market(1, 8000)));
    pit_expect(&pit, "rejected 1 insufficient_margin; rejected 2 insufficient_margin; accepted 3");
    pit_bar_of(&pit, PIT_OTHER, 10000, 10000, 10000, 10000, 1000000);
    assert_true(sim_exchange_cash(pit.exchange, 1).m == -80000000);
    assert_true(sim_exchange_cash(pit.exchange, 0).m == 100000000);
    assert_true(sim_exchange_equity(pit.exchange).m == 100000000);
    pit_close(&pit);
}

// Contracts of 10,000.00 dollars on something at 100.00: each is 100.00 of it. 90,000 are nine times the equity.
static void open_inverse(struct pit *pit) {
    pit_prepare(pit);
    struct instrument *perp = &pit->instruments.items[PIT_SHARE];
    perp->payoff = PAYOFF_INVERSE;
    perp->asset = ASSET_FUTURE;
    perp->multiplier = 10000;
    pit_set(pit, SIM_ALLOW_SHORT, 1);
    pit_set(pit, SIM_MARGIN_INITIAL, 0.1);
    pit_set(pit, SIM_MARGIN_MAINTENANCE, 0.05);
    pit_open(pit);
    pit_bar(pit, 10000, 10000, 10000, 10000);
}

// Nothing is paid for a contract, whichever way round; what it loses is. A long loses 9,000,000 (1 / 0.94 - 1), a
// short 9,000,000 (1 - 1 / 1.07).
static void inverse_contracts_are_called_both_ways(void **state) {
    static const struct {
        int32_t side;
        int64_t safe, called, equity; // cents
    } rows[] = {{1, 9500, 9400, 42553191}, {-1, 10600, 10700, 41121495}};
    for (int i = 0; i < 2; i++) {
        struct pit pit;
        int64_t safe = rows[i].safe, called = rows[i].called;
        open_inverse(&pit);
        pit_send(&pit, pit_market(rows[i].side, 100001));
        pit_send(&pit, pit_market(rows[i].side, 90000));
        pit_expect(&pit, "rejected 1 insufficient_margin; accepted 2");
        pit_bar(&pit, 10000, 10000, 10000, 10000);
        assert_true(sim_exchange_equity(pit.exchange).m == 100000000);
        pit_bar(&pit, safe, safe, safe, safe);
        assert_int_equal(sim_exchange_counts(pit.exchange)->margin_calls, 0);
        pit_bar(&pit, called, called, called, called);
        assert_true(sim_exchange_equity(pit.exchange).m == rows[i].equity);
        int64_t worse = i == 0 ? 9300 : 10800;
        pit_bar(&pit, worse, worse, worse, worse);
        assert_int_equal(sim_exchange_counts(pit.exchange)->margin_calls, 1);
        assert_int_equal(sim_exchange_quantity(pit.exchange, PIT_SHARE).m, 0);
        sim_exchange_check(pit.exchange);
        pit_close(&pit);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inverse_contracts_are_called_both_ways),
        cmocka_unit_test(live_orders_count_against_buying_power),
        cmocka_unit_test(what_reduces_is_never_refused),
        cmocka_unit_test(half_the_margin_is_twice_the_buying_power),
        cmocka_unit_test(of_a_group_only_one_order_counts),
        cmocka_unit_test(what_a_sale_brings_in_can_be_spent_at_the_same_open),
        cmocka_unit_test(a_market_order_stands_for_its_group),
        cmocka_unit_test(a_margin_call_closes_everything_at_the_next_open),
        cmocka_unit_test(a_call_is_made_once),
        cmocka_unit_test(a_short_squeeze_is_a_margin_call_too),
        cmocka_unit_test(each_strategy_is_closed_by_a_fill_of_its_own),
        cmocka_unit_test(a_currency_without_a_rate_buys_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
