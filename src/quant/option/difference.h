// SPDX-License-Identifier: Apache-2.0
// Sensitivities of anything that has a price, by central differences: delta, gamma, vega, theta, rho and rho_dividend,
// to about 1e-5 of their size for a smooth price; the others are NaN.
#ifndef FULMAR_QUANT_OPTION_DIFFERENCE_H
#define FULMAR_QUANT_OPTION_DIFFERENCE_H

#include "base/err.h"
#include "quant/option/option.h"

typedef int difference_price(const void *context, const struct option_terms *option, double vol,
                             double *ret_price);

// Steps: a thousandth of spot, vol and years, 1e-5 of rate and yield, which at 0 are moved to one side. Errors are
// those of `price`.
int difference_greeks(difference_price *price, const void *context,
                      const struct option_terms *option, double vol,
                      struct option_greeks *ret_greeks) MUST_USE;

#endif
