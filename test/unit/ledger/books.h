// SPDX-License-Identifier: Apache-2.0
// A ledger of five instruments and three currencies for the tests of this folder, and short ways to book.
//   0 STK  equity in USD, prices in cents, whole shares
//   1 FUT  future in USD, prices in cents, 50 dollars a point
//   2 COIN crypto in USD, prices in cents, 8 decimals of quantity, lot 0.00000001
//   3 AKT  equity in EUR, prices in cents, whole shares
//   4 PERP inverse contracts of 1 dollar, settled in BTC, prices in cents
// Money has 2 decimals in USD and EUR, 8 in BTC.
#ifndef FULMAR_TEST_LEDGER_BOOKS_H
#define FULMAR_TEST_LEDGER_BOOKS_H

#include "harness.h"

#include "ledger/ledger.h"

enum { STK, FUT, COIN, AKT, PERP, INSTRUMENTS };
enum { USD, EUR, BTC, CURRENCIES };
enum { STRATEGIES = 3, LOTS = 64 };

struct books {
    struct arena wiring;
    struct arena state;
    struct instruments instruments;
    struct ledger *ledger;
};

static inline void books_add(struct books *books, enum asset_class asset, const char *symbol,
                             uint32_t currency, int64_t multiplier) {
    struct instrument made;
    instrument_defaults(&made, asset, symbol, currency);
    made.price_decimals = 2;
    made.multiplier = multiplier;
    assert_ok(instruments_add(&books->instruments, &made));
}

static inline void books_open_with(struct books *books, enum cost_method method, uint32_t lots) {
    *books = (struct books){0};
    assert_ok(arena_init(&books->wiring, 1 << 20));
    assert_ok(arena_init(&books->state, 1 << 20));
    assert_ok(instruments_init(&books->instruments, &books->wiring, INSTRUMENTS, CURRENCIES));
    assert_int_equal(instruments_add_currency(&books->instruments, "USD", 2), USD);
    assert_int_equal(instruments_add_currency(&books->instruments, "EUR", 2), EUR);
    assert_int_equal(instruments_add_currency(&books->instruments, "BTC", 8), BTC);
    books_add(books, ASSET_EQUITY, "STK", USD, 1);
    books_add(books, ASSET_FUTURE, "FUT", USD, 50);
    books_add(books, ASSET_CRYPTO, "COIN", USD, 1);
    books_add(books, ASSET_EQUITY, "AKT", EUR, 1);
    books_add(books, ASSET_FUTURE, "PERP", BTC, 1);
    books->instruments.items[PERP].payoff = PAYOFF_INVERSE;
    struct ledger_config config = {.instruments = &books->instruments,
                                   .strategy_count = STRATEGIES,
                                   .account_currency = USD,
                                   .lot_max = lots,
                                   .method = method};
    books->ledger = ledger_new(&books->wiring, &books->state, &config);
    assert_non_null(books->ledger);
}

static inline void books_open(struct books *books, enum cost_method method) {
    books_open_with(books, method, LOTS);
}

static inline void books_close(struct books *books) {
    ledger_check(books->ledger);
    arena_fini(&books->wiring);
    arena_fini(&books->state);
}

static inline struct ledger_fill books_fill_of(uint32_t instrument, int64_t signed_qty,
                                               int64_t price) {
    return (struct ledger_fill){.instrument = instrument,
                                .side = signed_qty < 0 ? -1 : 1,
                                .fee_currency = instrument == AKT ? EUR : USD,
                                .qty = QTY(signed_qty < 0 ? -signed_qty : signed_qty),
                                .price = PRICE(price),
                                .ts_ns = 1000};
}

// Strategy 0 trades a signed quantity without a fee.
static inline struct ledger_result books_fill(struct books *books, uint32_t instrument,
                                              int64_t signed_qty, int64_t price) {
    struct ledger_fill fill = books_fill_of(instrument, signed_qty, price);
    struct ledger_result result;
    assert_int_equal(ledger_fill(books->ledger, &fill, &result), 0);
    ledger_check(books->ledger);
    return result;
}

static inline int books_cash(struct books *books, enum cash_reason reason, int64_t amount,
                             uint32_t currency, uint32_t strategy, uint32_t instrument) {
    union event event;
    event_init(&event, EVENT_CASH, instrument, 1000);
    event.cash.amount = MONEY(amount);
    event.cash.currency = currency;
    event.cash.reason = reason;
    event.cash.strategy = strategy;
    int rc = ledger_apply(books->ledger, &event);
    ledger_check(books->ledger);
    return rc;
}

static inline int books_split(struct books *books, uint32_t instrument, int64_t numerator,
                              int64_t denominator, int64_t price) {
    union event event;
    event_init(&event, EVENT_SPLIT, instrument, 1000);
    event.split.numerator = numerator;
    event.split.denominator = denominator;
    event.split.price = PRICE(price);
    int rc = ledger_apply(books->ledger, &event);
    ledger_check(books->ledger);
    return rc;
}

static inline int books_dividend(struct books *books, uint32_t instrument, int64_t amount,
                                 int32_t decimals) {
    union event event;
    event_init(&event, EVENT_DIVIDEND, instrument, 1000);
    event.dividend.amount = amount;
    event.dividend.decimals = decimals;
    int rc = ledger_apply(books->ledger, &event);
    ledger_check(books->ledger);
    return rc;
}

static inline int books_rate(struct books *books, uint32_t currency, int64_t rate,
                             int32_t decimals) {
    union event event;
    event_init(&event, EVENT_RATE, INSTRUMENT_NONE, 1000);
    event.rate.currency = currency;
    event.rate.rate = rate;
    event.rate.decimals = decimals;
    int rc = ledger_apply(books->ledger, &event);
    ledger_check(books->ledger);
    return rc;
}

static inline int64_t books_balance(const struct books *books, enum ledger_account account,
                                    uint32_t currency) {
    return (int64_t)ledger_balance(books->ledger, account, currency).m;
}

static inline const struct position *books_position(const struct books *books,
                                                    uint32_t instrument) {
    return ledger_position(books->ledger, 0, instrument);
}

#endif
