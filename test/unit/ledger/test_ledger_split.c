// SPDX-License-Identifier: Apache-2.0
#include "books.h"

#include "ledger/ledger_state.h"

static int open_books(void **state) {
    static struct books books;
    books_open(&books, COST_FIFO);
    *state = &books;
    return 0;
}

static int close_books(void **state) {
    books_close(*state);
    return 0;
}

static const struct lot *lot_at(const struct books *books, uint32_t instrument, int index) {
    uint32_t at = books_position(books, instrument)->lot_first;
    for (int i = 0; i < index; i++) at = books->ledger->lots[at].next;
    return &books->ledger->lots[at];
}

// 7 for 1: 10 at 700.00 and 1 at 770.00 become 70 at 100.00 and 7 at 110.00, costs 7,000.00 and 770.00 unmoved.
// The mark of 714.00 becomes 102.00, the value stays 7,854.00.
static void a_split_multiplies_quantities_and_keeps_costs(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 10, 70000);
    books_fill(books, STK, 1, 77000);
    ledger_mark(books->ledger, STK, PRICE(71400));
    assert_int_equal(books_split(books, STK, 7, 1, 71400), 0);
    const struct position *position = books_position(books, STK);
    assert_int_equal(position->qty.m, 77);
    assert_int_equal(position->bought.m, 77);
    assert_int_equal(position->cost.m, 777000);
    assert_int_equal(position->value.m, 785400);
    // 7,770.00 / 77 = 100.909...
    assert_int_equal(position->entry.m, 10091);
    assert_int_equal(lot_at(books, STK, 0)->qty.m, 70);
    assert_int_equal(lot_at(books, STK, 0)->price.m, 10000);
    assert_int_equal(lot_at(books, STK, 1)->qty.m, 7);
    assert_int_equal(lot_at(books, STK, 1)->price.m, 11000);
    assert_int_equal(lot_at(books, STK, 1)->cost.m, 77000);
    assert_int_equal(books_balance(books, ACCOUNT_ADJUSTMENT, USD), 0);
}

// 1 for 8: 20 become 2, and 4 old ones at 5.25 are paid out: 21.00. The whole cost stays with the 2.
static void a_reverse_split_pays_the_fraction_in_cash(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 20, 500);
    assert_int_equal(books_split(books, STK, 1, 8, 525), 0);
    const struct position *position = books_position(books, STK);
    assert_int_equal(position->qty.m, 2);
    assert_int_equal(position->cost.m, 10000);
    assert_int_equal(position->income.m, 2100);
    assert_int_equal(position->value.m, 2 * 4000);
    assert_int_equal(books_balance(books, ACCOUNT_ADJUSTMENT, USD), -2100);
    assert_int_equal(books_balance(books, ACCOUNT_CASH, USD), -10000 + 2100);
    assert_int_equal(ledger_strategy_account(books->ledger, 0).realised.m, 2100);
}

// The short side of the same: 20 sold short, 4 of them are paid for.
static void a_short_pays_for_its_fraction(void **state) {
    struct books *books = *state;
    books_fill(books, STK, -20, 500);
    assert_int_equal(books_split(books, STK, 1, 8, 525), 0);
    assert_int_equal(books_position(books, STK)->qty.m, -2);
    assert_int_equal(books_position(books, STK)->sold.m, 2);
    assert_int_equal(books_position(books, STK)->income.m, -2100);
    assert_int_equal(books_balance(books, ACCOUNT_CASH, USD), 10000 - 2100);
}

// 3 for 2 of lots of 1, 1 and 3: running totals 1, 2, 5 become 1, 3, 7 (1.5, 3 and 7.5 cut): lots of 1, 2 and 4. The
// half share is a third of an old one: 0.5 x 2/3 x 9.00 = 3.00.
static void lots_are_cut_by_running_totals(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 1, 1000);
    books_fill(books, STK, 1, 1100);
    books_fill(books, STK, 3, 1200);
    assert_int_equal(books_split(books, STK, 3, 2, 900), 0);
    assert_int_equal(lot_at(books, STK, 0)->qty.m, 1);
    assert_int_equal(lot_at(books, STK, 1)->qty.m, 2);
    assert_int_equal(lot_at(books, STK, 2)->qty.m, 4);
    assert_int_equal(lot_at(books, STK, 0)->cost.m, 1000);
    assert_int_equal(lot_at(books, STK, 2)->cost.m, 3600);
    // 10.00 x 2 / 3 = 6.67
    assert_int_equal(lot_at(books, STK, 0)->price.m, 667);
    assert_int_equal(books_position(books, STK)->income.m, 300);
}

// 1 for 10 of lots of 4, 8 and 3: totals 4, 12, 15 become 0, 1, 1. The first lot's cost goes to the second, which
// stays, and so does the third's.
static void a_lot_of_which_nothing_is_left_hands_its_cost_on(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 4, 100);
    books_fill(books, STK, 8, 200);
    books_fill(books, STK, 3, 300);
    assert_int_equal(books_split(books, STK, 1, 10, 300), 0);
    const struct position *position = books_position(books, STK);
    assert_int_equal(position->qty.m, 1);
    assert_int_equal(position->lot_first, position->lot_last);
    assert_int_equal(lot_at(books, STK, 0)->cost.m, 400 + 1600 + 900);
    assert_int_equal(lot_at(books, STK, 0)->price.m, 2000);
    assert_int_equal(ledger_lots_free(books->ledger), LOTS - 1);
    // 5 old ones at 3.00
    assert_int_equal(position->income.m, 1500);
    assert_int_equal(books_fill(books, STK, -1, 3100).realised.m, 3100 - 2900);
}

// 3 at 10.00, 1 for 8 at 9.00: nothing is left, 27.00 are paid for it, the cost of 30.00 is realised.
static void a_position_that_vanishes_realises_its_cost(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 3, 1000);
    assert_int_equal(books_split(books, STK, 1, 8, 900), 0);
    const struct position *position = books_position(books, STK);
    assert_int_equal(position->qty.m, 0);
    assert_int_equal(position->cost.m, 0);
    assert_int_equal(position->realised.m, -3000);
    assert_int_equal(position->income.m, 2700);
    assert_int_equal(position->opened_ns, 0);
    assert_int_equal(ledger_position_count(books->ledger), 0);
    assert_int_equal(books_balance(books, ACCOUNT_INVENTORY, USD), 0);
    assert_int_equal(books_balance(books, ACCOUNT_REALISED, USD), 3000);
    assert_int_equal(ledger_equity(books->ledger).m, -300);
    assert_int_equal(ledger_strategy_equity(books->ledger, 0).m, -300);
    assert_int_equal(ledger_lots_free(books->ledger), LOTS);
}

// Bought and sold are restated too, of flat positions as well: 5 bought and 5 sold become 7 and 7.
static void sums_of_fills_are_restated(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 5, 1000);
    books_fill(books, STK, -5, 1000);
    assert_int_equal(books_split(books, STK, 3, 2, 900), 0);
    assert_int_equal(books_position(books, STK)->bought.m, 7);
    assert_int_equal(books_position(books, STK)->sold.m, 7);
    // A mark that nobody holds is restated as well: 10.00 becomes 6.67.
    books_fill(books, STK, 1, 600);
    assert_int_equal(books_position(books, STK)->value.m, 667);
}

// 3 contracts of 50 dollars, 1 for 2: one is left, and one old one at 40.00 points is 2,000.00.
static void cash_in_lieu_has_the_multiplier(void **state) {
    struct books *books = *state;
    books_fill(books, FUT, 3, 4000);
    assert_int_equal(books_split(books, FUT, 1, 2, 4000), 0);
    assert_int_equal(books_position(books, FUT)->income.m, 200000);
}

// A hundred for one at 0.01: a price is at least the smallest, so that there is one.
static void the_smallest_price_survives_a_split(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 5, 1);
    assert_int_equal(books_split(books, STK, 100, 1, 1), 0);
    assert_int_equal(lot_at(books, STK, 0)->price.m, 1);
    assert_int_equal(books_position(books, STK)->value.m, 500);
    assert_int_equal(books_position(books, STK)->cost.m, 5);
}

static void split_refused(struct books *books, uint32_t instrument, int64_t numerator,
                          int64_t denominator, int64_t price, int error) {
    static unsigned char before[1 << 20];
    memcpy(before, books->state.base, books->state.used);
    assert_int_equal(books_split(books, instrument, numerator, denominator, price), error);
    assert_memory_equal(before, books->state.base, books->state.used);
}

static void a_refused_split_changes_nothing(void **state) {
    struct books *books = *state;
    books_fill(books, STK, 5, 1000);
    struct ledger_fill second = books_fill_of(STK, INT64_MAX / 4, 1);
    struct ledger_result result;
    second.strategy = 2;
    assert_int_equal(ledger_fill(books->ledger, &second, &result), 0);
    split_refused(books, INSTRUMENTS, 2, 1, 100, ERR_ARGUMENT);
    split_refused(books, STK, 0, 1, 100, ERR_ARGUMENT);
    split_refused(books, STK, 2, 0, 100, ERR_ARGUMENT);
    split_refused(books, STK, -2, 1, 100, ERR_ARGUMENT);
    split_refused(books, STK, 2, 1, 0, ERR_ARGUMENT);
    // The second position would not fit, the first one would.
    split_refused(books, STK, 5, 1, 100, ERR_RANGE);
    // A price of 10.00 would not.
    split_refused(books, STK, 1, INT64_MAX, 100, ERR_RANGE);
}

int main(void) {
#define BOOKS(test) cmocka_unit_test_setup_teardown(test, open_books, close_books)
    const struct CMUnitTest tests[] = {
        BOOKS(a_split_multiplies_quantities_and_keeps_costs),
        BOOKS(a_reverse_split_pays_the_fraction_in_cash),
        BOOKS(a_short_pays_for_its_fraction),
        BOOKS(lots_are_cut_by_running_totals),
        BOOKS(a_lot_of_which_nothing_is_left_hands_its_cost_on),
        BOOKS(a_position_that_vanishes_realises_its_cost),
        BOOKS(sums_of_fills_are_restated),
        BOOKS(cash_in_lieu_has_the_multiplier),
        BOOKS(the_smallest_price_survives_a_split),
        BOOKS(a_refused_split_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
