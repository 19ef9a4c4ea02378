// SPDX-License-Identifier: Apache-2.0
// Options on the average of the spot from now to expiry: at `fixings` times of equal distance, the last of them the
// expiry, or without a pause. Terms and units are those of quant/option/option.h; Bachelier's model is not served.
#ifndef FULMAR_QUANT_OPTION_ASIAN_H
#define FULMAR_QUANT_OPTION_ASIAN_H

#include "base/err.h"
#include "quant/option/option.h"

enum asian_method {
    // The geometric average, exactly: Kemna and Vorst, Journal of Banking and Finance 14, 1990.
    ASIAN_GEOMETRIC,
    // The arithmetic average as a lognormal with its first two moments: Turnbull and Wakeman (1991) as in Haug, "The
    // Complete Guide to Option Pricing Formulas", 2nd ed., 2007, section 4.20. Some 3e-3 of the price off at a
    // deviation of 0.2, and worse with its square.
    ASIAN_TURNBULL_WAKEMAN,
    // The arithmetic average given the geometric one: Curran, Management Science 40, 1994, and Rogers and Shi, Journal
    // of Applied Probability 32, 1995: a bound from below, 1e-4 of the price off at a deviation of 0.2.
    ASIAN_CURRAN
};

// In the order of the enum.
#define ASIAN_METHODS "geometric|turnbull-wakeman|curran"

enum { ASIAN_FIXINGS_MAX = 100000 };

struct asian {
    enum asian_method method;
    size_t fixings; // 0: without a pause
};

// The value. ERR_ARGUMENT: terms that make no contract, Bachelier, a volatility that is not positive and finite, more
// fixings than ASIAN_FIXINGS_MAX.
int asian_price(const struct option_terms *option, const struct asian *asian, double vol,
                double *ret_price) MUST_USE;

#endif
