// SPDX-License-Identifier: Apache-2.0
// A position of several options and of the underlying: what it pays when held to expiry, and what it is worth before.
// Expiry is the first of its options; one that lives on is then worth what Black-Scholes-Merton says, and at least what
// exercise gives.
//
// Everything is per unit of the underlying, without multiplier and without interest on what was paid; the spot
// goes from 0 up.
#ifndef FULMAR_QUANT_OPTION_PAYOFF_H
#define FULMAR_QUANT_OPTION_PAYOFF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "quant/option/option.h"

enum { PAYOFF_LEGS_MAX = 16, PAYOFF_ROOTS_MAX = 2 * PAYOFF_LEGS_MAX + 2 };

// Where and under what the position is valued before expiry: terms of Black-Scholes-Merton.
struct payoff_market {
    double spot;
    double years; // to the first expiry
    double rate;
    double yield;
    double vol;
};

enum payoff_kind { PAYOFF_CALL, PAYOFF_PUT, PAYOFF_SHARE };

struct payoff_leg {
    enum payoff_kind kind;
    double strike;   // > 0; of a share not read
    double quantity; // above 0 bought, below 0 sold
    double cost;     // the premium, or what a share cost, per unit
    double
        vol; // at which the option is valued before expiry; NaN: the market's. Not read at expiry
    double later; // years that it lives beyond the first expiry, >= 0
};

struct payoff {
    struct payoff_leg legs[PAYOFF_LEGS_MAX];
    size_t count;
    struct payoff_market
        rest; // rate, yield and vol of legs that live on, at the first expiry; else not read
};

// ERR_ARGUMENT names the leg, counted from 1, and what is wrong with it: no legs or too many, a strike that is not
// above 0, a quantity that is 0, a number that is not finite, a volatility that is not above 0, a later below 0, or
// legs that live on without a volatility.
int payoff_check(const struct payoff *position) MUST_USE;

// Profit at expiry with the underlying at `spot` >= 0; the position is sound, here and below.
double payoff_profit(const struct payoff *position, double spot);

struct payoff_summary {
    double net_debit;  // premiums paid less received; shares left out
    double max_profit; // infinite: unlimited
    double max_loss;   // the least profit; minus infinite: unlimited
    double slope;      // of the profit above the last strike
    double roots[PAYOFF_ROOTS_MAX];
    size_t root_count;
};

// Break-evens ascend: where the profit changes its sign or touches 0; of a stretch on which it is 0, the strikes that
// bound it. A profit counts as 0 within 1e-13 of what the legs turn over. Exact where all legs expire at once; else
// found on a grid from a fiftieth of the least strike to fifty times the greatest and followed to 1e-12 of the spot.
void payoff_summarise(const struct payoff *position, struct payoff_summary *ret_summary);

// P(profit at expiry > 0) with ln(spot) normal, drift rate - yield - vol^2 / 2 a year.
double payoff_probability(const struct payoff *position, const struct payoff_market *market);

// Sensitivities of the whole, price its value. With years <= 0 the price is what it pays at expiry, and the
// others are NaN.
void payoff_greeks(const struct payoff *position, const struct payoff_market *market,
                   struct option_greeks *ret_greeks);

// Value less what all legs cost.
double payoff_profit_before(const struct payoff *position, const struct payoff_market *market);

// The registry of named positions. Strikes ascend.
struct payoff_name {
    const char *name; // "iron-condor"
    size_t strikes;
    size_t legs;
    struct {
        enum payoff_kind kind;
        int strike; // index
        int quantity;
    } leg[4];
};

size_t payoff_name_count(void);
const struct payoff_name *payoff_name_at(size_t index);

// Legs at no cost and the market's volatility; `apart` are the years between the two expiries of calendars, diagonals
// and jelly rolls, not read of others. ERR_NOT_FOUND suggests the nearest name; ERR_ARGUMENT: not as many strikes as
// the position has, or they do not ascend from above 0, or apart is not above 0.
int payoff_from_name(const char *name, const double *strikes, size_t count, double apart,
                     struct payoff *ret_position) MUST_USE;

#endif
