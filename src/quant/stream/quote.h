// SPDX-License-Identifier: Apache-2.0
// What one quote (the best prices and quantities of both sides) and its change say: the arithmetic that features
// of books and indicators of quote columns share.
#ifndef FULMAR_QUANT_STREAM_QUOTE_H
#define FULMAR_QUANT_STREAM_QUOTE_H

#include <math.h>
#include <stdint.h>

struct quote {
    double bid, ask, bid_size, ask_size;
};

// The share of the bid side in what both sides show, in [0, 1]; NaN when they show nothing.
static inline double quote_imbalance(double bid_size, double ask_size) {
    return bid_size + ask_size > 0 ? bid_size / (bid_size + ask_size) : NAN;
}

// (bid - ask) / (bid + ask) of the quantities, in [-1, 1] (Gould and Bonart, Queue imbalance as a one-tick-ahead price
// predictor, 2016).
static inline double quote_queue_imbalance(double bid_size, double ask_size) {
    return bid_size + ask_size > 0 ? (bid_size - ask_size) / (bid_size + ask_size) : NAN;
}

// The mid weighted by the quantity of the other side: nearer to the side that shows less.
static inline double quote_weighted_mid(double bid, double ask, double bid_size, double ask_size) {
    double total = bid_size + ask_size;
    return total > 0 ? (bid * ask_size + ask * bid_size) / total : NAN;
}

// What a level's change adds to the flow of its side (Cont, Kukanov and Stoikov, The price impact of order book events,
// 2014): what it shows unless its price got worse, less what it showed unless its price got better. `up` is
// price - price before, for asks turned around, in sign alone.
static inline double quote_flow(double up, double size, double size_before) {
    return (up >= 0 ? size : 0) - (up <= 0 ? size_before : 0);
}

// The order-flow imbalance of a change of quote.
static inline double quote_ofi(const struct quote *now, const struct quote *before) {
    return quote_flow(now->bid - before->bid, now->bid_size, before->bid_size) -
           quote_flow(before->ask - now->ask, now->ask_size, before->ask_size);
}

// A spread in basis points of the mid; NaN where the mid is not above 0.
static inline double quote_relative(double spread, double mid) {
    return mid > 0 ? 1e4 * spread / mid : NAN;
}

// The tick test: +1 after a rise of the trade price, -1 after a fall, else what it was before (0: not known yet).
static inline int quote_tick_rule(double price, double price_before, int sign_before) {
    return price > price_before ? 1 : price < price_before ? -1 : sign_before;
}

// The same of whole ticks or mantissas, exact where a double is not.
static inline int quote_tick_side(int64_t price, int64_t price_before, int sign_before) {
    return price > price_before ? 1 : price < price_before ? -1 : sign_before;
}

// Lee and Ready (Inferring trade direction from intraday data, 1991): above the mid a buyer came, below it a
// seller; at the mid, or without one, the tick test decides.
static inline int quote_lee_ready(double price, double mid, int tick_sign) {
    return price > mid ? 1 : price < mid ? -1 : tick_sign;
}

// The part of that rule which quotes decide, in whole ticks and so exactly: 0 at the middle.
static inline int quote_side_of_mid(int64_t price, int64_t bid, int64_t ask) {
    __int128 twice = (__int128)price * 2, middle = (__int128)bid + ask;
    return (twice > middle) - (twice < middle);
}

// Effective spread: twice what the trade paid beyond the mid before it.
static inline double quote_effective_spread(int sign, double price, double mid) {
    return 2 * sign * (price - mid);
}

#endif
