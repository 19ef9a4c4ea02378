// SPDX-License-Identifier: Apache-2.0
// European options: value, sensitivities and implied volatility under Black-Scholes-Merton, Black-76
// and Bachelier.
//
// Units: prices in one currency, times in years, rates and yields a year with continuous compounding,
// volatility a square root of a year (0.2 is 20 %; of Bachelier in units of the price). Sensitivities are
// derivatives as they stand: vega and rho for a change of 1.00, not of 1 %; theta, charm and color for a
// year that passes.
//
// Black and Scholes (1973), Merton (1973), Black (1976), Bachelier (1900); sensitivities as in Haug,
// "The Complete Guide to Option Pricing Formulas", 2nd ed., 2007, chapter 2.
#ifndef FULMAR_QUANT_OPTION_OPTION_H
#define FULMAR_QUANT_OPTION_OPTION_H

#include <stddef.h>

enum option_side { OPTION_CALL, OPTION_PUT };

enum option_model {
    OPTION_BLACK_SCHOLES, // spot with a dividend yield (or a foreign rate, or a borrow fee)
    OPTION_BLACK_76,      // `spot` is the forward or future, yield is not read
    OPTION_BACHELIER      // the same with a normal instead of a lognormal forward
};

struct option_terms {
    enum option_side side;
    enum option_model model;
    double spot;
    double strike;
    double years;
    double rate;
    double yield;
};

enum option_fault {
    OPTION_SOUND,
    OPTION_NOT_FINITE,
    OPTION_NOT_POSITIVE, // spot or strike, or below 2.3e-308; Bachelier takes any
    OPTION_EXPIRED       // years <= 0
};

// What is wrong with the terms of a contract.
enum option_fault option_fault(const struct option_terms *option);
const char *option_fault_name(enum option_fault fault);

// The value; what exercise at the forward would give for vol = 0. The terms are sound and vol is finite and >= 0 (else
// NaN). Relative error below 1e-13 of the spot.
double option_price(const struct option_terms *option, double vol);

struct option_greeks {
    double price;
    double delta;        // d price / d spot
    double gamma;        // d delta / d spot
    double vega;         // d price / d vol
    double theta;        // - d price / d years
    double rho;          // d price / d rate
    double rho_dividend; // d price / d yield
    double vanna;        // d delta / d vol
    double volga;        // d vega / d vol
    double charm;        // - d delta / d years
    double speed;        // d gamma / d spot
    double zomma;        // d gamma / d vol
    double color;        // - d gamma / d years
};

// vol > 0 (else every field is NaN). The price is that of option_price within a few roundings of the spot. Of
// Black-76 and Bachelier the spot is the forward, which is held when the rate moves: rho is -years price.
void option_greeks(const struct option_terms *option, double vol, struct option_greeks *ret_greeks);

enum option_iv {
    OPTION_IV_FOUND,
    OPTION_IV_ZERO,           // the price is the least that there can be: volatility 0
    OPTION_IV_NO_INFORMATION, // what the price holds above its least value, or below its bound, is rounding
    OPTION_IV_BELOW_INTRINSIC,
    OPTION_IV_ABOVE_BOUND,
    OPTION_IV_NEGATIVE,
    OPTION_IV_EXPIRED,
    OPTION_IV_NOT_FINITE,
    OPTION_IV_NOT_POSITIVE
};

// The volatility at which the option is worth `price`, to the digits that the price carries. *ret_vol is that for
// OPTION_IV_FOUND, 0 for OPTION_IV_ZERO, else NaN.
enum option_iv option_implied(const struct option_terms *option, double price, double *ret_vol);
const char *option_iv_name(enum option_iv status); // "found", "no_information" ...

#endif
