// SPDX-License-Identifier: Apache-2.0
#include "tick_pit.h"

static struct tick_pit *pit_with(struct tick_limits limits) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    pit->config.limits = limits;
    tick_pit_open(pit);
    tick_pit_feed(pit, 1, FEED_LEVEL, 1, 99, 10);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 101, 10);
    return pit;
}

static void refused(struct tick_pit *pit, int *next, uint64_t id, enum event_kind kind,
                    enum order_reason reason) {
    assert_int_equal(tick_pit_expect(pit, next, id, kind)->reason, reason);
}

// Two in a second, five in ten: the windows begin at whole seconds, and what is refused does not count.
static void requests_beyond_a_window_are_refused(void **state) {
    const int64_t second = 1000000000;
    struct tick_pit *pit = pit_with((struct tick_limits){.rates = {{2, 1}, {5, 10}}});
    int next = 0;
    const struct {
        int64_t ns;
        bool good;
    } rows[] = {{second - 2, true},       {second - 1, true},      {second - 1, false},
                {second, true},           {second + 9, true},      {2 * second - 1, false},
                {2 * second, true},       {2 * second + 1, false}, {9 * second, false},
                {10 * second - 1, false}, {10 * second, true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t id = tick_pit_limit(pit, rows[i].ns, 1, 90, 1);
        if (rows[i].good)
            tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
        else
            refused(pit, &next, id, EVENT_ORDER_REJECTED, REASON_RATE_LIMIT);
    }
    assert_int_equal(tick_exchange_counts(pit->exchange)->rate_limited, 5);
    tick_pit_replace(pit, 10 * second + 1, 1, 91, 1);
    tick_pit_expect(pit, &next, 1, EVENT_ORDER_REPLACED);
    tick_pit_replace(pit, 10 * second + 2, 1, 92, 1);
    refused(pit, &next, 1, EVENT_ORDER_REPLACE_REJECTED, REASON_RATE_LIMIT);
    tick_pit_cancel(pit, 10 * second + 3, 1); // free
    tick_pit_expect(pit, &next, 1, EVENT_ORDER_CANCELED);
    tick_pit_free(pit);
}

// The middle is 100: buys to 110, sells from 80.
static void prices_too_far_off_are_refused(void **state) {
    struct tick_pit *pit =
        pit_with((struct tick_limits){.band_up = MODEL_PARTS / 10, .band_down = MODEL_PARTS / 5});
    int next = 0;
    uint64_t id = tick_pit_limit(pit, 2, 1, 111, 1);
    refused(pit, &next, id, EVENT_ORDER_REJECTED, REASON_PRICE_BAND);
    id = tick_pit_limit(pit, 2, -1, 79, 1);
    refused(pit, &next, id, EVENT_ORDER_REJECTED, REASON_PRICE_BAND);
    id = tick_pit_limit(pit, 2, 1, 110, 1);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_FILLED);
    id = tick_pit_limit(pit, 2, 1, 1, 1); // the harmless way
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_replace(pit, 3, id, 112, 1);
    refused(pit, &next, id, EVENT_ORDER_REPLACE_REJECTED, REASON_PRICE_BAND);
    tick_pit_feed(pit, 4, FEED_CLEAR, 0, 0, 0);
    id = tick_pit_limit(pit, 5, 1, 500, 1); // no middle
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_free(pit);
}

static void orders_too_small_are_refused_unless_they_reduce(void **state) {
    struct tick_pit *pit = pit_with((struct tick_limits){.notional_min = 200});
    int next = 0;
    uint64_t id = tick_pit_limit(pit, 2, 1, 99, 2); // 198
    refused(pit, &next, id, EVENT_ORDER_REJECTED, REASON_MIN_NOTIONAL);
    id = tick_pit_limit(pit, 2, 1, 100, 2);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    struct order_spec spec = {.side = 1, .type = ORDER_MARKET, .qty = QTY(1)}; // at the middle: 100
    id = tick_pit_send(pit, 3, spec);
    refused(pit, &next, id, EVENT_ORDER_REJECTED, REASON_MIN_NOTIONAL);
    spec.qty = QTY(2);
    id = tick_pit_send(pit, 3, spec);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_FILLED);
    spec = (struct order_spec){
        .side = -1, .type = ORDER_MARKET, .flags = ORDER_REDUCE_ONLY, .qty = QTY(1)};
    id = tick_pit_send(pit, 4, spec);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_FILLED);
    tick_pit_free(pit);
}

// A contract of 100 USD, settled in coins of 8 decimals. Its price is that of a coin.
static void an_inverse_contract_is_worth_what_it_is_quoted_in(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    struct instrument *contract = &pit->instruments.items[0];
    pit->instruments.currencies[0].decimals = 8;
    contract->payoff = PAYOFF_INVERSE;
    contract->multiplier = 100;
    contract->multiplier_decimals = 0;
    pit->config.limits = (struct tick_limits){.notional_min = 200};
    tick_pit_open(pit);
    tick_pit_feed(pit, 1, FEED_LEVEL, 1, 49999, 10);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 50001, 10);
    int next = 0;
    for (int side = -1; side <= 1; side += 2) {
        uint64_t id = tick_pit_limit(pit, 2, side, 50000, 1);
        refused(pit, &next, id, EVENT_ORDER_REJECTED, REASON_MIN_NOTIONAL);
    }
    uint64_t id = tick_pit_limit(pit, 2, 1, 30000, 2);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    id = tick_pit_limit(pit, 2, -1, 80000, 2);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    struct order_spec spec = {.side = 1, .type = ORDER_MARKET, .qty = QTY(1)};
    id = tick_pit_send(pit, 3, spec);
    refused(pit, &next, id, EVENT_ORDER_REJECTED, REASON_MIN_NOTIONAL);
    tick_pit_free(pit);
}

// What an instrument asks for by itself holds without limits: 2 lots; 0.005 of a coin, which is 3 contracts below
// 60,000 and not above.
static void an_instruments_own_least_holds_without_limits(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    struct instrument *contract = &pit->instruments.items[0];
    pit->instruments.currencies[0].decimals = 8;
    contract->payoff = PAYOFF_INVERSE;
    contract->multiplier = 100;
    contract->multiplier_decimals = 0;
    contract->qty_min = QTY(2);
    contract->notional_min = 500000;
    tick_pit_open(pit);
    int next = 0;
    uint64_t id = tick_pit_limit(pit, 2, 1, 10000, 1);
    refused(pit, &next, id, EVENT_ORDER_REJECTED, REASON_BAD_ORDER);
    id = tick_pit_limit(pit, 2, 1, 60000, 3);
    tick_pit_expect(pit, &next, id, EVENT_ORDER_ACCEPTED);
    id = tick_pit_limit(pit, 2, 1, 60001, 3);
    refused(pit, &next, id, EVENT_ORDER_REJECTED, REASON_MIN_NOTIONAL);
    tick_pit_free(pit);
}

static void more_orders_than_may_be_open_are_refused(void **state) {
    struct tick_pit *pit = pit_with((struct tick_limits){.open_max = 3, .stop_max = 1});
    int next = 0;
    struct order_spec stop = {
        .side = 1, .type = ORDER_STOP, .qty = QTY(1), .stop_price = PRICE(150)};
    uint64_t first = tick_pit_send(pit, 2, stop);
    tick_pit_expect(pit, &next, first, EVENT_ORDER_ACCEPTED);
    refused(pit, &next, tick_pit_send(pit, 2, stop), EVENT_ORDER_REJECTED, REASON_FULL);
    for (int i = 0; i < 2; i++)
        tick_pit_expect(pit, &next, tick_pit_limit(pit, 3, 1, 90, 1), EVENT_ORDER_ACCEPTED);
    refused(pit, &next, tick_pit_limit(pit, 3, 1, 90, 1), EVENT_ORDER_REJECTED, REASON_FULL);
    tick_pit_cancel(pit, 4, first);
    tick_pit_expect(pit, &next, first, EVENT_ORDER_CANCELED);
    tick_pit_expect(pit, &next, tick_pit_limit(pit, 5, 1, 90, 1), EVENT_ORDER_ACCEPTED);
    tick_pit_free(pit);
}

static void the_published_limits_are_as_published(void **state) {
    struct tick_limits limits = tick_limits_preset(TICK_LIMITS_BINANCE_USDM);
    assert_int_equal(limits.rates[0].most, 300);
    assert_int_equal(limits.rates[0].window_s, 10);
    assert_int_equal(limits.rates[1].most, 1200);
    assert_int_equal(limits.rates[1].window_s, 60);
    assert_int_equal(limits.band_up, 150000000);
    limits = tick_limits_preset(TICK_LIMITS_BINANCE_SPOT);
    assert_int_equal(limits.rates[0].most, 50);
    assert_int_equal(limits.band_down, 800000000);
    assert_int_equal(limits.rates[1].most, 160000);
    assert_int_equal(limits.rates[1].window_s, 86400);
    limits = tick_limits_preset(TICK_LIMITS_BINANCE_COINM);
    assert_int_equal(limits.rates[0].most, 6000);
    assert_int_equal(limits.rates[0].window_s, 60);
    assert_int_equal(limits.open_max, 200);
    assert_int_equal(limits.band_down, 150000000);
    assert_true(limits.notional_min == 0);
    limits = tick_limits_preset(TICK_LIMITS_NONE);
    assert_int_equal(limits.rates[0].most + limits.open_max, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_beyond_a_window_are_refused),
        cmocka_unit_test(prices_too_far_off_are_refused),
        cmocka_unit_test(orders_too_small_are_refused_unless_they_reduce),
        cmocka_unit_test(an_inverse_contract_is_worth_what_it_is_quoted_in),
        cmocka_unit_test(an_instruments_own_least_holds_without_limits),
        cmocka_unit_test(more_orders_than_may_be_open_are_refused),
        cmocka_unit_test(the_published_limits_are_as_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
