// SPDX-License-Identifier: Apache-2.0
// A straddle held over bars, its delta hedged with the underlying, and where its profit came from.
//
// At every bar each leg's volatility is implied from its own price, so that model and price agree there. From a bar to
// the next the legs are worth, by Taylor's expansion at the first of the two,
//   dV = delta dS + 1/2 gamma dS^2 + theta dt + vega dv + the rest
// and the hedge h = -delta (of both legs, unless it is within `band` of that) earns h dS less what changing it costs.
// Every term is summed over the bars, so that the parts add up to the whole by construction: `rest` is what the
// expansion leaves (third orders, cross terms), and a large one says that the bars are too far apart.
//
// Source: Black and Scholes (1973); the split of a hedged option's profit in Sinclair, "Volatility Trading", 2nd ed.
// (2013), chapter 5, and Wilmott, "Paul Wilmott on Quantitative Finance" (2006), chapter 12. The hedge is that of the
// volatility implied at the moment.
#ifndef FULMAR_QUANT_OPTION_DELTA_HEDGE_H
#define FULMAR_QUANT_OPTION_DELTA_HEDGE_H

#include <stdbool.h>
#include <stddef.h>

struct hedge_bar {
    double years; // to expiry, > 0, falling
    double spot;  // > 0
    double call;  // prices of the legs: what they are marked at
    double put;
};

struct hedge_options {
    double strike;
    double rate, yield; // a year, continuous
    double quantity;    // of straddles: above 0 bought, below 0 sold
    double
        band; // delta of one straddle within which the hedge is left alone; 0: hedged at every bar
    double cost;   // of trading the underlying, a part of what is traded
    double spread; // paid for the legs at both ends together, per straddle
};

struct hedge_result {
    double total; // of everything
    double gamma, theta, vega;
    double delta;                   // what was not hedged
    double rest;                    // of the expansion
    double hedge_cost, spread_cost; // <= 0
    double options,
        hedge; // the other sum: what the legs and what the underlying earned, before costs
    double vol_first, vol_last; // implied, mean of the legs; NaN: not known
    double realised;            // volatility of the bars' log returns a year
    double turnover;            // of the underlying, in units
    size_t hedges;              // times that it was traded
    size_t unknown; // bars at which a leg's price implied no volatility: its last one is used
};

// From the first bar to the last. False, and nothing written: fewer than two bars, or the first implies no volatility.
bool delta_hedge(const struct hedge_bar *bars, size_t count, const struct hedge_options *options,
                 struct hedge_result *ret_result);

#endif
