// SPDX-License-Identifier: Apache-2.0
// The arithmetic of quant/option/option.h for one Black-Scholes-Merton option, without branches:
// quant/option/option.c takes it one by one, quant/option/option_many.c in vectors, with the same bits. `sign` is 1
// for a call and -1 for a put.
#ifndef FULMAR_QUANT_OPTION_OPTION_LANE_H
#define FULMAR_QUANT_OPTION_OPTION_LANE_H

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "quant/math/lane.h"
#include "quant/math/mills.h"
#include "quant/option/option.h"

#define OPTION_SQRT_TWO_PI 2.5066282746310005024

// Both sides of the exchange, discounted: a call gives the asset for the strike.
struct option_legs {
    double asset;  // spot exp(-yield years)
    double strike; // strike exp(-rate years)
    double log;    // ln(asset / strike)
    double root;   // sqrt(asset strike), the unit of quant/option/black.h
};

static inline struct option_legs option_legs_of(double spot, double strike, double years,
                                                double rate, double yield) {
    double asset = spot * lane_exp(-yield * years), paid = strike * lane_exp(-rate * years);
    return (struct option_legs){.asset = asset,
                                .strike = paid,
                                .log = lane_log_ratio(spot, strike) + (rate - yield) * years,
                                .root = sqrt(asset) * sqrt(paid)};
}

// The price from b of quant/option/black.h.
static inline double option_price_from(const struct option_legs *legs, double sign, double b) {
    double value = legs->root * b, exercised = value + fabs(legs->asset - legs->strike);
    return sign * legs->log > 0 ? exercised : value;
}

// N(sign d) of a leg, from what is left of it beyond |d|.
static inline double option_inside(double leg, double beyond, double d) {
    double rest = leg - beyond;
    return d < 0 ? beyond : rest;
}

// Sensitivities by one density: asset n(d1) = strike n(d2), taken where |d| is smaller. The price is the asset's leg
// less the strike's of the side that is out of the money, and exercise at the forward.
static inline struct option_greeks option_greeks_of(const struct option_legs *legs, double sign,
                                                    double spot, double years, double rate,
                                                    double yield, double vol) {
    double root = sqrt(years), s = vol * root, per_s = 1 / s, per_spot = 1 / spot;
    double per_vol = root * per_s, per_root = vol * per_s, per_years = per_root * per_root;
    double d1 = legs->log * per_s + 0.5 * s, d2 = legs->log * per_s - 0.5 * s;
    bool first = fabs(d1) < fabs(d2), call = legs->log < 0; // which side is out of the money
    double d = first ? d1 : d2, leg = first ? legs->asset : legs->strike;
    double density = leg * (1 / OPTION_SQRT_TWO_PI) * lane_exp(-0.5 * d * d);
    double beyond1 = density * mills_ratio(fabs(d1)), beyond2 = density * mills_ratio(fabs(d2));
    double asset = option_inside(legs->asset, beyond1, sign * d1);
    double strike = option_inside(legs->strike, beyond2, sign * d2);
    double near_leg = call ? legs->asset : legs->strike, near_d = call ? d1 : -d2;
    double near_beyond = call ? beyond1 : beyond2, far_beyond = call ? beyond2 : beyond1;
    double out = option_inside(near_leg, near_beyond, near_d) - far_beyond;
    double value = out > 0 ? out : 0, exercised = value + fabs(legs->asset - legs->strike);
    double bell = density * per_spot, gamma = bell * per_spot * per_s, vega = density * root;
    double delta = sign * asset * per_spot;
    double d1_years = (rate - yield + 0.5 * vol * vol) * per_s - 0.5 * d1 * per_years;
    return (struct option_greeks){.price = sign * legs->log > 0 ? exercised : value,
                                  .delta = delta,
                                  .gamma = gamma,
                                  .vega = vega,
                                  .theta = sign * (yield * asset - rate * strike) -
                                           0.5 * density * vol * per_root,
                                  .rho = sign * years * strike,
                                  .rho_dividend = -sign * years * asset,
                                  .vanna = -bell * d2 * per_vol,
                                  .volga = vega * d1 * d2 * per_vol,
                                  .charm = yield * delta - bell * d1_years,
                                  .speed = -gamma * per_spot * (d1 * per_s + 1),
                                  .zomma = gamma * (d1 * d2 - 1) * per_vol,
                                  .color = gamma * (yield + d1 * d1_years + 0.5 * per_years)};
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
    // Below DBL_MIN a number has lost digits, at last all of them.
    bool faint = (value < DBL_MIN) | (value / legs->root < DBL_MIN);
    bool lost = faint || (in_the_money && value <= rounding) || complement <= DBL_EPSILON * got;
    status = lost ? OPTION_IV_NO_INFORMATION : status;
    status = value <= 0 ? OPTION_IV_ZERO : status;
    status = complement <= 0 ? OPTION_IV_ABOVE_BOUND : status;
    status = value < -rounding ? OPTION_IV_BELOW_INTRINSIC : status;
    status = price < 0 ? OPTION_IV_NEGATIVE : status;
    return (struct option_quote){value / legs->root, complement / legs->root, status};
}

#endif
