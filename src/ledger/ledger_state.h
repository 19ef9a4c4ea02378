// SPDX-License-Identifier: Apache-2.0
// What the ledger's own files share. struct ledger is wiring: constants and pointers; all that changes stands
// in the state arena as plain bytes.
#ifndef FULMAR_LEDGER_LEDGER_STATE_H
#define FULMAR_LEDGER_LEDGER_STATE_H

#include "ledger/ledger.h"
#include "market/notional.h"

#define LEDGER_NONE UINT32_MAX

// A currency's balances, and running totals over the positions quoted in it.
struct ledger_currency {
    money_t balance[ACCOUNT_COUNT]; // debit positive
    money_t value;                  // of all positions
    money_t gross;                  // sum over instruments of |value|
    int64_t rate;                   // account currency for one unit, mantissa at rate_decimals
    int32_t rate_decimals;
    uint32_t rate_known;
};
_Static_assert(sizeof(struct ledger_currency) == 208, "engine state");

// An instrument over all strategies.
struct ledger_row {
    money_t value;
    qty_t quantity;
    price_t mark;          // 0: never marked
    uint32_t holder_first; // strategy, LEDGER_NONE when nobody holds it
    uint32_t holder_count;
    uint64_t reserved;
};
_Static_assert(sizeof(struct ledger_row) == 48, "engine state");

// What a strategy earned in a currency.
struct ledger_share {
    money_t realised; // booked, less fees, plus income
    money_t open;     // value - cost of its positions quoted in it
};
_Static_assert(sizeof(struct ledger_share) == 32, "engine state");

struct ledger_counts {
    uint64_t marks_refused;
    uint32_t lots_used;      // lots that were ever used: the rest of the pool is untouched
    uint32_t lots_free;      // untouched ones, and those on the free list
    uint32_t lot_free_first; // given back, linked by next
    uint32_t positions;      // instruments whose quantity is not 0
    uint64_t lots_joined;    // openings that joined a lot because the pool was full
};
_Static_assert(sizeof(struct ledger_counts) == 32, "engine state");

// Constants of an instrument, and where its state stands.
struct ledger_unit {
    struct notional notional;
    struct ledger_row *row;
    struct position *positions;    // [strategy]
    struct ledger_currency *money; // of its currency
    qty_t lot;
    uint32_t currency;
    uint32_t reserved;
};

struct ledger {
    struct position *positions; // [instrument][strategy]
    struct ledger_row *rows;    // [instrument]
    struct ledger_currency *currencies;
    struct ledger_share *shares; // [strategy, and one for what none caused][currency]
    money_t *budgets;            // [strategy]
    struct lot *lots;
    struct ledger_counts *counts;
    struct ledger_unit *units; // [instrument]
    int32_t *money_decimals;   // [currency]
    struct touched *touched;   // NULL: nobody asks
    uint32_t instrument_count;
    uint32_t strategy_count;
    uint32_t currency_count;
    uint32_t account_currency;
    uint32_t lot_max;
    uint32_t method; // enum cost_method
};

static inline struct position *ledger_position_at(const struct ledger *ledger, uint32_t strategy,
                                                  uint32_t instrument) {
    return &ledger->positions[(size_t)instrument * ledger->strategy_count + strategy];
}

// strategy_count is the share of what no strategy caused.
static inline struct ledger_share *ledger_share_at(const struct ledger *ledger, uint32_t strategy,
                                                   uint32_t currency) {
    return &ledger->shares[(size_t)strategy * ledger->currency_count + currency];
}

static inline int128_t ledger_magnitude(int128_t amount) {
    return amount < 0 ? -amount : amount;
}

// The limits of the header: with balances in range before a booking, and amounts in range, no sum overflows.
static inline bool ledger_amount_fits(money_t amount) {
    const int128_t max = (int128_t)1 << 100;
    return amount.m >= -max && amount.m <= max;
}
static inline bool ledger_balance_fits(money_t balance) {
    const int128_t max = (int128_t)1 << 120;
    return balance.m >= -max && balance.m <= max;
}

// Moves an amount between two accounts of a currency: the debit and the credit of one entry.
static inline void ledger_enter(struct ledger_currency *currency, enum ledger_account debit,
                                enum ledger_account credit, money_t amount) {
    currency->balance[debit].m += amount.m;
    currency->balance[credit].m -= amount.m;
}

// What a quantity of an instrument is worth. ERR_RANGE also for more than one booking may have.
static inline int ledger_notional(const struct ledger_unit *unit, price_t price, qty_t qty,
                                  money_t *ret_money) {
    money_t money;
    int rc = notional_value(&unit->notional, price, qty, &money);
    if (__builtin_expect(rc < 0 || !ledger_amount_fits(money), 0)) return ERR_RANGE;
    *ret_money = money;
    return 0;
}

// The average entry price of a quantity of that cost; 0 for none.
int ledger_entry(const struct ledger_unit *unit, money_t cost, qty_t qty,
                 price_t *ret_price) MUST_USE;

// An amount in another currency at the latest rates; 0 where a rate is not known or the result does not fit.
money_t ledger_cross(const struct ledger *ledger, money_t amount, uint32_t from, uint32_t to);

// Replaces a position: links, row, totals and open P&L follow the difference. Lots and balances are the caller's.
void ledger_put_position(struct ledger *ledger, uint32_t strategy, uint32_t instrument,
                         const struct position *next);

// Whether the sums that a change of a position adds to are in range.
bool ledger_position_fits(const struct ledger *ledger, uint32_t strategy, uint32_t instrument);

// The lot pool; taking CHECKs that one is free.
uint32_t ledger_lot_take(struct ledger *ledger);
void ledger_lot_free(struct ledger *ledger, uint32_t lot);

// EVENT_SPLIT.
int ledger_split(struct ledger *ledger, const struct split_event *split) MUST_USE;

#endif
