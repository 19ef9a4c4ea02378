// SPDX-License-Identifier: Apache-2.0
// Every invariant is broken on purpose, and the check must stop the program.
#include "books.h"

#include <signal.h>
#include <sys/wait.h>

#include "ledger/ledger_state.h"

static void cash_appears(struct ledger *ledger) {
    ledger->currencies[USD].balance[ACCOUNT_CASH].m++;
}
static void inventory_moves(struct ledger *ledger) {
    ledger->currencies[USD].balance[ACCOUNT_INVENTORY].m++;
    ledger->currencies[USD].balance[ACCOUNT_CASH].m--;
}
static void a_quantity_appears(struct ledger *ledger) {
    ledger_position_at(ledger, 0, STK)->qty.m++;
}
static void a_lot_shrinks(struct ledger *ledger) {
    ledger->lots[ledger_position_at(ledger, 0, STK)->lot_first].qty.m--;
}
static void a_lot_gets_cheaper(struct ledger *ledger) {
    ledger->lots[ledger_position_at(ledger, 0, STK)->lot_first].cost.m--;
}
static void a_cost_moves(struct ledger *ledger) {
    ledger_position_at(ledger, 0, STK)->cost.m++;
    ledger_position_at(ledger, 0, STK)->cost_average.m++;
}
static void a_fill_is_forgotten(struct ledger *ledger) {
    ledger_position_at(ledger, 0, STK)->bought.m--;
}
static void the_account_has_another_quantity(struct ledger *ledger) {
    ledger->rows[STK].quantity.m++;
}
static void a_value_is_stale(struct ledger *ledger) {
    ledger->rows[STK].mark.m++;
}
static void a_total_is_stale(struct ledger *ledger) {
    ledger->currencies[USD].value.m++;
}
static void the_gross_is_stale(struct ledger *ledger) {
    ledger->currencies[USD].gross.m++;
}
static void a_share_is_stale(struct ledger *ledger) {
    ledger_share_at(ledger, 0, USD)->open.m++;
}
static void earnings_belong_to_nobody(struct ledger *ledger) {
    ledger_share_at(ledger, 0, USD)->realised.m++;
}
static void a_holder_is_lost(struct ledger *ledger) {
    ledger->rows[STK].holder_first = UINT32_MAX;
}
static void a_lot_leaks(struct ledger *ledger) {
    ledger->counts->lots_free--;
}
static void an_entry_price_is_stale(struct ledger *ledger) {
    ledger_position_at(ledger, 0, STK)->entry.m++;
}
static void positions_are_miscounted(struct ledger *ledger) {
    ledger->counts->positions++;
}

static void break_and_check(void (*break_it)(struct ledger *), enum cost_method method) {
    struct books books;
    books_open(&books, method);
    books_fill(&books, STK, 5, 1000);
    books_fill(&books, STK, 5, 1200);
    books_fill(&books, STK, -2, 1300);
    books_fill(&books, AKT, -3, 1300);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        assert_non_null(freopen("/dev/null", "w", stderr));
        signal(SIGABRT, SIG_DFL);
        break_it(books.ledger);
        ledger_check(books.ledger);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    books_close(&books);
}

static void the_check_finds_every_broken_invariant(void **state) {
    void (*const breaks[])(struct ledger *) = {
        cash_appears,
        inventory_moves,
        a_quantity_appears,
        a_lot_shrinks,
        a_lot_gets_cheaper,
        a_cost_moves,
        a_fill_is_forgotten,
        the_account_has_another_quantity,
        a_value_is_stale,
        a_total_is_stale,
        the_gross_is_stale,
        a_share_is_stale,
        earnings_belong_to_nobody,
        a_holder_is_lost,
        a_lot_leaks,
        an_entry_price_is_stale,
        positions_are_miscounted,
    };
    for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
        break_and_check(breaks[i], COST_AVERAGE);
        break_and_check(breaks[i], COST_FIFO);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_check_finds_every_broken_invariant)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
