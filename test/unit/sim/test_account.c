// SPDX-License-Identifier: Apache-2.0
#include "pit.h"

#include "sim/account.h"

struct books {
    struct pit pit;
    struct sim_account account;
};

static void open_books(struct books *books) {
    pit_prepare(&books->pit);
    struct instrument *crypto = &books->pit.instruments.items[PIT_CRYPTO];
    crypto->qty_decimals = 3;
    crypto->currency = 1;
    assert_ok(sim_account_init(&books->account, &books->pit.wiring, &books->pit.state,
                               &books->pit.instruments, PIT_STRATEGIES, 0));
}

static void settle(struct sim_account *account) {
    while (sim_account_settle(account) != INSTRUMENT_NONE) continue;
}

static void fills_move_cash_and_quantities(void **state) {
    struct books books;
    open_books(&books);
    struct sim_account *account = &books.account;
    sim_account_add_cash(account, 0, MONEY(100000));
    sim_account_fill(account, 0, PIT_SHARE, 1, QTY(10), PRICE(5000), 7, PIT_START_NS);
    sim_account_fill(account, 1, PIT_SHARE, -1, QTY(4), PRICE(5100), -2, PIT_START_NS);
    assert_true(account->cash[0].cash.m == 100000 - 50000 - 7 + 20400 + 2);
    assert_int_equal(account->holdings[PIT_SHARE].qty.m, 6);
    assert_int_equal(sim_account_quantity(account, 1, PIT_SHARE)->m, -4);
    sim_account_mark(account, PIT_SHARE, PRICE(6000));
    settle(account);
    assert_true(account->cash[0].value.m == 36000);
    assert_true(sim_account_equity(account).m == 100000 - 50000 - 7 + 20400 + 2 + 36000);
    sim_account_check(account);
    pit_close(&books.pit);
}

static void what_the_account_traded_is_allocated_and_the_whole_stays(void **state) {
    struct books books;
    open_books(&books);
    struct sim_account *account = &books.account;
    struct allocation_event event = {.header = {.instrument = PIT_SHARE},
                                     .order_id = order_id_make(1, 1),
                                     .side = 1,
                                     .qty = QTY(4)};
    sim_account_fill(account, 1, PIT_SHARE, 1, QTY(10), PRICE(5000), 0, PIT_START_NS);
    assert_ok(sim_account_allocate(account, &event));
    assert_int_equal(sim_account_quantity(account, 0, PIT_SHARE)->m, 4);
    assert_int_equal(sim_account_quantity(account, 1, PIT_SHARE)->m, 6);
    sim_account_check(account);
    event.strategy = PIT_STRATEGIES;
    assert_int_equal(sim_account_allocate(account, &event), ERR_ARGUMENT);
    event.strategy = 0;
    event.order_id = order_id_make(PIT_STRATEGIES, 1);
    assert_int_equal(sim_account_allocate(account, &event), ERR_ARGUMENT);
    event.header.instrument = PIT_INSTRUMENTS;
    assert_int_equal(sim_account_allocate(account, &event), ERR_ARGUMENT);
    sim_account_check(account); // and what is refused changes nothing
    pit_close(&books.pit);
}

// The first is the account's own index here: 10 bought as one become 14 of the second and 4 less of nobody's.
static void what_the_account_filled_becomes_the_strategies(void **state) {
    (void)state;
    struct books books;
    open_books(&books);
    struct sim_account *account = &books.account;
    sim_account_fill(account, 0, PIT_SHARE, 1, QTY(10), PRICE(5000), 0, PIT_START_NS);
    money_t cash = account->cash[0].cash;
    struct allocation_event event = {.header = {.instrument = PIT_SHARE},
                                     .order_id = order_id_make(0, 1),
                                     .strategy = 1,
                                     .side = 1,
                                     .qty = QTY(14)};
    assert_ok(sim_account_allocate(account, &event));
    assert_int_equal(sim_account_quantity(account, 0, PIT_SHARE)->m, -4);
    assert_int_equal(sim_account_quantity(account, 1, PIT_SHARE)->m, 14);
    event.order_id = 0; // taken over from another strategy, whose own event says so
    event.side = -1;
    event.qty = QTY(4);
    assert_ok(sim_account_allocate(account, &event));
    event.strategy = 0;
    event.side = 1;
    assert_ok(sim_account_allocate(account, &event));
    assert_int_equal(sim_account_quantity(account, 0, PIT_SHARE)->m, 0);
    assert_int_equal(sim_account_quantity(account, 1, PIT_SHARE)->m, 10);
    assert_true(account->cash[0].cash.m == cash.m);
    event.strategy = PIT_STRATEGIES;
    assert_int_equal(sim_account_allocate(account, &event), ERR_ARGUMENT);
    event.strategy = 0;
    event.order_id = order_id_make(PIT_STRATEGIES, 1);
    assert_int_equal(sim_account_allocate(account, &event), ERR_ARGUMENT);
    sim_account_mark(account, PIT_SHARE, PRICE(5000));
    settle(account);
    sim_account_check(account);
    pit_close(&books.pit);
}

static void values_are_rounded_half_to_even(void **state) {
    struct books books;
    open_books(&books);
    // 0.001 x 0.05: 0.00005 euros; 0.1 x 0.05 = 0.005: half a cent, to 0; 0.3 x 0.05 = 0.015, to 0.02
    assert_true(sim_account_notional(&books.account, PIT_CRYPTO, PRICE(5), QTY(1)).m == 0);
    assert_true(sim_account_notional(&books.account, PIT_CRYPTO, PRICE(5), QTY(100)).m == 0);
    assert_true(sim_account_notional(&books.account, PIT_CRYPTO, PRICE(5), QTY(300)).m == 2);
    pit_close(&books.pit);
}

static void shorts_and_debts_are_counted(void **state) {
    struct books books;
    open_books(&books);
    struct sim_account *account = &books.account;
    sim_account_fill(account, 0, PIT_SHARE, -1, QTY(10), PRICE(5000), 0, PIT_START_NS);
    assert_int_equal(account->state->shorts, 1);
    assert_int_equal(account->state->overdrawn, 0);
    sim_account_mark(account, PIT_SHARE, PRICE(5500));
    settle(account);
    assert_true(account->cash[0].shorts.m == 55000);
    assert_true(sim_account_gross(account).m == 55000);
    assert_true(sim_account_equity(account).m == -5000);
    sim_account_fill(account, 0, PIT_SHARE, 1, QTY(20), PRICE(5000), 0, PIT_START_NS);
    assert_int_equal(account->state->shorts, 0);
    assert_int_equal(account->state->overdrawn, 1);
    settle(account);
    sim_account_check(account);
    pit_close(&books.pit);
}

static void currencies_are_converted_at_the_latest_rate(void **state) {
    struct books books;
    open_books(&books);
    struct sim_account *account = &books.account;
    money_t converted = MONEY(-1);
    sim_account_add_cash(account, 1, MONEY(1000));
    assert_int_equal(sim_account_convert(account, MONEY(1000), 1, &converted), ERR_NOT_FOUND);
    assert_true(converted.m == -1 && sim_account_equity(account).m == 0);
    struct rate_event rate = {.currency = 1, .decimals = 4, .rate = 10955};
    sim_account_set_rate(account, &rate);
    assert_ok(sim_account_convert(account, MONEY(1000), 1, &converted));
    assert_true(converted.m == 1096); // 10.955, half to even
    assert_true(sim_account_equity(account).m == 1096);
    pit_close(&books.pit);
}

static void the_traded_value_is_of_thirty_days(void **state) {
    struct books books;
    open_books(&books);
    struct sim_account *account = &books.account;
    double window;
    double total;
    for (int day = 0; day < 40; day++) {
        int64_t ts_ns = PIT_START_NS + day * NS_PER_DAY;
        sim_account_fill(account, 0, PIT_SHARE, day % 2 == 0 ? 1 : -1, QTY(1), PRICE(100), 0,
                         ts_ns);
        sim_account_volumes(account, PIT_SHARE, ts_ns, &window, &total);
        assert_float_equal(window, day < 30 ? day + 1 : 30, 0);
        assert_float_equal(total, day + 1, 0);
    }
    sim_account_volumes(account, PIT_SHARE, PIT_START_NS + 60 * NS_PER_DAY, &window, &total);
    assert_float_equal(window, 9, 0);
    sim_account_volumes(account, PIT_SHARE, PIT_START_NS + 600 * NS_PER_DAY, &window, &total);
    assert_float_equal(window, 0, 0);
    assert_float_equal(total, 40, 0);
    pit_close(&books.pit);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_move_cash_and_quantities),
        cmocka_unit_test(what_the_account_traded_is_allocated_and_the_whole_stays),
        cmocka_unit_test(what_the_account_filled_becomes_the_strategies),
        cmocka_unit_test(values_are_rounded_half_to_even),
        cmocka_unit_test(shorts_and_debts_are_counted),
        cmocka_unit_test(currencies_are_converted_at_the_latest_rate),
        cmocka_unit_test(the_traded_value_is_of_thirty_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
