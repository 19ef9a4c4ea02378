// SPDX-License-Identifier: Apache-2.0
// The broker's account: cash by currency, quantity by strategy and instrument, value at the last prices.
// Amounts are money at their currency's decimals, rounded half to even where a product has more digits,
// exactly as the ledger rounds, so that the two agree to the last unit.
//
// The value of a position is brought up to date lazily: a new price only marks the instrument stale.
#ifndef FULMAR_SIM_ACCOUNT_H
#define FULMAR_SIM_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "market/event.h"
#include "market/instrument.h"
#include "market/notional.h"
#include "order/order.h"

enum { SIM_VOLUME_DAYS = 30 };

struct sim_cash {
    money_t cash;
    money_t value;  // of positions, signed
    money_t gross;  // of positions, |value|
    money_t shorts; // what is owed for linear positions sold short, >= 0
    money_t
        margined; // of inverse positions, signed: nothing was paid for them, so that cash and this
                  // together are what is there
    money_t required; // initial margin's base: sum over instruments of the worst exposure
    int64_t rate;     // account currency for one of this
    int32_t rate_decimals;
    uint32_t rate_known;
};
_Static_assert(sizeof(struct sim_cash) == 112, "hashed as bytes");

struct sim_holding {
    money_t value;    // counted in sim_cash
    money_t required; // counted in sim_cash
    qty_t qty;        // of all strategies, signed
    price_t mark;     // 0: none yet
    uint32_t stale;   // 1: on the stale list
    uint32_t stale_next;
    uint64_t reserved;
};
_Static_assert(sizeof(struct sim_holding) == 64, "hashed as bytes");

struct sim_account_state {
    money_t traded[SIM_VOLUME_DAYS]; // account currency, by UTC day modulo the array
    money_t traded_window;           // sum of traded
    money_t traded_total;
    int32_t traded_day;
    uint32_t stale_first;
    uint32_t shorts;    // instruments whose value is owed: sold short, or inverse and bought
    uint32_t overdrawn; // currencies with negative cash
};
_Static_assert(sizeof(struct sim_account_state) == 16 * (SIM_VOLUME_DAYS + 3), "hashed as bytes");

struct sim_account {
    struct sim_cash *cash;        // [currency]
    struct sim_holding *holdings; // [instrument]
    qty_t *quantities;            // [instrument][strategy]
    struct sim_account_state *state;
    const struct instruments *instruments;
    const struct notional *notionals; // [instrument]
    uint32_t strategy_count;
    uint32_t currency; // of the account
};

int sim_account_init(struct sim_account *account, struct arena *wiring, struct arena *state,
                     const struct instruments *instruments, uint32_t strategy_count,
                     uint32_t currency) MUST_USE;

// What a quantity is worth at a price, half to even, signed as in market/notional.h; and its magnitude, what is traded.
// CHECK that it fits.
money_t sim_account_size(const struct sim_account *account, uint32_t instrument, price_t price,
                         qty_t qty);
money_t sim_account_notional(const struct sim_account *account, uint32_t instrument, price_t price,
                             qty_t qty);

void sim_account_add_cash(struct sim_account *account, uint32_t currency, money_t amount);

// A fill: side +1 or -1, qty > 0, fee at the instrument's currency.
void sim_account_fill(struct sim_account *account, uint32_t strategy, uint32_t instrument,
                      int32_t side, qty_t qty, price_t price, int64_t fee, int64_t ts_ns);
// Of a fill of the account's own order, or of what strategies took over from each other (order 0), a part becomes a
// strategy's: no money, and the account's quantity stays. ERR_ARGUMENT (no story): it names no strategy.
int sim_account_allocate(struct sim_account *account,
                         const struct allocation_event *allocation) MUST_USE;
// Sets a strategy's quantity without money: splits.
void sim_account_set_quantity(struct sim_account *account, uint32_t strategy, uint32_t instrument,
                              qty_t qty);

// A new price. Cheap: the values follow with sim_account_settle.
static inline void sim_account_mark(struct sim_account *account, uint32_t instrument,
                                    price_t price);
void sim_account_stale(struct sim_account *account, uint32_t instrument);

// Removes the next stale instrument from the list and brings its value up to date; INSTRUMENT_NONE when
// none is left. The caller sets its `required`.
uint32_t sim_account_settle(struct sim_account *account);
void sim_account_set_required(struct sim_account *account, uint32_t instrument, money_t required);

// Account currency; the stale list must be empty for these to be true. A currency without a rate counts 0.
money_t sim_account_equity(const struct sim_account *account);
money_t sim_account_gross(const struct sim_account *account);
money_t sim_account_required(const struct sim_account *account);
// ERR_NOT_FOUND (no story): no rate known.
int sim_account_convert(const struct sim_account *account, money_t amount, uint32_t currency,
                        money_t *ret_money) MUST_USE;

void sim_account_set_rate(struct sim_account *account, const struct rate_event *event);

// The traded value of the last 30 days and of all, account currency, before what is traded at ts_ns.
void sim_account_volumes(struct sim_account *account, int64_t ts_ns, double *ret_30d,
                         double *ret_total);

static inline qty_t *sim_account_quantity(const struct sim_account *account, uint32_t strategy,
                                          uint32_t instrument) {
    return &account->quantities[(size_t)instrument * account->strategy_count + strategy];
}

// CHECKs that sums agree with their parts.
void sim_account_check(const struct sim_account *account);

static inline void sim_account_mark(struct sim_account *account, uint32_t instrument,
                                    price_t price) {
    struct sim_holding *holding = &account->holdings[instrument];
    holding->mark = price;
    if (holding->qty.m != 0 && !holding->stale) sim_account_stale(account, instrument);
}

#endif
