// SPDX-License-Identifier: Apache-2.0
// Options that begin or end when the spot touches a barrier, watched without a pause: Reiner and Rubinstein, "Breaking
// down the barriers", Risk 4(8), 1991, as in Haug, "The Complete Guide to Option Pricing Formulas", 2nd ed., 2007,
// section 4.17. Terms and units are those of quant/option/option.h; Bachelier's model is not served.
#ifndef FULMAR_QUANT_OPTION_BARRIER_H
#define FULMAR_QUANT_OPTION_BARRIER_H

#include "base/err.h"
#include "quant/option/option.h"

// Down: touched from above. In: the option exists once it was touched. Out: until then.
enum barrier_kind { BARRIER_DOWN_IN, BARRIER_DOWN_OUT, BARRIER_UP_IN, BARRIER_UP_OUT };

// In the order of the enum.
#define BARRIER_KINDS "down-in|down-out|up-in|up-out"

struct barrier {
    enum barrier_kind kind;
    double level; // > 0
    double
        rebate; // >= 0; of an "in" paid at expiry where the barrier was not touched, of an "out" at once when it is
};

// The value. A spot that stands at the barrier or beyond has touched it: an "in" is the European option, an "out" its
// rebate. ERR_ARGUMENT: terms that make no contract, Bachelier, a volatility that is not positive and finite, a level
// that is not above 0 or a rebate that is below; ERR_UNSUPPORTED: an "out" with a rebate at a rate so far below 0 that
// the time of the touch has no expectation in closed form (2 rate < -(drift / vol)^2).
int barrier_price(const struct option_terms *option, const struct barrier *barrier, double vol,
                  double *ret_price) MUST_USE;

#endif
