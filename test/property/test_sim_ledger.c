// SPDX-License-Identifier: Apache-2.0
// The broker's account and our ledger are two programs: fed with the same reports, splits and dividends they must
// agree on cash and on every strategy's quantity, to the last unit, whatever is traded: fractions, odd
// lots, fees, rebates, interest, borrow fees, margin calls, a delisting.
#include "../unit/sim/pit.h"

#include "ledger/ledger.h"

enum { ROUNDS = 40, BARS = 200, LOTS = 4096 };

struct two_books {
    struct pit pit;
    struct arena arena;
    struct ledger *ledger;
    struct prng prng;
    struct order_spec specs[4096]; // by order id
    uint64_t forced;
};

static void open_books(struct two_books *books, uint64_t seed, bool inverse) {
    struct pit *pit = &books->pit;
    prng_seed(&books->prng, seed);
    books->forced = 0;
    pit_prepare(pit);
    pit->frame_ns = 8 * NS_PER_HOUR;
    struct instrument *share = &pit->instruments.items[PIT_SHARE];
    share->price_decimals = 4;
    struct instrument *coin = &pit->instruments.items[PIT_CRYPTO];
    coin->qty_decimals = 5;
    coin->price_decimals = 3;
    coin->lot = QTY(7);
    coin->qty_min = QTY(7);
    coin->multiplier = 25;
    coin->multiplier_decimals = 1;
    if (inverse) { // as large in money as the linear one
        coin->payoff = PAYOFF_INVERSE;
        coin->multiplier = 2500000;
    }
    pit->config.fee_params[0] = -0.37;
    pit->config.fee_params[1] = 3.3;
    pit->config.seed = seed;
    pit_set(pit, SIM_ALLOW_SHORT, 1);
    pit_set(pit, SIM_MARGIN_INITIAL, 0.3);
    pit_set(pit, SIM_MARGIN_MAINTENANCE, 0.28);
    pit_set(pit, SIM_BORROW_RATE, 0.037);
    pit_set(pit, SIM_CREDIT_RATE, 0.011);
    pit_set(pit, SIM_DEBIT_RATE, 0.091);
    assert_ok(sim_config_set_slip(&pit->config, "sqrt"));
    pit_open(pit);
    assert_ok(arena_init(&books->arena, 1 << 24));
    struct ledger_config config = {.instruments = &pit->instruments,
                                   .strategy_count = PIT_STRATEGIES,
                                   .account_currency = 0,
                                   .lot_max = LOTS,
                                   .method = COST_FIFO};
    books->ledger = ledger_new(&books->arena, &books->arena, &config);
    assert_non_null(books->ledger);
    union event deposit;
    event_init(&deposit, EVENT_CASH, INSTRUMENT_NONE, pit->now_ns);
    deposit.cash.amount = pit->config.cash;
    deposit.cash.reason = CASH_DEPOSIT;
    deposit.cash.strategy = STRATEGY_NONE;
    assert_ok(ledger_apply(books->ledger, &deposit));
}

static void close_books(struct two_books *books) {
    pit_close(&books->pit);
    arena_fini(&books->arena);
}

static void book_fill(struct two_books *books, const struct order_event *report) {
    bool forced = order_id_is_venue(report->order_id);
    uint32_t strategy = order_id_strategy(report->order_id);
    struct ledger_fill fill = {.strategy = strategy,
                               .instrument = report->header.instrument,
                               .fee_currency = report->fee_currency,
                               .qty = report->qty,
                               .price = report->price,
                               .fee = report->fee,
                               .ts_ns = report->header.ts_ns};
    if (forced) {
        int64_t held = ledger_position(books->ledger, strategy, fill.instrument)->qty.m;
        assert_int_equal(held > 0 ? held : -held, fill.qty.m);
        fill.side = held > 0 ? -1 : 1;
        books->forced++;
    } else {
        const struct order_spec *spec = &books->specs[report->order_id];
        fill.strategy = spec->strategy;
        fill.side = spec->side;
    }
    struct ledger_result result;
    assert_ok(ledger_fill(books->ledger, &fill, &result));
}

static void poll(struct two_books *books, int64_t now_ns) {
    union event events[16];
    int count;
    while ((count = books->pit.venue.poll(books->pit.venue.self, now_ns, events, 16)) > 0)
        for (int i = 0; i < count; i++) {
            if (events[i].header.kind == EVENT_ORDER_FILLED) book_fill(books, &events[i].order);
            if (events[i].header.kind == EVENT_CASH)
                assert_ok(ledger_apply(books->ledger, &events[i]));
        }
    sim_exchange_check(books->pit.exchange);
}

static void compare(struct two_books *books) {
    money_t cash = ledger_balance(books->ledger, ACCOUNT_CASH, 0);
    assert_true(sim_exchange_cash(books->pit.exchange, 0).m == cash.m);
    for (uint32_t i = 0; i < PIT_INSTRUMENTS; i++)
        for (uint32_t s = 0; s < PIT_STRATEGIES; s++)
            assert_int_equal(sim_exchange_strategy_quantity(books->pit.exchange, s, i).m,
                             ledger_position(books->ledger, s, i)->qty.m);
}

static void feed(struct two_books *books, const union event *event) {
    int rc = sim_exchange_market(books->pit.exchange, event);
    assert_true(rc >= 0);
    poll(books, event->header.ts_ns);
    if (event->header.kind == EVENT_SPLIT || event->header.kind == EVENT_DIVIDEND)
        assert_ok(ledger_apply(books->ledger, event));
    compare(books);
}

static int64_t between(struct two_books *books, int64_t from, int64_t to) {
    return from + (int64_t)prng_below(&books->prng, (uint64_t)(to - from + 1));
}

static int64_t feed_bar(struct two_books *books, uint32_t instrument, int64_t last) {
    int64_t open_ns = books->pit.now_ns;
    union event event;
    event_init(&event, EVENT_BAR, instrument, open_ns + books->pit.frame_ns);
    int64_t open = last + between(books, -last / 12, last / 12);
    int64_t high = open + between(books, 0, last / 10);
    int64_t low = open - between(books, 0, last / 10);
    event.bar.bar = (struct bar){.open_ns = open_ns,
                                 .close_ns = event.header.ts_ns,
                                 .open = PRICE(open),
                                 .high = PRICE(high),
                                 .low = PRICE(low),
                                 .close = PRICE(between(books, low, high)),
                                 .volume = QTY(between(books, 1, 1000000)),
                                 .frame_s = 8 * 3600};
    feed(books, &event);
    return event.bar.bar.close.m;
}

static void send_orders(struct two_books *books, uint32_t instrument, int64_t last, int64_t lot) {
    struct pit *pit = &books->pit;
    for (uint64_t n = prng_below(&books->prng, 3); n > 0; n--) {
        int32_t side = prng_below(&books->prng, 2) == 0 ? 1 : -1;
        struct order_spec spec = pit_market(side, lot * between(books, 1, 3000));
        if (prng_below(&books->prng, 2) == 0)
            spec = pit_limit(side, spec.qty.m, last + between(books, -last / 50, last / 50));
        spec.instrument = instrument;
        spec.strategy = (uint32_t)prng_below(&books->prng, PIT_STRATEGIES);
        struct submit_event intent = {
            .header = {.ts_ns = pit->now_ns}, .order_id = ++pit->next_id, .spec = spec};
        books->specs[intent.order_id] = spec;
        int rc = pit->venue.submit(pit->venue.self, &intent);
        assert_true(rc == 0 || rc == ERR_FULL);
    }
    poll(books, pit->now_ns);
}

static int64_t maybe_act(struct two_books *books, uint32_t instrument, int64_t last) {
    union event event;
    uint64_t what = prng_below(&books->prng, 12);
    if (instrument_is_inverse(&books->pit.instruments.items[instrument])) what = 2;
    if (what == 0) {
        event_init(&event, EVENT_DIVIDEND, instrument, books->pit.now_ns);
        event.dividend.amount = between(books, 1, 999);
        event.dividend.decimals = 5;
        feed(books, &event);
    }
    if (what == 1) {
        event_init(&event, EVENT_SPLIT, instrument, books->pit.now_ns);
        event.split.numerator = between(books, 1, 7);
        event.split.denominator = between(books, 1, 7);
        event.split.price = PRICE(last);
        feed(books, &event);
        last = last * event.split.denominator / event.split.numerator;
    }
    // Prices stay where a twelfth of them is something.
    return last < 1000 ? 1000 : last > 1000000 ? 1000000 : last;
}

static void agree(bool inverse) {
    static struct two_books books;
    uint64_t forced = 0;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        open_books(&books, seed, inverse);
        int64_t share = 50000;
        int64_t coin = 40000;
        for (int b = 0; b < BARS; b++) {
            share = maybe_act(&books, PIT_SHARE, share);
            coin = maybe_act(&books, PIT_CRYPTO, coin);
            share = feed_bar(&books, PIT_SHARE, share);
            coin = feed_bar(&books, PIT_CRYPTO, coin);
            books.pit.now_ns += books.pit.frame_ns;
            send_orders(&books, PIT_SHARE, share, 1);
            send_orders(&books, PIT_CRYPTO, coin, 7 * 37);
        }
        union event delist;
        event_init(&delist, EVENT_DELIST, PIT_SHARE, books.pit.now_ns);
        feed(&books, &delist);
        assert_int_equal(sim_exchange_quantity(books.pit.exchange, PIT_SHARE).m, 0);
        assert_true(sim_exchange_counts(books.pit.exchange)->fills > 100);
        forced += books.forced;
        close_books(&books);
    }
    assert_true(forced > ROUNDS);
}

static void the_broker_and_the_ledger_agree_to_the_last_unit(void **state) {
    agree(false);
}

static void they_agree_on_inverse_contracts_beside_shares(void **state) {
    agree(true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_broker_and_the_ledger_agree_to_the_last_unit),
        cmocka_unit_test(they_agree_on_inverse_contracts_beside_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
