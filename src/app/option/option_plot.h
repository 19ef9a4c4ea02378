// SPDX-License-Identifier: Apache-2.0
// Pictures of one option and of a chain of quotes.
#ifndef FULMAR_APP_OPTION_OPTION_PLOT_H
#define FULMAR_APP_OPTION_OPTION_PLOT_H

#include "app/option/option_call.h"
#include "app/option/option_chain.h"

// What was asked of the option, over what it hangs on: value or Greeks over the spot, four deviations to either side;
// of a volatility the value over it, and where the price lies. Where there is no answer is a gap. Errors of plot_write;
// ERR_NOMEM.
int option_plot_call(const struct option_call *call, const struct option_answer *answer,
                     const char *path) MUST_USE;

// Volatilities over the strikes, an expiry a panel: `only` that day's, or of 0 up to PLOT_PANELS_MAX of them, evenly
// chosen. ERR_NOT_FOUND: no quote has a volatility; errors of plot_write; ERR_NOMEM.
int option_plot_chain(const struct option_chain *chain, int32_t only, const char *path) MUST_USE;

#endif
