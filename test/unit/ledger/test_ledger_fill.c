// SPDX-License-Identifier: Apache-2.0
#include "books.h"

static int open_average(void **state) {
    static struct books books;
    books_open(&books, COST_AVERAGE);
    *state = &books;
    return 0;
}

static int open_fifo(void **state) {
    static struct books books;
    books_open(&books, COST_FIFO);
    *state = &books;
    return 0;
}

static int close_books(void **state) {
    books_close(*state);
    return 0;
}

// 2 at 10.00 cost 20.00; at a mark of 12.00 they are worth 24.00, open 4.00. Sold at 12.00 they bring 24.00.
static void a_round_trip_realises_the_difference(void **state) {
    struct books *books = *state;
    struct ledger_result bought = books_fill(books, STK, 2, 1000);
    assert_int_equal(bought.notional.m, 2000);
    assert_int_equal(bought.realised.m, 0);
    assert_int_equal(bought.closed_qty.m, 0);
    assert_int_equal(bought.position.m, 2);
    assert_int_equal(books_position(books, STK)->entry.m, 1000);
    assert_int_equal(books_position(books, STK)->opened_ns, 1000);
    assert_int_equal(books_balance(books, ACCOUNT_CASH, USD), -2000);
    assert_int_equal(books_balance(books, ACCOUNT_INVENTORY, USD), 2000);
    ledger_mark(books->ledger, STK, PRICE(1200));
    assert_int_equal(books_position(books, STK)->value.m, 2400);
    assert_int_equal(ledger_equity(books->ledger).m, 400);

    struct ledger_result sold = books_fill(books, STK, -2, 1200);
    assert_int_equal(sold.realised.m, 400);
    assert_int_equal(sold.closed_qty.m, 2);
    assert_int_equal(sold.position.m, 0);
    const struct position *position = books_position(books, STK);
    assert_int_equal(position->cost.m, 0);
    assert_int_equal(position->value.m, 0);
    assert_int_equal(position->entry.m, 0);
    assert_int_equal(position->opened_ns, 0);
    assert_int_equal(position->bought.m, 2);
    assert_int_equal(position->sold.m, 2);
    assert_int_equal(books_balance(books, ACCOUNT_CASH, USD), 400);
    assert_int_equal(books_balance(books, ACCOUNT_REALISED, USD), -400);
}

// Short 2 at 10.00: cost -20.00, cash +20.00. Half is bought back at 8.00: cost -10.00 leaves, 8.00 is paid,
// 2.00 is realised. At 11.00 the other half is worth -11.00 against -10.00: open -1.00.
static void a_short_realises_when_bought_back(void **state) {
    struct books *books = *state;
    books_fill(books, STK, -2, 1000);
    assert_int_equal(books_position(books, STK)->cost.m, -2000);
    assert_int_equal(books_position(books, STK)->entry.m, 1000);
    struct ledger_result half = books_fill(books, STK, 1, 800);
    assert_int_equal(half.realised.m, 200);
    assert_int_equal(half.position.m, -1);
    ledger_mark(books->ledger, STK, PRICE(1100));
    assert_int_equal(books_position(books, STK)->value.m, -1100);
    assert_int_equal(ledger_equity(books->ledger).m, 100);
    assert_int_equal(ledger_gross_value(books->ledger).m, 1100);
}

// 3 at 10.00 and 1 at 14.00 cost 44.00: 11.00 each. 2 sold at 13.00 bring 26.00.
//   average: 22.00 leaves, 4.00 realised, 22.00 stays
//   FIFO:    20.00 leaves, 6.00 realised, 24.00 stays (1 at 10.00, 1 at 14.00)
static void both_methods_are_kept(struct books *books, int64_t realised, int64_t cost) {
    books_fill(books, STK, 3, 1000);
    books_fill(books, STK, 1, 1400);
    struct ledger_result sold = books_fill(books, STK, -2, 1300);
    assert_int_equal(sold.realised.m, realised);
    const struct position *position = books_position(books, STK);
    assert_int_equal(position->realised_average.m, 400);
    assert_int_equal(position->realised_fifo.m, 600);
    assert_int_equal(position->cost_average.m, 2200);
    assert_int_equal(position->cost_fifo.m, 2400);
    assert_int_equal(position->realised.m, realised);
    assert_int_equal(position->cost.m, cost);
    assert_int_equal(position->entry.m, cost / 2);
    assert_int_equal(books_balance(books, ACCOUNT_INVENTORY, USD), cost);
    assert_int_equal(books_balance(books, ACCOUNT_REALISED, USD), -realised);
}

static void average_cost_is_booked_when_chosen(void **state) {
    both_methods_are_kept(*state, 400, 2200);
}

static void fifo_cost_is_booked_when_chosen(void **state) {
    both_methods_are_kept(*state, 600, 2400);
}

// Long 2 at 10.00, then 5 sold at 9.00 for 45.00: 2 close for 18.00 against 20.00 (realised -2.00), 3 open a short
// of cost -27.00.
static void a_fill_through_zero_closes_then_opens_the_rest(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 2, 1000);
    struct ledger_fill fill = books_fill_of(STK, -5, 900);
    fill.ts_ns = 2000;
    struct ledger_result result;
    assert_int_equal(ledger_fill(books->ledger, &fill, &result), 0);
    assert_int_equal(result.realised.m, -200);
    assert_int_equal(result.notional.m, 4500);
    assert_int_equal(result.closed_qty.m, 2);
    assert_int_equal(result.position.m, -3);
    assert_int_equal(books_position(books, STK)->cost.m, -2700);
    assert_int_equal(books_position(books, STK)->opened_ns, 2000);
    assert_int_equal(books_balance(books, ACCOUNT_CASH, USD), -2000 + 4500);
}

// 3 coins of 10^-8 at 333,333.33: 0.0099999999 dollars, one cent. A third of a cost of 1 is 0 (0.33), so is the next
// (half of 1 is 0.5, to even), and the last takes the cent that is left.
static void a_cost_that_does_not_divide_stays_whole(void **state) {
    struct books *books = *state;
    books_fill(books, COIN, 3, 33333333);
    assert_int_equal(books_position(books, COIN)->cost.m, 1);
    books_fill(books, COIN, -1, 33333333);
    assert_int_equal(books_position(books, COIN)->cost.m, 1);
    books_fill(books, COIN, -1, 33333333);
    assert_int_equal(books_position(books, COIN)->cost.m, 1);
    struct ledger_result last = books_fill(books, COIN, -1, 33333333);
    assert_int_equal(last.realised.m, -1);
    assert_int_equal(books_position(books, COIN)->cost.m, 0);
    assert_int_equal(ledger_equity(books->ledger).m, -1);
}

// Products that end in half a cent: 0.5 coins at 0.01 are 0.005, to even 0.00; at 0.03 they are 0.015, to even 0.02.
static void notionals_round_half_to_even(void **state) {
    struct books *books = *state;
    assert_int_equal(books_fill(books, COIN, 50000000, 1).notional.m, 0);
    assert_int_equal(books_fill(books, COIN, 50000000, 3).notional.m, 2);
}

// 2 contracts of 50 dollars a point at 4,000.25: 400,025.00; sold at 4,001.00: 400,100.00.
static void a_multiplier_scales_money_but_not_the_entry_price(void **state) {
    struct books *books = *state;
    assert_int_equal(books_fill(books, FUT, 2, 400025).notional.m, 40002500);
    assert_int_equal(books_position(books, FUT)->entry.m, 400025);
    assert_int_equal(books_fill(books, FUT, -2, 400100).realised.m, 7500);
}

// BitMEX, "Inverse Perpetuals": 50,000 contracts of 1 dollar bought at 10,000 have earned 0.4545 coins at 11,000
// and lost 0.5556 at 9,000. Shorts have the other sign.
static void an_inverse_contract_earns_coins_as_its_venue_says(void **state) {
    struct books *books = *state;
    static const int64_t rows[][3] = {{50000, 1100000, 45454545},
                                      {50000, 900000, -55555556},
                                      {-50000, 1100000, -45454545},
                                      {-50000, 900000, 55555556}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t earned = ledger_balance(books->ledger, ACCOUNT_REALISED, BTC).m;
        assert_int_equal(books_fill(books, PERP, rows[i][0], 1000000).notional.m, 500000000);
        assert_true(books_position(books, PERP)->cost.m == (i < 2 ? -500000000 : 500000000));
        assert_int_equal(books_position(books, PERP)->entry.m, 1000000);
        ledger_mark(books->ledger, PERP, PRICE(rows[i][1]));
        const struct position *held = books_position(books, PERP);
        assert_true(held->value.m - held->cost.m == rows[i][2]);
        assert_int_equal(books_fill(books, PERP, -rows[i][0], rows[i][1]).realised.m, rows[i][2]);
        int64_t total = ledger_balance(books->ledger, ACCOUNT_REALISED, BTC).m;
        assert_int_equal(earned - total, rows[i][2]);
        assert_int_equal(books_balance(books, ACCOUNT_CASH, BTC), -total);
    }
}

// 100 at 10,000 and 100 at 11,000 cost 0.01 and 0.00909091 coins: 200 at 10,476.19, the harmonic mean. In dollars at
// 12,000 each coin: equity is what it earned.
static void the_entry_of_an_inverse_position_is_the_harmonic_mean(void **state) {
    struct books *books = *state;
    books_fill(books, PERP, 100, 1000000);
    books_fill(books, PERP, 100, 1100000);
    assert_int_equal(books_position(books, PERP)->cost.m, -1909091);
    assert_int_equal(books_position(books, PERP)->entry.m, 1047619);
    assert_int_equal(books_rate(books, BTC, 1200000, 2), 0);
    ledger_mark(books->ledger, PERP, PRICE(1200000));       // worth -0.01666667
    assert_int_equal(ledger_equity(books->ledger).m, 2909); // 0.00242424 x 12,000
    assert_int_equal(ledger_gross_value(books->ledger).m, 20000);
    // Through zero: 200 close at 12,500, worth 0.016; 100 are sold there.
    assert_int_equal(books_fill(books, PERP, -300, 1250000).realised.m, 309091);
    assert_int_equal(books_position(books, PERP)->cost.m, 800000);
    assert_int_equal(books_position(books, PERP)->qty.m, -100);
}

static void an_inverse_contract_has_no_splits_and_dividends(void **state) {
    struct books *books = *state;
    books_fill(books, PERP, 100, 1000000);
    assert_int_equal(books_split(books, PERP, 2, 1, 1000000), ERR_ARGUMENT);
    assert_int_equal(books_dividend(books, PERP, 1, 0), ERR_ARGUMENT);
}

// A fee of 1.25 in USD, and a rebate of 0.25: fees are 1.00 in all, cash pays them beside the notional.
static void fees_and_rebates_are_their_own_account(void **state) {
    struct books *books = *state;
    struct ledger_fill fill = books_fill_of(STK, 1, 1000);
    struct ledger_result result;
    fill.fee = 125;
    assert_int_equal(ledger_fill(books->ledger, &fill, &result), 0);
    fill.fee = -25;
    assert_int_equal(ledger_fill(books->ledger, &fill, &result), 0);
    assert_int_equal(books_balance(books, ACCOUNT_FEES, USD), 100);
    assert_int_equal(books_balance(books, ACCOUNT_CASH, USD), -2000 - 100);
    assert_int_equal(books_position(books, STK)->fees.m, 100);
    assert_int_equal(books_position(books, STK)->cost.m, 2000);
    assert_int_equal(ledger_strategy_account(books->ledger, 0).realised.m, -100);
}

// A fee of 0.00001000 BTC leaves cash in BTC. At 30,000.00 dollars that is 0.30; before the rate is known the
// position's own sum does not have it.
static void a_fee_in_a_third_currency_is_exact_in_that_currency(void **state) {
    struct books *books = *state;
    struct ledger_fill fill = books_fill_of(COIN, 100000000, 3000000);
    struct ledger_result result;
    fill.fee_currency = BTC;
    fill.fee = 1000;
    assert_int_equal(ledger_fill(books->ledger, &fill, &result), 0);
    assert_int_equal(books_position(books, COIN)->fees.m, 0);
    assert_int_equal(ledger_equity(books->ledger).m, 0);
    assert_int_equal(books_rate(books, BTC, 3000000, 2), 0);
    assert_int_equal(ledger_fill(books->ledger, &fill, &result), 0);
    assert_int_equal(books_position(books, COIN)->fees.m, 30);
    assert_int_equal(books_balance(books, ACCOUNT_CASH, BTC), -2000);
    assert_int_equal(books_balance(books, ACCOUNT_FEES, BTC), 2000);
    assert_int_equal(ledger_equity(books->ledger).m, -60);
    assert_int_equal(ledger_strategy_equity(books->ledger, 0).m, -60);
}

// The same in a position quoted in euros: 0.00001 BTC at 30,000.00 are 0.30 dollars, at 1.20 a euro 0.25 euros.
static void a_fee_crosses_through_the_account_currency(void **state) {
    struct books *books = *state;
    assert_int_equal(books_rate(books, BTC, 3000000, 2), 0);
    struct ledger_fill fill = books_fill_of(AKT, 1, 1000);
    struct ledger_result result;
    fill.fee_currency = BTC;
    fill.fee = 1000;
    assert_int_equal(ledger_fill(books->ledger, &fill, &result), 0);
    assert_int_equal(books_position(books, AKT)->fees.m, 0);
    assert_int_equal(books_rate(books, EUR, 12, 1), 0);
    assert_int_equal(ledger_fill(books->ledger, &fill, &result), 0);
    assert_int_equal(books_position(books, AKT)->fees.m, 25);
}

static void assert_refused(struct books *books, struct ledger_fill fill, int error) {
    static unsigned char before[1 << 20];
    struct ledger_result result = {.position = QTY(77)};
    memcpy(before, books->state.base, books->state.used);
    assert_int_equal(ledger_fill(books->ledger, &fill, &result), error);
    assert_memory_equal(before, books->state.base, books->state.used);
    assert_int_equal(result.position.m, 77);
}

static void a_refused_fill_changes_nothing(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 5, 1000);
    books_fill(books, STK, 2, 1100);
    struct ledger_fill good = books_fill_of(STK, -1, 1200);
    struct ledger_fill fill = good;
    fill.side = 0;
    assert_refused(books, fill, ERR_ARGUMENT);
    fill = good;
    fill.qty = QTY(0);
    assert_refused(books, fill, ERR_ARGUMENT);
    fill.qty = QTY(-1);
    assert_refused(books, fill, ERR_ARGUMENT);
    fill = good;
    fill.price = PRICE(0);
    assert_refused(books, fill, ERR_ARGUMENT);
    fill = good;
    fill.fee_currency = CURRENCIES;
    assert_refused(books, fill, ERR_ARGUMENT);
    // 2^63 x 2^63 cents are beyond what one booking may have.
    fill = good;
    fill.qty = QTY(INT64_MAX - 10);
    fill.price = PRICE(INT64_MAX);
    assert_refused(books, fill, ERR_RANGE);
    // The position itself would not fit.
    fill = books_fill_of(STK, INT64_MAX, 1);
    assert_refused(books, fill, ERR_RANGE);
    // Nor, through zero, with a price that its mark multiplies.
    fill.side = -1;
    fill.price = PRICE(INT64_MAX);
    assert_refused(books, fill, ERR_RANGE);
}

static void the_lot_pool_fills_up_and_frees(void **state) {
    struct books *books = *state;
    for (int i = 0; i < LOTS; i++) books_fill(books, STK, 1, 1000 + i);
    assert_int_equal(ledger_lots_free(books->ledger), 0);
    // A full pool: 1 more at 20.00 joins the newest lot, and goes with it, at the position's whole cost.
    books_fill(books, STK, 1, 2000);
    assert_int_equal(ledger_lots_joined(books->ledger), 1);
    ledger_check(books->ledger);
    int64_t cost = 2000;
    for (int i = 0; i < LOTS; i++) cost += 1000 + i;
    assert_int_equal(books_position(books, STK)->cost_fifo.m, cost);
    books_fill(books, STK, -1, 1000); // the oldest lot, at 10.00
    assert_int_equal(books_position(books, STK)->cost_fifo.m, cost - 1000);
    assert_int_equal(ledger_lots_free(books->ledger), 1);
    books_fill(books, STK, 1, 1000);
    ledger_check(books->ledger);
    // Closing needs none; through zero frees what it takes.
    books_fill(books, STK, -1, 1000);
    assert_int_equal(ledger_lots_free(books->ledger), 1);
    books_fill(books, STK, 1, 1000);
    books_fill(books, STK, -LOTS - 2, 1000);
    assert_int_equal(ledger_lots_free(books->ledger), LOTS - 1);
    assert_int_equal(books_position(books, STK)->qty.m, -1);
}

// The lots are those of the fills, oldest first, each with its price and time.
static void a_partial_close_takes_from_the_oldest_lot(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 3, 1000);
    books_fill(books, STK, 3, 1100);
    books_fill(books, STK, -4, 1200);
    assert_int_equal(books_position(books, STK)->cost_fifo.m, 2200);
    assert_int_equal(books_fill(books, STK, -2, 1200).position.m, 0);
    // 4 at 12.00 less 3 at 10.00 and 1 at 11.00: 7.00; 2 at 12.00 less 2 at 11.00: 2.00.
    assert_int_equal(books_position(books, STK)->realised_fifo.m, 900);
    assert_int_equal(books_position(books, STK)->realised_average.m, 900);
}

int main(void) {
#define AVERAGE(test) cmocka_unit_test_setup_teardown(test, open_average, close_books)
#define FIFO(test) cmocka_unit_test_setup_teardown(test, open_fifo, close_books)
    const struct CMUnitTest tests[] = {
        AVERAGE(a_round_trip_realises_the_difference),
        FIFO(a_round_trip_realises_the_difference),
        AVERAGE(a_short_realises_when_bought_back),
        FIFO(a_short_realises_when_bought_back),
        AVERAGE(average_cost_is_booked_when_chosen),
        FIFO(fifo_cost_is_booked_when_chosen),
        AVERAGE(a_fill_through_zero_closes_then_opens_the_rest),
        FIFO(a_fill_through_zero_closes_then_opens_the_rest),
        AVERAGE(a_cost_that_does_not_divide_stays_whole),
        FIFO(a_cost_that_does_not_divide_stays_whole),
        AVERAGE(notionals_round_half_to_even),
        AVERAGE(a_multiplier_scales_money_but_not_the_entry_price),
        AVERAGE(an_inverse_contract_earns_coins_as_its_venue_says),
        FIFO(an_inverse_contract_earns_coins_as_its_venue_says),
        AVERAGE(the_entry_of_an_inverse_position_is_the_harmonic_mean),
        AVERAGE(an_inverse_contract_has_no_splits_and_dividends),
        AVERAGE(fees_and_rebates_are_their_own_account),
        AVERAGE(a_fee_in_a_third_currency_is_exact_in_that_currency),
        AVERAGE(a_fee_crosses_through_the_account_currency),
        AVERAGE(a_refused_fill_changes_nothing),
        FIFO(a_refused_fill_changes_nothing),
        AVERAGE(the_lot_pool_fills_up_and_frees),
        FIFO(a_partial_close_takes_from_the_oldest_lot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
