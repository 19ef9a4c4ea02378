// SPDX-License-Identifier: Apache-2.0
#include "books.h"

static int open_books(void **state) {
    static struct books books;
    books_open(&books, COST_AVERAGE);
    *state = &books;
    return 0;
}

static int close_books(void **state) {
    books_close(*state);
    return 0;
}

static void each_reason_of_cash_has_its_account(void **state) {
    static const struct {
        enum cash_reason reason;
        int64_t amount;
        enum ledger_account account;
    } rows[] = {
        {CASH_DEPOSIT, 100000, ACCOUNT_CAPITAL},   {CASH_INTEREST, 7, ACCOUNT_INTEREST},
        {CASH_BORROW_FEE, -3, ACCOUNT_BORROW},     {CASH_FUNDING, 5, ACCOUNT_FUNDING},
        {CASH_ADJUSTMENT, -1, ACCOUNT_ADJUSTMENT},
    };
    struct books *books = *state;
    int64_t cash = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(
            books_cash(books, rows[i].reason, rows[i].amount, USD, STRATEGY_NONE, INSTRUMENT_NONE),
            0);
        cash += rows[i].amount;
        assert_int_equal(books_balance(books, rows[i].account, USD), -rows[i].amount);
        assert_int_equal(books_balance(books, ACCOUNT_CASH, USD), cash);
    }
    assert_int_equal(
        books_cash(books, CASH_WITHDRAWAL, -40000, USD, STRATEGY_NONE, INSTRUMENT_NONE), 0);
    assert_int_equal(books_balance(books, ACCOUNT_CAPITAL, USD), -60000);
    assert_int_equal(ledger_equity(books->ledger).m, 60008);
}

// A borrow fee of 1.20 on strategy 1's stock: its own income and equity. 0.30 EUR of funding on a position in USD at
// 1.10 are 0.33. Interest that nobody caused is nobody's.
static void cash_that_a_position_caused_is_its_income(void **state) {
    struct books *books = *state;
    assert_int_equal(books_rate(books, EUR, 110, 2), 0);
    assert_int_equal(books_cash(books, CASH_BORROW_FEE, -120, USD, 1, STK), 0);
    assert_int_equal(books_cash(books, CASH_FUNDING, 30, EUR, 1, STK), 0);
    assert_int_equal(books_cash(books, CASH_INTEREST, 500, USD, STRATEGY_NONE, STK), 0);
    assert_int_equal(books_cash(books, CASH_ADJUSTMENT, 2, USD, 1, INSTRUMENT_NONE), 0);
    assert_int_equal(ledger_position(books->ledger, 1, STK)->income.m, -120 + 33);
    assert_int_equal(ledger_strategy_equity(books->ledger, 1).m, -120 + 33 + 2);
    assert_int_equal(ledger_strategy_equity(books->ledger, 0).m, 0);
    assert_int_equal(ledger_equity(books->ledger).m, -120 + 33 + 500 + 2);
    // A deposit is capital, whoever is named.
    assert_int_equal(books_cash(books, CASH_DEPOSIT, 900, USD, 1, STK), 0);
    assert_int_equal(ledger_strategy_equity(books->ledger, 1).m, -120 + 33 + 2);
}

// 0.235 a share: 100 long receive 23.50, 3 short pay 0.705, to even 0.70 (70.5 cents).
static void dividends_go_to_longs_and_come_from_shorts(void **state) {
    struct books *books = *state;
    struct ledger_fill shorted = books_fill_of(STK, -3, 1000);
    struct ledger_result result;
    shorted.strategy = 2;
    books_fill(books, STK, 100, 1000);
    assert_int_equal(ledger_fill(books->ledger, &shorted, &result), 0);
    assert_int_equal(books_dividend(books, STK, 235, 3), 0);
    assert_int_equal(books_position(books, STK)->income.m, 2350);
    assert_int_equal(ledger_position(books->ledger, 2, STK)->income.m, -70);
    assert_int_equal(books_balance(books, ACCOUNT_DIVIDENDS, USD), -2280);
    assert_int_equal(books_balance(books, ACCOUNT_CASH, USD), -100000 + 3000 + 2280);
    assert_int_equal(ledger_strategy_account(books->ledger, 2).realised.m, -70);
    assert_int_equal(books_position(books, STK)->realised.m, 0);
    assert_int_equal(books_dividend(books, AKT, 235, 3), 0);
    assert_int_equal(books_balance(books, ACCOUNT_DIVIDENDS, EUR), 0);
}

static void a_dividend_is_per_contract_whatever_its_multiplier(void **state) {
    struct books *books = *state;
    books_fill(books, FUT, 2, 1000);
    assert_int_equal(books_dividend(books, FUT, 5, 0), 0);
    assert_int_equal(books_position(books, FUT)->income.m, 1000);
}

static void apply_refused(struct books *books, const union event *event, int error) {
    static unsigned char before[1 << 20];
    memcpy(before, books->state.base, books->state.used);
    assert_int_equal(ledger_apply(books->ledger, event), error);
    assert_memory_equal(before, books->state.base, books->state.used);
}

static void refused_cash_changes_nothing(void **state) {
    struct books *books = *state;
    union event good;
    event_init(&good, EVENT_CASH, STK, 1);
    good.cash.amount = MONEY(5);
    good.cash.reason = CASH_INTEREST;
    good.cash.strategy = 1;
    union event event = good;
    event.cash.currency = CURRENCIES;
    apply_refused(books, &event, ERR_ARGUMENT);
    event = good;
    event.cash.strategy = STRATEGIES;
    apply_refused(books, &event, ERR_ARGUMENT);
    event = good;
    event.header.instrument = INSTRUMENTS;
    apply_refused(books, &event, ERR_ARGUMENT);
    event = good;
    event.cash.reason = 0;
    apply_refused(books, &event, ERR_ARGUMENT);
    event.cash.reason = CASH_REASON_END;
    apply_refused(books, &event, ERR_ARGUMENT);
    event.cash.reason = CASH_WITHDRAWAL;
    apply_refused(books, &event, ERR_ARGUMENT);
    event.cash.reason = CASH_DEPOSIT;
    event.cash.amount = MONEY(-5);
    apply_refused(books, &event, ERR_ARGUMENT);
    event.cash.amount = MONEY(((int128_t)1 << 100) + 1);
    apply_refused(books, &event, ERR_RANGE);
    assert_int_equal(ledger_apply(books->ledger, &good), 0);
}

// A balance may reach a little over 2^120; then no more is booked.
static void a_balance_has_a_limit(void **state) {
    struct books *books = *state;
    union event event;
    event_init(&event, EVENT_CASH, INSTRUMENT_NONE, 1);
    event.cash.amount = MONEY((int128_t)1 << 100);
    event.cash.reason = CASH_DEPOSIT;
    event.cash.strategy = STRATEGY_NONE;
    int booked = 0;
    while (ledger_apply(books->ledger, &event) == 0) booked++;
    assert_int_equal(booked, (1 << 20) + 1);
    apply_refused(books, &event, ERR_RANGE);
}

static void refused_dividends_and_rates_change_nothing(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 100, 1000);
    books_fill(books, COIN, INT64_MAX, 1);
    union event event;
    event_init(&event, EVENT_DIVIDEND, INSTRUMENTS, 1);
    event.dividend.amount = 1;
    apply_refused(books, &event, ERR_ARGUMENT);
    event.header.instrument = STK;
    event.dividend.amount = -1;
    apply_refused(books, &event, ERR_ARGUMENT);
    event.dividend.amount = 1;
    event.dividend.decimals = 19;
    apply_refused(books, &event, ERR_ARGUMENT);
    event.dividend.decimals = -1;
    apply_refused(books, &event, ERR_ARGUMENT);
    event.header.instrument = COIN;
    event.dividend.decimals = 0;
    event.dividend.amount = INT64_MAX;
    apply_refused(books, &event, ERR_RANGE);

    event_init(&event, EVENT_RATE, INSTRUMENT_NONE, 1);
    event.rate.currency = EUR;
    apply_refused(books, &event, ERR_ARGUMENT);
    event.rate.rate = 1;
    event.rate.decimals = 19;
    apply_refused(books, &event, ERR_ARGUMENT);
    event.rate.decimals = 0;
    event.rate.currency = USD;
    apply_refused(books, &event, ERR_ARGUMENT);
    event.rate.currency = CURRENCIES;
    apply_refused(books, &event, ERR_ARGUMENT);
}

static void other_events_are_ignored(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 100, 1000);
    union event event;
    event_init(&event, EVENT_BAR, STK, 1);
    apply_refused(books, &event, 0);
    event_init(&event, EVENT_DELIST, STK, 1);
    apply_refused(books, &event, 0);
}

int main(void) {
#define BOOKS(test) cmocka_unit_test_setup_teardown(test, open_books, close_books)
    const struct CMUnitTest tests[] = {
        BOOKS(each_reason_of_cash_has_its_account),
        BOOKS(cash_that_a_position_caused_is_its_income),
        BOOKS(dividends_go_to_longs_and_come_from_shorts),
        BOOKS(a_dividend_is_per_contract_whatever_its_multiplier),
        BOOKS(refused_cash_changes_nothing),
        BOOKS(a_balance_has_a_limit),
        BOOKS(refused_dividends_and_rates_change_nothing),
        BOOKS(other_events_are_ignored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
