// SPDX-License-Identifier: Apache-2.0
// What a venue refuses before it looks at its book: too many requests, orders too far off, too small, too many at once.
//
// Requests are new orders and replaces, as they arrive; cancels are free. A rule lets `most` of them in within each
// window, and windows begin at multiples of their length since 1970, as Binance counts. One that is refused does not
// count. A refused order ends as rejected, a refused replace leaves the order as it was:
//   REASON_RATE_LIMIT    a rule's window is full
//   REASON_FULL          as many orders as may be open, or stops, are
//   REASON_PRICE_BAND    a buy limit above the middle of the book times 1 + band_up, a sell limit below it times
//                        1 - band_down; without a middle nothing is refused
//   REASON_MIN_NOTIONAL  worth less than notional_min, or than the instrument's own; reduce-only orders may be small.
//                        Worth is price (market orders and stops: the middle) x quantity x multiplier. Of an inverse
//                        contract, quoted in one currency and settled in another, notional_min is in what it is
//                        quoted in: quantity x multiplier, whatever the price; the instrument's own is in its coin
// Prices off the tick, quantities off the lot or below the instrument's least (unless they reduce) are REASON_BAD_ORDER
// with or without limits.
#ifndef FULMAR_SIM_TICK_LIMITS_H
#define FULMAR_SIM_TICK_LIMITS_H

#include <stdint.h>

#include "base/decimal.h"
#include "base/text.h"

enum { TICK_RATE_RULES = 2 };

struct tick_rate {
    uint32_t most; // 0: no rule
    uint32_t window_s;
};

struct tick_limits { // 0: no such limit
    struct tick_rate rates[TICK_RATE_RULES];
    uint32_t open_max; // resting orders and stops
    uint32_t stop_max;
    int64_t band_up; // parts per billion of the middle
    int64_t band_down;
    double notional_min; // in the currency that the instrument is quoted in
};

// Published limits, at their dates; what is in force for a symbol is what the venue says of it today.
enum tick_limits_preset {
    TICK_LIMITS_NONE,
    // Binance spot, exchangeInfo of BTCUSDT on 2021-10-11: 50 orders in 10 s and 160,000 a day; 200 open, 5 of them
    // stops; price between a fifth and five times the average; 10 USDT.
    TICK_LIMITS_BINANCE_SPOT,
    // Binance USD-M, its documentation of exchangeInfo ("Common Definition"): 300 orders in 10 s and 1,200 a minute;
    // 200 open, 100 of them stops; within 15 % of the mark price; 5 USDT.
    TICK_LIMITS_BINANCE_USDM,
    // Binance COIN-M, exchangeInfo of BTCUSD_PERP on 2020-08-17: 6,000 orders a minute; 200 open; within 15 % of the
    // mark price. It has no least value: one contract is 100 USD.
    TICK_LIMITS_BINANCE_COINM,
    TICK_LIMITS_PRESET_COUNT
};
struct tick_limits tick_limits_preset(enum tick_limits_preset preset);
// "limits<TAB>sentence" and "impact<TAB>sentence", a line each.
void tick_limits_describe(const struct tick_limits *limits, int64_t resilience_ns,
                          struct text *out);

struct tick_rate_state { // of a rule
    int64_t window;      // number of it
    uint64_t used;
};

#endif
