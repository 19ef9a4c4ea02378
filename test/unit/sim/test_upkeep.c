// SPDX-License-Identifier: Apache-2.0
// Interest, borrow fees, dividends, splits and delistings, with every amount worked out by hand.
#include "pit.h"

static void open_short_selling(struct pit *pit) {
    pit_prepare(pit);
    pit->frame_ns = NS_PER_DAY;
    pit_set(pit, SIM_ALLOW_SHORT, 1);
}

static void flat_day(struct pit *pit) {
    pit_bar(pit, 10000, 10000, 10000, 10000);
}

// 100,000.00 short at 3.65 % a year: 10.00 a day.
static void shorts_pay_to_borrow_each_day(void **state) {
    struct pit pit;
    open_short_selling(&pit);
    pit_set(&pit, SIM_BORROW_RATE, 0.0365);
    pit_open(&pit);
    flat_day(&pit);
    pit_send(&pit, pit_market(-1, 1000));
    flat_day(&pit);
    text_clear(&pit.log);
    flat_day(&pit);
    pit_expect(&pit, "cash -1000 reason 4 of 0");
    pit.now_ns += 2 * NS_PER_DAY; // a weekend: three days at once
    flat_day(&pit);
    pit_expect(&pit, "cash -3000 reason 4 of 0");
    pit_check_account(&pit);
    pit_close(&pit);
}

// Two strategies short 1,000 and 501: each pays its part.
static void the_fee_is_shared_by_those_who_are_short(void **state) {
    struct pit pit;
    open_short_selling(&pit);
    pit_set(&pit, SIM_BORROW_RATE, 0.0365);
    pit_open(&pit);
    flat_day(&pit);
    struct order_spec theirs = pit_market(-1, 501);
    theirs.strategy = 1;
    pit_send(&pit, pit_market(-1, 1000));
    pit_send(&pit, theirs);
    flat_day(&pit);
    text_clear(&pit.log);
    flat_day(&pit);
    // 1501 x 100.00 x 0.0001 = 15.01: 10.00 and 5.01.
    pit_expect(&pit, "cash -1000 reason 4 of 0; cash -501 reason 4 of 1");
    pit_check_account(&pit);
    pit_close(&pit);
}

// 1,000,000.00 at 3.65 %: 100.00 a day; what a short brought in earns nothing.
static void cash_earns_and_debt_costs(void **state) {
    struct pit pit;
    open_short_selling(&pit);
    pit_set(&pit, SIM_CREDIT_RATE, 0.0365);
    pit_set(&pit, SIM_DEBIT_RATE, 0.073);
    pit_set(&pit, SIM_MARGIN_INITIAL, 0.5);
    pit_open(&pit);
    flat_day(&pit);
    pit_expect(&pit, "");
    flat_day(&pit);
    pit_expect(&pit, "cash 10000 reason 3");
    pit_send(&pit, pit_market(-1, 1000));
    flat_day(&pit);
    text_clear(&pit.log);
    flat_day(&pit);
    // 1,000,200 + 100,000 - 100,000 = 1,000,200 (two days' interest): 100.02
    pit_expect(&pit, "cash 10002 reason 3");
    pit_send(&pit, pit_market(1, 16000));
    flat_day(&pit);
    text_clear(&pit.log);
    int128_t debt = -sim_exchange_cash(pit.exchange, 0).m;
    assert_true(debt > 0);
    flat_day(&pit);
    // 0.073 / 365 = 0.0002 a day, rounded up.
    char expected[64];
    snprintf(expected, sizeof expected, "cash -%lld reason 3",
             (long long)((debt * 2 + 9999) / 10000));
    pit_expect(&pit, expected);
    pit_check_account(&pit);
    pit_close(&pit);
}

static void a_dividend_is_paid_on_what_is_held_and_by_shorts(void **state) {
    for (int side = 1; side >= -1; side -= 2) {
        struct pit pit;
        open_short_selling(&pit);
        pit_open(&pit);
        flat_day(&pit);
        pit_send(&pit, pit_market(side, 101));
        flat_day(&pit);
        union event event;
        event_init(&event, EVENT_DIVIDEND, PIT_SHARE, pit.now_ns);
        event.dividend.amount = 125; // 0.125: 101 of it are 12.625, half to even 12.62
        event.dividend.decimals = 3;
        pit_event(&pit, &event);
        assert_true(sim_exchange_cash(pit.exchange, 0).m ==
                    100000000 - side * 1010000 + side * 1262);
        pit_close(&pit);
    }
}

static void split(struct pit *pit, int64_t numerator, int64_t denominator, int64_t price) {
    union event event;
    event_init(&event, EVENT_SPLIT, PIT_SHARE, pit->now_ns);
    event.split.numerator = numerator;
    event.split.denominator = denominator;
    event.split.price = PRICE(price);
    pit_event(pit, &event);
}

static void a_split_multiplies_shares_and_divides_prices(void **state) {
    struct pit pit;
    open_short_selling(&pit);
    pit_open(&pit);
    flat_day(&pit);
    pit_send(&pit, pit_market(1, 10));
    flat_day(&pit);
    pit_send(&pit, pit_limit(1, 10, 9000));
    pit_send(&pit, pit_limit(-1, 10, 11000));
    pit_send(&pit, pit_stop(-1, 10, 8000));
    text_clear(&pit.log);
    split(&pit, 7, 1, 10000);
    // 90.00 / 7 = 12.857, a buyer's limit down; 110.00 / 7 = 15.714, a seller's up; 80.00 / 7 = 11.428, his
    // trigger down.
    pit_expect(&pit, "replaced 2 70 @1285 left 70; replaced 3 70 @1572 left 70; "
                     "replaced 4 70 @1142 left 70");
    assert_int_equal(sim_exchange_quantity(pit.exchange, PIT_SHARE).m, 70);
    // Marked at 100.00 / 7 = 14.29 until the next price.
    assert_true(sim_exchange_equity(pit.exchange).m == 100000000 - 100000 + 70 * 1429);
    pit_close(&pit);
}

// 13 shares 1:8: one share and 5/8 of an old one... 13/8 = 1.625 new ones; 0.625 new are 5 old at 10.00.
static void less_than_a_lot_is_paid_at_the_old_price(void **state) {
    for (int side = 1; side >= -1; side -= 2) {
        struct pit pit;
        open_short_selling(&pit);
        pit_open(&pit);
        pit_bar(&pit, 1000, 1000, 1000, 1000);
        pit_send(&pit, pit_market(side, 13));
        pit_bar(&pit, 1000, 1000, 900, 900); // the price of the split is its own
        int128_t cash = sim_exchange_cash(pit.exchange, 0).m;
        split(&pit, 1, 8, 1000);
        assert_int_equal(sim_exchange_quantity(pit.exchange, PIT_SHARE).m, side);
        assert_true(sim_exchange_cash(pit.exchange, 0).m == cash + side * 5000);
        pit_close(&pit);
    }
}

static void an_order_that_a_split_leaves_with_nothing_ends(void **state) {
    struct pit pit;
    open_short_selling(&pit);
    pit_open(&pit);
    flat_day(&pit);
    pit_send(&pit, pit_limit(1, 7, 9000));
    pit_send(&pit, pit_limit(1, 8, 9000));
    text_clear(&pit.log);
    split(&pit, 1, 8, 10000);
    pit_expect(&pit, "canceled 1 bad_order; replaced 2 1 @72000 left 1");
    pit_close(&pit);
}

static void a_delisted_instrument_is_closed_at_its_last_price(void **state) {
    struct pit pit;
    open_short_selling(&pit);
    pit.config.fee_params[1] = 10;
    pit_open(&pit);
    flat_day(&pit);
    pit_send(&pit, pit_market(1, 10));
    pit_bar(&pit, 10000, 10000, 4000, 4321);
    pit_send(&pit, pit_limit(1, 10, 4000));
    text_clear(&pit.log);
    union event event;
    event_init(&event, EVENT_DELIST, PIT_SHARE, pit.now_ns);
    pit_event(&pit, &event);
    pit_expect(&pit, "canceled 2 delisted; filled venue/0 10 @4321 left 0 taker delisted");
    pit_send(&pit, pit_market(1, 10));
    pit_expect(&pit, "rejected 3 delisted");
    pit_check_account(&pit);
    pit_close(&pit);
}

static void deposits_are_added_to_cash(void **state) {
    struct pit pit;
    pit_start(&pit);
    union event event;
    event_init(&event, EVENT_CASH, INSTRUMENT_NONE, pit.now_ns);
    event.cash.amount = MONEY(500);
    event.cash.currency = 1;
    event.cash.reason = CASH_DEPOSIT;
    pit_event(&pit, &event);
    assert_true(sim_exchange_cash(pit.exchange, 1).m == 500);
    assert_true(sim_exchange_cash(pit.exchange, 0).m == 100000000);
    pit_close(&pit);
}

// Cash of 1,100,000 against a short that is worth 1,200,000: nothing is earned, and nothing is paid for it.
static void cash_that_shorts_brought_in_earns_nothing(void **state) {
    struct pit pit;
    open_short_selling(&pit);
    pit_set(&pit, SIM_CREDIT_RATE, 0.0365);
    pit_open(&pit);
    flat_day(&pit);
    pit_send(&pit, pit_market(-1, 1000));
    pit_bar(&pit, 10000, 120000, 10000, 120000);
    text_clear(&pit.log);
    pit_bar(&pit, 120000, 120000, 120000, 120000);
    pit_expect(&pit, "filled venue/0 1000 @120000 left 0 taker at open liquidation");
    pit_close(&pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shorts_pay_to_borrow_each_day),
        cmocka_unit_test(the_fee_is_shared_by_those_who_are_short),
        cmocka_unit_test(cash_earns_and_debt_costs),
        cmocka_unit_test(a_dividend_is_paid_on_what_is_held_and_by_shorts),
        cmocka_unit_test(a_split_multiplies_shares_and_divides_prices),
        cmocka_unit_test(less_than_a_lot_is_paid_at_the_old_price),
        cmocka_unit_test(an_order_that_a_split_leaves_with_nothing_ends),
        cmocka_unit_test(a_delisted_instrument_is_closed_at_its_last_price),
        cmocka_unit_test(deposits_are_added_to_cash),
        cmocka_unit_test(cash_that_shorts_brought_in_earns_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
