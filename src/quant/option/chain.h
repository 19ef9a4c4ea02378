// SPDX-License-Identifier: Apache-2.0
// A chain: the quotes of all options on one underlying at one instant. From raw
// quotes to volatilities in four steps that work in place:
//
//   chain_clean      says of every quote whether it is sound, or what is wrong with it
//   chain_group      cuts the sorted quotes into expiries
//   chain_parity     finds rate and forward of every expiry from calls and puts of the same strike
//   chain_volatility turns bid, mid and ask into volatilities
//
// chain_points then hands out what a smile is fitted to.
//
// American options: the value of early exercise is that of a constant rate and, by expiry, the constant yield that
// leads from spot to forward; discrete dividends count through the forward alone. It is Barone-Adesi and
// Whaley's at the option's own volatility (chain_premium), and is subtracted from the quote, which is then read as a
// European one.
//
// Units: prices in one currency, times in years, rates a year with continuous compounding, volatilities a square root
// of a year.
#ifndef FULMAR_QUANT_OPTION_CHAIN_H
#define FULMAR_QUANT_OPTION_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "quant/option/option.h"

enum { CHAIN_EXPIRIES_MAX = 64 };

// What is wrong with a quote; the first that applies, in this order.
enum chain_fault {
    CHAIN_SOUND,
    CHAIN_NOT_FINITE, // years, strike, or a price that is infinite
    CHAIN_EXPIRED,    // years <= 0
    CHAIN_NEGATIVE,   // a strike that is not above 0, or a price below it
    CHAIN_DUPLICATE,  // of a contract that another quote stood for already
    CHAIN_NO_QUOTE,   // neither bid nor ask
    CHAIN_ONE_SIDED,  // a bid or an ask alone
    CHAIN_ZERO_BID,
    CHAIN_CROSSED, // bid above ask
    CHAIN_STALE,   // older than allowed
    CHAIN_NO_VOL, // the mid price lies outside its bounds: no volatility gives it (chain_volatility)
    CHAIN_FAULTS
};
const char *chain_fault_name(enum chain_fault fault); // "sound", "not_finite" ...

struct chain_quote {
    double years; // to expiry
    double strike;
    double bid, ask; // NaN: none
    double age_s;    // how old the quote is; NaN: not known, which is never too old
    uint32_t id;     // the caller's
    uint8_t side;    // enum option_side
    uint8_t fault;   // enum chain_fault, set by chain_clean and chain_volatility
    bool alone;      // no contract of the other side has this expiry and strike, set by chain_clean
    // Set by chain_volatility where the quote is sound; NaN else.
    double premium;          // of early exercise, within the mid price
    double vol;              // of the mid price
    double vol_bid, vol_ask; // 0 where the price holds no time value, infinite above its bound
    double vega;             // d price / d vol at vol
    double delta;            // d price / d spot at vol, European
};

struct chain_counts {
    size_t faults[CHAIN_FAULTS];
    size_t alone; // contracts without one of the other side
    size_t total;
};

// Sorts the quotes by expiry, strike, side and place, and marks each. stale_s: the oldest age allowed, infinity for
// any.
void chain_clean(struct chain_quote *quotes, size_t count, double stale_s);
struct chain_counts chain_count(const struct chain_quote *quotes, size_t count);

struct chain_expiry {
    double years;
    size_t first, count;  // of the sorted quotes
    size_t pairs;         // strikes with a sound quote on both sides
    double rate;          // from parity or given
    double discount;      // exp(-rate years)
    double forward;       // NaN where there is no pair
    double forward_error; // half the width of what the pairs' spreads leave open, at the tightest
    double yield;         // what leads from spot to forward: rate - ln(forward / spot) / years
};

// The expiries among cleaned quotes, in order; quotes with CHAIN_NOT_FINITE, CHAIN_EXPIRED or CHAIN_NEGATIVE have
// none. ERR_FULL: more than CHAIN_EXPIRIES_MAX.
int chain_group(const struct chain_quote *quotes, size_t count,
                struct chain_expiry ret_expiries[CHAIN_EXPIRIES_MAX], size_t *ret_count) MUST_USE;

struct chain_terms {
    bool american;
    double rate; // NaN: from parity; of American options 0
    double spot; // NaN: the discounted forward of the nearest expiry that has one
};

// Rate and forward by put-call parity, C - P = discount (forward - strike), on sound pairs (of an expiry the first
// 1,024). The rate, where it is not given, is that of a line through the pairs of the expiry: least absolute
// deviations in units of the pair's spread; where its error is above 1 % a year, the median rate of all expiries by
// their errors. American options do not tell it, since premiums bend the line: there it is 0. The forward is the
// median of strike + (C - P) / discount, weighed by 1 / spread; of American options with the premiums subtracted and
// within half a deviation of the forward where three strikes are so near. Terms are completed: rate (the median one)
// and spot. ERR_NOT_FOUND: no expiry has a pair.
int chain_parity(const struct chain_quote *quotes, struct chain_expiry *expiries, size_t count,
                 struct chain_terms *terms) MUST_USE;

// Volatilities of the sound quotes of an expiry that has a forward. Those whose mid price has none become CHAIN_NO_VOL.
void chain_volatility(struct chain_quote *quotes, const struct chain_expiry *expiry,
                      const struct chain_terms *terms);

// What a smile is fitted to: of each strike of an expiry the option out of the money (at the forward the call), if
// its quote is sound: k = ln(strike / forward), vol, and half the spread over vega as what the quote leaves open; the
// spread counts as one `tick` at least, the error as CHAIN_ERROR_MIN. At most `max` strikes, in order. Returns how
// many.
#define CHAIN_ERROR_MIN 5e-4
size_t chain_points(const struct chain_quote *quotes, const struct chain_expiry *expiry,
                    double tick, size_t max, double *ret_k, double *ret_vol, double *ret_error);

// What the right of early exercise adds to a European option's value at this volatility; from 0 on.
double chain_premium(const struct option_terms *option, double vol);

#endif
