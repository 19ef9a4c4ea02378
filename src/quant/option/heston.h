// SPDX-License-Identifier: Apache-2.0
// European options under Heston's stochastic variance:
//
//     d spot / spot = (rate - yield) dt + sqrt(v) dW,   dv = kappa (theta - v) dt + sigma sqrt(v) dZ,   dW dZ = rho dt
//
// Heston, Review of Financial Studies 6, 1993. The value is Lewis' single integral ("Option valuation under
// stochastic volatility", 2000) over the characteristic function in the form that keeps to one branch of the
// logarithm (Albrecher, Mayer, Schoutens and Tistaert, "The little Heston trap", Wilmott, 2007), rearranged so that a
// small sigma costs no digits.
#ifndef FULMAR_QUANT_OPTION_HESTON_H
#define FULMAR_QUANT_OPTION_HESTON_H

#include "base/err.h"
#include "quant/option/option.h"

struct heston {
    double v0;    // variance now, >= 0
    double kappa; // speed of return a year, > 0
    double theta; // variance returned to, >= 0; v0 and theta are not both 0
    double sigma; // volatility of the variance, > 0
    double rho;   // correlation of spot and variance, above -1 and below 1
};

// The value, within 1e-11 of sqrt(forward strike); terms of Black-Scholes-Merton or Black-76. Feller's condition
// (2 kappa theta > sigma^2) is not needed. ERR_ARGUMENT names the term or parameter that is out of range;
// ERR_UNSUPPORTED: Bachelier's model; ERR_CONVERGE: the integrand does not die away within what is tried (a
// variance until expiry below about 1e-16, or |rho| next to 1 with a large sigma).
int heston_price(const struct option_terms *option, const struct heston *heston,
                 double *ret_price) MUST_USE;

#endif
