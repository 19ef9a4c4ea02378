// SPDX-License-Identifier: Apache-2.0
// Where quotes of options contradict each other: what could be bought and sold for a gain that nothing takes away.
//
// Quotes are columns by strike, ascending. Bids and asks may be the same array, of mid prices or of a model's: then
// what is found is a contradiction, which need not be a trade. Gains are in the unit of the prices. Each function
// writes the first `max` that it finds and returns how many there are; gains of at most `tolerance` are not counted.
//
// Carr and Madan, "A note on sufficient conditions for no arbitrage", Finance Research Letters 2, 2005; Gatheral and
// Jacquier, "Arbitrage-free SVI volatility surfaces", Quantitative Finance 14, 2014, section 2.
#ifndef FULMAR_QUANT_OPTION_ARBITRAGE_H
#define FULMAR_QUANT_OPTION_ARBITRAGE_H

#include <stddef.h>

enum arbitrage_kind {
    ARBITRAGE_MONOTONE, // a call is dearer than that of the strike below: index is the upper one
    ARBITRAGE_SPREAD, // two calls differ by more than their strikes, discounted: index is the upper one
    ARBITRAGE_BUTTERFLY, // a call is dearer than its neighbours, weighed: index is the middle one
    ARBITRAGE_CALENDAR, // total variance falls with time at the same moneyness: index is the near one
    ARBITRAGE_PARITY,   // call less put is not the discounted forward less strike
    ARBITRAGE_KINDS
};
const char *arbitrage_kind_name(enum arbitrage_kind kind); // "monotone", "spread" ...

struct arbitrage {
    enum arbitrage_kind kind;
    size_t index; // of the strike
    double gain;
};

// Calls of one expiry at strikes K: asks[i] < bids[i + 1]; bids[i] - asks[i + 1] > discount (K[i + 1] - K[i]); and
// share asks[i - 1] + (1 - share) asks[i + 1] < bids[i] with share = (K[i + 1] - K[i]) / (K[i + 1] - K[i - 1]).
size_t arbitrage_calls(const double *strikes, const double *bids, const double *asks, size_t count,
                       double discount, double tolerance, size_t max, struct arbitrage *ret_found);

// Total variances of two expiries by k = ln(strike / forward): the near one's bid above the far one's ask, which is
// taken between its points on a straight line; near points beyond the far ones are not looked at. The gain is of
// variance.
size_t arbitrage_calendar(const double *near_k, const double *near_bids, size_t near_count,
                          const double *far_k, const double *far_asks, size_t far_count,
                          double tolerance, size_t max, struct arbitrage *ret_found);

// European calls and puts of one expiry: call - put against discount (forward - strike), whichever way gains.
size_t arbitrage_parity(const double *strikes, const double *call_bids, const double *call_asks,
                        const double *put_bids, const double *put_asks, size_t count,
                        double forward, double discount, double tolerance, size_t max,
                        struct arbitrage *ret_found);

#endif
