// SPDX-License-Identifier: Apache-2.0
// The ledger: double entry per account and currency, positions per strategy and instrument, profit and
// loss. All integers; every amount is money at its currency's decimals, rounded half to even where a
// product of price, quantity and multiplier has more digits.
//
// A position is (strategy, instrument): signed quantity and signed cost. Buying 2 at 10 is qty +2, cost +20;
// selling short 2 at 10 is qty -2, cost -20. Open P&L = value - cost. Of an inverse contract value and cost have
// the other sign: long 2 of 100 USD at 50,000 USD a coin is qty +2, cost -0.004 coins, and at 80,000 worth
// -0.0025. The book is the same for both; only what a quantity is worth (market/notional.h) differs. What is
// realised is booked by the method chosen at init (average or FIFO); lots are kept either way, so that the other
// number is there too.
//
// Bookings, debit positive; N is the rounded worth of the fill's quantity, C the cost that leaves:
//   buy, opening     INVENTORY +N  CASH -N                 sell, opening  INVENTORY -N  CASH +N
//   sell, closing    CASH +N  INVENTORY -C  REALISED C-N   buy, closing   CASH -N  INVENTORY -C  REALISED C+N
//   fee              FEES +f  CASH -f, in the fee's own currency
//   dividend         CASH +d  DIVIDENDS -d, shorts the other way round
//   split            nothing but the fraction of a lot: CASH +a  ADJUSTMENT -a; the whole cost stays with
//                    the units that remain, and is realised when none does
// A fill through zero closes first; its opening part is N less the closing part's own rounded product. A cost
// that leaves in part is rounded half to even, and the remainder stays, so that costs sum up to the last unit.
//
// Exact are the balances of each currency. What is told in account money is converted at the latest rate when
// asked, each currency rounded once, half to even; a currency whose rate is not known yet counts as nothing.
//
// Invariants, executed after every event in test builds (ledger_check):
//   L1  balances of all accounts of a currency sum to zero.
//   L2  balance(INVENTORY, c) = sum of the costs of positions quoted in c.
//   L3  a position's qty = sum of its fills (and split adjustments) = sum of its lots.
//   L4  equity = sum over currencies of rate x (cash + value of positions); and
//       equity - capital = realised + open - fees + dividends + interest + ... to the last unit,
//       in each currency; and that is the sum of what strategies earned and of what none caused.
//   L5  the account's quantity of an instrument = sum over strategies.
// A call that fails changes nothing.
//
// Limits: an amount of one booking is at most 2^100 of the currency's smallest unit, a balance 2^120
// (ERR_RANGE beyond).
#ifndef FULMAR_LEDGER_LEDGER_H
#define FULMAR_LEDGER_LEDGER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/touched.h"
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
    money_t fees;   // a fee in another currency at the latest rates when booked, as far as they are
                    // known; exact is ACCOUNT_FEES in its own currency
    money_t income; // dividends, cash in lieu, borrow fees, funding: signed, + received; converted
                    // likewise
    money_t value;  // what qty is worth at the mark, signed, in the instrument's currency
    qty_t qty;      // signed
    qty_t bought;   // sums of fills since the start, split-adjusted; qty = bought - sold
    qty_t sold;
    price_t entry; // average entry price (inverse: the harmonic mean), rounded half to even; 0 when
                   // flat, or an inverse position's cost rounded to nothing
    int64_t opened_ns;  // when it last left flat; 0 when flat
    uint32_t lot_first; // oldest lot, UINT32_MAX none
    uint32_t lot_last;
    uint32_t holder_next; // links of the list of strategies that hold the instrument
    uint32_t holder_prev;
    uint64_t reserved;
};
_Static_assert(sizeof(struct position) == 208, "engine state");

struct lot {
    money_t cost; // signed
    qty_t qty;    // signed, same sign as the position
    price_t price;
    int64_t ts_ns;
    uint32_t next; // the next younger lot, UINT32_MAX ends it
    uint32_t reserved;
};
_Static_assert(sizeof(struct lot) == 48, "engine state");

// A strategy's share of the account, in the account's currency at the latest rates. Sums over strategies,
// and what no strategy caused, give the account's own numbers in each currency to the last unit.
struct strategy_account {
    money_t budget;   // capital allotted at the start
    money_t realised; // booked, less fees, plus income
    money_t open;     // value - cost of its positions
};

// What the account is worth at an instant, account money.
struct account_mark {
    money_t equity;
    money_t gross; // sum of the absolute values of positions
    int64_t ts_ns;
};

struct ledger; // in ledger/ledger_state.h for the ledger's own files; others use the functions

struct ledger_config {
    const struct instruments *instruments;
    uint32_t strategy_count;
    uint32_t account_currency;
    uint32_t lot_max; // over all positions
    enum cost_method method;
};

// The instruments and currencies are complete and outlive it. NULL with a story: an arena is full, or an
// instrument's price, quantity and multiplier decimals exceed its money's by more than 38.
struct ledger *ledger_new(struct arena *wiring, struct arena *state,
                          const struct ledger_config *config);
// Bytes it needs of each arena, at most.
void ledger_memory(const struct ledger_config *config, size_t *ret_wiring, size_t *ret_state);

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
    money_t notional; // what was traded, >= 0 for prices above 0
    qty_t closed_qty; // how much of the fill closed an existing position
    qty_t position;   // signed, after
};

// Books a fill. ERR_ARGUMENT for a field outside its range, ERR_RANGE when a product does not fit, ERR_FULL
// when a flat position needs a lot and none is free; no story. Where the pool is full, what a position adds joins its
// newest lot: FIFO costs are then coarser, sums stay exact, and ledger_lots_joined() tells how often. CHECKs the
// indices of strategy and instrument. The first fill of an instrument never marked marks it.
int ledger_fill(struct ledger *ledger, const struct ledger_fill *fill,
                struct ledger_result *ret_result) MUST_USE;

// Books EVENT_SPLIT, EVENT_DIVIDEND, EVENT_CASH, EVENT_RATE; other kinds are ignored. ERR_RANGE,
// ERR_ARGUMENT (no story), also for a split or a dividend of an inverse contract. A split rounds the mark half to
// even, in its new units. A cash event with a
// strategy and an instrument is income of that position, whatever the reason but deposits and withdrawals,
// which are capital and belong to nobody.
int ledger_apply(struct ledger *ledger, const union event *event) MUST_USE;

// Gives a strategy its budget (account currency); the sum of budgets is the caller's to keep.
void ledger_set_budget(struct ledger *ledger, uint32_t strategy, money_t budget);

money_t ledger_budget(const struct ledger *ledger, uint32_t strategy);

// Marks an instrument to a price (> 0). Cheap when nobody holds it. A price whose product with a position does
// not fit is refused: the earlier mark stands, and the refusal is counted. True when the account's value was
// worked out anew.
bool ledger_mark(struct ledger *ledger, uint32_t instrument, price_t price);
uint64_t ledger_marks_refused(const struct ledger *ledger);

const struct position *ledger_position(const struct ledger *ledger, uint32_t strategy,
                                       uint32_t instrument);
qty_t ledger_quantity(const struct ledger *ledger, uint32_t instrument); // of all strategies
// Tells of every change of those from now on; NULL: nobody asks.
void ledger_tell_quantities(struct ledger *ledger, struct touched *touched);
uint32_t ledger_position_count(const struct ledger *ledger); // instruments whose quantity is not 0
// Account currency, at the latest rates. O(currencies). These four CHECK that the amount fits in 128 bits.
money_t ledger_equity(const struct ledger *ledger);
money_t ledger_gross_value(const struct ledger *ledger); // sum of |value| over instruments
// Its parts, and their sum. O(currencies).
struct strategy_account ledger_strategy_account(const struct ledger *ledger, uint32_t strategy);
money_t ledger_strategy_equity(const struct ledger *ledger, uint32_t strategy);
money_t ledger_balance(const struct ledger *ledger, enum ledger_account account, uint32_t currency);
uint32_t ledger_lots_free(const struct ledger *ledger);
uint64_t ledger_lots_joined(const struct ledger *ledger);
// What a quantity of an instrument is worth at a price, in its currency, half to even: signed, and of an inverse
// contract with the other sign. ledger_size is its magnitude: what is traded, what limits are held against.
// ledger_gain is what a quantity earns when the price goes from one to another, rounded once for linear payoffs, at
// each price for inverse ones. ERR_RANGE (no story).
int ledger_gain(const struct ledger *ledger, uint32_t instrument, price_t from, price_t to,
                qty_t qty, money_t *ret_gain) MUST_USE;
int ledger_size(const struct ledger *ledger, uint32_t instrument, price_t price, qty_t qty,
                money_t *ret_size) MUST_USE;
int ledger_value(const struct ledger *ledger, uint32_t instrument, price_t price, qty_t qty,
                 money_t *ret_value) MUST_USE;
// Converts from a currency to the account's at the latest rate. No story: ERR_NOT_FOUND, no rate is known yet;
// ERR_RANGE.
int ledger_convert(const struct ledger *ledger, money_t amount, uint32_t currency,
                   money_t *ret_account_money) MUST_USE;

// "cash", "inventory", ...; NULL for a number that names nothing.
const char *ledger_account_name(enum ledger_account account);

// L1 to L5; CHECKs. Cost O(positions + lots).
void ledger_check(const struct ledger *ledger);

#endif
