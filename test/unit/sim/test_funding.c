// SPDX-License-Identifier: Apache-2.0
// Funding: its instants, its payments, and both venues that make them. The sums are worked out a second time in the
// tests from positions, marks and rates.
#include "pit.h"
#include "tick_pit.h"

#define MINUTE NS_PER_MIN

static void a_constant_rate_comes_at_whole_multiples(void **state) {
    struct funding funding = {.every_ns = 8 * NS_PER_HOUR, .rate = 7};
    struct funding_rate rate;
    assert_true(funding_next(&funding, PIT_START_NS, &rate));
    assert_int_equal(rate.ts_ns, PIT_START_NS + 8 * NS_PER_HOUR);
    assert_true(funding_next(&funding, PIT_START_NS - 1, &rate));
    assert_int_equal(rate.ts_ns, PIT_START_NS);
    assert_true(funding_next(&funding, -1, &rate));
    assert_int_equal(rate.ts_ns, 0);
    assert_int_equal(rate.rate, 7);
    assert_false(funding_next(&funding, INT64_MAX, &rate));
}

static void a_list_gives_the_first_that_is_later(void **state) {
    static const struct funding_rate rates[] = {{10, 1, {0}}, {20, 2, {0}}, {30, 3, {5}}};
    struct funding funding = {.rates = rates, .count = 3};
    for (int64_t after = 0; after < 40; after++) {
        struct funding_rate rate;
        bool found = funding_next(&funding, after, &rate);
        assert_int_equal(found, after < 30);
        if (found) assert_int_equal(rate.ts_ns, after < 10 ? 10 : after < 20 ? 20 : 30);
    }
}

// Long 1,000 at 100.00 are 100,000.00: 0.01 % is 10.00; half a cent goes to even.
static void longs_pay_and_shorts_receive(void **state) {
    struct pit pit;
    pit_prepare(&pit);
    pit_open(&pit);
    int64_t bp = decimal_pow10(FUNDING_DECIMALS - 4);
    struct sim_account made;
    struct arena arena;
    assert_ok(arena_init(&arena, 1 << 20));
    assert_ok(sim_account_init(&made, &arena, &arena, &pit.instruments, 1, 0));
    static const int64_t rows[][4] = {{1000, 10000, 1, -1000}, {-1000, 10000, 1, 1000},
                                      {1000, 10000, -1, 1000}, {-1000, 10000, -1, -1000},
                                      {1, 5000, 1, 0},         {3, 5000, 1, -2},
                                      {5, 5000, 1, -2},        {0, 10000, 1, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_true(
            funding_payment(&made, PIT_SHARE, QTY(rows[i][0]), PRICE(rows[i][1]), rows[i][2] * bp)
                .m == rows[i][3]);
    arena_fini(&arena);
    pit_close(&pit);
}

// Bars of a minute, funding every two: 1,000 long from the second bar on.
static void bars_pay_on_the_close_of_the_instant(void **state) {
    struct funding funding = {.every_ns = 2 * MINUTE, .rate = decimal_pow10(FUNDING_DECIMALS - 3)};
    struct pit pit;
    pit_prepare(&pit);
    pit.config.funding = &funding;
    pit.config.funding_count = 1;
    pit_open(&pit);
    static const int64_t closes[] = {10000, 10100, 10200, 10300, 10400, 10500, 10600};
    int64_t expected = 0, held = 0;
    pit_bar(&pit, 10000, 10000, 10000, 10000); // 00:00 to 00:01
    pit_send(&pit, pit_market(1, 1000));
    for (int i = 0; i < 7; i++) {
        // What was due before this bar ends is paid with it: at 00:02, 00:04 and 00:06, of the close of then.
        int minute = i + 2;
        if ((minute - 1) % 2 == 0 && i > 0) expected += held * closes[i - 1] / 1000;
        pit_bar(&pit, 10000, 10600, 10000, closes[i]);
        held = 1000;
        int64_t cash = sim_exchange_cash(pit.exchange, 0).m;
        assert_true(cash == 100000000 - 1000 * 10000 - expected);
    }
    assert_int_equal(sim_exchange_counts(pit.exchange)->funded, 3);
    // The data end at 00:08, and so does a span of funding: it is paid on the last close, once.
    sim_exchange_end_of_data(pit.exchange);
    pit_poll(&pit, INT64_MAX);
    expected += held * closes[6] / 1000;
    assert_true(sim_exchange_cash(pit.exchange, 0).m == 100000000 - 1000 * 10000 - expected);
    assert_int_equal(sim_exchange_counts(pit.exchange)->funded, 4);
    pit_close(&pit);
}

static void feed_pays_on_the_middle_of_the_book(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    static const struct funding_rate rates[] = {
        {100, 10000000000, {0}}, {200, -20000000000, {0}}, {300, 10000000000, {150}}};
    static const struct funding funding = {.rates = rates, .count = 3};
    pit->config.funding = &funding;
    tick_pit_open(pit);
    tick_pit_feed(pit, 1, FEED_LEVEL, 1, 99, 50);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 102, 50);
    uint64_t id = tick_pit_limit(pit, 5, 1, 102, 10);
    int next = 0;
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect_fill(pit, &next, id, 102, 10, 0);
    tick_pit_play(pit, 99);
    assert_int_equal(pit->report_count, next);
    tick_pit_feed(pit, 100, FEED_LEVEL, 1, 101,
                  50); // of the instant itself: the middle is 101.5, 102
    tick_pit_feed(pit, 200, FEED_LEVEL, 1, 102, 0);
    tick_pit_play(pit, 300);
    // 10 x 101.5 rounded to 102 is 1,020.00, one hundredth 10.20; twice that comes back; 10 x 150 is 1,500.00.
    static const int64_t paid[] = {-1020, 2040, -1500};
    for (int i = 0; i < 3; i++) {
        struct cash_event cash;
        memcpy(&cash, &pit->reports[next++], sizeof cash);
        assert_int_equal(cash.header.kind, EVENT_CASH);
        assert_int_equal(cash.header.ts_ns, 100 * (i + 1));
        assert_int_equal(cash.reason, CASH_FUNDING);
        assert_int_equal(cash.strategy, 0);
        assert_true(cash.amount.m == paid[i]);
    }
    assert_int_equal(pit->report_count, next);
    assert_int_equal(tick_exchange_counts(pit->exchange)->funded, 3);
    tick_pit_free(pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_constant_rate_comes_at_whole_multiples),
        cmocka_unit_test(a_list_gives_the_first_that_is_later),
        cmocka_unit_test(longs_pay_and_shorts_receive),
        cmocka_unit_test(bars_pay_on_the_close_of_the_instant),
        cmocka_unit_test(feed_pays_on_the_middle_of_the_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
