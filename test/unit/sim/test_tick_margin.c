// SPDX-License-Identifier: Apache-2.0
#include "tick_pit.h"

#include "sim/tick_state.h"

// Cash in cents; 99 x 10 bid, 101 x 10 asked; rates in percent.
static struct tick_pit *pit_with(int64_t cash, int initial, int maintenance, bool allow_short) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    pit->config.cash = MONEY(cash);
    pit->config.order_max = 64;
    pit->config.margin = (struct tick_margin){.initial = MODEL_PARTS / 100 * initial,
                                              .maintenance = MODEL_PARTS / 100 * maintenance,
                                              .allow_short = allow_short};
    tick_pit_open(pit);
    tick_pit_feed(pit, 1, FEED_LEVEL, 1, 99, 10);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 101, 10);
    return pit;
}

static void refused(struct tick_pit *pit, int *next, uint64_t id, enum order_reason reason) {
    assert_int_equal(tick_pit_expect(pit, next, id, EVENT_ORDER_REJECTED)->reason, reason);
}

static void accepted(struct tick_pit *pit, int *next, uint64_t id) {
    tick_pit_expect(pit, next, id, EVENT_ORDER_ACCEPTED);
}

// $ 1,000 carry $ 10,000: buys of 9,999 and, on the other side, sells of no more than that, or of 9,999 in its place.
static void an_order_needs_initial_margin_for_the_worst_that_can_happen(void **state) {
    struct tick_pit *pit = pit_with(100000, 10, 5, true);
    int next = 0;
    uint64_t first = tick_pit_limit(pit, 2, 1, 99, 101);
    accepted(pit, &next, first);
    refused(pit, &next, tick_pit_limit(pit, 2, 1, 99, 1), REASON_INSUFFICIENT_MARGIN);     // 10,098
    refused(pit, &next, tick_pit_limit(pit, 2, -1, 101, 100), REASON_INSUFFICIENT_MARGIN); // 10,100
    accepted(pit, &next, tick_pit_limit(pit, 2, -1, 101, 99));
    tick_pit_replace(pit, 3, first, 100, 101); // 10,100
    assert_int_equal(tick_pit_expect(pit, &next, first, EVENT_ORDER_REPLACE_REJECTED)->reason,
                     REASON_INSUFFICIENT_MARGIN);
    tick_pit_replace(pit, 3, first, 100, 100);
    tick_pit_expect(pit, &next, first, EVENT_ORDER_REPLACED);
    tick_pit_cancel(pit, 4, first);
    tick_pit_expect(pit, &next, first, EVENT_ORDER_CANCELED);
    struct order_spec stop = {
        .side = 1, .type = ORDER_STOP, .qty = QTY(67), .stop_price = PRICE(150)};
    refused(pit, &next, tick_pit_send(pit, 5, stop), REASON_INSUFFICIENT_MARGIN); // 10,050
    stop.qty = QTY(66);
    accepted(pit, &next, tick_pit_send(pit, 5, stop));
    tick_pit_free(pit);
}

// $ 1,000 at 1: 9 for 909 leave 91 and shares of 900.
static void a_cash_account_spends_and_sells_what_it_has(void **state) {
    struct tick_pit *pit = pit_with(100000, 100, 0, false);
    int next = 0;
    refused(pit, &next, tick_pit_limit(pit, 2, -1, 120, 1), REASON_NOT_SHORTABLE);
    uint64_t id = tick_pit_limit(pit, 2, 1, 101, 9);
    accepted(pit, &next, id);
    tick_pit_expect_fill(pit, &next, id, 101, 9, 0);
    refused(pit, &next, tick_pit_limit(pit, 3, 1, 99, 1), REASON_INSUFFICIENT_MARGIN);
    accepted(pit, &next, tick_pit_limit(pit, 3, 1, 91, 1)); // 991 is what there is
    uint64_t rests = tick_pit_limit(pit, 3, -1, 120, 6);
    accepted(pit, &next, rests);
    refused(pit, &next, tick_pit_limit(pit, 3, -1, 130, 4), REASON_NOT_SHORTABLE);
    struct order_spec spec = {
        .side = -1, .type = ORDER_MARKET, .flags = ORDER_REDUCE_ONLY, .qty = QTY(9)};
    refused(pit, &next, tick_pit_send(pit, 4, spec), REASON_NOT_SHORTABLE); // 6 are promised
    tick_pit_cancel(pit, 4, rests);
    tick_pit_expect(pit, &next, rests, EVENT_ORDER_CANCELED);
    id = tick_pit_send(pit, 4, spec);
    accepted(pit, &next, id);
    tick_pit_expect_fill(pit, &next, id, 99, 9, 0);
    tick_pit_free(pit);
}

static void expect_forced(struct tick_pit *pit, int *next, int32_t side, int64_t price,
                          int64_t qty) {
    const struct order_event *report = &pit->reports[(*next)++];
    assert_int_equal(report->header.kind, EVENT_ORDER_FILLED);
    assert_true(order_id_is_venue(report->order_id));
    assert_int_equal(order_id_strategy(report->order_id), 0);
    assert_int_equal(report->price.m, price);
    assert_int_equal(report->qty.m, qty);
    assert_int_equal(report->side, side);
    assert_int_equal(report->reason, REASON_LIQUIDATION);
    assert_true(report->fee > 0);
}

// $ 100 and 9 for 909, at a tenth: with the middle at 96 equity is 55, and 43.20 are asked for; at 94 it is 37, and
// 42.30 are. The book takes 4, then what comes.
static void below_maintenance_the_venue_closes_what_the_book_takes(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    tick_pit_free(pit);
    pit = pit_with(10000, 10, 5, true);
    pit->exchange->config.fee_params[1] = 10; // bps of takers
    int next = 0;
    struct order_spec spec = {.side = 1, .type = ORDER_MARKET, .qty = QTY(9)};
    uint64_t id = tick_pit_send(pit, 2, spec);
    accepted(pit, &next, id);
    tick_pit_expect_fill(pit, &next, id, 101, 9, 0);
    spec = (struct order_spec){.side = -1,
                               .type = ORDER_LIMIT,
                               .flags = ORDER_REDUCE_ONLY,
                               .qty = QTY(1),
                               .limit_price = PRICE(150)};
    uint64_t rests = tick_pit_send(pit, 2, spec);
    accepted(pit, &next, rests);
    tick_pit_feed(pit, 3, FEED_LEVEL, 1, 93, 4);
    tick_pit_feed(pit, 3, FEED_LEVEL, -1, 97, 4);
    tick_pit_feed(pit, 3, FEED_LEVEL, 1, 95, 4);
    tick_pit_feed(pit, 3, FEED_LEVEL, 1, 99, 0); // 96
    assert_int_equal(pit->report_count, next);
    tick_pit_feed(pit, 4, FEED_LEVEL, -1, 95, 0);
    tick_pit_feed(pit, 4, FEED_LEVEL, 1, 95, 0);
    tick_pit_feed(pit, 4, FEED_LEVEL, -1, 95, 2); // 94
    tick_pit_expect(pit, &next, rests, EVENT_ORDER_CANCELED);
    assert_int_equal(pit->reports[next - 1].reason, REASON_LIQUIDATION);
    expect_forced(pit, &next, -1, 93, 4);
    refused(pit, &next, tick_pit_limit(pit, 5, 1, 50, 1), REASON_LIQUIDATION);
    assert_int_equal(pit->report_count, next);
    tick_pit_feed(pit, 6, FEED_LEVEL, 1, 90, 10);
    expect_forced(pit, &next, -1, 90, 5);
    assert_int_equal(tick_exchange_counts(pit->exchange)->margin_calls, 1);
    assert_int_equal(tick_exchange_counts(pit->exchange)->forced_fills, 2);
    assert_int_equal(sim_account_quantity(&pit->exchange->account, 0, 0)->m, 0);
    // 100 - 909 + 372 + 450 = 13, less fees of 0.91 (0.909 up), 0.38 (0.372 up) and 0.45
    assert_true(pit->exchange->account.cash[0].cash.m == 1300 - 91 - 38 - 45);
    accepted(pit, &next, tick_pit_limit(pit, 7, 1, 50, 1));
    tick_pit_free(pit);
}

// A contract of 100 USD at 50,000 is 0.002 of a coin: 0.01 of one carries 50 at a tenth, either way.
static void inverse_contracts_are_margined_in_their_coin(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    struct instrument *contract = &pit->instruments.items[0];
    pit->instruments.currencies[0].decimals = 8;
    contract->payoff = PAYOFF_INVERSE;
    contract->multiplier = 100;
    contract->multiplier_decimals = 0;
    pit->config.cash = MONEY(1000000);
    pit->config.margin = (struct tick_margin){
        .initial = MODEL_PARTS / 10, .maintenance = MODEL_PARTS / 20, .allow_short = true};
    tick_pit_open(pit);
    tick_pit_feed(pit, 1, FEED_LEVEL, 1, 49990, 1000);
    tick_pit_feed(pit, 1, FEED_LEVEL, -1, 50010, 1000);
    int next = 0;
    for (int side = -1; side <= 1; side += 2) {
        refused(pit, &next, tick_pit_limit(pit, 2, side, 50000, 51), REASON_INSUFFICIENT_MARGIN);
        uint64_t id = tick_pit_limit(pit, 2, side, 50000, 50);
        accepted(pit, &next, id);
        tick_pit_cancel(pit, 2, id);
        tick_pit_expect(pit, &next, id, EVENT_ORDER_CANCELED);
    }
    // 49 at 50,010 are 0.09798 of a coin. At 48,505 0.00304 is lost of 0.01, and 0.00505 asked for; at 47,010 0.00625,
    // and 0.00521.
    struct order_spec spec = {.side = 1, .type = ORDER_MARKET, .qty = QTY(49)};
    uint64_t id = tick_pit_send(pit, 3, spec);
    accepted(pit, &next, id);
    tick_pit_expect_fill(pit, &next, id, 50010, 49, 0);
    tick_pit_feed(pit, 4, FEED_LEVEL, 1, 47000, 1000);
    tick_pit_feed(pit, 5, FEED_LEVEL, 1, 49990, 0);
    assert_int_equal(tick_exchange_counts(pit->exchange)->margin_calls, 0);
    tick_pit_feed(pit, 6, FEED_LEVEL, -1, 47020, 1000);
    const struct order_event *report = &pit->reports[next];
    assert_true(pit->report_count == next + 1 && order_id_is_venue(report->order_id));
    assert_true(report->price.m == 47000 && report->qty.m == 49);
    // 100 x 49 x (1 / 50,010 - 1 / 47,000), each half rounded half to even at 8 decimals
    assert_true(pit->exchange->account.cash[0].cash.m == 1000000 + 9798040 - 10425532);
    tick_pit_free(pit);
}

// Two books, one account of $ 1,000 at a half: what one holds the other may not add to, and one's fall closes both.
static void exchanges_that_share_an_account_are_margined_together(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    struct instruments two;
    struct sim_account account;
    assert_ok(instruments_init(&two, &pit->wiring, 2, 1));
    assert_ok(instruments_add_currency(&two, "USD", 2));
    struct instrument instrument = pit->instruments.items[0];
    assert_int_equal(instruments_add(&two, &instrument), 0);
    instrument.symbol[0] = 'Y';
    assert_int_equal(instruments_add(&two, &instrument), 1);
    assert_ok(sim_account_init(&account, &pit->wiring, &pit->state, &two, 2, 0));
    sim_account_add_cash(&account, 0, MONEY(100000));
    pit->config.instruments = &two;
    pit->config.account = &account;
    pit->config.margin = (struct tick_margin){
        .initial = MODEL_PARTS / 2, .maintenance = MODEL_PARTS / 4, .allow_short = true};
    struct tick_exchange *books[2];
    for (uint32_t i = 0; i < 2; i++) {
        pit->config.instrument = i;
        tick_pit_open(pit);
        books[i] = pit->exchange;
        assert_true(tick_exchange_shares(books[i]));
        pit->rows.count = pit->next = 0;
        tick_pit_feed(pit, 1, FEED_LEVEL, 1, 99, 100);
        tick_pit_feed(pit, 1, FEED_LEVEL, -1, 101, 100);
    }
    union event told[8];
    struct submit_event intent = {
        .header = {.ts_ns = 2, .instrument = 0},
        .order_id = 1,
        .spec = {.instrument = 0, .side = 1, .type = ORDER_MARKET, .qty = QTY(10)}};
    struct venue ports[2] = {tick_exchange_port(books[0]), tick_exchange_port(books[1])};
    const struct feed_rows none = {.count = 0};
    uint64_t row = 0;
    assert_ok(ports[0].submit(ports[0].self, &intent));
    assert_true(tick_exchange_play(books[0], &none, &row, 2));
    assert_int_equal(ports[0].poll(ports[0].self, 2, told, 8), 2); // 1,010 for 10: equity 990
    intent.order_id = 2;
    intent.header.instrument = intent.spec.instrument = 1;
    assert_ok(ports[1].submit(ports[1].self, &intent)); // 1,000 + 1,010 at a half is over 990
    assert_true(tick_exchange_play(books[1], &none, &row, 2));
    assert_int_equal(ports[1].poll(ports[1].self, 2, told, 8), 1);
    assert_int_equal(told[0].order.reason, REASON_INSUFFICIENT_MARGIN);
    intent.order_id = 3;
    intent.spec.qty = QTY(9); // 1,909
    assert_ok(ports[1].submit(ports[1].self, &intent));
    assert_true(tick_exchange_play(books[1], &none, &row, 2));
    assert_int_equal(ports[1].poll(ports[1].self, 2, told, 8), 2);
    // 10 and 9 are held. The first book falls to a middle of 40: equity is 1,000 - 610 - 9, of 400 and 900 a quarter
    // is 325; to 30: 281 against 300.
    pit->exchange = books[0];
    pit->venue = ports[0];
    pit->rows.count = pit->next = 0;
    tick_pit_feed(pit, 3, FEED_LEVEL, 1, 29, 100);
    tick_pit_feed(pit, 3, FEED_LEVEL, 1, 99, 0);
    tick_pit_feed(pit, 4, FEED_LEVEL, -1, 51, 100);
    assert_int_equal(pit->report_count, 0);
    tick_pit_feed(pit, 5, FEED_LEVEL, -1, 31, 100);
    assert_int_equal(pit->report_count, 1);
    assert_true(sim_account_quantity(&account, 0, 0)->m == 0);
    assert_true(sim_account_quantity(&account, 0, 1)->m == 9);
    const int64_t at = 6, price = 98, qty = 1, what = feed_what(FEED_LEVEL, 1, 0);
    const struct feed_rows one = {
        .venue_ns = &at, .price = &price, .qty = &qty, .what = &what, .count = 1};
    assert_true(tick_exchange_play(books[1], &one, &row, 6));
    assert_int_equal(ports[1].poll(ports[1].self, 6, told, 8), 1);
    assert_true(sim_account_quantity(&account, 0, 1)->m == 0);
    assert_true(account.cash[0].cash.m == 100000 - 101000 + 29000 - 90900 + 89100);
    tick_pit_free(pit);
}

static void a_margin_that_cannot_be_is_refused(void **state) {
    struct tick_pit *pit = tick_pit_new(TICK_FILLS_SHARED);
    struct tick_config config = pit->config;
    config.margin = (struct tick_margin){.initial = 1, .maintenance = 2};
    assert_null(tick_exchange_new(&pit->wiring, &pit->state, &config));
    assert_non_null(strstr(err_story(), "maintenance"));
    tick_pit_free(pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_needs_initial_margin_for_the_worst_that_can_happen),
        cmocka_unit_test(a_cash_account_spends_and_sells_what_it_has),
        cmocka_unit_test(below_maintenance_the_venue_closes_what_the_book_takes),
        cmocka_unit_test(inverse_contracts_are_margined_in_their_coin),
        cmocka_unit_test(exchanges_that_share_an_account_are_margined_together),
        cmocka_unit_test(a_margin_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
