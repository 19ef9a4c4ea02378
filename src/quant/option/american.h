// SPDX-License-Identifier: Apache-2.0
// American options on a spot with a continuous yield, or on a future: the terms of quant/option/option.h, volatility as
// there. Bachelier's model is not served.
//
// Trees and the integral equation work in memory of the caller or on the stack; nothing is kept.
#ifndef FULMAR_QUANT_OPTION_AMERICAN_H
#define FULMAR_QUANT_OPTION_AMERICAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "quant/option/option.h"

enum american_method {
    AMERICAN_QD,           // the integral equation of the boundary: to 1e-9 of the strike
    AMERICAN_CRR,          // binomial tree of Cox, Ross and Rubinstein (1979)
    AMERICAN_CRR_CONTROL,  // the same, less the tree's error for the European option
    AMERICAN_BINOMIAL_BS,  // Broadie and Detemple (1996): the last step Black-Scholes, extrapolated
    AMERICAN_BAW,          // Barone-Adesi and Whaley (1987)
    AMERICAN_BJERKSUND_93, // Bjerksund and Stensland (1993), one flat boundary
    AMERICAN_BJERKSUND_02  // Bjerksund and Stensland (2002), two of them
};

enum { AMERICAN_STEPS_MAX = 20000, AMERICAN_TREE_STEPS = 2000 };

// "qd|crr|crr-control|binomial-bs|baw|bs93|bs", in the order of the enum.
#define AMERICAN_METHODS "qd|crr|crr-control|binomial-bs|baw|bs93|bs"

// Doubles of scratch that a method needs; `steps` of a tree from 1 on.
size_t american_scratch(enum american_method method, size_t steps);

// The value. `steps` are the tree's (1 .. AMERICAN_STEPS_MAX; of BINOMIAL_BS at least 4 and even), else not read.
// ERR_ARGUMENT: terms that make no contract (the story names the term), Bachelier, a volatility that is not
// positive and finite, steps out of range. ERR_UNSUPPORTED: baw and Bjerksund-Stensland where exercise has two
// boundaries, and a tree whose probability leaves [0, 1]: the story names what will do. ERR_CONVERGE: qd found no
// boundary. qd of two boundaries is BINOMIAL_BS with AMERICAN_TREE_STEPS, right to 2e-6 of the strike.
int american_price(const struct option_terms *option, double vol, enum american_method method,
                   size_t steps, double *scratch, double *ret_price) MUST_USE;

// Whether negative rates bound exercise from two sides: a put with yield < rate < 0, a call with rate < yield < 0.
bool american_has_two_boundaries(const struct option_terms *option);

// Sensitivities by central differences of the price: delta, gamma, vega, theta, rho and rho_dividend, to about 1e-5 of
// their size with AMERICAN_QD; the others are NaN. Errors as american_price.
int american_greeks(const struct option_terms *option, double vol, enum american_method method,
                    size_t steps, double *scratch, struct option_greeks *ret_greeks) MUST_USE;

// The volatility at which the option is worth `price`: implied_search of quant/option/implied.h by this method. Errors
// as american_price, but that a tree's too small volatility is none.
int american_implied(const struct option_terms *option, double price, enum american_method method,
                     size_t steps, double *scratch, double *ret_vol,
                     enum option_iv *ret_status) MUST_USE;

#endif
