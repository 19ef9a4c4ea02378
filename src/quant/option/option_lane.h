// SPDX-License-Identifier: Apache-2.0
// The arithmetic of quant/option/option.h for one Black-Scholes-Merton option, without branches and without a
// transcendental function inside: quant/option/option.c takes it one by one, quant/option/option_many.c in
// vectors, with the same bits. `sign` is 1 for a call and -1 for a put.
#ifndef FULMAR_QUANT_OPTION_OPTION_LANE_H
#define FULMAR_QUANT_OPTION_OPTION_LANE_H

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "quant/math/erfcx.h"
#include "quant/option/option.h"

#define OPTION_SQRT_HALF 0.70710678118654752440
#define OPTION_SQRT_TWO_PI 2.5066282746310005024

// Both sides of the exchange, discounted: a call gives the asset for the strike.
struct option_legs {
    double asset;  // spot carry
    double strike; // strike discount
    double log;    // ln(asset / strike)
    double carry;  // exp(-yield years)
    double root;   // sqrt(asset strike), the unit of quant/option/black.h
};

// ln(spot / strike) is log1p of this where it is small: near the money no digit is lost.
static inline double option_part(double spot, double strike) {
    return (spot - strike) / strike;
}

static inline bool option_is_near(double part) {
    return fabs(part) < 0.5;
}

// discount = exp(-rate years), money = ln(spot / strike).
static inline struct option_legs option_legs_from(double spot, double strike, double years,
                                                  double rate, double yield, double discount,
                                                  double carry, double money) {
    double asset = spot * carry, paid = strike * discount;
    return (struct option_legs){.asset = asset,
                                .strike = paid,
                                .log = money + (rate - yield) * years,
                                .carry = carry,
                                .root = sqrt(asset) * sqrt(paid)};
}

// The price from b of quant/option/black.h.
static inline double option_price_from(const struct option_legs *legs, double sign, double b) {
    double value = legs->root * b, intrinsic = fabs(legs->asset - legs->strike);
    return sign * legs->log > 0 ? value + intrinsic : value;
}

// Black's d1 and d2.
static inline double option_d1(const struct option_legs *legs, double s) {
    return legs->log / s + 0.5 * s;
}

static inline double option_d2(const struct option_legs *legs, double s) {
    return legs->log / s - 0.5 * s;
}

// N(d) from the density at d, with all its digits on both sides.
static inline double option_tail(double d, double density) {
    double near = density * 0.5 * OPTION_SQRT_TWO_PI * erfcx_positive(fabs(d) * OPTION_SQRT_HALF);
    double rest = 1 - near;
    return d < 0 ? near : rest;
}

// Sensitivities; e1 = exp(-d1^2 / 2), e2 = exp(-d2^2 / 2), price as above. forward: rate and yield are one.
static inline struct option_greeks option_greeks_from(const struct option_legs *legs, double sign,
                                                      double spot, double years, double rate,
                                                      double yield, double vol, double e1,
                                                      double e2, double price) {
    double root = sqrt(years), s = vol * root;
    double d1 = option_d1(legs, s), d2 = option_d2(legs, s);
    double n1 = e1 / OPTION_SQRT_TWO_PI, n2 = e2 / OPTION_SQRT_TWO_PI;
    double asset = legs->asset * option_tail(sign * d1, n1);
    double strike = legs->strike * option_tail(sign * d2, n2);
    double d1_years = (rate - yield + 0.5 * vol * vol) / s - 0.5 * d1 / years;
    double delta = sign * asset / spot, gamma = legs->carry * n1 / (spot * s);
    double vega = legs->asset * n1 * root;
    return (struct option_greeks){.price = price,
                                  .delta = delta,
                                  .gamma = gamma,
                                  .vega = vega,
                                  .theta = -0.5 * legs->asset * n1 * vol / root +
                                           sign * (yield * asset - rate * strike),
                                  .rho = sign * years * strike,
                                  .rho_dividend = -sign * years * asset,
                                  .vanna = -legs->carry * n1 * d2 / vol,
                                  .volga = vega * d1 * d2 / vol,
                                  .charm = yield * delta - legs->carry * n1 * d1_years,
                                  .speed = -gamma / spot * (d1 / s + 1),
                                  .zomma = gamma * (d1 * d2 - 1) / vol,
                                  .color = gamma * (yield + d1 * d1_years + 0.5 / years)};
}

// A price as a problem of quant/option/black.h: what the option is worth above exercise at the forward, which is
// the same for a call and a put, and what it lacks to its bound; both in units of legs->root.
struct option_quote {
    double value;
    double complement;
    double
        status; // enum option_iv, as a number among numbers; the problem is to be solved if it is FOUND
};

static inline struct option_quote option_quote_of(const struct option_legs *legs, double sign,
                                                  double price) {
    double got = sign > 0 ? legs->asset : legs->strike;
    double given = sign > 0 ? legs->strike : legs->asset;
    bool in_the_money = sign * legs->log > 0;
    double above = (price - got) + given, value = in_the_money ? above : price;
    double complement = got - price, rounding = DBL_EPSILON * (legs->asset + legs->strike);
    double status = OPTION_IV_FOUND;
    bool lost = (in_the_money && value <= rounding) || complement <= DBL_EPSILON * got;
    status = lost ? OPTION_IV_NO_INFORMATION : status;
    status = value <= 0 ? OPTION_IV_ZERO : status;
    status = complement <= 0 ? OPTION_IV_ABOVE_BOUND : status;
    status = value < -rounding ? OPTION_IV_BELOW_INTRINSIC : status;
    status = price < 0 ? OPTION_IV_NEGATIVE : status;
    return (struct option_quote){value / legs->root, complement / legs->root, status};
}

#endif
