// SPDX-License-Identifier: Apache-2.0
// Dividends of known amounts on known days. What is lognormal is the spot less the present value of the dividends that
// are paid before expiry (the escrowed model): a European option is one on that spot, an American one a binomial tree
// of it in which exercise gives the spot with the dividends that are still to come. Hull, "Options, Futures, and Other
// Derivatives", 9th ed., sections 15.12 and 21.3.
#ifndef FULMAR_QUANT_OPTION_DIVIDEND_H
#define FULMAR_QUANT_OPTION_DIVIDEND_H

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

#endif
