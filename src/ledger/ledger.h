// SPDX-License-Identifier: Apache-2.0
// The ledger: double entry per account and currency, positions per strategy and instrument, profit and
// loss. All integers; every amount is money at its currency's decimals, rounded half to even where a
// product of price, quantity and multiplier has more digits.
//
// A position is (strategy, instrument): signed quantity and signed cost. Buying 2 at 10 is qty +2, cost
// +20; selling short 2 at 10 is qty -2, cost -20. Open P&L = value - cost. What is realised is booked by
// the method chosen at init (average or FIFO); lots are kept either way, so that the other number
// is there too.
//
// Invariants, executed after every event in test builds (ledger_check):
//   L1  balances of all accounts of a currency sum to zero.
//   L2  balance(INVENTORY, c) = sum of the costs of positions quoted in c.
//   L3  a position's qty = sum of its fills (and split adjustments) = sum of its lots.
//   L4  equity = sum over currencies of rate x (cash + value of positions); and
//       equity - capital = realised + open - fees + dividends + interest + ... to the last unit,
//       in each currency.
//   L5  the account's quantity of an instrument = sum over strategies.
#ifndef FULMAR_LEDGER_LEDGER_H
#define FULMAR_LEDGER_LEDGER_H

#include <stdbool.h>

#include "base/arena.h"
#include "market/event.h"
#include "market/instrument.h"

enum ledger_account {
    ACCOUNT_CASH,      // an asset: positive when we have it
    ACCOUNT_INVENTORY, // positions at cost
    ACCOUNT_CAPITAL,   // deposits less withdrawals; credits are negative balances
    ACCOUNT_REALISED,
    ACCOUNT_FEES,
    ACCOUNT_DIVIDENDS,
    ACCOUNT_INTEREST,
    ACCOUNT_BORROW,
    ACCOUNT_FUNDING,
    ACCOUNT_ADJUSTMENT, // cash in lieu, corrections
    ACCOUNT_COUNT
};

enum cost_method { COST_AVERAGE, COST_FIFO };

struct position {
    money_t cost;         // signed, by the booked method
    money_t cost_average; // signed, average method
    money_t cost_fifo;    // signed, FIFO method
    money_t realised;     // booked, before fees
    money_t realised_average;
    money_t realised_fifo;
    money_t fees;
    money_t income; // dividends, borrow fees, funding: signed, + received
    money_t value;  // qty x mark, in the instrument's currency
    qty_t qty;      // signed
    qty_t bought;   // sums of fills since the start, split-adjusted
    qty_t sold;
    price_t entry;      // average entry price, rounded half to even; 0 when flat
    int64_t opened_ns;  // when it last left flat; 0 when flat
    uint32_t lot_first; // oldest lot, UINT32_MAX none
    uint32_t lot_last;
    uint64_t reserved[2];
};
_Static_assert(sizeof(struct position) == 208, "engine state");

struct lot {
    money_t cost; // signed
    qty_t qty;    // signed, same sign as the position
    price_t price;
    int64_t ts_ns;
    uint32_t next;
    uint32_t reserved;
};

// A strategy's share of the account, in the account's currency at booked rates.
struct strategy_account {
    money_t budget;   // capital allotted at the start
    money_t realised; // booked, less fees, plus income
    money_t open;     // value - cost of its positions
};

struct ledger; // in ledger/ledger_state.h for the ledger's own files; others use the functions

struct ledger_config {
    const struct instruments *instruments;
    uint32_t strategy_count;
    uint32_t account_currency;
    uint32_t lot_max; // over all positions
    enum cost_method method;
};

struct ledger *ledger_new(struct arena *wiring, struct arena *state,
                          const struct ledger_config *config); // NULL: an arena is full

struct ledger_fill {
    uint32_t strategy;
    uint32_t instrument;
    int32_t side; // +1, -1
    uint32_t fee_currency;
    qty_t qty; // > 0
    price_t price;
    int64_t fee; // at the fee currency's decimals; + paid
    int64_t ts_ns;
};

struct ledger_result {
    money_t realised; // by the booked method, before the fee
    money_t notional; // price x qty x multiplier
    qty_t closed_qty; // how much of the fill closed an existing position
    qty_t position;   // signed, after
};

// Books a fill. ERR_RANGE when a product does not fit, ERR_FULL when no lot is free (keep
// ledger_lots_free() > live orders to never see it); nothing is changed on failure.
int ledger_fill(struct ledger *ledger, const struct ledger_fill *fill,
                struct ledger_result *ret_result) MUST_USE;

// Books EVENT_SPLIT, EVENT_DIVIDEND, EVENT_CASH, EVENT_RATE. ERR_RANGE, ERR_ARGUMENT.
int ledger_apply(struct ledger *ledger, const union event *event) MUST_USE;

// Gives a strategy its budget (account currency); the sum of budgets is the caller's to keep.
void ledger_set_budget(struct ledger *ledger, uint32_t strategy, money_t budget);

money_t ledger_budget(const struct ledger *ledger, uint32_t strategy);

// Marks an instrument to a price (> 0). Cheap when nobody holds it.
void ledger_mark(struct ledger *ledger, uint32_t instrument, price_t price);

const struct position *ledger_position(const struct ledger *ledger, uint32_t strategy,
                                       uint32_t instrument);
qty_t ledger_quantity(const struct ledger *ledger, uint32_t instrument); // of all strategies
uint32_t ledger_position_count(const struct ledger *ledger);             // instruments not flat
// Account currency, at the latest rates. O(currencies).
money_t ledger_equity(const struct ledger *ledger);
money_t ledger_gross_value(const struct ledger *ledger); // sum of |value| over instruments
money_t ledger_strategy_equity(const struct ledger *ledger, uint32_t strategy);
money_t ledger_balance(const struct ledger *ledger, enum ledger_account account, uint32_t currency);
uint32_t ledger_lots_free(const struct ledger *ledger);
// Converts between a currency and the account's at the latest rate; ERR_NOT_FOUND: no rate known yet.
int ledger_convert(const struct ledger *ledger, money_t amount, uint32_t currency,
                   money_t *ret_account_money) MUST_USE;

const char *ledger_account_name(enum ledger_account account);

// L1 to L5; CHECKs. Cost O(positions + lots).
void ledger_check(const struct ledger *ledger);

#endif
