// SPDX-License-Identifier: Apache-2.0
// Dividends of known amounts on known days, in two models. Escrowed: what is lognormal is the spot less the present
// value of the dividends that are paid before expiry; a European option is one on that spot, and exercise gives the
// spot with the dividends that are still to come. Hull, "Options, Futures, and Other Derivatives", 9th ed., sections
// 15.12 and 21.3. Jumps: the spot itself is lognormal between the days and falls by the amount on each; options of
// several expiries are then on one share. Vellekoop and Nieuwenhuis, Applied Mathematical Finance 13(3), 2006.
//
// Two methods: a binomial tree (escrowed alone) and finite differences.
#ifndef FULMAR_QUANT_OPTION_DIVIDEND_H
#define FULMAR_QUANT_OPTION_DIVIDEND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "quant/option/option.h"

struct dividend {
    double years; // from now to the day on which the share goes without it
    double amount;
};

enum { DIVIDENDS_MAX = 64 };

struct dividends {
    struct dividend list[DIVIDENDS_MAX];
    size_t count;
};

// The option's spot less the present value of what is paid after now and not after expiry. ERR_ARGUMENT names the
// dividend, counted from 1: a number that is not finite, an amount below 0, or nothing left of the spot.
int dividend_spot(const struct option_terms *option, const struct dividends *dividends,
                  double *ret_spot) MUST_USE;

// Doubles of scratch that a tree needs.
size_t dividend_scratch(size_t steps);

// An American option under Black-Scholes-Merton, by a tree of Cox, Ross and Rubinstein with 1 to AMERICAN_STEPS_MAX
// steps. Errors as dividend_spot and american_price with AMERICAN_CRR; ERR_ARGUMENT for another model.
int dividend_american(const struct option_terms *option, const struct dividends *dividends,
                      double vol, size_t steps, double *scratch, double *ret_price) MUST_USE;

enum dividend_model { DIVIDEND_ESCROWED, DIVIDEND_JUMPS };

#define DIVIDEND_MODELS "escrowed|jumps"

struct dividend_option {
    struct option_terms terms;
    const struct dividends *dividends;
    enum dividend_model model;
    bool american;
};

enum { DIVIDEND_GRID_STEPS_MIN = 50, DIVIDEND_GRID_STEPS_MAX = 4000, DIVIDEND_GRID_STEPS = 400 };

// Doubles of scratch that a grid needs.
size_t dividend_grid_scratch(size_t steps);

// A European or American option by finite differences, with `steps` (even) steps in time to expiry, at least 8 between
// dividends, and twice as many points of the spot. With DIVIDEND_GRID_STEPS the price is right to 1e-5 of the strike,
// for deviations (volatility times the root of the time) from 0.02 to 1. A share whose price is below a dividend pays
// what it has. Errors as dividend_spot and american_price; ERR_UNSUPPORTED: the volatility is too small for the grid;
// ERR_CONVERGE: no set of exercise was found.
int dividend_grid_price(const struct dividend_option *option, double vol, size_t steps,
                        double *scratch, double *ret_price) MUST_USE;

// Price, delta, gamma, theta, vega, rho and rho_dividend; the others are NaN. Delta, gamma and theta are read from the
// grid: theta is that of time passing, in which dividends come nearer with expiry. Delta is right to 1e-4, theta and
// vega to 5e-4 and rho to 2e-3 of the strike, gamma to 2e-3 of itself where exercise does not begin within a step of
// the spot.
int dividend_grid_greeks(const struct dividend_option *option, double vol, size_t steps,
                         double *scratch, struct option_greeks *ret_greeks) MUST_USE;

#endif
