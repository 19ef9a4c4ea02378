// SPDX-License-Identifier: Apache-2.0
// Trades: round trips of a strategy in an instrument, from flat to flat. A fill through zero ends one trade
// and begins the next, its fee shared by quantity (half to even; the rest goes to the new one).
//
// Amounts are the ledger's own, taken as differences of its positions: gross is what was realised, by the
// cost method of the run; fees what was charged; income dividends, borrow fees, funding and cash in lieu;
// net = gross - fees + income + open, to the last unit, where open is what a trade that is open at the end
// would add at the last price, and 0 for a closed one. They are in the instrument's currency; sums over
// instruments of several currencies are in the account's, each trade converted at its end; open trades are
// in no sum.
// So, in each currency: the nets of all trades, and income that came while flat, are what the strategies
// made, realised and open.
#ifndef FULMAR_REPORT_TRADES_H
#define FULMAR_REPORT_TRADES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "ledger/ledger.h"
#include "market/event.h"
#include "order/order.h"

enum { TRADE_END_SPLIT = PURPOSE_COUNT, TRADE_END_VENUE, TRADE_END_OPEN };

struct trade {
    money_t gross;
    money_t fees;
    money_t income;
    money_t net;
    money_t open;       // of one that is open at the end: value - cost; else 0
    money_t entered;    // what all that opened it was worth, unsigned
    int128_t entry_sum; // of price x quantity mantissas, of an inverse contract quantity / price
    int128_t exit_sum;
    qty_t entry_qty; // all that opened it, in the units at its end
    qty_t exit_qty;
    qty_t peak_qty; // the most that was held, unsigned
    price_t lowest; // while it was held: of bars that ended after its first fill, and of its fills
    price_t highest;
    int64_t entry_ns;
    int64_t exit_ns;     // of the last fill; an open trade's is 0
    double chart_factor; // its prices times this are in the units of the latest split
    uint32_t strategy;
    uint32_t instrument;
    int32_t side; // +1 long, -1 short
    uint32_t end; // enum order_purpose of the order that closed it, or TRADE_END_...
    uint32_t fills;
    uint32_t seen; // 1: bars were seen while it was held
    bool inverse;
};

struct trade_sums {
    money_t net; // of closed trades, account currency
    money_t gross;
    money_t fees;
    money_t income;
    money_t profit; // of those whose net is above 0
    money_t loss;   // of those below 0, negative
    money_t best;   // 0 where there is none above, below 0
    money_t worst;
    money_t traded; // what all fills were worth, unsigned
    uint64_t count;
    uint64_t wins;
    uint64_t losses;
    uint64_t longs;
    uint64_t fills;
    uint64_t held_ns; // of closed trades, together
    uint64_t streak;  // losses in a row now
    uint64_t streak_max;
};

struct trades_live; // a trade that goes on

struct trades {
    struct trade *items; // closed, by their end; after trades_end the open ones behind them
    size_t count;
    struct arena memory; // of items
    size_t open_count;   // after trades_end: how many of items are open
    uint64_t left_out;   // closed ones beyond the maximum: in the sums, not in items
    struct trade_sums all;
    struct trade_sums *by_strategy;
    struct trade_sums *by_instrument;
    uint32_t *live_of;  // [instrument][strategy] -> live, or UINT32_MAX
    uint32_t *first_of; // [instrument] -> first live
    struct trades_live *live;
    uint32_t live_capacity;
    uint32_t live_free;
    uint32_t strategy_count;
    const struct instruments *instruments;
    const struct ledger *ledger;
    uint32_t account_currency;
};

struct trades_config {
    const struct instruments *instruments;
    const struct ledger *ledger; // outlives the trades; its positions are what events left
    uint32_t strategy_count;
    uint32_t account_currency;
};
int trades_init(struct trades *trades, const struct trades_config *config) MUST_USE; // ERR_NOMEM
void trades_fini(struct trades *trades);

// A fill that the ledger has booked. `fees` are those of the position before it, `end` the order's purpose.
// ERR_NOMEM.
int trades_fill(struct trades *trades, const struct ledger_fill *fill,
                const struct ledger_result *result, money_t fees, uint32_t end) MUST_USE;
// A split that the ledger has booked: quantities and prices of live trades follow; one whose last units
// went as a fraction of a lot ends.
int trades_split(struct trades *trades, const struct split_event *split) MUST_USE;
void trades_bar(struct trades *trades, uint32_t instrument, const struct bar *bar);
void trades_run(struct trades *trades, uint32_t instrument, const union event *bars, int count);
int trades_end(struct trades *trades) MUST_USE;

// Averages, rounded half to even; 0 for none.
price_t trade_entry_price(const struct trade *trade);
price_t trade_exit_price(const struct trade *trade);
// How far the price went against and for the trade, as fractions of its entry price: <= 0, >= 0; NaN where no
// bar was seen.
double trade_adverse(const struct trade *trade);
double trade_favourable(const struct trade *trade);
const char *trade_end_name(uint32_t end);

#endif
