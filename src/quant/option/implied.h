// SPDX-License-Identifier: Apache-2.0
// The volatility of an option whose price, as a function of it, has no inverse in closed form: American options by any
// method, with dividends or without.
#ifndef FULMAR_QUANT_OPTION_IMPLIED_H
#define FULMAR_QUANT_OPTION_IMPLIED_H

#include "base/err.h"
#include "quant/option/difference.h"
#include "quant/option/option.h"

// The volatility between 1e-4 and 20 at which the option, which may be exercised at once, is worth `target`; `price`
// rises with it. Where the pricer refuses low volatilities with ERR_UNSUPPORTED, as trees do, the search begins at the
// least that it takes. OPTION_IV_NO_INFORMATION: no volatility of that range gives the price, or what the price holds
// above the one at the least volatility is rounding. The other statuses are those of option_implied. Errors are those
// of `price`.
int implied_search(difference_price *price, const void *context, const struct option_terms *option,
                   double target, double *ret_vol, enum option_iv *ret_status) MUST_USE;

#endif
