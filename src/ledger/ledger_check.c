// SPDX-License-Identifier: Apache-2.0
// The header's invariants, executed.
#include "base/check.h"
#include "ledger/ledger.h"
#include "ledger/ledger_state.h"

// What the positions quoted in a currency sum up to.
struct sums {
    int128_t cost;
    int128_t value;
    int128_t gross;
};

static struct sums check_instruments(const struct ledger *ledger, uint32_t currency,
                                     uint32_t *lots_held, uint32_t *positions);
static void check_row(const struct ledger *ledger, uint32_t instrument);
static void check_position(const struct ledger *ledger, uint32_t strategy, uint32_t instrument,
                           uint32_t *lots_held);
static void check_balances(const struct ledger *ledger, uint32_t currency, const struct sums *sums);
static void check_shares(const struct ledger *ledger, uint32_t currency, const struct sums *sums);
static uint32_t free_list_count(const struct ledger *ledger);

void ledger_check(const struct ledger *ledger) {
    const struct ledger_counts *counts = ledger->counts;
    uint32_t lots_held = 0;
    uint32_t positions = 0;
    for (uint32_t c = 0; c < ledger->currency_count; c++) {
        struct sums sums = check_instruments(ledger, c, &lots_held, &positions);
        check_balances(ledger, c, &sums);
        check_shares(ledger, c, &sums);
    }
    CHECK(positions == counts->positions);
    CHECK(lots_held + counts->lots_free == ledger->lot_max);
    CHECK(lots_held + free_list_count(ledger) == counts->lots_used);
}

static struct sums check_instruments(const struct ledger *ledger, uint32_t currency,
                                     uint32_t *lots_held, uint32_t *positions) {
    struct sums sums = {0};
    for (uint32_t i = 0; i < ledger->instrument_count; i++) {
        if (ledger->units[i].currency != currency) continue;
        check_row(ledger, i);
        for (uint32_t s = 0; s < ledger->strategy_count; s++) {
            check_position(ledger, s, i, lots_held);
            sums.cost += ledger_position_at(ledger, s, i)->cost.m;
        }
        sums.value += ledger->rows[i].value.m;
        sums.gross += ledger_magnitude(ledger->rows[i].value.m);
        *positions += ledger->rows[i].quantity.m != 0;
    }
    return sums;
}

// L5, the value of the row, and the list of holders.
static void check_row(const struct ledger *ledger, uint32_t instrument) {
    const struct ledger_row *row = &ledger->rows[instrument];
    int64_t quantity = 0;
    int128_t value = 0;
    uint32_t holders = 0;
    for (uint32_t s = 0; s < ledger->strategy_count; s++) {
        const struct position *position = ledger_position_at(ledger, s, instrument);
        quantity += position->qty.m;
        value += position->value.m;
        holders += position->qty.m != 0;
    }
    CHECK(quantity == row->quantity.m && value == row->value.m && holders == row->holder_count);
    uint32_t before = LEDGER_NONE;
    for (uint32_t s = row->holder_first; s != LEDGER_NONE;) {
        const struct position *position = ledger_position(ledger, s, instrument);
        CHECK(position->qty.m != 0 && position->holder_prev == before);
        CHECK(holders-- > 0);
        before = s;
        s = position->holder_next;
    }
    CHECK(holders == 0);
}

// L3, and that the position's numbers follow from its lots and its mark.
static void check_position(const struct ledger *ledger, uint32_t strategy, uint32_t instrument,
                           uint32_t *lots_held) {
    const struct ledger_unit *unit = &ledger->units[instrument];
    const struct position *position = ledger_position_at(ledger, strategy, instrument);
    int64_t quantity = 0;
    int128_t cost = 0;
    uint32_t last = LEDGER_NONE;
    for (uint32_t at = position->lot_first; at != LEDGER_NONE; at = ledger->lots[at].next) {
        const struct lot *lot = &ledger->lots[at];
        CHECK(at < ledger->counts->lots_used && ++*lots_held <= ledger->lot_max);
        CHECK(lot->qty.m != 0 && (lot->qty.m < 0) == (position->qty.m < 0));
        quantity += lot->qty.m;
        cost += lot->cost.m;
        last = at;
    }
    CHECK(last == position->lot_last);
    CHECK(quantity == position->qty.m && cost == position->cost_fifo.m);
    CHECK(position->bought.m - position->sold.m == position->qty.m);
    CHECK(position->bought.m >= 0 && position->sold.m >= 0);
    CHECK((position->opened_ns == 0) || position->qty.m != 0);
    bool average = ledger->method == COST_AVERAGE;
    CHECK(position->cost.m == (average ? position->cost_average.m : position->cost_fifo.m));
    CHECK(position->realised.m ==
          (average ? position->realised_average.m : position->realised_fifo.m));
    // Realised and cost together do not depend on the method: both are what was paid and received.
    CHECK(position->realised_average.m - position->cost_average.m ==
          position->realised_fifo.m - position->cost_fifo.m);
    price_t entry;
    money_t value = MONEY(0);
    CHECK(ledger_entry(unit, position->cost, position->qty, &entry) == 0);
    CHECK(entry.m == position->entry.m);
    if (position->qty.m == 0) CHECK(position->cost.m == 0 && position->cost_average.m == 0);
    if (position->qty.m != 0)
        CHECK(ledger_notional(unit, ledger->rows[instrument].mark, position->qty, &value) == 0);
    CHECK(value.m == position->value.m);
}

// L1, L2, L4.
static void check_balances(const struct ledger *ledger, uint32_t currency,
                           const struct sums *sums) {
    const struct ledger_currency *row = &ledger->currencies[currency];
    int128_t total = 0;
    for (int account = 0; account < ACCOUNT_COUNT; account++) total += row->balance[account].m;
    CHECK(total == 0);
    CHECK(row->balance[ACCOUNT_INVENTORY].m == sums->cost);
    CHECK(row->value.m == sums->value && row->gross.m == sums->gross);
    int128_t earned = 0;
    for (int account = ACCOUNT_REALISED; account < ACCOUNT_COUNT; account++)
        earned -= row->balance[account].m;
    int128_t equity = row->balance[ACCOUNT_CASH].m + sums->value;
    int128_t capital = -row->balance[ACCOUNT_CAPITAL].m;
    CHECK(equity - capital == earned + sums->value - sums->cost);
}

// The last part of L4: who earned it.
static void check_shares(const struct ledger *ledger, uint32_t currency, const struct sums *sums) {
    const struct ledger_currency *row = &ledger->currencies[currency];
    int128_t earned = 0;
    int128_t open = 0;
    for (uint32_t s = 0; s <= ledger->strategy_count; s++) {
        earned += ledger_share_at(ledger, s, currency)->realised.m;
        open += ledger_share_at(ledger, s, currency)->open.m;
    }
    CHECK(open == sums->value - sums->cost);
    for (int account = ACCOUNT_REALISED; account < ACCOUNT_COUNT; account++)
        earned += row->balance[account].m;
    CHECK(earned == 0);
}

static uint32_t free_list_count(const struct ledger *ledger) {
    uint32_t count = 0;
    for (uint32_t at = ledger->counts->lot_free_first; at != LEDGER_NONE;
         at = ledger->lots[at].next)
        CHECK(at < ledger->counts->lots_used && ++count <= ledger->lot_max);
    return count;
}
