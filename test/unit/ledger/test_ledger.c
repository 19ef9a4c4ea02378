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

static struct ledger_fill fill_by(uint32_t strategy, uint32_t instrument, int64_t signed_qty,
                                  int64_t price) {
    struct ledger_fill fill = books_fill_of(instrument, signed_qty, price);
    fill.strategy = strategy;
    return fill;
}

static void book(struct books *books, struct ledger_fill fill) {
    struct ledger_result result;
    assert_int_equal(ledger_fill(books->ledger, &fill, &result), 0);
    ledger_check(books->ledger);
}

static void a_new_ledger_is_empty(void **state) {
    struct books *books = *state;
    assert_int_equal(ledger_equity(books->ledger).m, 0);
    assert_int_equal(ledger_gross_value(books->ledger).m, 0);
    assert_int_equal(ledger_position_count(books->ledger), 0);
    assert_int_equal(ledger_lots_free(books->ledger), LOTS);
    assert_int_equal(ledger_quantity(books->ledger, STK).m, 0);
    const struct position *position = ledger_position(books->ledger, STRATEGIES - 1, AKT);
    assert_int_equal(position->lot_first, UINT32_MAX);
    assert_int_equal(position->qty.m, 0);
    ledger_check(books->ledger);
}

// Strategy 0 is long 10 at 10.00, strategy 1 short 4 at 11.00, strategy 2 short 6 at 12.00: the account is flat, so
// that its value does not move with the price while each strategy's does. At 13.00: +30.00, -8.00, -6.00.
static void strategies_share_an_instrument(void **state) {
    struct books *books = *state;
    book(books, fill_by(0, STK, 10, 1000));
    book(books, fill_by(1, STK, -4, 1100));
    assert_int_equal(ledger_position_count(books->ledger), 1);
    book(books, fill_by(2, STK, -6, 1200));
    assert_int_equal(ledger_quantity(books->ledger, STK).m, 0);
    assert_int_equal(ledger_position_count(books->ledger), 0);
    ledger_set_budget(books->ledger, 1, MONEY(50000));
    ledger_mark(books->ledger, STK, PRICE(1300));
    ledger_check(books->ledger);
    assert_int_equal(ledger_equity(books->ledger).m, 1600);
    assert_int_equal(ledger_gross_value(books->ledger).m, 0);
    assert_int_equal(ledger_strategy_equity(books->ledger, 0).m, 3000);
    assert_int_equal(ledger_strategy_equity(books->ledger, 1).m, 50000 - 800);
    assert_int_equal(ledger_strategy_equity(books->ledger, 2).m, -600);
    assert_int_equal(ledger_budget(books->ledger, 1).m, 50000);
    assert_int_equal(ledger_budget(books->ledger, 0).m, 0);
    struct strategy_account account = ledger_strategy_account(books->ledger, 1);
    assert_int_equal(account.budget.m, 50000);
    assert_int_equal(account.realised.m, 0);
    assert_int_equal(account.open.m, -800);
    ledger_mark(books->ledger, STK, PRICE(1250));
    ledger_check(books->ledger);
    assert_int_equal(ledger_equity(books->ledger).m, 1600);
}

static void the_first_fill_marks_and_later_ones_do_not(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 1, 1000);
    assert_int_equal(books_position(books, STK)->value.m, 1000);
    books_fill(books, STK, 1, 1100);
    assert_int_equal(books_position(books, STK)->value.m, 2000);
    ledger_mark(books->ledger, FUT, PRICE(500));
    books_fill(books, FUT, 1, 400);
    assert_int_equal(books_position(books, FUT)->value.m, 25000);
}

// 2^52 contracts of 50 dollars a point at 2^63 cents are 2^120.6 cents: more than one booking may have. The smaller
// position alone would fit.
static void a_mark_that_does_not_fit_leaves_the_earlier_one(void **state) {
    struct books *books = *state;
    book(books, fill_by(0, FUT, 1, 1000));
    book(books, fill_by(1, FUT, INT64_C(1) << 52, 1));
    static unsigned char before[1 << 20];
    struct position held = *ledger_position(books->ledger, 0, FUT);
    ledger_mark(books->ledger, FUT, PRICE(INT64_MAX));
    ledger_check(books->ledger);
    assert_int_equal(ledger_marks_refused(books->ledger), 1);
    assert_memory_equal(&held, ledger_position(books->ledger, 0, FUT), sizeof held);
    memcpy(before, books->state.base, books->state.used);
    ledger_mark(books->ledger, FUT, PRICE(1000));
    assert_memory_equal(before, books->state.base, books->state.used);
    ledger_mark(books->ledger, FUT, PRICE(1001));
    assert_int_equal(ledger_position(books->ledger, 0, FUT)->value.m, 50050);
}

// 100.00 EUR at 1.0850 are 108.50 USD; 0.01 at 0.5 is 0.005, to even 0.00; 0.03 at 0.5 is 0.015, to even 0.02;
// 1 BTC (8 decimals) at 43,210.99.
static void amounts_convert_at_the_latest_rate(void **state) {
    struct books *books = *state;
    money_t money = MONEY(77);
    assert_int_equal(ledger_convert(books->ledger, MONEY(123), USD, &money), 0);
    assert_int_equal(money.m, 123);
    assert_int_equal(ledger_convert(books->ledger, MONEY(1), EUR, &money), ERR_NOT_FOUND);
    assert_int_equal(money.m, 123);
    assert_int_equal(books_rate(books, EUR, 10850, 4), 0);
    assert_int_equal(ledger_convert(books->ledger, MONEY(10000), EUR, &money), 0);
    assert_int_equal(money.m, 10850);
    assert_int_equal(books_rate(books, EUR, 5, 1), 0);
    assert_int_equal(ledger_convert(books->ledger, MONEY(1), EUR, &money), 0);
    assert_int_equal(money.m, 0);
    assert_int_equal(ledger_convert(books->ledger, MONEY(-3), EUR, &money), 0);
    assert_int_equal(money.m, -2);
    assert_int_equal(books_rate(books, BTC, 4321099, 2), 0);
    assert_int_equal(ledger_convert(books->ledger, MONEY(100000000), BTC, &money), 0);
    assert_int_equal(money.m, 4321099);
    assert_int_equal(books_rate(books, EUR, INT64_MAX, 0), 0);
    money_t most = MONEY((int128_t)1 << 100);
    assert_int_equal(ledger_convert(books->ledger, most, EUR, &money), ERR_RANGE);
}

// Deposits of 1,000.00 USD and 500.00 EUR; 10 AKT bought at 20.00 EUR. At 1.10 the account has 1,000.00 and 550.00;
// at 1.20 it has 50.00 more though nothing was traded: 300.00 EUR of cash and 200.00 EUR of shares gained a tenth each.
static void rates_move_equity(void **state) {
    struct books *books = *state;
    assert_int_equal(books_cash(books, CASH_DEPOSIT, 100000, USD, STRATEGY_NONE, INSTRUMENT_NONE),
                     0);
    assert_int_equal(books_cash(books, CASH_DEPOSIT, 50000, EUR, STRATEGY_NONE, INSTRUMENT_NONE),
                     0);
    books_fill(books, AKT, 10, 2000);
    assert_int_equal(ledger_equity(books->ledger).m, 100000);
    assert_int_equal(books_rate(books, EUR, 110, 2), 0);
    assert_int_equal(ledger_equity(books->ledger).m, 155000);
    assert_int_equal(ledger_gross_value(books->ledger).m, 22000);
    assert_int_equal(books_rate(books, EUR, 120, 2), 0);
    assert_int_equal(ledger_equity(books->ledger).m, 160000);
    ledger_mark(books->ledger, AKT, PRICE(2100));
    assert_int_equal(ledger_strategy_account(books->ledger, 0).open.m, 1200);
}

static void the_memory_bill_is_enough_and_not_much_more(void **state) {
    struct books *books = *state;
    struct ledger_config config = {.instruments = &books->instruments,
                                   .strategy_count = 7,
                                   .account_currency = USD,
                                   .lot_max = 1000};
    size_t wiring_size;
    size_t state_size;
    ledger_memory(&config, &wiring_size, &state_size);
    struct arena wiring;
    struct arena bytes;
    assert_ok(arena_init(&wiring, wiring_size));
    assert_ok(arena_init(&bytes, state_size));
    assert_non_null(ledger_new(&wiring, &bytes, &config));
    assert_true(bytes.used + 1024 > state_size);
    arena_fini(&wiring);
    arena_fini(&bytes);
    for (size_t size = 64; size < state_size * 3 / 4; size *= 3) {
        assert_ok(arena_init(&wiring, wiring_size));
        assert_ok(arena_init(&bytes, size));
        assert_null(ledger_new(&wiring, &bytes, &config));
        arena_fini(&wiring);
        arena_fini(&bytes);
    }
}

static void decimals_beyond_reach_are_refused(void **state) {
    struct books *books = *state;
    struct arena arena;
    struct instruments instruments;
    struct instrument made;
    assert_ok(arena_init(&arena, 1 << 16));
    assert_ok(instruments_init(&instruments, &arena, 1, 1));
    assert_int_equal(instruments_add_currency(&instruments, "JPY", 0), 0);
    instrument_defaults(&made, ASSET_CRYPTO, "DUST", 0);
    made.price_decimals = made.qty_decimals = 18;
    made.multiplier_decimals = 3;
    assert_ok(instruments_add(&instruments, &made));
    struct ledger_config config = {.instruments = &instruments, .strategy_count = 1, .lot_max = 1};
    assert_null(ledger_new(&arena, &arena, &config));
    assert_non_null(strstr(err_story(), "DUST"));
    arena_fini(&arena);
    ledger_check(books->ledger);
}

static void one_arena_can_hold_both(void **state) {
    struct books *books = *state;
    struct arena arena;
    struct ledger_config config = {
        .instruments = &books->instruments, .strategy_count = 1, .lot_max = 4};
    assert_ok(arena_init(&arena, 1 << 16));
    struct ledger *ledger = ledger_new(&arena, &arena, &config);
    assert_non_null(ledger);
    struct ledger_fill fill = books_fill_of(STK, 1, 100);
    struct ledger_result result;
    assert_int_equal(ledger_fill(ledger, &fill, &result), 0);
    ledger_check(ledger);
    arena_fini(&arena);
}

static void every_account_has_its_own_name(void **state) {
    for (int a = 0; a < ACCOUNT_COUNT; a++) {
        assert_non_null(ledger_account_name((enum ledger_account)a));
        for (int b = 0; b < a; b++)
            assert_string_not_equal(ledger_account_name((enum ledger_account)a),
                                    ledger_account_name((enum ledger_account)b));
    }
    assert_null(ledger_account_name(ACCOUNT_COUNT));
}

int main(void) {
#define BOOKS(test) cmocka_unit_test_setup_teardown(test, open_books, close_books)
    const struct CMUnitTest tests[] = {
        BOOKS(a_new_ledger_is_empty),
        BOOKS(strategies_share_an_instrument),
        BOOKS(the_first_fill_marks_and_later_ones_do_not),
        BOOKS(a_mark_that_does_not_fit_leaves_the_earlier_one),
        BOOKS(amounts_convert_at_the_latest_rate),
        BOOKS(rates_move_equity),
        BOOKS(the_memory_bill_is_enough_and_not_much_more),
        BOOKS(decimals_beyond_reach_are_refused),
        BOOKS(one_arena_can_hold_both),
        BOOKS(every_account_has_its_own_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
