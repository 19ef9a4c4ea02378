// SPDX-License-Identifier: Apache-2.0
// Funding of perpetual contracts: at set instants those who are long pay those who are short, or the other way round
// where the rate is negative, a share of what their position stands for at the mark price.
//
//   payment = value of the position (market/notional.h, its magnitude, half to even) x rate, half to even; it leaves
//   the account where quantity and rate have the same sign, and enters it where they have not.
//
// Source: Binance, "Introduction to Binance Futures Funding Rates" (funding amount = nominal value of positions x
// funding rate); inverse contracts pay in their coin.
#ifndef FULMAR_SIM_FUNDING_H
#define FULMAR_SIM_FUNDING_H

#include "sim/account.h"

enum { FUNDING_DECIMALS = 12 }; // of rates

struct funding_rate {
    int64_t ts_ns;
    int64_t rate; // mantissa at FUNDING_DECIMALS, |rate| <= 10^12
    price_t mark; // that the venue took; 0: not told, the simulated venue's own price
};

// The rates of an instrument: a list, or one that is the same every so often, at whole multiples since 1970 (every 8
// hours: 00:00, 08:00, 16:00 UTC).
struct funding {
    const struct funding_rate *rates; // by time, each instant once; outlives the venue
    uint64_t count;
    int64_t every_ns; // 0: the list
    int64_t rate;     // every so often
    uint32_t instrument;
    uint32_t reserved;
};

// The first funding later than after_ns; false where there is none.
bool funding_next(const struct funding *funding, int64_t after_ns, struct funding_rate *ret_rate);

// What a position receives (+) or pays (-), its instrument's currency. mark > 0. CHECKs that it fits.
money_t funding_payment(const struct sim_account *account, uint32_t instrument, qty_t qty,
                        price_t mark, int64_t rate);

#endif
